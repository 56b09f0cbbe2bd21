import pytest

from builders import FakeTime
from deflection.pace import NoTurnError, Pace

NEVER_TOO_LATE = 1e9


def test_turns_are_at_even_distances_and_a_batch_begins_with_one() -> None:
    time = FakeTime(100)
    pace = Pace(2, time.clock)
    turns = []

    pace.begin()
    for _ in range(4):
        pace.wait(NEVER_TOO_LATE)
        turns.append(time.now)

    assert turns == [100.5, 101, 101.5, 102]


def test_a_pause_is_not_made_up_for() -> None:
    time = FakeTime(100)
    pace = Pace(1, time.clock)
    pace.begin()
    time.now = 200
    turns = []

    for _ in range(3):
        pace.wait(NEVER_TOO_LATE)
        turns.append(time.now)

    assert turns == [200, 201, 202]


def test_the_distance_holds_when_workers_take_turns() -> None:
    time = FakeTime(100)
    workers = [Pace(1, time.clock) for _ in range(3)]
    turns = []

    for worker in workers * 3:
        worker.begin()
        worker.wait(NEVER_TOO_LATE)
        turns.append(time.now)

    assert turns == [101, 102, 103, 104, 105, 106, 107, 108, 109]


def test_a_turn_that_would_come_too_late_is_kept_for_the_next_batch() -> None:
    time = FakeTime(100)
    pace = Pace(0.1, time.clock)
    pace.begin()

    with pytest.raises(NoTurnError) as raised:
        pace.wait(104)
    time.now = 109
    pace.begin()
    pace.wait(111)

    assert raised.value.seconds == 10
    assert time.now == 110
