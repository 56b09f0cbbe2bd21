"""Choices of the visitor."""

from typing import Any

import pytest

from connect_simulator import Fault, demo
from connect_simulator.page.choices import Caller, ChoiceError, Choices
from page_client import STACK


def test_choices_and_caller_are_parsed() -> None:
    body = {"settings": {"QUIET_HOURS": "21:00-08:00"}, "fault": "delay", "times": 1, "opted_out": True}

    choices = Choices.parse(body, STACK.variables)

    assert choices.settings == {"QUIET_HOURS": "21:00-08:00"}
    assert choices.fault == Fault("StartOutboundChatContact", "delay", 1, seconds=5)
    assert (choices.opted_out, choices.has_queue) == (True, False)
    assert Caller.parse({"number": ""}).number is None


def test_queue_and_failing_blocks_are_chosen() -> None:
    queue = {"is_open": False, "reports": {"VOICE": {"wait_seconds": 600}, "CHAT": None}}

    choices = Choices.parse({"queue": queue, "block_errors": {"Wait": "NoMatchingError"}}, STACK.variables)

    chosen = choices.center.queues[demo.QUEUE_ARN]
    voice = chosen.reports["VOICE"]
    assert voice
    assert (chosen.is_open, voice.wait_seconds, chosen.reports["CHAT"]) == (False, 600, None)
    assert choices.block_errors == {"Wait": "NoMatchingError"}


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"queue": {"is_open": "yes"}}, "queue"),
        ({"queue": "open"}, "queue"),
        ({"block_errors": {"Wait": 5}}, "block_errors"),
        ({"stack_parameters": {"Colour": "blue"}}, "stack_parameters"),
        ({"events": "sometimes"}, "events"),
        ({"events": ["lost"]}, "events"),
    ],
)
def test_invalid_choice_names_its_field(body: dict[str, Any], field: str) -> None:
    with pytest.raises(ChoiceError) as error:
        Choices.parse(body, STACK.variables)
    assert error.value.field == field
