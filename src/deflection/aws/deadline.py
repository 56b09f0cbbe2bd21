"""The one deadline that every remote step of an invocation draws on."""

import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from threading import Thread

from deflection.errors import TimedOutError

MAX_SECONDS_FROM_INIT_TO_INVOCATION = 0.5


@dataclass(frozen=True)
class Clock:
    """
    The time, as the function sees it.

    Attributes:
        now: Seconds since 1970.
        elapsed: Seconds on a clock that never goes back.
        sleep: Waits for a number of seconds.
    """

    now: Callable[[], float] = time.time
    elapsed: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep


@dataclass(frozen=True)
class Deadline:
    """A moment on a clock that counts in seconds and never goes back."""

    at: float
    clock: Callable[[], float] = time.monotonic

    @property
    def remaining(self) -> float:
        """Seconds until then; less than zero afterwards."""
        return self.at - self.clock()

    def minus(self, seconds: float) -> "Deadline":
        """A deadline as many seconds earlier."""
        return Deadline(self.at - seconds, self.clock)

    def capped(self, seconds: float) -> "Deadline":
        """A deadline in as many seconds from now, or this one if that is earlier."""
        return Deadline(min(self.at, self.clock() + seconds), self.clock)


class ColdStartTimer:
    """
    What the function's init took, in seconds, for the one invocation that waited for it.

    An environment that was made ready ahead, by SnapStart or on Lambda's own account, is invoked some time after it
    was loaded, and nobody waited.
    """

    def __init__(self, seconds: float, loaded_at: float) -> None:
        self._seconds = seconds
        self._waited_until = loaded_at + MAX_SECONDS_FROM_INIT_TO_INVOCATION

    def seconds_waited(self, now: float) -> float:
        """Seconds that an invocation at this moment waited for init: none but the first did."""
        seconds = self._seconds if now <= self._waited_until else 0.0
        self._seconds = 0.0
        return seconds


def run_with_timeout[T](deadline: Deadline, step: Callable[[], T]) -> T:
    """
    What a step returns or raises, if it does so in time.

    The SDK's time limits are per read of a socket, so name resolution and an answer that trickles escape them; hence
    the step runs in a thread that is left behind when its time is over.

    Raises:
        TimedOutError: It did neither.
    """
    return wait_for_step(start_step(step) if deadline.remaining > 0 else Future(), deadline)


def start_step[T](step: Callable[[], T]) -> "Future[T]":
    """A step that has begun in another thread; several can be begun at the same time."""
    try:
        worker = _idle.pop()
    except IndexError:
        worker = _Worker()
    return worker.begin(step)


def wait_for_step[T](step: "Future[T]", deadline: Deadline) -> T:
    """
    What a step that was begun returns or raises, if it does so in time.

    Raises:
        TimedOutError: It did neither.
    """
    try:
        return step.result(timeout=max(deadline.remaining, 0))
    except TimeoutError as error:
        raise TimedOutError("AWS did not answer in time.") from error


class _Worker:
    """
    A thread that is kept, for to start one for each call was a fifth of all the work of a deflection.

    While a step hangs in it, it is not idle, and no other step waits for it.
    """

    def __init__(self) -> None:
        self._steps: SimpleQueue[Callable[[], None]] = SimpleQueue()
        Thread(target=self._work, daemon=True).start()

    def begin[T](self, step: Callable[[], T]) -> "Future[T]":
        outcome: Future[T] = Future()

        def run() -> None:
            settle: Callable[[], None]
            try:
                settle = partial(outcome.set_result, step())
            except BaseException as error:  # whatever it is, it is raised again where the step was asked for
                settle = partial(outcome.set_exception, error)
            _idle.append(self)  # before the outcome is known, so that the next step finds this thread
            settle()

        self._steps.put(run)
        return outcome

    def _work(self) -> None:
        while True:
            self._steps.get()()


_idle: deque[_Worker] = deque()
