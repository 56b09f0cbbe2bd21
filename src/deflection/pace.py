"""The pace at which the queue is worked off."""

from threading import Lock

from deflection.deadline import Clock


class NoTurnError(Exception):
    """
    The next turn comes too late for this invocation.

    Attributes:
        seconds: How long it is until then.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Pace:
    """
    Turns at even distances, for all who ask in this process.

    The queue is worked off by one worker at a time (it is a FIFO queue of one message group). A worker that has just
    begun waits a whole distance, for another may have had a turn a moment ago.
    """

    def __init__(self, per_second: float, clock: Clock) -> None:
        self._distance = 1 / per_second
        self._clock = clock
        self._next: float | None = None
        self._lock = Lock()

    def wait(self, until: float) -> None:
        """
        Returns when it is the caller's turn.

        Args:
            until: The moment on the clock that the turn may not be later than.

        Raises:
            NoTurnError: It would be; the turn stays free.
        """
        with self._lock:
            now = self._clock.elapsed()
            turn = now + self._distance if self._next is None else max(now, self._next)
            self._next = turn
            if turn > until:
                raise NoTurnError(turn - now)
            self._next = turn + self._distance
        self._clock.sleep(turn - now)
