import pytest

from builders import FakeTime
from deflection.aws.rate_limiter import RateLimiter, RateLimitTimeoutError

NEVER_TOO_LATE = 1e9


def test_turns_are_at_even_distances_and_a_batch_begins_with_one() -> None:
    time = FakeTime(100)
    rate_limiter = RateLimiter(2, time.clock)
    turns = []

    rate_limiter.start_batch()
    for _ in range(4):
        rate_limiter.acquire(NEVER_TOO_LATE)
        turns.append(time.now)

    assert turns == [100.5, 101, 101.5, 102]


def test_a_pause_is_not_made_up_for() -> None:
    time = FakeTime(100)
    rate_limiter = RateLimiter(1, time.clock)
    rate_limiter.start_batch()
    time.now = 200
    turns = []

    for _ in range(3):
        rate_limiter.acquire(NEVER_TOO_LATE)
        turns.append(time.now)

    assert turns == [200, 201, 202]


def test_the_distance_holds_when_workers_take_turns() -> None:
    time = FakeTime(100)
    workers = [RateLimiter(1, time.clock) for _ in range(3)]
    turns = []

    for worker in workers * 3:
        worker.start_batch()
        worker.acquire(NEVER_TOO_LATE)
        turns.append(time.now)

    assert turns == [101, 102, 103, 104, 105, 106, 107, 108, 109]


def test_a_turn_that_would_come_too_late_is_kept_for_the_next_batch() -> None:
    time = FakeTime(100)
    rate_limiter = RateLimiter(0.1, time.clock)
    rate_limiter.start_batch()

    with pytest.raises(RateLimitTimeoutError) as raised:
        rate_limiter.acquire(104)
    time.now = 109
    rate_limiter.start_batch()
    rate_limiter.acquire(111)

    assert raised.value.seconds == 10
    assert time.now == 110
