"""Keep a queue worker within its share of a rate."""

import math
from threading import Lock

from deflection.aws.deadline import Clock

WORKERS = 2
"""How many environments process the queue at a time: `MaximumConcurrency` in template.yaml."""


class RateLimitTimeoutError(Exception):
    """The next turn comes too late for this invocation."""


class RateLimiter:
    """
    A token bucket: it gains tokens at a rate, holds a few, and each call takes one.

    The workers share a quota, and each has its own bucket with its part of the rate. Every batch begins with an empty
    bucket, because Lambda may give each batch to another environment: a bucket that filled up while its environment
    was idle does not know what the others sent meanwhile.

    Args:
        per_second: The rate of all workers together.
        burst: How many tokens the bucket of one worker holds.
        clock: The time.
    """

    def __init__(self, per_second: float, burst: int, clock: Clock) -> None:
        self._seconds = WORKERS / per_second
        self._burst_seconds = (burst - 1) * self._seconds
        self._clock = clock
        self._full_at = 0.0
        self._lock = Lock()

    def start_batch(self) -> None:
        """Empty the bucket."""
        with self._lock:
            self._full_at = self._clock.elapsed() + self._seconds + self._burst_seconds

    def turns(self, until: float) -> int:
        """Return how many calls can have their turn until a moment on the clock."""
        with self._lock:
            first = max(self._clock.elapsed(), self._full_at - self._burst_seconds)
            last = until - (self._full_at - self._burst_seconds)
        return math.floor(last / self._seconds) + 1 if first <= until else 0

    def acquire(self, until: float) -> None:
        """
        Wait for the caller's turn.

        Args:
            until: The moment on the clock by which the turn must have come.

        Raises:
            RateLimitTimeoutError: It comes later.
        """
        with self._lock:
            now = self._clock.elapsed()
            turn = max(now, self._full_at - self._burst_seconds)
            if turn > until:
                raise RateLimitTimeoutError
            self._full_at = max(self._full_at, turn) + self._seconds
        self._clock.sleep(turn - now)
