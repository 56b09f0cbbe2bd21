"""The messages of a session."""

from collections.abc import Callable
from contextlib import closing
from typing import Any

import pytest

from connect_simulator import Simulator
from connect_simulator.page.outbound_messages import OutboundMessages
from connect_simulator.page.session import Session
from page_client import MOBILE, STACK, FakeEnvironments, connect_client, is_waiting_for, read_entries, run_command


@pytest.mark.parametrize("related", [{}, {"RelatedContactId": "another"}])
def test_session_has_the_messages_of_its_function_only(
    related: dict[str, str], simulator: Simulator, request_with: Callable[..., Any]
) -> None:
    texts = OutboundMessages(simulator, STACK, "mine")
    connect_client("mine", simulator).start_outbound_chat_contact(**request_with(**related))
    connect_client("yours", simulator).start_outbound_chat_contact(**request_with(**related))

    assert [(text["request"].get("RelatedContactId"), text["flow_end"]) for text in texts.new_messages()] == [
        (related.get("RelatedContactId"), "QUEUED")
    ]
    assert list(texts.new_messages()) == []

    simulator.reset()
    connect_client("mine", simulator).start_outbound_chat_contact(**request_with(**related))
    assert len(list(texts.new_messages())) == 1


def test_message_of_the_previous_call_is_published(simulator: Simulator, request_with: Callable[..., Any]) -> None:
    outcome = {"response": {"Status": "FAILED", "Reason": "TIMED_OUT"}}
    with closing(Session("mine", simulator, STACK, FakeEnvironments(outcome))) as session:
        run_command(session, "call", {"number": MOBILE})
        read_entries(session, is_waiting_for("KEY"))
        connect_client("mine", simulator).start_outbound_chat_contact(**request_with(RelatedContactId="before"))
        run_command(session, "call", {"number": MOBILE})
        run_command(session, "press", {"keys": "1"})
        entries = read_entries(session, is_waiting_for("AGENT"), since=1)

    assert [each["request"]["RelatedContactId"] for each in entries if each["kind"] == "message"] == ["before"]


def test_late_message_is_published(simulator: Simulator, request_with: Callable[..., Any]) -> None:
    outcome = {"response": {"Status": "FAILED", "Reason": "TIMED_OUT"}}
    with closing(Session("mine", simulator, STACK, FakeEnvironments(outcome))) as session:
        session.do("choose", {"fault": "delay", "operation": "GetParameter"})
        run_command(session, "call", {"number": MOBILE})
        run_command(session, "press", {"keys": "1"})
        entries = read_entries(session, is_waiting_for("AGENT"))
        connect_client("mine", simulator).start_outbound_chat_contact(**request_with())
        later = read_entries(session, lambda entry: entry["kind"] == "message", since=len(entries))

    assert [each["kind"] for each in entries].count("message") == 0
    assert later[-1]["flow_end"] == "QUEUED"
