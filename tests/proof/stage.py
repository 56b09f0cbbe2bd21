"""A time in which many act at once, without a wait: it moves on when all of them wait."""

import heapq
from collections import deque
from collections.abc import Callable, Sequence
from itertools import count
from threading import Event, Thread

from deflection.aws.deadline import Clock


class Stage:
    """
    Actors, each in a thread of its own, of which one acts at a time, until it sleeps or ends.

    So what they do is the same in every run, whatever the machine is busy with.
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
        """The time as the code under test gets it."""
        return Clock(now=lambda: self.now, elapsed=lambda: self.now, sleep=self.sleep, run=self.run)

    def sleep(self, seconds: float) -> None:
        """Has the others act until then."""
        turn = Event()
        heapq.heappush(self._waiting, (self.now + max(seconds, 0), next(self._order), turn))
        self._next()
        turn.wait()

    def run(self, steps: Sequence[Callable[[], None]], at_once: int) -> None:
        """Have more actors run these steps, so many at once; returns when all have ended."""
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
        """Returns when all actors have ended; raises what one of them raised."""
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
        except BaseException as error:  # noqa: BLE001 (it is raised again where the play was begun)
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
