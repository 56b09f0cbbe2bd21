"""The pace at which the queue is worked off."""

from threading import Lock

from deflection.aws.deadline import Clock


class RateLimitTimeoutError(Exception):
    """
    The next turn comes too late for this invocation.

    Attributes:
        seconds: How long it is until then.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class RateLimiter:
    """
    Turns at even distances, for all who ask in this process.

    The queue is worked off by one worker at a time (it is a FIFO queue of one message group), but each batch may be
    given to another one. So every batch begins with a distance, and the distance holds whoever had the last turn.
    """

    def __init__(self, per_second: float, clock: Clock) -> None:
        self._distance = 1 / per_second
        self._clock = clock
        self._next = 0.0
        self._kept: float | None = None
        self._lock = Lock()

    def start_batch(self) -> None:
        """A batch begins, with a distance or with the turn that was too late for the batch before."""
        with self._lock:
            after_a_distance = max(self._next, self._clock.elapsed() + self._distance)
            self._next, self._kept = after_a_distance if self._kept is None else self._kept, None

    def acquire(self, until: float) -> None:
        """
        Returns when it is the caller's turn.

        Args:
            until: The moment on the clock that the turn may not be later than.

        Raises:
            NoTurnError: It would be; the turn is kept for the next batch.
        """
        with self._lock:
            now = self._clock.elapsed()
            turn = max(now, self._next)
            if turn > until:
                self._kept = turn
                raise RateLimitTimeoutError(turn - now)
            self._next = turn + self._distance
        self._clock.sleep(turn - now)
