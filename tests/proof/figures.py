"""What the long proofs measured: each leaves a line in one file; `python -m proof.figures` prints them as a table."""

import json
import os
import sys
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
"""`make prove` says how often, and keeps what was measured; the tests do neither."""
FILE = Path(__file__).parents[2] / ".cache" / "proofs.jsonl"


def sizes(short: int, full: int) -> list[Any]:
    """How often: a few times in every run of the tests, and in `make prove` as often as SCALE asks for."""
    return [short, pytest.param(max(short, round(full * SCALE)), marks=pytest.mark.proof)]


@dataclass
class Measured:
    """
    What a proof has counted.

    Attributes:
        times: How often it did it.
        came_to: What that came to, and how often.
        most: What was the most of something, such as seconds.
        struck: The faults that were met, and by how many.
    """

    times: int = 0
    came_to: Counter[str] = field(default_factory=Counter)
    most: dict[str, float] = field(default_factory=dict)
    struck: Counter[str] = field(default_factory=Counter)

    def count(self, came_to: str) -> None:
        """One more, and what it came to."""
        self.times += 1
        self.came_to[came_to] += 1

    def at_most(self, what: str, value: float) -> None:
        """A value of which the greatest counts."""
        self.most[what] = max(value, self.most.get(what, 0))

    def add(self, other: "Measured") -> None:
        """What another has counted, too."""
        self.times += other.times
        self.came_to += other.came_to
        self.struck += other.struck
        for what, value in other.most.items():
            self.at_most(what, value)


@contextmanager
def measured(promise: str) -> Iterator[Measured]:
    """Keeps what a proof measured, once it has held."""
    began, figures = time.monotonic(), Measured()
    yield figures
    if IS_KEPT:
        FILE.parent.mkdir(exist_ok=True)
        seconds = round(time.monotonic() - began, 1)
        with FILE.open("a") as file:
            file.write(f"{json.dumps({'promise': promise, 'seconds': seconds} | vars(figures))}\n")


def table(lines: list[str]) -> str:
    """The measured proofs as a Markdown table."""
    rows = ["| Promise | Times | What came of it | Seconds |", "|---|---|---|---|"]
    for told in map(json.loads, lines):
        came_to = [f"{count:,} {name}" for name, count in Counter(told["came_to"]).most_common()]
        most = [f"at most {most:,.3g} {what}" for what, most in told["most"].items()]
        struck = [f"{fault} {count:,} times" for fault, count in Counter(told["struck"]).most_common()]
        cells = told["promise"], f"{told['times']:,}", "; ".join(came_to + most + struck), f"{told['seconds']:.0f}"
        rows.append(f"| {' | '.join(cells)} |")
    return "\n".join(rows)


if __name__ == "__main__":
    sys.stdout.write(f"{table(FILE.read_text().splitlines())}\n")
