"""Keep the one deadline that every call of an invocation shares."""

import concurrent.futures
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from functools import partial
from queue import SimpleQueue
from threading import Thread

from deflection.errors import TimedOutError

MAX_SECONDS_FROM_INIT_TO_INVOCATION = 0.5


def run_concurrently(steps: Sequence[Callable[[], None]], at_once: int) -> None:
    """Run steps in threads, so many at once; return when all have ended, and raise what one of them raised."""
    with concurrent.futures.ThreadPoolExecutor(at_once) as pool:  # imported when the queue first needs it
        running = [pool.submit(step) for step in steps]
    for each in running:
        each.result()


@dataclass(frozen=True)
class Clock:
    """
    The function's source of time, and of steps that wait at the same time.

    Attributes:
        now: Return seconds since 1970.
        elapsed: Return seconds of a monotonic clock.
        sleep: Wait for a number of seconds.
        run: Run steps concurrently; see `run_concurrently`.
    """

    now: Callable[[], float] = time.time
    elapsed: Callable[[], float] = time.monotonic
    sleep: Callable[[float], None] = time.sleep
    run: Callable[[Sequence[Callable[[], None]], int], None] = run_concurrently


@dataclass(frozen=True)
class Deadline:
    """A moment on a monotonic clock that counts seconds."""

    at: float
    clock: Callable[[], float] = time.monotonic

    @property
    def remaining(self) -> float:
        """Return the seconds until then; negative afterwards."""
        return self.at - self.clock()

    def minus(self, seconds: float) -> "Deadline":
        """Return a deadline that is earlier by this many seconds."""
        return Deadline(self.at - seconds, self.clock)

    def capped(self, seconds: float) -> "Deadline":
        """Return a deadline this many seconds from now, or this one if it is earlier."""
        return Deadline(min(self.at, self.clock() + seconds), self.clock)


class ColdStartTimer:
    """
    The seconds that the function's init took, for the one invocation that waited for it.

    An environment that Lambda prepared in advance, with SnapStart or proactively, is invoked some time after its init,
    so no invocation waited.
    """

    def __init__(self, seconds: float, loaded_at: float) -> None:
        self._seconds = seconds
        self._waited_until = loaded_at + MAX_SECONDS_FROM_INIT_TO_INVOCATION

    def seconds_waited(self, now: float) -> float:
        """Return the seconds that an invocation at this moment waited for init; 0 for all but the first."""
        seconds = self._seconds if now <= self._waited_until else 0.0
        self._seconds = 0.0
        return seconds


def run_with_timeout[T](deadline: Deadline, step: Callable[[], T]) -> T:
    """
    Run a step in another thread; return or raise what it does, if it ends before the deadline.

    The SDK's timeouts hold for each read of a socket, so they miss a slow name resolution or a response that arrives
    byte by byte. A step that is late is abandoned in its thread.

    Raises:
        TimedOutError: The step did not end in time.
    """
    return wait_for_step(start_step(step) if deadline.remaining > 0 else Future(), deadline)


def start_step[T](step: Callable[[], T]) -> "Future[T]":
    """Start a step in another thread; several steps can run at the same time."""
    try:
        worker = _idle.pop()
    except IndexError:
        worker = _Worker()
    return worker.begin(step)


def wait_for_step[T](step: "Future[T]", deadline: Deadline) -> T:
    """
    Return or raise what a started step does, if it ends before the deadline.

    Raises:
        TimedOutError: The step did not end in time.
    """
    try:
        return step.result(timeout=max(deadline.remaining, 0))
    except TimeoutError as error:
        raise TimedOutError from error


class _Worker:
    """
    A thread that is reused, because starting one for each call was a fifth of all the work of a deflection.

    A worker whose step hangs is not idle, so no other step waits for it.
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
            except BaseException as error:  # every error is raised again in the thread that waits for the step
                settle = partial(outcome.set_exception, error)
            _idle.append(self)  # before the result is set, so that the next step finds this thread
            settle()

        self._steps.put(run)
        return outcome

    def _work(self) -> None:
        while True:
            self._steps.get()()


_idle: deque[_Worker] = deque()
