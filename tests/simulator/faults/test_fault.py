"""The list of pending faults."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any, cast

import pytest

from connect_simulator import Fault, Faults, Simulator


def test_faults_apply_in_order_with_their_times_and_after() -> None:
    faults = Faults()
    faults.add(Fault("A", "throttling", times=2), Fault("B", "quota"), Fault("*", "internal", after=1))
    assert [_kind(faults, name) for name in "AABAAA"] == ["throttling", "throttling", "quota", None, "internal", None]


def test_fault_without_times_applies_until_cleared() -> None:
    faults = Faults()
    faults.add(Fault("A", "internal", times=None))
    assert {_kind(faults, "A") for _ in range(50)} == {"internal"}
    faults.clear()
    assert _kind(faults, "A") is None


def test_same_seed_gives_the_same_chances() -> None:
    def struck(seed: int) -> list[str | None]:
        faults = Faults(seed)
        faults.add(Fault("A", "internal", probability=0.2, times=None))
        return [_kind(faults, "A") for _ in range(1_000)]

    assert 150 < struck(1).count("internal") < 250
    assert struck(1) == struck(1)
    assert struck(1) != struck(2)


def test_threads_share_the_times_of_a_fault_exactly() -> None:
    faults = Faults()
    faults.add(Fault("A", "internal", times=500))
    with ThreadPoolExecutor(8) as pool:
        met = list(pool.map(lambda _: _kind(faults, "A"), range(1_000)))
    assert met.count("internal") == 500


def test_unknown_kind_is_rejected() -> None:
    with pytest.raises(ValueError, match="got 'flood'"):
        Fault("A", cast("Any", "flood"))


def _kind(faults: Faults, operation: str) -> str | None:
    fault = faults.take(operation)
    return fault.kind if fault else None


def test_fault_affects_only_its_access_key(simulator: Simulator) -> None:
    simulator.faults.add(Fault("A", "quota", times=None, access_key="mine"))

    assert simulator.faults.take("A", "mine")
    assert simulator.faults.take("A", "yours") is None
    simulator.faults.clear_for("mine")
    assert simulator.faults.take("A", "mine") is None
