"""Every reason, from an event and settings to the response."""

from datetime import UTC, datetime
from typing import Any

import pytest

from builders import QUIET_NOW, REQUIRED, Deflect, LambdaContext, described, event, flow_event
from connect_simulator import Fault, Simulator
from connect_simulator.faults import FaultKind
from deflection.bootstrap import load_application
from deflection.handler import lambda_handler
from deflection.reasons import DeclineReason, FailureReason, IgnoreReason

ABANDONED = {"CONTACT_EVENT_TRIGGER": "ABANDONED", "CONSENT_ATTRIBUTE": "smsConsent"}
FRESH = event("contact_event_abandoned") | {"time": datetime.now(UTC).isoformat()}
OTHER_INSTANCE = "arn:aws:connect:us-east-1:111122223333:instance/b1b2c3d4-5678-4abc-8def-1234567890ab"

BY_EVENT_AND_SETTINGS: dict[str, tuple[Any, dict[str, str]]] = {
    "SIMULATED_CONTACT": (
        flow_event(SegmentAttributes={"connect:ValidationTestType": {"ValueString": "EXPERIENCE_VALIDATION"}}),
        {},
    ),
    "CHANNEL_NOT_ELIGIBLE": (event("flow_chat"), {}),
    "INSTANCE_NOT_ALLOWED": (flow_event(InstanceARN=OTHER_INSTANCE), {}),
    "CUSTOMER_NUMBER_MISSING": (event("flow_anonymous"), {}),
    "CUSTOMER_NUMBER_INVALID": (flow_event({"DestinationEndpoint_Address": "12"}), {}),
    "COUNTRY_NOT_ALLOWED": (event("flow_voice"), {"ALLOWED_COUNTRIES": "AU"}),
    "LINE_TYPE_NOT_TEXTABLE": (flow_event({"DestinationEndpoint_Address": "+442079460000"}), {}),
    "CONSENT_MISSING": (event("flow_voice"), {"CONSENT_ATTRIBUTE": "otherConsent"}),
    "QUIET_HOURS": (FRESH, {**ABANDONED, "QUIET_HOURS": QUIET_NOW, "MAX_EVENT_AGE_SECONDS": "86400"}),
    "EVENT_TOO_OLD": (event("contact_event_abandoned"), ABANDONED),
    "TRIGGER_NOT_MATCHED": (event("contact_event_queued"), ABANDONED),
    "SMS_CONTACT_EVENT": (event("contact_event_sms_answered"), {}),
    "UNRECOGNIZED_EVENT": (event("foreign"), {}),
    "MALFORMED_EVENT": (event("flow_malformed"), {}),
    "INVALID_PARAMETER": (event("flow_unknown_parameter"), {}),
    "INVALID_MESSAGE": (flow_event({"InitialSystemMessage_Content": "x" * 1025}), {}),
    "CHECK_UNAVAILABLE": (event("flow_voice"), {"OPT_OUT_LIST_NAME": "no-such-list"}),
}
BY_FAULT: dict[str, FaultKind] = {
    "REQUEST_REFUSED": "invalid_request",
    "ACCESS_DENIED": "access_denied",
    "RESOURCE_NOT_FOUND": "not_found",
    "CONFLICT": "conflict",
    "THROTTLED": "throttling",
    "QUOTA_EXCEEDED": "quota",
    "SERVICE_UNAVAILABLE": "internal",
    "TIMED_OUT": "delay",
}
ELSEWHERE = {"SWITCHED_OFF", "OPTED_OUT", "RECENTLY_DEFLECTED"}
"""Tested in test_rules, because they need a document, a list or a table."""


@pytest.fixture(autouse=True)
def _called(simulator: Simulator) -> None:
    simulator.world.put_contact(described())


@pytest.mark.parametrize("reason", BY_EVENT_AND_SETTINGS)
def test_event_and_settings_lead_to_the_reason(reason: str, deflect: Deflect, simulator: Simulator) -> None:
    arrived, settings = BY_EVENT_AND_SETTINGS[reason]

    assert deflect(arrived, **settings)["Reason"] == reason
    assert simulator.world.requests == []


@pytest.mark.parametrize("reason", BY_FAULT)
def test_fault_leads_to_the_reason(reason: str, deflect: Deflect, simulator: Simulator) -> None:
    simulator.faults.add(Fault("StartOutboundChatContact", BY_FAULT[reason], times=None, seconds=5))

    assert deflect(event("flow_voice"), FLOW_TIME_LIMIT_SECONDS="1")["Reason"] == reason


def test_invalid_settings_lead_to_the_reason() -> None:
    answer = lambda_handler(
        event("flow_voice"), LambdaContext(), application=load_application(0, REQUIRED | {"SUBTYPES": "x"})
    )

    assert answer["Reason"] == "INVALID_SETTINGS"


def test_every_reason_has_a_case() -> None:
    every = {reason.name for reason in (*DeclineReason, *IgnoreReason, *FailureReason)}

    assert {*BY_EVENT_AND_SETTINGS, *BY_FAULT, *ELSEWHERE, "INVALID_SETTINGS"} == every
