import time
from threading import Barrier, Event, current_thread

import pytest

from deflection.aws.deadline import ColdStartTimer, Deadline, run_with_timeout, start_step, wait_for_step
from deflection.errors import TimedOutError


def at(seconds: float) -> Deadline:
    return Deadline(seconds, clock=lambda: 100.0)


def test_a_deadline_can_be_moved_closer() -> None:
    assert at(103).minus(1).remaining == 2
    assert [at(103).capped(1).remaining, at(103).capped(5).remaining] == [1, 3]


def test_only_the_first_invocation_waited_for_init() -> None:
    cold_start = ColdStartTimer(1.5, loaded_at=1000.0)

    assert [cold_start.seconds_waited(1000.1), cold_start.seconds_waited(1000.2)] == [1.5, 0.0]


def test_nobody_waited_for_an_init_long_before_the_first_invocation() -> None:
    cold_start = ColdStartTimer(1.5, loaded_at=1000.0)

    assert [cold_start.seconds_waited(1600.0), cold_start.seconds_waited(1600.1)] == [0.0, 0.0]


def test_a_step_in_time_gives_what_it_returns() -> None:
    assert run_with_timeout(at(101), lambda: "done") == "done"


def test_a_step_in_time_raises_what_it_raises() -> None:
    def fail() -> None:
        raise KeyError("a")

    with pytest.raises(KeyError):
        run_with_timeout(at(101), fail)


def test_a_step_that_hangs_is_left_behind() -> None:
    released = Event()
    began = time.monotonic()

    with pytest.raises(TimedOutError):
        run_with_timeout(at(100.05), released.wait)

    released.set()
    assert time.monotonic() - began < 5


def test_no_step_is_begun_after_the_deadline() -> None:
    begun: list[bool] = []

    with pytest.raises(TimedOutError):
        run_with_timeout(at(100), lambda: begun.append(True))

    assert begun == []


def test_steps_one_after_the_other_share_a_thread() -> None:
    # More than one, for threads that other tests left behind may become idle meanwhile.
    assert len({run_with_timeout(at(101), current_thread) for _ in range(100)}) < 10


def test_steps_at_the_same_time_have_threads_of_their_own() -> None:
    together = Barrier(2)
    steps = [start_step(lambda: together.wait(5)) for _ in range(2)]

    assert sorted(wait_for_step(step, at(110)) for step in steps) == [0, 1]


def test_no_step_waits_for_one_that_hangs_and_its_thread_is_used_again() -> None:
    released = Event()
    hanging = start_step(released.wait)

    assert run_with_timeout(at(110), lambda: "done") == "done"

    released.set()
    wait_for_step(hanging, at(110))
    assert len({run_with_timeout(at(110), current_thread) for _ in range(100)}) < 10
