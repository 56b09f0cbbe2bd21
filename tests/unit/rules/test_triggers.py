from dataclasses import replace
from typing import Any

import pytest

from builders import contact, event, settings
from deflection.errors import CheckUnavailableError
from deflection.events import ContactEvent, EventBridgeEvent
from deflection.inbound.eventbridge import parse_eventbridge_event
from deflection.reasons import DeclineReason, IgnoreReason
from deflection.rules.triggers import rejection_reason, still_matches

EVENT_TIME = 1795342003.0
CONSENT = {"CONSENT_ATTRIBUTE": "smsConsent"}
ABANDONED = {**CONSENT, "CONTACT_EVENT_TRIGGER": "ABANDONED"}
QUEUED = {**CONSENT, "CONTACT_EVENT_TRIGGER": "queued"}


def parse(name: str, **changes: Any) -> EventBridgeEvent:
    parsed = parse_eventbridge_event(event(name))
    if changes:
        assert isinstance(parsed, ContactEvent)
        return replace(parsed, contact=replace(parsed.contact, **changes))
    return parsed


@pytest.mark.parametrize(
    ("name", "environment"),
    [
        ("contact_event_abandoned", ABANDONED),
        ("contact_event_pascal_case", ABANDONED),
        ("contact_event_queued", QUEUED),
        ("rule_matched", {"RULE_ACTION_NAMES": "OTHER, TEXT_THE_CUSTOMER"}),
        ("deflection_requested", {}),
        ("deflection_requested_without_contact", {}),
    ],
)
def test_matching_event_has_no_rejection_reason(name: str, environment: dict[str, str]) -> None:
    assert rejection_reason(parse(name), settings(**environment), EVENT_TIME + 300) is None


@pytest.mark.parametrize(
    ("name", "changes", "environment"),
    [
        ("contact_event_abandoned", {}, {}),
        ("contact_event_abandoned", {}, QUEUED),
        ("contact_event_queued", {}, ABANDONED),
        ("contact_event_answered", {}, ABANDONED),
        ("contact_event_outbound", {}, ABANDONED),
        ("contact_event_abandoned", {"channel": "CHAT"}, ABANDONED),
        ("contact_event_abandoned", {"initiation_method": "CALLBACK"}, ABANDONED),
        ("contact_event_abandoned", {"was_queued": False}, ABANDONED),
        ("contact_event_abandoned", {"disconnect_reason": "CONTACT_FLOW_DISCONNECT"}, ABANDONED),
        ("rule_matched", {}, {}),
        ("rule_matched", {}, {"RULE_ACTION_NAMES": "OTHER"}),
    ],
)
def test_event_that_matches_no_trigger_is_ignored(
    name: str, changes: dict[str, Any], environment: dict[str, str]
) -> None:
    assert (
        rejection_reason(parse(name, **changes), settings(**environment), EVENT_TIME)
        is IgnoreReason.TRIGGER_NOT_MATCHED
    )


@pytest.mark.parametrize("name", ["contact_event_sms_answered", "contact_event_sms_ended"])
@pytest.mark.parametrize("environment", [{}, ABANDONED, QUEUED])
def test_event_of_an_sms_contact_is_ignored(name: str, environment: dict[str, str]) -> None:
    assert rejection_reason(parse(name), settings(**environment), EVENT_TIME) is IgnoreReason.SMS_CONTACT_EVENT


@pytest.mark.parametrize(
    ("name", "environment"),
    [
        ("contact_event_abandoned", ABANDONED),
        ("rule_matched", {"RULE_ACTION_NAMES": "TEXT_THE_CUSTOMER"}),
        ("deflection_requested", {}),
    ],
)
def test_event_over_the_maximum_age_is_declined(name: str, environment: dict[str, str]) -> None:
    assert rejection_reason(parse(name), settings(**environment), EVENT_TIME + 301) is DeclineReason.EVENT_TOO_OLD
    assert rejection_reason(parse(name), settings(MAX_EVENT_AGE_SECONDS="301", **environment), EVENT_TIME + 301) is None


@pytest.mark.parametrize("name", ["contact_event_abandoned", "rule_matched", "deflection_requested"])
def test_event_of_another_instance_is_declined(name: str) -> None:
    other_instance = replace(parse(name), instance_arn="arn:aws:connect:us-east-1:111122223333:instance/another")

    assert rejection_reason(other_instance, settings(), EVENT_TIME) is DeclineReason.INSTANCE_NOT_ALLOWED


def test_event_without_a_time_is_not_too_old() -> None:
    assert rejection_reason(replace(parse("deflection_requested"), time=None), settings(), EVENT_TIME) is None


WAITING = {"initiation_method": "INBOUND", "was_queued": True}


@pytest.mark.parametrize(
    ("described", "environment", "matches"),
    [
        ({**WAITING, "disconnect_reason": "CUSTOMER_DISCONNECT"}, ABANDONED, True),
        ({**WAITING, "disconnect_reason": "CONTACT_FLOW_DISCONNECT"}, ABANDONED, False),
        ({**WAITING, "disconnect_reason": "CUSTOMER_DISCONNECT", "was_answered": True}, ABANDONED, False),
        ({**WAITING, "was_queued": False, "disconnect_reason": "CUSTOMER_DISCONNECT"}, ABANDONED, False),
        ({**WAITING, "initiation_method": "OUTBOUND", "disconnect_reason": "CUSTOMER_DISCONNECT"}, ABANDONED, False),
        (WAITING, QUEUED, True),
        ({**WAITING, "was_answered": True}, QUEUED, False),
    ],
)
def test_contact_must_still_be_in_the_state_of_the_trigger(
    described: dict[str, Any], environment: dict[str, str], *, matches: bool
) -> None:
    name = "contact_event_queued" if environment is QUEUED else "contact_event_abandoned"

    assert still_matches(parse(name), contact(**described), settings(**environment)) is matches


def test_contact_without_its_disconnect_reason_yet_is_checked_again() -> None:
    with pytest.raises(CheckUnavailableError):
        still_matches(parse("contact_event_abandoned"), contact(**WAITING), settings(**ABANDONED))


def test_rule_or_application_may_request_a_deflection_of_any_contact() -> None:
    assert still_matches(parse("rule_matched"), contact(), settings())
    assert still_matches(parse("deflection_requested"), contact(channel="CHAT"), settings())
