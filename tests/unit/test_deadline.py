import time
from threading import Barrier, Event, current_thread

import pytest

from deflection.deadline import Deadline, Init, begin, wait, within
from deflection.errors import TimedOutError


def at(seconds: float) -> Deadline:
    return Deadline(seconds, clock=lambda: 100.0)


def test_a_deadline_can_be_moved_closer() -> None:
    assert at(103).sooner(1).left == 2
    assert [at(103).at_most(1).left, at(103).at_most(5).left] == [1, 3]


def test_only_the_first_invocation_waited_for_init() -> None:
    init = Init(1.5, loaded_at=1000.0)

    assert [init.waited(1000.1), init.waited(1000.2)] == [1.5, 0.0]


def test_nobody_waited_for_an_init_long_before_the_first_invocation() -> None:
    init = Init(1.5, loaded_at=1000.0)

    assert [init.waited(1600.0), init.waited(1600.1)] == [0.0, 0.0]


def test_a_step_in_time_gives_what_it_returns() -> None:
    assert within(at(101), lambda: "done") == "done"


def test_a_step_in_time_raises_what_it_raises() -> None:
    def fail() -> None:
        raise KeyError("a")

    with pytest.raises(KeyError):
        within(at(101), fail)


def test_a_step_that_hangs_is_left_behind() -> None:
    released = Event()
    began = time.monotonic()

    with pytest.raises(TimedOutError):
        within(at(100.05), released.wait)

    released.set()
    assert time.monotonic() - began < 5


def test_no_step_is_begun_after_the_deadline() -> None:
    begun: list[bool] = []

    with pytest.raises(TimedOutError):
        within(at(100), lambda: begun.append(True))

    assert begun == []


def test_steps_one_after_the_other_share_a_thread() -> None:
    # More than one, for threads that other tests left behind may become idle meanwhile.
    assert len({within(at(101), current_thread) for _ in range(100)}) < 10


def test_steps_at_the_same_time_have_threads_of_their_own() -> None:
    together = Barrier(2)
    steps = [begin(lambda: together.wait(5)) for _ in range(2)]

    assert sorted(wait(step, at(110)) for step in steps) == [0, 1]


def test_no_step_waits_for_one_that_hangs_and_its_thread_is_used_again() -> None:
    released = Event()
    hanging = begin(released.wait)

    assert within(at(110), lambda: "done") == "done"

    released.set()
    wait(hanging, at(110))
    assert len({within(at(110), current_thread) for _ in range(100)}) < 10
