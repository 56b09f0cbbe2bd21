"""Logs, metrics and traces of an invocation, and the redaction of personal data."""

import io
import json
import time
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from traceback import format_exception
from typing import Any

import pytest
from aws_xray_sdk import global_sdk_config
from aws_xray_sdk.core import xray_recorder

from builders import CALL, FakeConnect, application, dated, described, event, flow_event, refused
from deflection.errors import ThrottledError
from deflection.observability import UnexpectedError, tracer
from recorded_function import ABANDONED, CONTACT_ID, RecordedFunction, fresh_event

PERSONAL = ("4255550142", "4255550111", "Jane", "A-1001", "Hello you")
FUNNEL = {"AskedFor", "Eligible", "Started", "Failed", "Answered", "EndedUnanswered", "ReplyUnknown"}


def test_outcome_is_one_log_line_with_its_fields(function: RecordedFunction) -> None:
    function.invoke(event("flow_voice"))

    (line,) = function.logs
    assert line["duration_ms"] >= 0
    assert {key: line[key] for key in ("level", "service", "correlation_id", "status", "reason")} == {
        "level": "INFO",
        "service": "connect-sms-deflection",
        "correlation_id": CALL,
        "status": "STARTED",
        "reason": "",
    }
    assert (line["contact_id"], line["related_contact_id"]) == (CONTACT_ID, CALL)
    assert (line["destination"], line["subtype"]) == ("+1********42", "connect:SMS")
    assert isinstance(line["cold_start"], bool)


def test_retryable_failure_is_a_warning_in_the_log(function: RecordedFunction) -> None:
    function.invoke(event("flow_voice"), FakeConnect(refused("LimitExceededException", 429)))

    (line,) = function.logs
    assert (line["level"], line["reason"]) == ("WARNING", "QUOTA_EXCEEDED")


def test_permanent_failure_is_an_error_in_the_log(function: RecordedFunction) -> None:
    function.invoke(flow_event({"DryRun": "perhaps"}))

    (line,) = function.logs
    assert (line["level"], line["status"], line["reason"]) == ("ERROR", "FAILED", "INVALID_PARAMETER")


def test_correlation_id_of_an_invocation_is_not_in_the_next_one(function: RecordedFunction) -> None:
    function.invoke(event("flow_voice"))
    function.invoke(event("foreign"))

    assert "correlation_id" not in function.logs[1]


@pytest.mark.parametrize(
    "contact_id",
    ["+1 425 555-0142", "14255550142", "crm-callback-14255550142-20261122", "1" * 64, "My name is Jane", "é"],
)
def test_contact_id_that_does_not_look_like_an_id_is_not_logged(contact_id: str, function: RecordedFunction) -> None:
    function.invoke(flow_event({"RelatedContactId": contact_id}, ContactId=contact_id))

    (line,) = function.logs
    assert line["correlation_id"] == line["related_contact_id"]
    assert contact_id not in json.dumps(line, ensure_ascii=False)


def test_started_contact_is_counted_by_service_and_status_with_its_latencies(function: RecordedFunction) -> None:
    function.invoke(event("flow_voice"))

    (metrics,) = function.metrics
    (directive,) = metrics["_aws"]["CloudWatchMetrics"]
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
    assert (metrics["service"], metrics["status"], metrics["Deflections"]) == (
        "connect-sms-deflection",
        "STARTED",
        [1.0],
    )


def test_declined_contact_is_counted_by_its_reason_too(function: RecordedFunction) -> None:
    function.invoke(event("flow_anonymous"))

    (metrics,) = function.metrics
    (directive,) = metrics["_aws"]["CloudWatchMetrics"]
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
    assert (metrics["status"], metrics["reason"]) == ("DECLINED", "CUSTOMER_NUMBER_MISSING")


@pytest.mark.parametrize(
    ("answer", "values"), [(CONTACT_ID, [[2.0]]), (refused("ConflictException", 409), [])], ids=["started", "failed"]
)
def test_sms_parts_are_counted_only_for_a_started_contact(
    answer: Any, values: list[list[float]], function: RecordedFunction
) -> None:
    function.invoke(flow_event({"InitialSystemMessage_Content": "x" * 161}), FakeConnect(answer))

    assert function.values("SmsParts") == values


@pytest.mark.parametrize("is_refused", [False, True], ids=["started", "refused with the number in AWS's message"])
@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
def test_logs_metrics_and_response_have_no_personal_data(
    level: str,
    function: RecordedFunction,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
    *,
    is_refused: bool,
) -> None:
    for name in ("LOGGER_LOG_EVENT", "TRACER_CAPTURE_RESPONSE", "TRACER_CAPTURE_ERROR", "DEBUG"):
        monkeypatch.setenv(f"POWERTOOLS_{name}", "true")
    caplog.set_level(level)
    client = FakeConnect(refused("InvalidRequestException", 400)) if is_refused else None

    response = function.invoke(
        flow_event({"DestinationEndpoint_Address": "+14255550111", "InitialSystemMessage_Content": "Hello you"}),
        client,
        ATTRIBUTES_TO_COPY="*",
    )

    assert response["Status"] == ("FAILED" if is_refused else "STARTED")
    for personal in PERSONAL:
        assert personal not in function.output.getvalue() + caplog.text + json.dumps(response)


def test_trace_has_a_subsegment_for_connect_and_only_harmless_annotations(
    function: RecordedFunction, monkeypatch: pytest.MonkeyPatch
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

    annotations = {key: invocation["annotations"][key] for key in ("channel", "status", "reason")}
    assert [subsegment["name"] for subsegment in invocation["subsegments"]] == ["## StartOutboundChatContact"]
    assert annotations == {"channel": "VOICE", "status": "STARTED", "reason": ""}
    assert "metadata" not in invocation
    assert not any(personal in json.dumps(invocation) for personal in PERSONAL)


@pytest.mark.parametrize("name", ["flow_voice", "contact_event_abandoned"])
def test_unexpected_error_is_logged_with_its_type_and_place_and_without_its_text(
    name: str, function: RecordedFunction
) -> None:
    error = ZeroDivisionError("to +14255550142")

    with pytest.raises(UnexpectedError) as raised:
        function.invoke(fresh_event(name), FakeConnect(error, contact=error), **ABANDONED)

    (line,) = function.logs
    assert (line["level"], line["kind"]) == ("ERROR", "ZeroDivisionError")
    assert any("connect.py" in place for place in line["where"])
    assert function.values("Failed") == [[1.0]]
    assert "4255550142" not in function.output.getvalue() + "".join(format_exception(raised.value))


@pytest.mark.parametrize(
    ("name", "changes", "counted"),
    [
        ("contact_event_sms_answered", {}, {"Answered"}),
        ("contact_event_sms_ended", {}, {"EndedUnanswered", "ReplyUnknown"}),
        (
            "contact_event_sms_ended",
            {"agentInfo": {"connectedToAgentTimestamp": "2026-11-22T10:26:43Z"}},
            {"ReplyUnknown"},
        ),
        ("contact_event_sms_ended", {"eventType": "QUEUED"}, set()),
        ("contact_event_queued", {}, set()),
    ],
)
def test_sms_contact_event_counts_whether_an_agent_answered(
    name: str, changes: dict[str, Any], counted: set[str], function: RecordedFunction
) -> None:
    contact_event = event(name)
    contact_event["detail"] |= changes
    function.invoke(contact_event)

    assert {name for line in function.lines for name in FUNNEL & set(line)} == counted


@pytest.mark.parametrize(
    ("flow_parameters", "answer", "counted"),
    [
        ({}, CONTACT_ID, {"AskedFor", "Eligible", "Started"}),
        ({"DestinationEndpoint_Address": "12"}, CONTACT_ID, {"AskedFor"}),
        ({"ChatDurationInMinutes": "1"}, CONTACT_ID, {"AskedFor", "Eligible", "Failed"}),
        ({"Misspelt": "1"}, CONTACT_ID, {"AskedFor", "Failed"}),
        ({}, refused("LimitExceededException", 429), {"AskedFor", "Eligible", "Failed"}),
        ({"DryRun": "true"}, CONTACT_ID, set()),
    ],
)
def test_every_stage_that_a_flow_request_reached_is_counted(
    flow_parameters: dict[str, str], answer: Any, counted: set[str], function: RecordedFunction
) -> None:
    function.invoke(flow_event(flow_parameters), FakeConnect(answer))

    (metrics,) = function.metrics
    assert FUNNEL & set(metrics) == counted


def test_contact_event_without_consent_is_not_counted_as_asked_for(function: RecordedFunction) -> None:
    client = FakeConnect(contact=described(Attributes={"smsConsent": "no"}))

    response = function.invoke(
        fresh_event("contact_event_queued"), client, CONTACT_EVENT_TRIGGER="QUEUED", CONSENT_ATTRIBUTE="smsConsent"
    )

    (metrics,) = function.metrics
    assert response["Reason"] == "CONSENT_MISSING"
    assert FUNNEL & set(metrics) == set()


def test_event_that_lambda_retries_is_not_counted_as_failed(function: RecordedFunction) -> None:
    with pytest.raises(ThrottledError):
        function.invoke(
            fresh_event("contact_event_abandoned"),
            FakeConnect(contact=refused("ThrottlingException", 429)),
            **ABANDONED,
        )

    assert function.values("Failed") == []


def test_each_record_of_a_batch_has_its_own_log_line_and_metrics(function: RecordedFunction) -> None:
    batch = event("queue_batch")
    for record, name in zip(batch["Records"], ["contact_event_sms_answered", "contact_event_sms_ended"], strict=False):
        record["body"] = json.dumps(event(name))

    function.invoke(batch)

    assert [metrics["Deflections"] for metrics in function.metrics] == [[1.0], [1.0], [1.0]]
    assert [metrics["reason"] for metrics in function.metrics] == [line["reason"] for line in function.logs]
    assert ["correlation_id" in line for line in function.logs] == [
        line["reason"] == "SMS_CONTACT_EVENT" for line in function.logs
    ]


def record_of(body: Any, message_id: str = "1") -> dict[str, Any]:
    """Return a record of the queue that does not say when it was sent."""
    template: dict[str, Any] = event("queue_batch")["Records"][0]
    return template | {"messageId": message_id, "attributes": {}, "body": json.dumps(body)}


def test_age_of_the_oldest_event_that_asks_for_a_message_is_recorded_once_for_a_batch(
    function: RecordedFunction,
) -> None:
    now = datetime.now(UTC)
    older_but_ignored = event("contact_event_sms_ended") | {"time": (now - timedelta(hours=1)).isoformat()}
    new, oldest = (
        event("deflection_requested") | {"time": (now - timedelta(seconds=age)).isoformat()} for age in (10, 200)
    )

    function.invoke(
        {"Records": [record_of(each) for each in (older_but_ignored, new, oldest)]},
        AnyContact(),
        QUEUE_SENDS_PER_SECOND="100",
    )

    [[age]] = function.values("QueueAge")
    assert age == pytest.approx(200, abs=10)
    [line] = [line for line in function.lines if "QueueAge" in line]
    assert line["_aws"]["CloudWatchMetrics"] == [
        {
            "Namespace": "ConnectSmsDeflection",
            "Dimensions": [["service"]],
            "Metrics": [{"Name": "QueueAge", "Unit": "Seconds"}],
        }
    ]
    assert line["service"] == "connect-sms-deflection"


def test_age_of_an_event_that_is_too_old_for_a_message_is_recorded(function: RecordedFunction) -> None:
    too_old = event("deflection_requested") | {"time": (datetime.now(UTC) - timedelta(seconds=400)).isoformat()}

    function.invoke({"Records": [record_of(too_old)]})

    assert [metrics["reason"] for metrics in function.metrics] == ["EVENT_TOO_OLD"]
    assert function.values("QueueAge") == [[pytest.approx(400, abs=10)]]


@pytest.mark.parametrize(
    "body",
    ["no event", event("contact_event_sms_ended"), event("deflection_requested") | {"time": None}],
    ids=["no event", "an event that asks for no message", "an event without a time"],
)
def test_batch_without_an_event_that_asks_for_a_message_has_no_age(body: Any, function: RecordedFunction) -> None:
    function.invoke({"Records": [record_of(body)]})

    assert function.values("QueueAge") == []


def test_age_of_an_event_is_at_least_zero(function: RecordedFunction) -> None:
    fast_clock = event("deflection_requested") | {"time": "2099-01-01T00:00:00Z"}

    function.invoke({"Records": [record_of(fast_clock)]})

    assert function.values("QueueAge") == [[0.0]]


class YieldingOutput(io.StringIO):
    """Lets other threads write after each write."""

    def write(self, text: str) -> int:
        written = super().write(text)
        time.sleep(0)
        return written


class AnyContact:
    """An Amazon Connect that knows every contact."""

    def describe_contact(self, **request: Any) -> Mapping[str, Any]:
        return {"Contact": dated(described(Id=request["ContactId"], InitialContactId=request["ContactId"]))}

    def start_outbound_chat_contact(self, **_: Any) -> Mapping[str, Any]:
        return {"ContactId": CONTACT_ID}


class FailingWindow:
    """A repeat window that remembers nobody."""

    def find(self, *_: Any) -> None:
        """Find nobody."""

    def remember(self, *_: Any) -> bool:
        return False


def records_of_calls(count: int) -> list[dict[str, Any]]:
    """Return records that request a message, each for its own call."""
    requested = event("deflection_requested") | {"time": None}
    return [
        record_of(requested | {"detail": requested["detail"] | {"contactId": f"call-{number}"}}, str(number))
        for number in range(count)
    ]


def test_warning_about_the_repeat_window_keeps_its_line(function: RecordedFunction) -> None:
    function.output = YieldingOutput()
    window: Any = FailingWindow()
    loaded = replace(application(AnyContact(), QUEUE_SENDS_PER_SECOND="2000"), repeat_window=window)

    function.invoke_with(loaded, {"Records": records_of_calls(100)})

    assert Counter(line["message"] for line in function.logs) == {
        "Deflection started": 100,
        "The repeat window could not be updated": 100,
    }


def test_records_that_end_at_the_same_time_keep_their_lines_and_ids_apart(function: RecordedFunction) -> None:
    function.output = YieldingOutput()

    function.invoke({"Records": records_of_calls(100)}, AnyContact(), QUEUE_SENDS_PER_SECOND="2000")

    assert len(function.metrics) == 100
    assert sorted(line["correlation_id"] for line in function.logs) == sorted(f"call-{number}" for number in range(100))
    assert all(line["correlation_id"] == line["related_contact_id"] for line in function.logs)


def test_end_of_a_conversation_writes_its_record_without_personal_data(function: RecordedFunction) -> None:
    began = datetime(2026, 11, 22, 10, 4, 48, tzinfo=UTC)
    chat = {
        "Id": "sms",
        "Channel": "CHAT",
        "InitiationTimestamp": began,
        "DisconnectTimestamp": began + timedelta(hours=1),
        "DisconnectReason": "CUSTOMER_DISCONNECT",
        "CustomerEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": "+14255550142"},
        "Attributes": {"name": "Jane"},
        "ChatMetrics": {"CustomerMetrics": {"MessagesSent": 1, "LastMessageTimestamp": began + timedelta(seconds=90)}},
    }

    function.invoke(event("contact_event_sms_ended"), FakeConnect(contact=chat))

    (record,) = function.records
    assert record["message"] == "Deflection ended"
    names = ("status", "reason", "contact_id", "related_contact_id", "subtype", "replied", "reply_seconds", "answered")
    assert {name: record[name] for name in names} == {
        "status": "STARTED",
        "reason": "CUSTOMER_DISCONNECT",
        "contact_id": "6c9f3285-decf-42d2-80a9-08cb38504df2",
        "related_contact_id": CALL,
        "subtype": "connect:WhatsApp",
        "replied": True,
        "reply_seconds": 90.0,
        "answered": False,
    }
    assert (record["started_at"], record["ended_at"]) == ("2026-11-22T10:04:48+00:00", "2026-11-22T11:04:48+00:00")
    assert not any(each in function.output.getvalue() for each in PERSONAL)


def test_event_of_another_instance_is_not_counted_as_asked_for(function: RecordedFunction) -> None:
    foreign = event("contact_event_sms_ended")
    foreign["detail"]["instanceArn"] = foreign["detail"]["instanceArn"][:-1] + "0"

    function.invoke(foreign)

    assert function.values("AskedFor") == []


def test_line_has_the_language_of_the_call_and_no_other_text(function: RecordedFunction) -> None:
    function.invoke(flow_event(LanguageCode="es-US"))
    function.invoke(flow_event({"DestinationEndpoint_Address": "12"}, LanguageCode="es-US"))
    function.invoke(flow_event(LanguageCode="Jane"))

    assert [line["language"] for line in function.logs] == ["es-US", "es-US", "OTHER"]
    assert {line["route"] for line in function.logs} == {""}
