"""The commands of a session."""

import json
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from connect_simulator import Simulator
from connect_simulator.flows import FunctionTimeoutError
from connect_simulator.page.session import Session
from connect_simulator.page.session_environment import SessionEnvironment
from connect_simulator.scenario.sdk_client import sdk_client
from page_client import (
    MOBILE,
    STACK,
    FakeEnvironments,
    StartingEnvironments,
    connect_client,
    post_command,
    read_entries,
    read_feed,
    run_command,
    send,
)


def test_pasted_document_is_not_a_file_name(site: Simulator, session: str) -> None:
    pasted = json.dumps({"messages": "x" * 1000})
    assert send(site, "POST", f"{session}/choose", {"settings": {"MESSAGES_PARAMETER": pasted}})[0] == 202
    post_command(site, session, "call", {"number": MOBILE})
    post_command(site, session, "press", {"keys": "1"})

    assert read_feed(site, session, lambda entry: entry["kind"] in ("error", "result"))[-1]["kind"] == "result"


def test_parameters_with_which_the_flows_cannot_be_played_are_rejected(site: Simulator, session: str) -> None:
    status, body, _ = send(site, "POST", f"{session}/choose", {"stack_parameters": {"SmsReplySeconds": "soon"}})

    assert (status, body["field"]) == (400, "stack_parameters")


def test_error_is_published_and_the_session_continues(site: Simulator, session: str) -> None:
    post_command(site, session, "press", {"keys": "1"})
    post_command(site, session, "call", {})
    post_command(site, session, "press", {"keys": "x"})

    entries = read_feed(site, session, lambda entry: entry["kind"] == "error")

    assert (entries[-1]["message"], entries[-1]["stops"]) == ("keys must contain only 0 to 9, * and # (got x).", False)


def test_scenario_error_stops_the_flow(
    site: Simulator, session: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "empty.json").touch()
    send(site, "POST", f"{session}/choose", {"settings": {"MESSAGES_PARAMETER": "empty.json"}})
    post_command(site, session, "call", {"number": MOBILE})
    post_command(site, session, "press", {"keys": "1"})

    entries = read_feed(site, session, lambda entry: entry["kind"] in ("error", "ended"))

    assert "empty.json" in entries[-1].pop("message")
    assert entries[-1] == {"kind": "error", "stops": True, "is_of_flow": False}
    assert "not-texted" not in [each.get("action") for each in entries]


def test_simulator_bug_is_not_a_function_error(simulator: Simulator, capsys: pytest.CaptureFixture[str]) -> None:
    with closing(Session("broken", simulator, STACK, FakeEnvironments(ZeroDivisionError()))) as session:
        run_command(session, "call", {"number": MOBILE})
        run_command(session, "press", {"keys": "1"})
        entries = read_entries(session, lambda entry: entry["kind"] in ("error", "ended"))

    assert entries[-1]["kind"] == "error"
    assert [each["kind"] for each in entries].count("invoking") == 1
    assert "ZeroDivisionError" in capsys.readouterr().err


@pytest.mark.parametrize(
    "outcome", [{"error": {"type": "RuntimeError", "text": "", "reason": ""}}, FunctionTimeoutError()]
)
def test_failed_batch_stays_on_the_queue(outcome: Any, simulator: Simulator) -> None:
    with closing(Session("failing", simulator, STACK, FakeEnvironments(outcome))) as session:
        sqs = sdk_client(simulator, "sqs")
        url = SessionEnvironment(simulator, STACK, session.name).queue_url()
        for each in "ab":
            sqs.send_message(QueueUrl=url, MessageBody="{}", MessageGroupId=each, MessageDeduplicationId=each)
        session.do("process-queue", {})
        entries = read_entries(session, lambda entry: entry["kind"] == "queue")

    assert entries[-1]["records"] == 2
    there = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert int(there["ApproximateNumberOfMessages"]) + int(there["ApproximateNumberOfMessagesNotVisible"]) == 2


@pytest.mark.parametrize("word", ["STOP", " stop ", "Arret", "cancel", "end", "opt-out", "optout", "quit", "td"])
def test_opt_out_keyword_opts_the_number_out(word: str, simulator: Simulator, request_with: Callable[..., Any]) -> None:
    to = {"DestinationEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": "+14255550111"}}
    texting = StartingEnvironments(
        lambda: connect_client("mine", simulator).start_outbound_chat_contact(**request_with(**to))
    )
    with closing(Session("mine", simulator, STACK, texting)) as session:
        run_command(session, "call", {"number": MOBILE})
        run_command(session, "press", {"keys": "1"})
        session.do("reply", {"text": "What now?"})
        session.do("reply", {"text": word})
        before = read_entries(session, lambda entry: entry.get("opted_out") is True)
        run_command(session, "call", {"number": MOBILE})
        run_command(session, "press", {"keys": "1"})
        session.do("leave", {})
        after = read_entries(session, lambda entry: entry["kind"] == "left", since=len(before))

    assert [each["opted_out"] for each in before if each["kind"] == "reply"] == [False, True]
    assert [each["delivered"] for each in before if each["kind"] == "message"] == [True]
    assert [each["delivered"] for each in after if each["kind"] == "message"] == [False]


def test_message_of_the_previous_story_is_not_shown(simulator: Simulator, request_with: Callable[..., Any]) -> None:
    texting = StartingEnvironments(
        lambda: connect_client("mine", simulator).start_outbound_chat_contact(**request_with())
    )
    with closing(Session("mine", simulator, STACK, texting)) as session:
        run_command(session, "call", {"number": MOBILE})
        session.do("leave", {})
        run_command(session, "call", {"number": MOBILE})
        run_command(session, "press", {"keys": "1"})
        session.do("reply", {"text": "STOP"})
        entries = read_entries(session, lambda entry: entry["kind"] == "reply")

    assert [each["kind"] for each in entries].count("result") == 1
    assert "message" not in [each["kind"] for each in entries]
    assert entries[-1]["opted_out"] is False
    assert len(simulator.world.requests) == 1


def test_stop_without_a_message_has_no_effect(simulator: Simulator) -> None:
    with closing(Session("mine", simulator, STACK, FakeEnvironments({}))) as session:
        session.do("reply", {"text": "STOP"})
        [reply] = read_entries(session, lambda entry: entry["kind"] == "reply")

    assert reply["opted_out"] is False


def test_session_publishes_what_its_function_counts(simulator: Simulator, request_with: Callable[..., Any]) -> None:
    counted = {"_aws": {"CloudWatchMetrics": [{"Metrics": [{"Name": "Started"}]}]}, "Started": [1.0]}
    texting = StartingEnvironments(
        lambda: connect_client("mine", simulator).start_outbound_chat_contact(**request_with()),
        log=[json.dumps(counted)],
    )
    with closing(Session("mine", simulator, STACK, texting)) as session:
        run_command(session, "call", {"number": MOBILE})
        run_command(session, "press", {"keys": "1"})
        session.do("no-reply", {})
        session.do("leave", {})
        before = read_entries(session, lambda entry: entry["kind"] == "left")
        run_command(session, "call", {"number": MOBILE})
        after = read_entries(session, lambda entry: entry["kind"] == "funnel", since=len(before))

    first, *_ = [each["counts"] for each in before if each["kind"] == "funnel"]
    assert first == {}
    assert after[-1]["counts"] == {"Started": 4.0}, "the request, two delivery events, and the end of the text"
