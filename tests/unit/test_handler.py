import json
import time
from collections import Counter
from traceback import format_exception
from typing import Any

import pytest

from builders import CALL, REQUIRED, FakeConnect, application, event, flow_event, refused
from deflection.aws.deadline import ColdStartTimer
from deflection.bootstrap import load_application
from deflection.errors import InvalidSettingsError, MalformedEventError, ResourceNotFoundError, ThrottledError
from deflection.observability import UnexpectedError
from recorded_function import ABANDONED, CONTACT_ID, RecordedFunction, fresh_event


def test_invalid_settings_are_answered_whatever_the_event(function: RecordedFunction) -> None:
    invalid = load_application(0, {"INSTANCE_ARN": REQUIRED["INSTANCE_ARN"]})

    responses = [function.invoke_with(invalid, event(name)) for name in ("flow_voice", "foreign")]

    assert isinstance(invalid, InvalidSettingsError)
    for response in responses:
        assert (response["Status"], response["Reason"]) == ("FAILED", "INVALID_SETTINGS")
        assert "SOURCE_PHONE_NUMBER_ARN" in response["Message"]
        assert "CONTACT_FLOW_ID" in response["Message"]
    assert [line["level"] for line in function.logs] == ["ERROR", "ERROR"]


def test_invalid_flow_parameter_is_named_in_the_response(function: RecordedFunction) -> None:
    response = function.invoke(flow_event({"DryRun": "perhaps"}))

    assert (response["Status"], response["Reason"]) == ("FAILED", "INVALID_PARAMETER")
    assert "DryRun" in response["Message"]


@pytest.mark.parametrize("name", ["flow_voice", "contact_event_abandoned"])
def test_unexpected_error_is_raised_with_its_type_and_without_its_text(name: str, function: RecordedFunction) -> None:
    error = ZeroDivisionError("to +14255550142")

    with pytest.raises(UnexpectedError, match="ZeroDivisionError") as raised:
        function.invoke(fresh_event(name), FakeConnect(error, contact=error), **ABANDONED)

    assert "4255550142" not in "".join(format_exception(raised.value))


@pytest.mark.parametrize(
    ("changes", "contact", "error"),
    [
        ({"detail": {}}, None, MalformedEventError),
        ({}, refused("ThrottlingException", 429), ThrottledError),
        ({}, refused("ResourceNotFoundException", 404), ResourceNotFoundError),
    ],
)
def test_failed_eventbridge_event_raises_an_error_without_personal_data(
    changes: dict[str, Any], contact: Any, error: type[Exception], function: RecordedFunction
) -> None:
    with pytest.raises(error) as raised:
        function.invoke(fresh_event("contact_event_abandoned") | changes, FakeConnect(contact=contact), **ABANDONED)

    assert "4255550142" not in "".join(format_exception(raised.value))
    assert function.logs[-1]["status"] == "FAILED"


@pytest.mark.parametrize(
    ("incoming", "status", "reason"),
    [
        ({"detail-type": "Something Else"}, "FAILED", "UNRECOGNIZED_EVENT"),
        (event("contact_event_abandoned"), "DECLINED", "EVENT_TOO_OLD"),
        (event("contact_event_queued"), "IGNORED", "TRIGGER_NOT_MATCHED"),
        (event("contact_event_sms_answered"), "IGNORED", "SMS_CONTACT_EVENT"),
    ],
)
def test_unrecognized_declined_or_ignored_eventbridge_event_is_answered(
    incoming: Any, status: str, reason: str, function: RecordedFunction
) -> None:
    response = function.invoke(incoming, **ABANDONED)

    assert (response["Status"], response["Reason"]) == (status, reason)


def test_message_for_an_ignored_contact_event_names_the_setting(function: RecordedFunction) -> None:
    response = function.invoke(event("contact_event_abandoned"))

    assert response["Reason"] == "TRIGGER_NOT_MATCHED"
    assert "CONTACT_EVENT_TRIGGER" in response["Message"]


def test_request_of_an_application_starts_a_related_contact(function: RecordedFunction) -> None:
    client = FakeConnect(CONTACT_ID, contact={"Channel": "CHAT", "InitialContactId": CALL})
    request = fresh_event("deflection_requested")
    request["detail"]["parameters"]["DestinationEndpoint_Address"] = "+14255550142"

    response = function.invoke(request, client)

    assert (response["Status"], response["RelatedContactId"]) == ("STARTED", CALL)
    assert function.logs[0]["correlation_id"] == CALL


def test_request_without_a_contact_is_identified_by_its_event_id(function: RecordedFunction) -> None:
    client = FakeConnect(CONTACT_ID, CONTACT_ID, CONTACT_ID)
    request = fresh_event("deflection_requested_without_contact")

    for event_id in (request["id"], request["id"], "another event"):
        function.invoke(request | {"id": event_id}, client)

    first, again, other = (started["ClientToken"] for started in client.requests)
    assert first == again != other
    assert function.logs[0]["correlation_id"] == request["id"]
    assert "RelatedContactId" not in client.requests[0]


def test_sqs_event_is_processed_record_by_record(function: RecordedFunction) -> None:
    batch = event("queue_batch")
    for record, name in zip(batch["Records"], ["contact_event_sms_answered", "contact_event_sms_ended"], strict=False):
        record["body"] = json.dumps(event(name))

    response = function.invoke(batch)

    assert "batchItemFailures" in response
    assert Counter(line["reason"] for line in function.logs) == {"SMS_CONTACT_EVENT": 2, "UNRECOGNIZED_EVENT": 1}


def test_first_flow_invocation_has_less_time_after_a_cold_start(function: RecordedFunction) -> None:
    loaded = application(FakeConnect(CONTACT_ID, CONTACT_ID), cold_start=ColdStartTimer(2.9, time.time()))

    responses = [function.invoke_with(loaded, event("flow_voice")) for _ in range(2)]

    assert [(response["Reason"], response["Retryable"]) for response in responses] == [
        ("TIMED_OUT", "true"),
        ("", "false"),
    ]


def test_flow_latency_includes_the_cold_start_of_the_first_invocation(function: RecordedFunction) -> None:
    loaded = application(FakeConnect(CONTACT_ID, CONTACT_ID), cold_start=ColdStartTimer(900, time.time()))

    for _ in range(2):
        function.invoke_with(loaded, event("flow_voice"))

    [first], [second] = function.values("FlowLatency")
    assert first >= 900_000 > second


def test_flow_invocation_after_a_snapshot_restore_has_its_full_time(function: RecordedFunction) -> None:
    loaded_hours_ago = ColdStartTimer(900, loaded_at=time.time() - 20_000)

    response = function.invoke_with(
        application(FakeConnect(CONTACT_ID), cold_start=loaded_hours_ago), event("flow_voice")
    )

    assert response["Status"] == "STARTED"
    [[latency]] = function.values("FlowLatency")
    assert latency < 900_000


def test_event_has_no_flow_latency(function: RecordedFunction) -> None:
    function.invoke(fresh_event("contact_event_sms_answered"))

    assert function.values("FlowLatency") == []
