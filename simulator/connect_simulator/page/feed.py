"""The feed of a session: its results, for browsers that are connected or reconnect later."""

from collections.abc import Iterator
from threading import Condition
from typing import Any, Final

KEEP_ALIVE_SECONDS: Final = 15.0

type Entry = dict[str, Any]


class Feed:
    """Numbered entries since the latest call started, in order."""

    def __init__(self) -> None:
        self._entries: list[Entry] = []
        self._first = 0
        self._closed = False
        self._changed = Condition()

    def publish(self, kind: str, **members: Any) -> None:
        """Add an entry; a new call removes all earlier entries."""
        with self._changed:
            if kind == "call":
                self._first += len(self._entries)
                self._entries.clear()
            self._entries.append({"kind": kind, **members})
            self._changed.notify_all()

    def close(self) -> None:
        """End the feed for all connected browsers."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()

    def since(self, number: int) -> Iterator[tuple[int, Entry] | None]:
        """Yield the entries from this number on, as they are added; yield None to keep an idle connection alive."""
        while True:
            with self._changed:
                number = max(number, self._first)
                if number - self._first >= len(self._entries) and not self._closed:
                    self._changed.wait(KEEP_ALIVE_SECONDS)
                if self._closed:
                    return
                new = self._entries[max(number - self._first, 0) :]
                number = max(number, self._first)
            if not new:
                yield None
            for entry in new:
                yield number, entry
                number += 1
