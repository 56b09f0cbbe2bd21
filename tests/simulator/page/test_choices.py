"""Choices of the visitor."""

from connect_simulator import Fault
from connect_simulator.page.choices import Caller, Choices
from page_client import STACK


def test_choices_and_caller_are_parsed() -> None:
    body = {"settings": {"QUIET_HOURS": "21:00-08:00"}, "fault": "delay", "times": 1, "opted_out": True}

    choices = Choices.parse(body, STACK.variables)

    assert choices.settings == {"QUIET_HOURS": "21:00-08:00"}
    assert choices.fault == Fault("StartOutboundChatContact", "delay", 1, seconds=5)
    assert (choices.opted_out, choices.has_queue) == (True, False)
    assert Caller.parse({"number": ""}).number is None
