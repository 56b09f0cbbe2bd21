"""What happened in a session, for those who watch it and for those who come back to it."""

from collections.abc import Iterator
from threading import Condition
from typing import Any, Final

SIGN_OF_LIFE_SECONDS: Final = 15.0

type Told = dict[str, Any]


class Feed:
    """Everything since the latest call began, in order; each has a number."""

    def __init__(self) -> None:
        self._told: list[Told] = []
        self._first = 0
        self._closed = False
        self._changed = Condition()

    def tell(self, kind: str, **members: Any) -> None:
        """Something happened; a call makes what was before it forgotten."""
        with self._changed:
            if kind == "call":
                self._first += len(self._told)
                self._told.clear()
            self._told.append({"kind": kind, **members})
            self._changed.notify_all()

    def close(self) -> None:
        """Nothing more will happen."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def since(self, number: int) -> Iterator[tuple[int, Told] | None]:
        """What has this number, and what comes after, as it happens; None is a sign of life, when nothing does."""
        while True:
            with self._changed:
                number = max(number, self._first)
                if number - self._first >= len(self._told) and not self._closed:
                    self._changed.wait(SIGN_OF_LIFE_SECONDS)
                if self._closed:
                    return
                new = self._told[max(number - self._first, 0) :]
                number = max(number, self._first)
            if not new:
                yield None
            for told in new:
                yield number, told
                number += 1
