"""The messages of a session."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from typing import Any

import pytest

from connect_simulator import Simulator
from connect_simulator.page.outbound_messages import OutboundMessages
from connect_simulator.page.session import Session
from page_client import (
    MOBILE,
    PROMPTS,
    STACK,
    FakeEnvironments,
    StartingEnvironments,
    connect_client,
    is_waiting_for,
    read_entries,
    run_command,
)


@pytest.mark.parametrize("related", [{}, {"RelatedContactId": "another"}])
def test_session_has_the_messages_of_its_function_only(
    related: dict[str, str], simulator: Simulator, request_with: Callable[..., Any]
) -> None:
    texts = OutboundMessages(simulator, STACK, "mine")
    connect_client("mine", simulator).start_outbound_chat_contact(**request_with(**related))
    connect_client("yours", simulator).start_outbound_chat_contact(**request_with(**related))

    assert [(text["request"].get("RelatedContactId"), text["flow_end"]) for text in texts.new_messages()] == [
        (related.get("RelatedContactId"), "WAITING")
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
    assert (later[-1]["flow_end"], later[-1]["flow_waiting"]["expects"]) == ("WAITING", "REPLY")


def is_conversation(entry: Any) -> bool:
    return bool(entry["kind"] == "conversation")


@pytest.fixture
def texted(simulator: Simulator, request_with: Callable[..., Any]) -> Iterator[Callable[..., Session]]:
    """Return a function that starts a session whose function texts every caller, and accepts the offer."""
    with ExitStack() as sessions:

        def run(**choices: Any) -> Session:
            client = connect_client("mine", simulator)
            start = StartingEnvironments(lambda: client.start_outbound_chat_contact(**request_with()))
            session = sessions.enter_context(closing(Session("mine", simulator, STACK, start)))
            session.do("choose", choices)
            run_command(session, "call", {"number": MOBILE, "language": "es-US"})
            run_command(session, "press", {"keys": "1"})
            read_entries(session, lambda entry: entry["kind"] == "message")
            return session

        yield run


def test_reply_continues_the_sms_flow(texted: Callable[..., Session]) -> None:
    session = texted()

    session.do("reply", {"text": "Hello"})
    conversation = read_entries(session, is_conversation)[-1]

    assert next((step["action"], step["branch"]) for step in conversation["steps"]) == (
        "note-replied",
        "CustomerReturned",
    )
    assert conversation["flow_end"] == "QUEUED"
    assert conversation["contact"]["Attributes"] == {"replied": "yes"}
    assert conversation["contact"]["ChatMetrics"]["CustomerMetrics"]["MessagesSent"] == 1


def test_silent_customer_reads_the_closing_message_in_the_language_of_the_call(texted: Callable[..., Session]) -> None:
    session = texted()

    session.do("no-reply", {})
    conversation = read_entries(session, is_conversation)[-1]
    session.do("reply", {"text": "Too late"})
    session.do("no-reply", {})
    entries = read_entries(session, lambda entry: entry["kind"] == "error")

    read = [text for step in conversation["steps"] for text in step["prompts"]]
    assert read == [PROMPTS["es-US"]["SmsClosingMessage"]]
    assert conversation["flow_end"] == "DISCONNECTED"
    assert [each["kind"] for each in entries].count("conversation") == 1
    assert entries[-1]["kind"] == "error"


def test_stop_does_not_reach_the_sms_flow(texted: Callable[..., Session]) -> None:
    session = texted()

    session.do("reply", {"text": "STOP"})
    session.do("reply", {"text": "Hello"})

    kinds = [each["kind"] for each in read_entries(session, is_conversation)]
    assert (kinds.count("reply"), kinds.count("conversation")) == (2, 1)


def test_error_of_a_block_of_the_sms_flow_takes_its_branch(texted: Callable[..., Session]) -> None:
    session = texted(block_errors={"Wait": "NoMatchingError"})

    [message] = [
        each for each in read_entries(session, lambda entry: entry["kind"] == "message") if each["kind"] == "message"
    ]
    assert message["flow_end"] == "QUEUED"


def test_agent_answers_and_ends_the_text(texted: Callable[..., Session]) -> None:
    session = texted()

    session.do("answer-text", {})
    session.do("reply", {"text": "Hello"})
    session.do("answer-text", {})
    session.do("reply", {"text": "Are you there?"})
    session.do("end-text", {})
    session.do("end-text", {})
    entries = read_entries(session, lambda entry: entry.get("message") == "No agent has the contact.")

    conversations = [each["flow_end"] for each in entries if is_conversation(each)]
    assert conversations == ["QUEUED", "ANSWERED", "ANSWERED", "ENDED"]
    assert [each["message"] for each in entries if each["kind"] == "error"] == [
        "The contact does not wait for an agent.",
        "No agent has the contact.",
    ]


def test_reply_without_a_message_is_only_shown(simulator: Simulator) -> None:
    with closing(Session("mine", simulator, STACK, FakeEnvironments({}))) as session:
        session.do("reply", {"text": "Hello"})
        entries = read_entries(session, lambda entry: entry["kind"] == "reply")

    assert entries[-1]["opted_out"] is False
