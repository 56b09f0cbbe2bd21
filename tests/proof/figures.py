"""Record the measurements of the long proofs, for the table that `make prove` writes into docs/reliability.md."""

import json
import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

SCALE = float(os.environ.get("SCALE") or 1)
IS_KEPT = "SCALE" in os.environ
"""`make prove` sets SCALE and keeps the measurements; the tests do neither."""
FILE = Path(__file__).parents[2] / ".cache" / "proofs.jsonl"


def sizes(short: int, full: int) -> list[Any]:
    """Return the numbers of runs: a few for the tests, and for `make prove` the full number times SCALE."""
    return [short, pytest.param(max(short, round(full * SCALE)), marks=pytest.mark.proof)]


@dataclass
class Measured:
    """
    The measurements of a proof.

    Attributes:
        times: The number of runs.
        came_to: The number of runs with each outcome.
        most: The highest value of each quantity, such as seconds.
        struck: How many times each fault occurred.
    """

    times: int = 0
    came_to: Counter[str] = field(default_factory=Counter)
    most: dict[str, float] = field(default_factory=dict)
    struck: Counter[str] = field(default_factory=Counter)

    def count(self, came_to: str) -> None:
        """Count one more run and its outcome."""
        self.times += 1
        self.came_to[came_to] += 1

    def at_most(self, what: str, value: float) -> None:
        """Keep the value if it is the highest so far."""
        self.most[what] = max(value, self.most.get(what, 0))

    def add(self, other: "Measured") -> None:
        """Add the measurements of another process."""
        self.times += other.times
        self.came_to += other.came_to
        self.struck += other.struck
        for what, value in other.most.items():
            self.at_most(what, value)


@contextmanager
def measured(promise: str, fault: str) -> Iterator[Measured]:
    """
    Record the measurements of a proof that succeeded.

    Args:
        promise: One of `proof.promises`.
        fault: The fault that the proof causes; the measurements of proofs with the same one are added.
    """
    began, figures = time.monotonic(), Measured()
    yield figures
    if IS_KEPT:
        FILE.parent.mkdir(exist_ok=True)
        seconds = round(time.monotonic() - began, 1)
        proof = Path(os.environ["PYTEST_CURRENT_TEST"].partition("::")[0]).name
        line = {"promise": promise, "fault": fault, "proof": proof, "seconds": seconds} | vars(figures)
        with FILE.open("a") as file:
            file.write(f"{json.dumps(line)}\n")
