from itertools import pairwise

import pytest

from builders import FakeTime
from deflection.aws.rate_limiter import WORKERS, RateLimiter, RateLimitTimeoutError

NEVER_TOO_LATE = 1e9
PER_SECOND = 2.0 * WORKERS
"""Two a second for each worker."""


def turns_of(limiter: RateLimiter, time: FakeTime, count: int) -> list[float]:
    turns = []
    for _ in range(count):
        limiter.acquire(NEVER_TOO_LATE)
        turns.append(time.now)
    return turns


def test_each_worker_takes_its_share_of_the_rate_from_an_empty_bucket() -> None:
    time = FakeTime(100)
    limiter = RateLimiter(PER_SECOND, 3, time.clock)
    limiter.empty()

    assert turns_of(limiter, time, 4) == [100.5, 101, 101.5, 102]


def test_worker_that_was_delayed_catches_up_by_one_burst_only() -> None:
    time = FakeTime(100)
    limiter = RateLimiter(PER_SECOND, 3, time.clock)
    limiter.empty()
    time.now = 200

    assert turns_of(limiter, time, 5) == [200, 200, 200, 200.5, 201]


def test_batch_begins_with_an_empty_bucket_after_an_idle_time() -> None:
    time = FakeTime(100)
    limiter = RateLimiter(PER_SECOND, 3, time.clock)
    limiter.empty()
    time.now = 200
    limiter.empty()

    assert turns_of(limiter, time, 2) == [200.5, 201]


@pytest.mark.parametrize("batch", [1, 3, 20])
@pytest.mark.parametrize("burst", [1, 2])
def test_the_workers_together_never_pass_the_rate_by_more_than_their_bursts(batch: int, burst: int) -> None:
    starts: list[float] = []
    for worker in range(WORKERS):
        time = FakeTime(0.2 * worker)
        environments = [RateLimiter(PER_SECOND, burst, time.clock) for _ in range(3)]
        for number in range(60 // batch):
            limiter = environments[number % 3]
            limiter.empty()
            time.now += 0.9  # to describe the first contact
            starts += turns_of(limiter, time, batch)
    starts.sort()

    for first in range(len(starts)):
        for last in range(first, len(starts)):
            allowed = PER_SECOND * (starts[last] - starts[first]) + WORKERS * burst
            assert last - first + 1 <= allowed + 1e-6


def test_call_without_a_token_in_time_is_refused_and_takes_no_token() -> None:
    time = FakeTime(100)
    limiter = RateLimiter(PER_SECOND, 1, time.clock)
    limiter.empty()

    with pytest.raises(RateLimitTimeoutError):
        limiter.acquire(100.4)
    limiter.acquire(100.5)

    assert time.now == 100.5


@pytest.mark.parametrize(("until", "turns"), [(100.4, 0), (100.5, 1), (100.9, 1), (102.5, 5)])
def test_token_count_until_a_time_is_the_number_that_can_be_acquired(until: float, turns: int) -> None:
    time = FakeTime(100)
    limiter = RateLimiter(PER_SECOND, 2, time.clock)
    limiter.empty()

    assert limiter.count_tokens(until) == turns
    for _ in range(turns):
        limiter.acquire(until)
    with pytest.raises(RateLimitTimeoutError):
        limiter.acquire(until)


def test_tokens_are_evenly_spaced() -> None:
    time = FakeTime()
    limiter = RateLimiter(20, 2, time.clock)
    limiter.empty()

    assert [later - earlier for earlier, later in pairwise(turns_of(limiter, time, 20))] == pytest.approx([0.1] * 19)
