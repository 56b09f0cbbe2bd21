"""Collect the logs and metrics that the function writes for typical events."""

import json
import sys
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from builders import QUEUES, FakeConnect, FakeSqs, LambdaContext, application, described, event, refused
from deflection.handler import lambda_handler
from deflection.observability import UnexpectedError, logger

STATUSES = {"STARTED", "DEFERRED", "DECLINED", "IGNORED", "FAILED", "DRY_RUN"}
METRICS = {
    "AskedFor", "Answered", "ColdStart", "ConnectLatency", "Deflections", "DescribeLatency", "Eligible",
    "EndedUnanswered", "Failed", "FlowLatency", "QueueAge", "ScreeningLatency", "SmsParts", "Started",
}  # fmt: skip
"""The metric names that operators build on; `ColdStart` is written once per process."""
LOG_KEYS = {
    "contact_id", "destination", "detail", "duration_ms", "kind", "reason", "refused", "related_contact_id",
    "sms_parts", "status", "subtype", "where",
}  # fmt: skip
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


class _EmptyOptOutList:
    def describe_opted_out_numbers(self, **_request: Any) -> dict[str, Any]:
        return {"OptedOutNumbers": []}


def write(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """Return the lines that the function writes for one event of each kind, logs and metrics."""
    monkeypatch.setattr(logger.registered_handler, "stream", sys.stdout)
    now = {"time": datetime.now(UTC).isoformat()}
    lists: Any = _EmptyOptOutList()
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
        (event("queue_batch"), FakeConnect()),
    ):
        function = replace(application(client, sqs=FakeSqs(), **QUEUES, **_SETTINGS), sms=lists)
        with suppress(UnexpectedError):
            lambda_handler(arrived, LambdaContext(), application=function)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]
