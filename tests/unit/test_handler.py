"""What the function tells its operators, and that it tells them nothing of the customer."""

import io
import json
import logging
import time
from contextlib import redirect_stderr, redirect_stdout
from typing import Any

import pytest
from aws_xray_sdk import global_sdk_config
from aws_xray_sdk.core import xray_recorder

from builders import CALL, REQUIRED, FakeConnect, LambdaContext, event, flow_event, refused, settings
from deflection import handler
from deflection.deadline import Init
from deflection.errors import InvalidSettingsError
from deflection.handler import Application, lambda_handler, load

CONTACT_ID = "1a2b3c4d-5e6f-4708-9a1b-2c3d4e5f6071"
PERSONAL = ("4255550142", "4255550111", "Jane", "A-1001", "Hello you")


class Function:
    """The function under settings of the test's own, with what it wrote: log lines and metrics."""

    def __init__(self) -> None:
        self.written = io.StringIO()

    def invoke(self, arrived: Any, client: FakeConnect | None = None, **changes: str) -> dict[str, str]:
        return self.invoke_with(
            Application(settings(**changes), client or FakeConnect(CONTACT_ID), Init(0, 0)), arrived
        )

    def invoke_with(self, application: Application | InvalidSettingsError, arrived: Any) -> dict[str, str]:
        stream_handler = handler.logger.registered_handler
        assert isinstance(stream_handler, logging.StreamHandler)
        before, stream_handler.stream = stream_handler.stream, self.written
        try:
            with redirect_stdout(self.written), redirect_stderr(self.written):
                response: dict[str, str] = lambda_handler(arrived, LambdaContext(), application=application)
                return response
        finally:
            stream_handler.stream = before

    @property
    def logs(self) -> list[dict[str, Any]]:
        return [line for line in self._lines() if "level" in line]

    @property
    def metrics(self) -> list[dict[str, Any]]:
        return [line for line in self._lines() if "Deflections" in line]

    def _lines(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.written.getvalue().splitlines()]


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


def test_a_failure_is_an_error_in_the_log(function: Function) -> None:
    function.invoke(flow_event({"DryRun": "perhaps"}))

    (line,) = function.logs
    assert (line["level"], line["status"], line["reason"]) == ("ERROR", "FAILED", "INVALID_PARAMETER")
    assert line["message"].startswith("DryRun must be true or false")


def test_one_invocation_leaves_nothing_in_the_log_of_the_next(function: Function) -> None:
    function.invoke(event("flow_voice"))
    function.invoke(event("foreign"))

    assert "correlation_id" not in function.logs[1]


def test_an_id_that_is_rather_a_number_is_not_logged(function: Function) -> None:
    function.invoke(flow_event({"RelatedContactId": "+1 425 555-0142"}, ContactId="14255550142"))

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
        {"Name": "Deflections", "Unit": "Count"},
    ]
    assert (counted["service"], counted["status"], counted["Deflections"]) == (
        "connect-sms-deflection",
        "STARTED",
        [1.0],
    )


def test_a_refusal_is_counted_by_its_reason_too(function: Function) -> None:
    function.invoke(event("flow_anonymous"))

    (counted,) = function.metrics
    (directive,) = counted["_aws"]["CloudWatchMetrics"]
    assert [sorted(names) for names in directive["Dimensions"]] == [
        ["service", "status"],
        ["service"],
        ["reason", "service", "status"],
    ]
    assert directive["Metrics"] == [{"Name": "Deflections", "Unit": "Count"}]
    assert (counted["status"], counted["reason"]) == ("DECLINED", "CUSTOMER_NUMBER_MISSING")


@pytest.mark.parametrize(
    "application",
    [None, "connect"],
    ids=["started", "refused by Connect, in words that repeat the number"],
)
@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
def test_nothing_personal_is_logged_counted_or_traced(
    application: str | None,
    level: str,
    function: Function,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("LOGGER_LOG_EVENT", "TRACER_CAPTURE_RESPONSE", "TRACER_CAPTURE_ERROR", "DEBUG"):
        monkeypatch.setenv(f"POWERTOOLS_{name}", "true")
    caplog.set_level(level)
    client = FakeConnect(refused("InvalidRequestException", 400)) if application else None

    response = function.invoke(
        flow_event({"DestinationEndpoint_Address": "+14255550111", "InitialSystemMessage_Content": "Hello you"}),
        client,
        ATTRIBUTES_TO_COPY="*",
    )

    assert response["Status"] == ("FAILED" if application else "STARTED")
    for personal in PERSONAL:
        assert personal not in function.written.getvalue() + caplog.text + json.dumps(response)


def test_the_trace_has_a_segment_for_connect_and_annotations_and_no_more(
    function: Function, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(handler.tracer, "disabled", False)
    monkeypatch.setattr(handler.tracer, "provider", xray_recorder)
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
    application = load({"INSTANCE_ARN": REQUIRED["INSTANCE_ARN"]})

    responses = [function.invoke_with(application, event(name)) for name in ("flow_voice", "foreign")]

    assert isinstance(application, InvalidSettingsError)
    for response in responses:
        assert (response["Status"], response["Reason"]) == ("FAILED", "INVALID_SETTINGS")
        assert "SOURCE_PHONE_NUMBER_ARN" in response["Message"]
        assert "CONTACT_FLOW_ID" in response["Message"]
    assert [line["level"] for line in function.logs] == ["ERROR", "ERROR"]


def test_the_application_is_loaded_from_the_environment() -> None:
    application = load(REQUIRED)

    assert isinstance(application, Application)
    assert application.settings == settings()


def test_a_bug_raises(function: Function) -> None:
    with pytest.raises(ZeroDivisionError):
        function.invoke(event("flow_voice"), FakeConnect(ZeroDivisionError()))


def test_the_first_invocation_has_less_time_by_what_init_took(function: Function) -> None:
    application = Application(settings(), FakeConnect(CONTACT_ID, CONTACT_ID), Init(2.9, time.time()))

    answers = [function.invoke_with(application, event("flow_voice")) for _ in range(2)]

    assert [(answer["Reason"], answer["Retryable"]) for answer in answers] == [("TIMED_OUT", "true"), ("", "false")]
