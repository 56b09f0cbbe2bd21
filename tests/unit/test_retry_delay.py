"""How long a failed record of the queue waits."""

import pytest

from deflection.errors import DeflectionError, QuotaExceededError, ThrottledError
from deflection.retry_delay import MAX_DELAY_SECONDS, retry_delay_seconds


@pytest.mark.parametrize(
    ("age", "remaining", "least", "most"),
    [
        (0, 300, 5, 5),
        (8, 292, 5, 8),
        (100, 200, 50, 100),
        (240, 60, 20, 40),
        (299, 1, 5, 5),
        (5000, 80_000, 450, MAX_DELAY_SECONDS),
    ],
)
def test_delay_grows_with_the_age_and_leaves_time_for_more_attempts(
    age: float, remaining: float, least: float, most: float
) -> None:
    delays = [retry_delay_seconds(None, age, remaining) for _ in range(200)]

    assert least <= min(delays) <= max(delays) <= most
    assert (len(set(delays)) > 1) == (least < most), "not all at once"


@pytest.mark.parametrize(("error", "seconds"), [(ThrottledError, 2), (QuotaExceededError, 15)])
def test_record_that_exceeded_a_quota_waits_for_a_fixed_time(error: type[DeflectionError], seconds: float) -> None:
    assert [retry_delay_seconds(error(), age, 300) for age in (0, 100)] == [seconds, seconds]
