"""The faults that a call to AWS can have, and the list of pending faults."""

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
    """A fault for the next calls of an operation.

    These kinds replace the service's response: throttling, quota, access_denied, not_found, conflict, invalid_request,
    internal, expired_token, wrong_clock, unavailable_html, proxy_page (a 502 page that is not UTF-8), and with the
    status 200: empty_body, other_object (an object without the members of the operation), other_type (a list).
    These happen before the service receives the call: delay (for `seconds`), reset_before.
    These happen after the service did its work: reset_after, cut_off (half of the body), trickle (the body takes
    `seconds`).
    Clearing the faults during a delay or a trickle resets the connection.

    Attributes:
        operation: The operation's name; `*` means any operation.
        kind: What happens.
        times: How many calls meet the fault; None means all.
        seconds: The duration of a delay or a trickle.
        after: How many calls pass first.
        probability: The chance for each call to meet the fault, up to 1.
        access_key: Only calls signed with this access key id meet the fault; None means all calls.
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
            raise ValueError(f"kind must be one of {', '.join(get_args(FaultKind))} (got {self.kind!r}).")


class Faults:
    """The pending faults in order; a call meets the first one that matches its operation.

    Attributes:
        cleared: Set when the current faults are cleared; faults that are added later get a new event.
        calls: The number of calls of each operation since the last clear.
        triggered: The number of faults of each kind since the last clear.
    """

    def __init__(self, seed: int = 0) -> None:
        self.random = random.Random(seed)
        self.cleared = Event()
        self.calls = Counter[str]()
        self.triggered = Counter[str]()
        self._pending: list[_PendingFault] = []
        self._lock = Lock()

    def add(self, *faults: Fault) -> None:
        """Add faults after the pending ones."""
        with self._lock:
            self._pending.extend(_PendingFault(fault, fault.after, fault.times) for fault in faults)

    def clear(self) -> None:
        """Remove all faults and drop the calls that a delay or a trickle holds back."""
        with self._lock:
            self._pending.clear()
            self.calls.clear()
            self.triggered.clear()
            self.cleared.set()
            self.cleared = Event()

    def clear_for(self, access_key: str) -> None:
        """Remove the faults for this access key id; calls that are held back stay so."""
        with self._lock:
            self._pending = [pending for pending in self._pending if pending.fault.access_key != access_key]

    def take(self, operation: str, access_key: str = "") -> Fault | None:
        """Return the fault that this call meets, and count it as used."""
        with self._lock:
            self.calls[operation] += 1
            self._pending = [pending for pending in self._pending if pending.left != 0]
            return self._first_to_trigger(each for each in self._pending if each.matches(operation, access_key))

    def _first_to_trigger(self, candidates: "Iterable[_PendingFault]") -> Fault | None:
        for pending in candidates:
            if pending.to_skip > 0:
                pending.to_skip -= 1
            elif pending.fault.probability >= 1 or self.random.random() < pending.fault.probability:
                pending.left = None if pending.left is None else pending.left - 1
                self.triggered[pending.fault.kind] += 1
                return pending.fault
        return None


@dataclass
class _PendingFault:
    fault: Fault
    to_skip: int
    left: int | None

    def matches(self, operation: str, access_key: str) -> bool:
        return self.fault.operation in (operation, "*") and self.fault.access_key in (access_key, None)
