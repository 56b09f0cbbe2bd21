"""The variables that describe a scenario."""

import pytest

from connect_simulator.scenario import variables

CALLER = "+14255550142"


def test_event_age_must_be_a_number() -> None:
    assert [variables.event_age_seconds({"EVENT_AGE_SECONDS": said}) for said in ("", "600")] == [0, 600]
    assert variables.event_age_seconds({}) == 0
    with pytest.raises(variables.ScenarioError, match="EVENT_AGE_SECONDS"):
        variables.event_age_seconds({"EVENT_AGE_SECONDS": "long"})


def test_caller_must_be_a_phone_number() -> None:
    assert [variables.caller({"CALLER": said}) for said in (" +61491570006 ", "")] == ["+61491570006", None]
    assert variables.caller({}) is None
    for said in ("0491 570 006", "+61 491 570 006", "anonymous"):
        with pytest.raises(variables.ScenarioError, match=r"CALLER .*\+14255550142"):
            variables.caller({"CALLER": said})
