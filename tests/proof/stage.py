"""Simulate a clock for several threads; it advances when all of them sleep."""

import heapq
from collections import deque
from collections.abc import Callable, Sequence
from itertools import count
from threading import Event, Thread

from deflection.aws.deadline import Clock


class Stage:
    """
    A scheduler that runs one actor (a thread) at a time, until the actor sleeps or ends.

    The order is the same in every run and does not depend on the load of the machine.
    """

    def __init__(self, now: float) -> None:
        self.now = now
        self._waiting: list[tuple[float, int, Event]] = []
        self._order = count()
        self._acting = 0
        self._done = Event()
        self._failed: list[BaseException] = []

    @property
    def clock(self) -> Clock:
        """Return the clock for the code under test."""
        return Clock(now=lambda: self.now, elapsed=lambda: self.now, sleep=self.sleep, run=self.run)

    def sleep(self, seconds: float) -> None:
        """Let the other actors run for this time."""
        turn = Event()
        heapq.heappush(self._waiting, (self.now + max(seconds, 0), next(self._order), turn))
        self._next()
        turn.wait()

    def run(self, steps: Sequence[Callable[[], None]], at_once: int) -> None:
        """Run the steps in more actors, at most `at_once` at a time, and wait until all have ended."""
        waiting, left, turn = deque(steps), min(at_once, len(steps)), Event()

        def act() -> None:
            nonlocal left
            while waiting:
                waiting.popleft()()
            left -= 1
            if not left:
                heapq.heappush(self._waiting, (self.now, next(self._order), turn))

        if steps:
            self._begin([act] * left)
            self._next()
            turn.wait()

    def play(self, *actors: Callable[[], None]) -> None:
        """Run the actors until all have ended; raise the first error of an actor."""
        self._begin(actors)
        self._next()
        self._done.wait()
        if self._failed:
            raise self._failed[0]

    def _begin(self, actors: Sequence[Callable[[], None]]) -> None:
        self._acting += len(actors)
        for actor in actors:
            turn = Event()
            heapq.heappush(self._waiting, (self.now, next(self._order), turn))
            Thread(target=self._act, args=(actor, turn), daemon=True).start()

    def _act(self, actor: Callable[[], None], turn: Event) -> None:
        turn.wait()
        try:
            actor()
        except BaseException as error:  # noqa: BLE001 (`play` raises it)
            self._failed.append(error)
        self._acting -= 1
        self._next()

    def _next(self) -> None:
        if self._failed or not self._acting:
            self._done.set()
            return
        at, _, turn = heapq.heappop(self._waiting)
        self.now = max(self.now, at)
        turn.set()
