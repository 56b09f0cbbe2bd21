"""Decide how long a failed record of the queue waits for its next attempt."""

import random
from collections.abc import Mapping

from deflection.errors import DeflectionError, QuotaExceededError, ThrottledError

FIXED_DELAY_SECONDS: Mapping[type[DeflectionError], float] = {ThrottledError: 2, QuotaExceededError: 15}
MIN_DELAY_SECONDS = 5.0
MAX_DELAY_SECONDS = 900.0
REMAINING_SHARE = 2 / 3

_random = random.SystemRandom()  # SnapStart would restore a seeded generator with the same state everywhere


def retry_delay_seconds(error: DeflectionError | None, age: float, remaining: float) -> float:
    """
    Return the delay before the next attempt for a record that failed.

    A record that exceeded a quota waits for a fixed time. Otherwise the delay is about the event's age, so that records
    that keep failing are retried less and less often. The receive count is not used, because it also counts records
    that were returned without an attempt. The delay is at most a share of the remaining time, so that there is time for
    more attempts.

    Args:
        error: Why the record failed; None for an unexpected error.
        age: Seconds since the event.
        remaining: Seconds until the event is too old.
    """
    if error and type(error) in FIXED_DELAY_SECONDS:
        return FIXED_DELAY_SECONDS[type(error)]
    longest = min(age, REMAINING_SHARE * remaining, MAX_DELAY_SECONDS)
    return max(longest * _random.uniform(0.5, 1), MIN_DELAY_SECONDS)
