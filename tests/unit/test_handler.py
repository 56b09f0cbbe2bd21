"""What the function tells its operators, and that it tells them nothing of the customer."""

import io
import json
import logging
import time
from contextlib import redirect_stderr, redirect_stdout
from datetime import UTC, datetime
from traceback import format_exception
from typing import Any

import pytest
from aws_xray_sdk import global_sdk_config
from aws_xray_sdk.core import xray_recorder

from builders import (
    CALL,
    QUEUES,
    REQUIRED,
    FakeConnect,
    LambdaContext,
    application,
    described,
    event,
    flow_event,
    refused,
    settings,
)
from deflection.aws.deadline import ColdStartTimer, Deadline
from deflection.aws.gateway import Application
from deflection.bootstrap import load_application
from deflection.errors import InvalidSettingsError, MalformedEventError, ResourceNotFoundError, ThrottledError
from deflection.handler import lambda_handler
from deflection.observability import UnexpectedError, logger, tracer

CONTACT_ID = "1a2b3c4d-5e6f-4708-9a1b-2c3d4e5f6071"
ABANDONED = {"CONTACT_EVENT_TRIGGER": "ABANDONED", "CONSENT_ATTRIBUTE": "smsConsent"}
PERSONAL = ("4255550142", "4255550111", "Jane", "A-1001", "Hello you")


class Function:
    """The function under settings of the test's own, with what it wrote: log lines and metrics."""

    def __init__(self) -> None:
        self.written = io.StringIO()

    def invoke(self, arrived: Any, client: Any = None, **changes: str) -> dict[str, str]:
        return self.invoke_with(application(client or FakeConnect(CONTACT_ID), **changes), arrived)

    def invoke_with(self, made: Application | InvalidSettingsError, arrived: Any) -> dict[str, str]:
        stream_handler = logger.registered_handler
        assert isinstance(stream_handler, logging.StreamHandler)
        before, stream_handler.stream = stream_handler.stream, self.written
        try:
            with redirect_stdout(self.written), redirect_stderr(self.written):
                response: dict[str, str] = lambda_handler(arrived, LambdaContext(), application=made)
                return response
        finally:
            stream_handler.stream = before

    @property
    def logs(self) -> list[dict[str, Any]]:
        return [line for line in self._lines() if "level" in line]

    @property
    def metrics(self) -> list[dict[str, Any]]:
        return [line for line in self._lines() if "Deflections" in line]

    def counts(self, metric: str) -> list[list[float]]:
        return [line[metric] for line in self._lines() if metric in line]

    def _lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.written.getvalue().splitlines()]


def fresh(name: str) -> dict[str, Any]:
    """An event of the bus that happened just now."""
    return event(name) | {"time": datetime.now(UTC).isoformat()}


@pytest.fixture
def function() -> Function:
    return Function()


def test_a_deflection_is_one_line_in_the_log(function: Function) -> None:
    function.invoke(event("flow_voice"))

    (line,) = function.logs
    assert line["duration_ms"] >= 0
    assert {key: line[key] for key in ("level", "message", "service", "correlation_id", "status", "reason")} == {
        "level": "INFO",
        "message": "The text conversation was started.",
        "service": "connect-sms-deflection",
        "correlation_id": CALL,
        "status": "STARTED",
        "reason": "",
    }
    assert (line["contact_id"], line["related_contact_id"]) == (CONTACT_ID, CALL)
    assert (line["destination"], line["subtype"]) == ("+1********42", "connect:SMS")
    assert isinstance(line["cold_start"], bool)


def test_a_failure_that_may_pass_is_a_warning_in_the_log(function: Function) -> None:
    function.invoke(event("flow_voice"), FakeConnect(refused("LimitExceededException", 429)))

    (line,) = function.logs
    assert (line["level"], line["reason"]) == ("WARNING", "QUOTA_EXCEEDED")


def test_a_failure_is_an_error_in_the_log(function: Function) -> None:
    function.invoke(flow_event({"DryRun": "perhaps"}))

    (line,) = function.logs
    assert (line["level"], line["status"], line["reason"]) == ("ERROR", "FAILED", "INVALID_PARAMETER")
    assert line["message"].startswith("DryRun must be true or false")


def test_one_invocation_leaves_nothing_in_the_log_of_the_next(function: Function) -> None:
    function.invoke(event("flow_voice"))
    function.invoke(event("foreign"))

    assert "correlation_id" not in function.logs[1]


@pytest.mark.parametrize(
    "put_there",
    ["+1 425 555-0142", "14255550142", "crm-callback-14255550142-20261122", "1" * 64, "My name is Jane", "é"],
)
def test_an_id_that_is_rather_something_else_is_not_logged(put_there: str, function: Function) -> None:
    function.invoke(flow_event({"RelatedContactId": put_there}, ContactId=put_there))

    (line,) = function.logs
    assert (line["correlation_id"], line["related_contact_id"]) == ("not an id", "not an id")


def test_a_start_is_counted_by_service_and_status_with_connects_latency(function: Function) -> None:
    function.invoke(event("flow_voice"))

    (counted,) = function.metrics
    (directive,) = counted["_aws"]["CloudWatchMetrics"]
    assert directive["Namespace"] == "ConnectSmsDeflection"
    assert [sorted(names) for names in directive["Dimensions"]] == [["service", "status"], ["service"]]
    assert directive["Metrics"] == [
        {"Name": "ConnectLatency", "Unit": "Milliseconds"},
        {"Name": "FlowLatency", "Unit": "Milliseconds"},
        {"Name": "Deflections", "Unit": "Count"},
        {"Name": "AskedFor", "Unit": "Count"},
        {"Name": "Eligible", "Unit": "Count"},
        {"Name": "Started", "Unit": "Count"},
    ]
    assert (counted["service"], counted["status"], counted["Deflections"]) == (
        "connect-sms-deflection",
        "STARTED",
        [1.0],
    )


@pytest.mark.parametrize(
    ("answer", "counted"), [(CONTACT_ID, [[2.0]]), (refused("ConflictException", 409), [])], ids=["started", "failed"]
)
def test_the_parts_of_a_text_are_counted_when_it_is_started(
    answer: Any, counted: list[list[float]], function: Function
) -> None:
    function.invoke(flow_event({"InitialSystemMessage_Content": "x" * 161}), FakeConnect(answer))

    assert function.counts("SmsParts") == counted


def test_a_refusal_is_counted_by_its_reason_too(function: Function) -> None:
    function.invoke(event("flow_anonymous"))

    (counted,) = function.metrics
    (directive,) = counted["_aws"]["CloudWatchMetrics"]
    assert [sorted(names) for names in directive["Dimensions"]] == [
        ["service", "status"],
        ["service"],
        ["reason", "service", "status"],
    ]
    assert directive["Metrics"] == [
        {"Name": "FlowLatency", "Unit": "Milliseconds"},
        {"Name": "Deflections", "Unit": "Count"},
        {"Name": "AskedFor", "Unit": "Count"},
    ]
    assert (counted["status"], counted["reason"]) == ("DECLINED", "CUSTOMER_NUMBER_MISSING")


@pytest.mark.parametrize(
    "refuses",
    [False, True],
    ids=["started", "refused by Connect, in words that repeat the number"],
)
@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
def test_nothing_personal_is_logged_counted_or_traced(
    level: str,
    function: Function,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    *,
    refuses: bool,
) -> None:
    for name in ("LOGGER_LOG_EVENT", "TRACER_CAPTURE_RESPONSE", "TRACER_CAPTURE_ERROR", "DEBUG"):
        monkeypatch.setenv(f"POWERTOOLS_{name}", "true")
    caplog.set_level(level)
    client = FakeConnect(refused("InvalidRequestException", 400)) if refuses else None

    response = function.invoke(
        flow_event({"DestinationEndpoint_Address": "+14255550111", "InitialSystemMessage_Content": "Hello you"}),
        client,
        ATTRIBUTES_TO_COPY="*",
    )

    assert response["Status"] == ("FAILED" if refuses else "STARTED")
    for personal in PERSONAL:
        assert personal not in function.written.getvalue() + caplog.text + json.dumps(response)


def test_the_trace_has_a_segment_for_connect_and_annotations_and_no_more(
    function: Function, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tracer, "disabled", False)
    monkeypatch.setattr(tracer, "provider", xray_recorder)
    xray_recorder.configure(sampling=False)
    global_sdk_config.set_sdk_enabled(True)
    try:
        with xray_recorder.in_segment("function") as segment:
            function.invoke(event("flow_voice"))
            invocation = segment.to_dict()["subsegments"][0]
    finally:
        global_sdk_config.set_sdk_enabled(False)

    told = {key: invocation["annotations"][key] for key in ("channel", "status", "reason")}
    assert [part["name"] for part in invocation["subsegments"]] == ["## StartOutboundChatContact"]
    assert told == {"channel": "VOICE", "status": "STARTED", "reason": ""}
    assert "metadata" not in invocation
    assert not any(personal in json.dumps(invocation) for personal in PERSONAL)


def test_wrong_settings_are_answered_whatever_the_event(function: Function) -> None:
    wrong = load_application(0, {"INSTANCE_ARN": REQUIRED["INSTANCE_ARN"]})

    responses = [function.invoke_with(wrong, event(name)) for name in ("flow_voice", "foreign")]

    assert isinstance(wrong, InvalidSettingsError)
    for response in responses:
        assert (response["Status"], response["Reason"]) == ("FAILED", "INVALID_SETTINGS")
        assert "SOURCE_PHONE_NUMBER_ARN" in response["Message"]
        assert "CONTACT_FLOW_ID" in response["Message"]
    assert [line["level"] for line in function.logs] == ["ERROR", "ERROR"]


@pytest.mark.parametrize("name", ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_SSM", "AWS_ENDPOINT_URL_DYNAMODB"])
def test_an_endpoint_that_is_no_url_is_a_wrong_setting(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "localhost:9")

    wrong = load_application(
        0, REQUIRED | {"SWITCH_PARAMETER": "/switch", "REPEAT_WINDOW_MINUTES": "60", "TABLE_NAME": "deflections"}
    )

    assert isinstance(wrong, InvalidSettingsError)
    assert "AWS_ENDPOINT_URL" in str(wrong)


def test_an_endpoint_of_the_queue_that_is_no_url_is_a_wrong_setting_once_it_is_asked(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL_SQS", "localhost:9")
    loaded = load_application(0, REQUIRED | QUEUES)

    assert isinstance(loaded, Application)
    assert loaded.queue
    with pytest.raises(InvalidSettingsError):
        loaded.queue.return_to_queue("receipt handle", 1, Deadline(9e9))


def test_the_application_is_loaded_from_the_environment() -> None:
    loaded = load_application(0, REQUIRED)

    assert isinstance(loaded, Application)
    assert (loaded.settings, loaded.queue, loaded.dead_letter_queue) == (settings(), None, None)


def test_each_queue_that_is_set_is_loaded() -> None:
    loaded = load_application(0, REQUIRED | QUEUES)

    assert isinstance(loaded, Application)
    assert loaded.queue
    assert loaded.dead_letter_queue
    assert (loaded.queue.url, loaded.dead_letter_queue.url) == tuple(QUEUES.values())


@pytest.mark.parametrize("name", ["flow_voice", "contact_event_abandoned"])
def test_a_defect_raises_and_tells_its_kind_and_place_and_nothing_of_the_customer(
    name: str, function: Function
) -> None:
    client = FakeConnect(ZeroDivisionError("to +14255550142"), contact=ZeroDivisionError("to +14255550142"))

    with pytest.raises(UnexpectedError) as raised:
        function.invoke(fresh(name), client, **ABANDONED)

    (line,) = function.logs
    assert str(raised.value) == "A defect of this function: ZeroDivisionError. The log says where."
    assert (line["level"], line["kind"]) == ("ERROR", "ZeroDivisionError")
    assert any("connect.py" in place for place in line["where"])
    assert function.counts("Failed") == [[1.0]]
    assert "4255550142" not in function.written.getvalue() + "".join(format_exception(raised.value))


@pytest.mark.parametrize(
    ("changes", "contact", "error"),
    [
        ({"detail": {}}, None, MalformedEventError),
        ({}, refused("ThrottlingException", 429), ThrottledError),
        ({}, refused("ResourceNotFoundException", 404), ResourceNotFoundError),
    ],
)
def test_a_failed_event_of_the_bus_raises_what_holds_nothing_of_the_customer(
    changes: dict[str, Any], contact: Any, error: type[Exception], function: Function
) -> None:
    with pytest.raises(error) as raised:
        function.invoke(fresh("contact_event_abandoned") | changes, FakeConnect(contact=contact), **ABANDONED)

    assert "4255550142" not in "".join(format_exception(raised.value))
    assert function.logs[-1]["status"] == "FAILED"


@pytest.mark.parametrize(
    ("arrived", "status", "reason"),
    [
        ({"detail-type": "Something Else"}, "FAILED", "UNRECOGNIZED_EVENT"),
        (event("contact_event_abandoned"), "DECLINED", "EVENT_TOO_OLD"),
        (event("contact_event_queued"), "IGNORED", "TRIGGER_NOT_MATCHED"),
        (event("contact_event_sms_answered"), "IGNORED", "SMS_CONTACT_EVENT"),
    ],
)
def test_other_events_of_the_bus_are_answered_with_the_map(
    arrived: Any, status: str, reason: str, function: Function
) -> None:
    response = function.invoke(arrived, **ABANDONED)

    assert (response["Status"], response["Reason"]) == (status, reason)


def test_an_event_of_the_bus_starts_a_text_within_the_same_line(function: Function) -> None:
    client = FakeConnect(CONTACT_ID, contact={"Channel": "CHAT", "InitialContactId": CALL})
    wish = fresh("deflection_requested")
    wish["detail"]["parameters"]["DestinationEndpoint_Address"] = "+14255550142"

    response = function.invoke(wish, client)

    assert (response["Status"], response["RelatedContactId"]) == ("STARTED", CALL)
    assert function.logs[0]["correlation_id"] == CALL


def test_a_text_about_no_contact_is_known_by_its_event(function: Function) -> None:
    client = FakeConnect(CONTACT_ID, CONTACT_ID, CONTACT_ID)
    wish = fresh("deflection_requested_without_contact")

    for event_id in (wish["id"], wish["id"], "another event"):
        function.invoke(wish | {"id": event_id}, client)

    first, again, other = (request["ClientToken"] for request in client.requests)
    assert first == again != other
    assert function.logs[0]["correlation_id"] == wish["id"]
    assert "RelatedContactId" not in client.requests[0]


@pytest.mark.parametrize(
    ("name", "changes", "counted"),
    [
        ("contact_event_sms_answered", {}, {"Answered"}),
        ("contact_event_sms_ended", {}, {"EndedUnanswered"}),
        ("contact_event_sms_ended", {"agentInfo": {"connectedToAgentTimestamp": "2026-11-22T10:26:43Z"}}, set()),
        ("contact_event_sms_ended", {"eventType": "QUEUED"}, set()),
        ("contact_event_queued", {}, set()),
    ],
)
def test_what_became_of_the_texts_is_counted(
    name: str, changes: dict[str, Any], counted: set[str], function: Function
) -> None:
    arrived = event(name)
    arrived["detail"] |= changes
    function.invoke(arrived)

    (written,) = function.metrics
    assert {"AskedFor", "Eligible", "Started", "Answered", "EndedUnanswered"} & set(written) == counted


@pytest.mark.parametrize(
    ("parameters", "answer", "counted"),
    [
        ({}, CONTACT_ID, {"AskedFor", "Eligible", "Started"}),
        ({"DestinationEndpoint_Address": "12"}, CONTACT_ID, {"AskedFor"}),
        ({"ChatDurationInMinutes": "1"}, CONTACT_ID, {"AskedFor", "Eligible", "Failed"}),
        ({"Misspelt": "1"}, CONTACT_ID, {"AskedFor", "Failed"}),
        ({}, refused("LimitExceededException", 429), {"AskedFor", "Eligible", "Failed"}),
        ({"DryRun": "true"}, CONTACT_ID, set()),
    ],
)
def test_the_stations_that_a_wish_reached_are_counted(
    parameters: dict[str, str], answer: Any, counted: set[str], function: Function
) -> None:
    function.invoke(flow_event(parameters), FakeConnect(answer))

    (written,) = function.metrics
    assert {"AskedFor", "Eligible", "Started", "Failed"} & set(written) == counted


def test_a_contact_event_of_somebody_who_did_not_agree_asked_for_nothing(function: Function) -> None:
    client = FakeConnect(contact=described(Attributes={"smsConsent": "no"}))

    response = function.invoke(
        fresh("contact_event_queued"), client, CONTACT_EVENT_TRIGGER="QUEUED", CONSENT_ATTRIBUTE="smsConsent"
    )

    (written,) = function.metrics
    assert response["Reason"] == "CONSENT_MISSING"
    assert {"AskedFor", "Eligible", "Started", "Failed"} & set(written) == set()


def test_what_is_tried_again_has_not_failed(function: Function) -> None:
    with pytest.raises(ThrottledError):
        function.invoke(
            fresh("contact_event_abandoned"), FakeConnect(contact=refused("ThrottlingException", 429)), **ABANDONED
        )

    assert "Failed" not in function.metrics[0]


def test_each_record_of_a_batch_has_its_own_line_and_counts(function: Function) -> None:
    batch = event("queue_batch")
    for record, name in zip(batch["Records"], ["contact_event_sms_answered", "contact_event_sms_ended"], strict=False):
        record["body"] = json.dumps(event(name))

    function.invoke(batch)

    assert [line["reason"] for line in function.logs] == [
        "SMS_CONTACT_EVENT",
        "SMS_CONTACT_EVENT",
        "UNRECOGNIZED_EVENT",
    ]
    assert [written["Deflections"] for written in function.metrics] == [[1.0], [1.0], [1.0]]
    assert [written["reason"] for written in function.metrics] == [line["reason"] for line in function.logs]
    assert "correlation_id" not in function.logs[2]


def test_the_first_invocation_has_less_time_by_what_init_took(function: Function) -> None:
    just_loaded = application(FakeConnect(CONTACT_ID, CONTACT_ID), cold_start=ColdStartTimer(2.9, time.time()))

    answers = [function.invoke_with(just_loaded, event("flow_voice")) for _ in range(2)]

    assert [(answer["Reason"], answer["Retryable"]) for answer in answers] == [("TIMED_OUT", "true"), ("", "false")]


def test_what_a_flow_waited_has_what_init_took_for_the_invocation_that_waited_for_it(function: Function) -> None:
    just_loaded = application(FakeConnect(CONTACT_ID, CONTACT_ID), cold_start=ColdStartTimer(900, time.time()))

    for _ in range(2):
        function.invoke_with(just_loaded, event("flow_voice"))

    [[first], [second]] = [counted["FlowLatency"] for counted in function.metrics]
    assert first >= 900_000 > second


def test_a_flow_after_a_restore_from_a_snapshot_has_all_of_its_time_however_long_ago_init_was(
    function: Function,
) -> None:
    hours_ago = application(FakeConnect(CONTACT_ID), cold_start=ColdStartTimer(900, loaded_at=time.time() - 20_000))

    answer = function.invoke_with(hours_ago, event("flow_voice"))

    assert answer["Status"] == "STARTED"
    assert function.metrics[0]["FlowLatency"][0] < 900_000


def test_only_flows_wait_for_an_answer(function: Function) -> None:
    function.invoke(fresh("contact_event_sms_answered"))

    assert "FlowLatency" not in function.metrics[0]
