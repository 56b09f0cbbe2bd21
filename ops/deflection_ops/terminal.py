"""The terminal of the user, and the questions that it answers."""

import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True)
class Terminal:
    """
    The terminal of the user.

    Attributes:
        is_interactive: Whether a person can answer.
        read_line: Read the answer.
        sleep: Wait for a number of seconds.
    """

    is_interactive: Callable[[], bool] = sys.stdin.isatty
    read_line: Callable[[], str] = input
    sleep: Callable[[float], None] = time.sleep

    def ask(self, question: str) -> str:
        """
        Return the answer to a question, without surrounding spaces.

        Raises:
            EOFError: The input ended.
        """
        sys.stderr.write(f"{question}: ")
        sys.stderr.flush()
        return self.read_line().strip()

    def choose(self, title: str, labels: Sequence[str], default: int | None = None) -> int:
        """
        Return the index of the label that the user chooses by its number; an empty answer is the default.

        Raises:
            EOFError: The input ended.
        """
        rows = "".join(f"  {number:>3}  {label}\n" for number, label in enumerate(labels, 1))
        sys.stderr.write(f"\n{title}\n{rows}")
        suggestion = f" [{default + 1}]" if default is not None else ""
        while True:
            answer = self.ask(f"Type a number from 1 to {len(labels)}{suggestion}")
            if not answer and default is not None:
                return default
            if answer.isdecimal() and 1 <= int(answer) <= len(labels):
                return int(answer) - 1
