"""Limit the calls of a queue worker to its share of a rate."""

import math
from threading import Lock

from deflection.aws.deadline import Clock

WORKERS = 2
"""How many workers process the queue concurrently: `MaximumConcurrency` in template.yaml."""


class RateLimitTimeoutError(Exception):
    """The next token is available too late for this invocation."""


class RateLimiter:
    """
    A token bucket: tokens are added at a constant rate, and each call takes one.

    The workers share a quota, and each has a bucket with its share of the rate. Every batch begins with an empty
    bucket, because Lambda may invoke a different execution environment for each batch: a bucket that filled up while
    its environment was idle does not include the calls of the others.

    Args:
        per_second: The rate of all workers together.
        burst: The capacity of one worker's bucket.
        clock: The clock.
    """

    def __init__(self, per_second: float, burst: int, clock: Clock) -> None:
        self._seconds = WORKERS / per_second
        self._burst_seconds = (burst - 1) * self._seconds
        self._clock = clock
        self._full_at = 0.0
        self._lock = Lock()

    def empty(self) -> None:
        """Empty the bucket."""
        with self._lock:
            self._full_at = self._clock.elapsed() + self._seconds + self._burst_seconds

    def count_tokens(self, until: float) -> int:
        """Return how many tokens are available until this time of the monotonic clock."""
        with self._lock:
            first = max(self._clock.elapsed(), self._full_at - self._burst_seconds)
            last = until - (self._full_at - self._burst_seconds)
        return math.floor(last / self._seconds) + 1 if first <= until else 0

    def acquire(self, until: float) -> None:
        """
        Wait for a token and take it.

        Args:
            until: The time limit, on the monotonic clock.

        Raises:
            RateLimitTimeoutError: No token is available in time.
        """
        with self._lock:
            now = self._clock.elapsed()
            available_at = max(now, self._full_at - self._burst_seconds)
            if available_at > until:
                raise RateLimitTimeoutError
            self._full_at = max(self._full_at, available_at) + self._seconds
        self._clock.sleep(available_at - now)
