"""Faults on demand: what a caller of AWS meets on a bad day, for any operation of any service."""

import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Event, Lock
from typing import Literal, get_args

FaultKind = Literal[
    "throttling",
    "quota",
    "access_denied",
    "not_found",
    "conflict",
    "invalid_request",
    "internal",
    "expired_token",
    "wrong_clock",
    "unavailable_html",
    "proxy_page",
    "empty_body",
    "other_object",
    "other_type",
    "delay",
    "reset_before",
    "reset_after",
    "cut_off",
    "trickle",
]


@dataclass(frozen=True)
class Fault:
    """What happens to the next `times` calls of the operation (`*` is any; `times=None` is for ever).

    Answered instead of the service: throttling, quota, access_denied, not_found, conflict, invalid_request, internal,
    expired_token, wrong_clock, unavailable_html, proxy_page (a 502 that is not UTF-8), and with the
    status 200: empty_body, other_object (an object without the members of the operation), other_type (a list).
    Before the service has the call: delay (`seconds`), reset_before.
    After the service has done its work: reset_after, cut_off (half the body), trickle (the body takes `seconds`).
    A delay or a trickle during which the faults are cleared ends with a reset connection.
    `after` lets that many calls pass first; `probability` below 1 leaves it to chance for each call.
    `access_key` leaves it to the calls that are signed with this access key id.
    """

    operation: str
    kind: FaultKind
    times: int | None = 1
    seconds: float = 0.0
    after: int = 0
    probability: float = 1.0
    access_key: str | None = None

    def __post_init__(self) -> None:
        if self.kind not in get_args(FaultKind):
            raise ValueError(f"There is no fault {self.kind!r}; there are {', '.join(get_args(FaultKind))}.")


class Faults:
    """The faults to come, in order: a call meets the first one that is meant for its operation.

    `cleared` is set when those are cleared that a call can meet now; those that come later have another one.
    `calls` counts the calls of each operation since then, whether they met a fault or not; `struck` counts the faults.
    """

    def __init__(self, seed: int = 0) -> None:
        self.random = random.Random(seed)
        self.cleared = Event()
        self.calls = Counter[str]()
        self.struck = Counter[str]()
        self._armed: list[_Armed] = []
        self._lock = Lock()

    def add(self, *faults: Fault) -> None:
        """Arms faults behind those that are armed already."""
        with self._lock:
            self._armed.extend(_Armed(fault, fault.after, fault.times) for fault in faults)

    def clear(self) -> None:
        """Disarms all, and ends those that last: calls that are held back are dropped, at once."""
        with self._lock:
            self._armed.clear()
            self.calls.clear()
            self.struck.clear()
            self.cleared.set()
            self.cleared = Event()

    def disarm(self, access_key: str) -> None:
        """Disarms those that are for this access key id; calls that are held back stay so."""
        with self._lock:
            self._armed = [armed for armed in self._armed if armed.fault.access_key != access_key]

    def take(self, operation: str, access_key: str = "") -> Fault | None:
        """The fault that a call of the operation, signed with this access key id, meets now; it counts as used."""
        with self._lock:
            self.calls[operation] += 1
            self._armed = [armed for armed in self._armed if armed.left != 0]
            return self._first_that_strikes(armed for armed in self._armed if armed.is_for(operation, access_key))

    def _first_that_strikes(self, candidates: "Iterable[_Armed]") -> Fault | None:
        for armed in candidates:
            if armed.to_pass > 0:
                armed.to_pass -= 1
            elif armed.fault.probability >= 1 or self.random.random() < armed.fault.probability:
                armed.left = None if armed.left is None else armed.left - 1
                self.struck[armed.fault.kind] += 1
                return armed.fault
        return None


@dataclass
class _Armed:
    fault: Fault
    to_pass: int
    left: int | None

    def is_for(self, operation: str, access_key: str) -> bool:
        return self.fault.operation in (operation, "*") and self.fault.access_key in (access_key, None)
