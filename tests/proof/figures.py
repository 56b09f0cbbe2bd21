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
    """

    times: int = 0
    came_to: Counter[str] = field(default_factory=Counter)
    most: dict[str, float] = field(default_factory=dict)

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
        for what, value in other.most.items():
            self.at_most(what, value)


@contextmanager
def measured(promise: str, *, is_long: bool) -> Iterator[Measured]:
    """Keeps what a long proof measured, once it has held."""
    began, figures = time.monotonic(), Measured()
    yield figures
    if is_long:
        FILE.parent.mkdir(exist_ok=True)
        seconds = round(time.monotonic() - began, 1)
        line = {"promise": promise, "times": figures.times, "came_to": dict(figures.came_to), "most": figures.most}
        with FILE.open("a") as file:
            file.write(f"{json.dumps(line | {'seconds': seconds})}\n")


def table(lines: list[str]) -> str:
    """The measured proofs as a Markdown table."""
    rows = ["| Promise | Times | What came of it | Seconds |", "|---|---|---|---|"]
    for told in map(json.loads, lines):
        came_to = [f"{count:,} {name}" for name, count in Counter(told["came_to"]).most_common()]
        most = [f"at most {most:,.3g} {what}" for what, most in told["most"].items()]
        rows.append(f"| {told['promise']} | {told['times']:,} | {'; '.join(came_to + most)} | {told['seconds']:.0f} |")
    return "\n".join(rows)


if __name__ == "__main__":
    sys.stdout.write(f"{table(FILE.read_text().splitlines())}\n")
