from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from deflection.aws.deadline import Deadline
from deflection.aws.switch import Switch
from deflection.errors import CheckUnavailableError

SOON = Deadline(9e9)


def ignore() -> None:
    """Ignore a report."""


class FakeSsm:
    """An SSM parameter whose value can change; None means that it cannot be read."""

    def __init__(self, value: str | None) -> None:
        self.value = value

    def get(self, name: str, max_age: int, *, decrypt: bool) -> Any:  # noqa: ARG002
        """Return the value, or raise the error of the SDK."""
        if self.value is None:
            raise EndpointConnectionError(endpoint_url=name)
        return self.value

    def forget(self, name: str) -> None:
        """Forget nothing, because nothing is cached."""


@pytest.mark.parametrize("value", ["off", " Off\n", "no", "FALSE", "0", "stop"])
def test_switch_stops_messages_in_any_case_and_with_spaces(value: str) -> None:
    assert not Switch(FakeSsm(value), "switch").is_on(SOON, ignore)


@pytest.mark.parametrize("value", ["on", " On\n", "yes", "TRUE", "1", "start"])
def test_switch_allows_messages_again(value: str) -> None:
    ssm = FakeSsm("off")
    switch = Switch(ssm, "switch")
    was_on = switch.is_on(SOON, ignore)
    ssm.value = value

    assert (was_on, switch.is_on(SOON, ignore)) == (False, True)


@pytest.mark.parametrize(("first", "is_on"), [("on", True), ("off", False)])
def test_invalid_value_keeps_the_last_valid_one_and_is_reported_once(first: str, *, is_on: bool) -> None:
    ssm, reports = FakeSsm(first), list[str]()
    switch = Switch(ssm, "switch")
    states = [switch.is_on(SOON, lambda: reports.append("first"))]
    for ssm.value in ("of", "of", "onn", "of"):
        states.append(switch.is_on(SOON, lambda: reports.append(str(ssm.value))))

    assert states == [is_on] * 5
    assert reports == ["of", "onn", "of"]


def test_invalid_value_is_reported_again_after_a_valid_one() -> None:
    ssm, reports = FakeSsm("maybe"), list[None]()
    switch = Switch(ssm, "switch")
    for ssm.value in ("maybe", "on", "maybe"):
        switch.is_on(SOON, lambda: reports.append(None))

    assert len(reports) == 2


def test_invalid_first_value_allows_messages() -> None:
    assert Switch(FakeSsm("maybe"), "switch").is_on(SOON, ignore)


def test_switch_that_cannot_be_read_is_an_unavailable_check() -> None:
    with pytest.raises(CheckUnavailableError, match="SWITCH_PARAMETER"):
        Switch(FakeSsm(None), "switch").is_on(SOON, ignore)


def test_value_may_be_at_most_30_seconds_old() -> None:
    class OldValue(FakeSsm):
        """A parameter that was switched off 31 seconds after its value was read."""

        def get(self, name: str, max_age: int, *, decrypt: bool) -> Any:  # noqa: ARG002
            """Return the value that was read, unless it may be only 30 seconds old."""
            return "off" if max_age <= 30 else "on"

    assert not Switch(OldValue("off"), "switch").is_on(SOON, ignore)
