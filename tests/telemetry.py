"""Collect the logs and metrics that the function writes for typical events."""

import json
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from builders import QUEUES, FakeConnect, FakeSqs, LambdaContext, application, described, event, refused
from deflection.handler import lambda_handler
from deflection.observability import UnexpectedError, logger

STATUSES = {"STARTED", "DEFERRED", "DECLINED", "IGNORED", "FAILED", "DRY_RUN"}
METRICS = {
    "AskedFor", "Answered", "AnsweredByPhone", "CallEndUnknown", "ColdStart", "ConnectLatency", "Deflections",
    "Delivered", "Deliveries", "DeliveryUnknown", "DescribeLatency", "Eligible", "EndedUnanswered", "Failed",
    "FlowLatency", "NotDelivered", "NotReplied", "QueueAge", "Replied", "ReplyTime", "ReplyUnknown", "Saved",
    "ScreeningLatency", "SmsParts", "Started",
}  # fmt: skip
"""The metric names that operators build on; `ColdStart` is written once per process."""
LINE_KEYS = {
    "contact_id", "destination", "detail", "duration_ms", "language", "reason", "refused", "related_contact_id",
    "route", "sms_parts", "status", "subtype",
}  # fmt: skip
"""The keys of the line of a deflection."""
RECORD_KEYS = {
    "answered", "contact_id", "ended_at", "language", "reason", "related_contact_id", "replied", "reply_seconds",
    "route", "saved", "started_at", "status", "subtype",
}  # fmt: skip
"""The keys of the record of an SMS contact."""
EXCEPTION_KEYS = {"kind", "where"}
LOG_KEYS = LINE_KEYS | RECORD_KEYS | EXCEPTION_KEYS
"""The log keys that operators build on."""
KEYS_OF_POWERTOOLS = {
    "level", "location", "message", "timestamp", "service", "correlation_id", "cold_start", "xray_trace_id",
    "function_name", "function_memory_size", "function_arn", "function_request_id",
}  # fmt: skip
RESPONSE_KEYS = ["Status", "Reason", "Message", "ContactId", "RelatedContactId", "Subtype", "Retryable", "Selected"]

_SETTINGS = {
    "INITIAL_MESSAGE": "Hello",
    "CONTACT_EVENT_TRIGGER": "ABANDONED",
    "CONSENT_ATTRIBUTE": "smsConsent",
    "OPT_OUT_LIST_NAME": "Default",
}

STARTED_AT = datetime(2026, 11, 22, 10, 6, tzinfo=UTC)
SILENT = {"Id": "sms", "Channel": "CHAT", "ChatMetrics": {"ChatContactMetrics": {}}}
REPLIED = SILENT | {
    "Attributes": {"deflectionLanguage": "en-US", "deflectionRoute": "brand-b"},
    "InitiationTimestamp": STARTED_AT,
    "ChatMetrics": {"CustomerMetrics": {"MessagesSent": 1, "LastMessageTimestamp": STARTED_AT + timedelta(minutes=2)}},
}
ENDED_CALLS = (
    described(),
    described(AgentInfo={"ConnectedToAgentTimestamp": STARTED_AT}),
    described(DisconnectReason=None),
)
LOST = event("delivery_sms")
LOST["detail"] |= {"eventType": "TEXT_UNKNOWN"}


class _Results:
    def claim(self, *_result: Any) -> bool:
        return True

    def find(self, *_key: Any) -> str:
        return "yes"


class _EmptyOptOutList:
    def describe_opted_out_numbers(self, **_request: Any) -> dict[str, Any]:
        return {"OptedOutNumbers": []}


def write(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Return the lines that the function writes for one event of each kind, logs and metrics."""
    return [json.loads(line) for line in write_text(capsys, monkeypatch)]


def write_text(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return the lines as the function writes them."""
    monkeypatch.setattr(logger.registered_handler, "stream", sys.stdout)
    now = {"time": datetime.now(UTC).isoformat()}
    lists: Any = _EmptyOptOutList()
    results: Any = _Results()
    quota = refused("LimitExceededException", 429)
    for arrived, client in (
        (event("flow_voice"), FakeConnect("464e5195-c1da-4702-b61a-e8e014c7ad60")),
        (event("flow_anonymous"), FakeConnect()),
        (event("flow_unknown_parameter"), FakeConnect()),
        (event("flow_voice"), FakeConnect(quota)),
        (event("contact_event_abandoned"), FakeConnect()),
        (event("flow_voice"), FakeConnect(ZeroDivisionError())),
        (
            event("contact_event_abandoned") | now,
            FakeConnect("6c9f3285-decf-42d2-80a9-08cb38504df2", contact=described()),
        ),
        (event("contact_event_sms_answered"), FakeConnect()),
        (event("contact_event_sms_ended"), FakeConnect()),
        *((event("contact_event_sms_ended"), FakeConnect(contact=each)) for each in (REPLIED, SILENT)),
        *((event("contact_event_deflected_call_ended"), FakeConnect(contact=each)) for each in ENDED_CALLS),
        *((each, FakeConnect()) for each in (event("delivery_sms"), event("delivery_whatsapp"), LOST)),
        (event("queue_batch"), FakeConnect()),
    ):
        function = replace(application(client, sqs=FakeSqs(), **QUEUES, **_SETTINGS), sms=lists, results=results)
        with suppress(UnexpectedError):
            lambda_handler(arrived, LambdaContext(), application=function)
    return capsys.readouterr().out.splitlines()
