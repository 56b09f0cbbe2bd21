"""Faults of Amazon Connect, as the flow sees them through the SDK and real sockets."""

from io import BytesIO
from typing import Any

import pytest
from botocore.awsrequest import AWSResponse
from botocore.endpoint import Endpoint

from builders import Deflect, event
from connect_simulator import Fault, Simulator
from connect_simulator.faults import FaultKind

OPERATION = "StartOutboundChatContact"


@pytest.mark.parametrize(
    "kind", ["throttling", "internal", "unavailable_html", "reset_before", "reset_after", "cut_off", "trickle", "delay"]
)
def test_transient_fault_is_retried(kind: FaultKind, deflect: Deflect, simulator: Simulator) -> None:
    simulator.faults.add(Fault(OPERATION, kind, seconds=0.2))

    response = deflect(event("flow_voice"))

    assert response["Status"] == "STARTED"
    assert list(simulator.world.contacts) == [response["ContactId"]]


@pytest.mark.parametrize(
    ("kind", "reason", "retryable"),
    [
        ("throttling", "THROTTLED", "true"),
        ("quota", "QUOTA_EXCEEDED", "true"),
        ("internal", "SERVICE_UNAVAILABLE", "true"),
        ("unavailable_html", "SERVICE_UNAVAILABLE", "true"),
        ("proxy_page", "SERVICE_UNAVAILABLE", "true"),
        ("empty_body", "SERVICE_UNAVAILABLE", "true"),
        ("other_object", "SERVICE_UNAVAILABLE", "true"),
        ("other_type", "SERVICE_UNAVAILABLE", "true"),
        ("reset_before", "SERVICE_UNAVAILABLE", "true"),
        ("access_denied", "ACCESS_DENIED", "false"),
        ("expired_token", "ACCESS_DENIED", "false"),
        ("wrong_clock", "ACCESS_DENIED", "false"),
        ("not_found", "RESOURCE_NOT_FOUND", "false"),
        ("conflict", "CONFLICT", "false"),
        ("invalid_request", "REQUEST_REFUSED", "false"),
    ],
)
def test_persistent_fault_is_reported_to_the_flow(
    kind: FaultKind, reason: str, retryable: str, deflect: Deflect, simulator: Simulator
) -> None:
    simulator.faults.add(Fault(OPERATION, kind, times=None))

    response = deflect(event("flow_voice"), FLOW_TIME_LIMIT_SECONDS="1")

    assert (response["Status"], response["Reason"], response["Retryable"]) == ("FAILED", reason, retryable)
    assert response["ContactId"] == ""
    assert simulator.world.contacts == {}


@pytest.mark.parametrize("kind", ["delay", "trickle"])
def test_late_response_is_not_waited_for(kind: FaultKind, deflect: Deflect, simulator: Simulator) -> None:
    simulator.faults.add(Fault(OPERATION, kind, times=None, seconds=1.5))

    response = deflect(event("flow_voice"), FLOW_TIME_LIMIT_SECONDS="1")

    assert (response["Status"], response["Reason"], response["Retryable"]) == ("FAILED", "TIMED_OUT", "true")


@pytest.mark.parametrize("body", ["null", "[]", '"Bad gateway"', "7", "<!DOCTYPE html>é", "[" * 100_000, '{"Cont'])
@pytest.mark.parametrize(
    ("status", "reason", "retryable"),
    [
        (200, "SERVICE_UNAVAILABLE", "true"),
        (403, "ACCESS_DENIED", "false"),
        (429, "THROTTLED", "true"),
        (502, "SERVICE_UNAVAILABLE", "true"),
    ],
)
def test_error_page_of_a_proxy_is_translated_by_its_http_status(
    body: str, status: int, reason: str, retryable: str, deflect: Deflect, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = AWSResponse("", status, {}, Raw(body.encode("latin-1")))
    monkeypatch.setattr(Endpoint, "_send", lambda *_: answer)

    response = deflect(event("flow_voice"), FLOW_TIME_LIMIT_SECONDS="1")

    assert (response["Status"], response["Reason"], response["Retryable"]) == ("FAILED", reason, retryable)


class Raw(BytesIO):
    """A response body as urllib3 returns it."""

    def stream(self, **_: Any) -> list[bytes]:
        self.seek(0)
        return [self.read()]


def test_stale_connection_is_replaced_within_the_time_limit(deflect: Deflect, simulator: Simulator) -> None:
    simulator.faults.add(Fault(OPERATION, "delay", seconds=5))

    response = deflect(event("flow_voice"))

    assert response["Status"] == "STARTED"
    assert len(simulator.world.contacts) == 1


def test_remaining_time_of_lambda_is_respected(deflect: Deflect, simulator: Simulator) -> None:
    simulator.faults.add(Fault(OPERATION, "delay", times=None, seconds=1.5))

    response = deflect(event("flow_voice"), remaining_seconds=0.8)

    assert response["Reason"] == "TIMED_OUT"
