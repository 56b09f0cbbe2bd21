import time
from functools import partial
from threading import Barrier, Event, current_thread

import pytest

from deflection.aws.deadline import (
    ColdStartTimer,
    Deadline,
    run_concurrently,
    run_with_timeout,
    start_step,
    wait_for_step,
)
from deflection.errors import TimedOutError


def at(seconds: float) -> Deadline:
    return Deadline(seconds, clock=lambda: 100.0)


def test_deadline_can_be_reduced_and_capped() -> None:
    assert at(103).minus(1).remaining == 2
    assert [at(103).capped(1).remaining, at(103).capped(5).remaining] == [1, 3]


def test_only_the_first_invocation_waited_for_the_cold_start() -> None:
    cold_start = ColdStartTimer(1.5, loaded_at=1000.0)

    assert [cold_start.seconds_waited(1000.1), cold_start.seconds_waited(1000.2)] == [1.5, 0.0]


def test_no_invocation_waited_for_a_cold_start_long_before_it() -> None:
    cold_start = ColdStartTimer(1.5, loaded_at=1000.0)

    assert [cold_start.seconds_waited(1600.0), cold_start.seconds_waited(1600.1)] == [0.0, 0.0]


def test_step_within_the_deadline_returns_its_result() -> None:
    assert run_with_timeout(at(101), lambda: "done") == "done"


def test_step_within_the_deadline_raises_its_error() -> None:
    def fail() -> None:
        raise KeyError("a")

    with pytest.raises(KeyError):
        run_with_timeout(at(101), fail)


def test_hanging_step_times_out_at_the_deadline() -> None:
    released = Event()
    started_at = time.monotonic()

    with pytest.raises(TimedOutError):
        run_with_timeout(at(100.05), released.wait)

    released.set()
    assert time.monotonic() - started_at < 5


def test_step_is_not_started_after_the_deadline() -> None:
    started: list[bool] = []

    with pytest.raises(TimedOutError):
        run_with_timeout(at(100), lambda: started.append(True))

    assert started == []


def test_consecutive_steps_share_a_thread() -> None:
    # Threads of earlier tests may become idle too, so a few threads are allowed.
    assert len({run_with_timeout(at(101), current_thread) for _ in range(100)}) < 10


def test_concurrent_steps_run_in_separate_threads() -> None:
    together = Barrier(2)
    steps = [start_step(lambda: together.wait(5)) for _ in range(2)]

    assert sorted(wait_for_step(step, at(110)) for step in steps) == [0, 1]


def test_hanging_step_blocks_no_other_step_and_its_thread_is_reused() -> None:
    released = Event()
    hanging = start_step(released.wait)

    assert run_with_timeout(at(110), lambda: "done") == "done"

    released.set()
    wait_for_step(hanging, at(110))
    assert len({run_with_timeout(at(110), current_thread) for _ in range(100)}) < 10


def test_steps_run_concurrently_and_have_all_ended_afterwards() -> None:
    pairs, ended = Barrier(2, timeout=10), list[int]()

    def step(number: int) -> None:
        pairs.wait()
        ended.append(number)

    run_concurrently([partial(step, number) for number in range(6)], 2)

    assert sorted(ended) == list(range(6))


def test_no_steps_are_run() -> None:
    run_concurrently([], 2)


def test_error_of_a_step_is_raised_after_the_others_have_ended() -> None:
    ended = Event()

    def fail() -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run_concurrently([fail, ended.set], 1)

    assert ended.is_set()
