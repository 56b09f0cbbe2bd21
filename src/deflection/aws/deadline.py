"""Limit all calls of an invocation to one deadline."""

import concurrent.futures
import time
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from functools import partial
from queue import SimpleQueue
from threading import Thread
from typing import NamedTuple

from deflection.errors import TimedOutError

MAX_SECONDS_FROM_INIT_TO_INVOCATION = 0.5


def run_concurrently(steps: Sequence[Callable[[], None]], max_workers: int) -> None:
    """Run steps in threads and wait for all of them; raise the error of a step that failed."""
    with concurrent.futures.ThreadPoolExecutor(max_workers) as pool:  # Python imports it at the first use
        running = [pool.submit(step) for step in steps]
    for future in running:
        future.result()


class Clock(NamedTuple):
    """
    The functions that read the time, wait, and run steps concurrently; tests replace them.

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


class Deadline(NamedTuple):
    """A time limit on a monotonic clock, in seconds."""

    at: float
    clock: Callable[[], float] = time.monotonic

    @property
    def remaining(self) -> float:
        """Return the seconds until the deadline; negative after it."""
        return self.at - self.clock()

    def minus(self, seconds: float) -> "Deadline":
        """Return a deadline that is this many seconds earlier."""
        return Deadline(self.at - seconds, self.clock)

    def capped(self, seconds: float) -> "Deadline":
        """Return a deadline this many seconds from now, or this one if it is earlier."""
        return Deadline(min(self.at, self.clock() + seconds), self.clock)


class ColdStartTimer:
    """
    The duration of the function's init, for the first invocation.

    With SnapStart or proactive initialization, Lambda invokes the environment some time after its init. Then no
    invocation waited for init.
    """

    def __init__(self, seconds: float, loaded_at: float) -> None:
        self._seconds = seconds
        self._waited_until = loaded_at + MAX_SECONDS_FROM_INIT_TO_INVOCATION

    def seconds_waited(self, now: float) -> float:
        """Return the seconds that an invocation at this time waited for init; 0 except for the first one."""
        seconds = self._seconds if now <= self._waited_until else 0.0
        self._seconds = 0.0
        return seconds


def run_with_timeout[T](deadline: Deadline, step: Callable[[], T]) -> T:
    """
    Run a step in another thread and return its result before the deadline, or raise its error.

    The SDK's timeouts apply to each read of a socket. They do not limit a slow name resolution, or a response that
    arrives byte by byte. A step that misses the deadline continues in its thread, and its result is ignored.

    Raises:
        TimedOutError: The step did not end before the deadline.
    """
    return wait_for_step(start_step(step) if deadline.remaining > 0 else Future(), deadline)


def start_step[T](step: Callable[[], T]) -> "Future[T]":
    """Start a step in another thread; several steps can run at the same time."""
    try:
        worker = _idle.pop()
    except IndexError:
        worker = _Worker()
    return worker.submit(step)


def wait_for_step[T](step: "Future[T]", deadline: Deadline) -> T:
    """
    Return the result of a started step before the deadline, or raise its error.

    Raises:
        TimedOutError: The step did not end before the deadline.
    """
    try:
        return step.result(timeout=max(deadline.remaining, 0))
    except TimeoutError as error:
        raise TimedOutError from error


class _Worker:
    """
    A reusable thread; starting one for each call took a fifth of the CPU time of a deflection.

    A thread whose step hangs does not become idle, so no other step waits for it.
    """

    def __init__(self) -> None:
        self._steps: SimpleQueue[Callable[[], None]] = SimpleQueue()
        Thread(target=self._work, daemon=True).start()

    def submit[T](self, step: Callable[[], T]) -> "Future[T]":
        outcome: Future[T] = Future()

        def run() -> None:
            settle: Callable[[], None]
            try:
                settle = partial(outcome.set_result, step())
            except BaseException as error:  # every error is raised again in the thread that waits for the step
                settle = partial(outcome.set_exception, error)
            _idle.append(self)  # before the result is set, so that the next step can use this thread
            settle()

        self._steps.put(run)
        return outcome

    def _work(self) -> None:
        while True:
            self._steps.get()()


_idle: deque[_Worker] = deque()
