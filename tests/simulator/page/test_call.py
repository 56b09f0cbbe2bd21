"""A call on the page, step by step."""

from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from connect_simulator import Simulator
from connect_simulator.page import read_stack
from connect_simulator.page.call import Call
from connect_simulator.page.choices import Caller, Choices
from connect_simulator.page.session import Session
from page_client import (
    MAX_STEPS,
    MOBILE,
    PROMPTS,
    STACK,
    FakeEnvironments,
    is_waiting_for,
    post_command,
    read_entries,
    read_feed,
    run_command,
    send,
)


def test_feed_has_each_step_of_a_call(site: Simulator, session: str) -> None:
    post_command(site, session, "call", {"number": "+14255550142"})
    offered = read_feed(site, session, is_waiting_for("KEY"))
    post_command(site, session, "press", {"keys": "1"})
    entries = read_feed(site, session, is_waiting_for("AGENT"))

    assert [each["action"] for each in offered if each["kind"] == "step"] == [
        *("voice", "language", "queue-flow", "queue", "settings", "hours", "staffed-only", "waiting-callers"),
        *("estimate", "at-once", "note-offered", "offer", "ask"),
    ]
    assert entries[: len(offered)] == offered
    [answered] = [each for each in entries if each["kind"] == "result"]
    assert answered["response"]["Status"] == "STARTED"
    assert answered["log"] == ["a line"]
    assert [each["flow"] for each in entries if each["kind"] == "flow"] == ["VoiceFlow", "CustomerQueueFlow"]
    [agreed] = [each for each in entries if each.get("action") == "agree"]
    assert (agreed["branch"], agreed["prompts"], agreed["attributes"]) == ("1", [], {"smsConsent": "yes"})


def test_flows_speak_the_language_of_the_caller(site: Simulator, session: str) -> None:
    post_command(site, session, "call", {"number": "+14255550142", "language": "es-US"})
    read_feed(site, session, is_waiting_for("KEY"))
    post_command(site, session, "press", {"keys": "1"})

    entries = read_feed(site, session, is_waiting_for("AGENT"))

    heard = [text for each in entries if each["kind"] == "step" for text in each["prompts"]]
    assert heard[:3] == [PROMPTS["es-US"][name] for name in ("OfferPrompt", "StartedPrompt", "HoldPrompt")]


def test_flow_waits_until_each_step_is_shown(site: Simulator, session: str) -> None:
    send(site, "POST", f"{session}/call", {})
    send(site, "POST", f"{session}/next", {})
    send(site, "POST", f"{session}/next", {"call": "the one before"})
    send(site, "POST", f"{session}/hang-up", {})

    entries = read_feed(site, session, lambda entry: entry["kind"] == "ended")

    assert [each["action"] for each in entries if each["kind"] == "step"] == ["voice", "language"]
    assert entries[-1]["reason"] == "HUNG_UP"


@pytest.mark.parametrize(
    ("steps", "last", "is_event"), [(0, "agree", False), (1, "status", False), (MAX_STEPS, "hold", True)]
)
def test_only_queued_callers_abandon_the_queue(steps: int, last: str, *, is_event: bool, simulator: Simulator) -> None:
    outcome = {"response": {"Status": "STARTED", "Reason": "", "ContactId": "text-1"}}
    with closing(Session("mine", simulator, STACK, FakeEnvironments(outcome))) as session:
        run_command(session, "call", {"number": MOBILE})
        session.do("press", {"keys": "1"})
        for _ in range(steps + 1 if steps else 0):
            session.do("next", {})
        session.do("hang-up", {})
        session.do("leave", {})
        entries = read_entries(session, lambda entry: entry["kind"] == "left")

    assert [each["action"] for each in entries if each["kind"] == "step"][-1] == last
    assert ("event" in [each["kind"] for each in entries]) is is_event
    [*_, call] = [each["contact"] for each in entries if each["kind"] == "contact"]
    assert call["DisconnectReason"] == "CUSTOMER_DISCONNECT"
    assert ("QueueInfo" in call) is is_event


@pytest.mark.parametrize("command", ["call", "leave"])
def test_new_call_or_story_ends_the_current_call(command: str, simulator: Simulator) -> None:
    with closing(Session("mine", simulator, STACK, FakeEnvironments({}))) as session:
        session.do("call", {"number": MOBILE})
        first = read_entries(session, lambda entry: entry["kind"] == "step")[-1]["call"]
        session.do(command, {"number": MOBILE})
        session.do("leave", {})
        read_entries(session, lambda entry: entry["kind"] == "left" and entry["left"] == 1 + (command == "leave"))

    assert "DisconnectTimestamp" in simulator.world.contacts[first]


def test_ended_call_is_not_hung_up_again(simulator: Simulator) -> None:
    with closing(Session("mine", simulator, STACK, FakeEnvironments({}))) as session:
        session.do("hang-up", {})
        session.do("call", {"number": MOBILE})
        session.do("hang-up", {})
        session.do("hang-up", {})
        session.do("press", {"keys": "1"})
        session.do("leave", {})
        entries = read_entries(session, lambda entry: entry["kind"] == "left")

    assert [each["kind"] for each in entries].count("ended") == 1
    assert [each["message"] for each in entries if each["kind"] == "error"] == [
        "No call is active; start one first."
    ] * 2


def test_answered_caller_does_not_abandon_the_queue(simulator: Simulator) -> None:
    with closing(Session("mine", simulator, STACK, FakeEnvironments({}))) as session:
        run_command(session, "call", {"number": MOBILE})
        run_command(session, "press-nothing", {})
        run_command(session, "connect-agent", {})
        session.do("hang-up", {})
        session.do("leave", {})
        entries = read_entries(session, lambda entry: entry["kind"] == "left")

    assert [each["reason"] for each in entries if each["kind"] == "ended"] == ["QUEUED", "ANSWERED", "HUNG_UP"]
    assert "event" not in [each["kind"] for each in entries]


CALLBACK = """
Parameters: {Language: {Default: en-US}}
Mappings: {Prompts: {en-US: {}}}
Resources:
  DeflectionFunction: {Type: "AWS::Serverless::Function", Properties: {Environment: {Variables: {}}}}
  VoiceFlow:
    Type: AWS::Connect::ContactFlow
    Properties:
      Type: CONTACT_FLOW
      Content: !Sub >-
        {"Version": "2019-10-30", "StartAction": "a", "Actions": [
        {"Identifier": "a", "Type": "CreateCallbackContact", "Parameters": {"InitialCallDelaySeconds": "5",
        "MaximumConnectionAttempts": "1", "RetryDelaySeconds": "60", "QueueId": "${QueueArn}"},
        "Transitions": {"NextAction": "b", "Errors": [{"NextAction": "b", "ErrorType": "NoMatchingError"}]}},
        {"Identifier": "b", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}]}
"""


@pytest.mark.parametrize(("errors", "numbers"), [({}, [MOBILE]), ({"CreateCallbackContact": "NoMatchingError"}, [])])
def test_callback_is_published_with_its_number(
    errors: dict[str, str], numbers: list[str], simulator: Simulator, tmp_path: Path
) -> None:
    (tmp_path / "template.yaml").write_text(CALLBACK)
    entries: list[tuple[str, Any]] = []
    call = Call(
        simulator,
        read_stack(tmp_path / "template.yaml"),
        Caller(MOBILE, "en-US", {}),
        lambda kind, **members: entries.append((kind, members)),
    )

    call.start(dict, Choices({}, {}, block_errors=errors))
    call.next()
    call.next()

    assert [members["callback"]["number"] for kind, members in entries if kind == "callback"] == numbers
    assert entries[-1][0] == "contact"
    assert call.is_over
