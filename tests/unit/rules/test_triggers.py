from dataclasses import replace
from typing import Any

import pytest

from builders import contact, event, settings
from deflection.arrived import ContactEvent, EventBridgeEvent
from deflection.errors import CheckUnavailableError
from deflection.inbound.eventbridge import parse_eventbridge_event
from deflection.reasons import DeclineReason, IgnoreReason
from deflection.rules.triggers import rejection_reason, still_matches

AT = 1795342003.0
CONSENT = {"CONSENT_ATTRIBUTE": "smsConsent"}
ABANDONED = {**CONSENT, "CONTACT_EVENT_TRIGGER": "ABANDONED"}
QUEUED = {**CONSENT, "CONTACT_EVENT_TRIGGER": "queued"}


def read(name: str, **changes: Any) -> EventBridgeEvent:
    bus_event = parse_eventbridge_event(event(name))
    if changes:
        assert isinstance(bus_event, ContactEvent)
        return replace(bus_event, contact=replace(bus_event.contact, **changes))
    return bus_event


@pytest.mark.parametrize(
    ("name", "set_to"),
    [
        ("contact_event_abandoned", ABANDONED),
        ("contact_event_pascal_case", ABANDONED),
        ("contact_event_queued", QUEUED),
        ("rule_matched", {"RULE_ACTION_NAMES": "OTHER, TEXT_THE_CUSTOMER"}),
        ("deflection_requested", {}),
        ("deflection_requested_without_contact", {}),
    ],
)
def test_the_event_asks_for_a_text(name: str, set_to: dict[str, str]) -> None:
    assert rejection_reason(read(name), settings(**set_to), AT + 300) is None


@pytest.mark.parametrize(
    ("name", "changes", "set_to"),
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
def test_the_event_asks_for_nothing(name: str, changes: dict[str, Any], set_to: dict[str, str]) -> None:
    assert rejection_reason(read(name, **changes), settings(**set_to), AT) is IgnoreReason.TRIGGER_NOT_MATCHED


@pytest.mark.parametrize("name", ["contact_event_sms_answered", "contact_event_sms_ended"])
@pytest.mark.parametrize("set_to", [{}, ABANDONED, QUEUED])
def test_an_event_of_a_text_starts_no_other_text(name: str, set_to: dict[str, str]) -> None:
    assert rejection_reason(read(name), settings(**set_to), AT) is IgnoreReason.SMS_CONTACT_EVENT


@pytest.mark.parametrize(
    ("name", "set_to"),
    [
        ("contact_event_abandoned", ABANDONED),
        ("rule_matched", {"RULE_ACTION_NAMES": "TEXT_THE_CUSTOMER"}),
        ("deflection_requested", {}),
    ],
)
def test_an_event_that_is_too_old_is_declined(name: str, set_to: dict[str, str]) -> None:
    assert rejection_reason(read(name), settings(**set_to), AT + 301) is DeclineReason.EVENT_TOO_OLD
    assert rejection_reason(read(name), settings(MAX_EVENT_AGE_SECONDS="301", **set_to), AT + 301) is None


@pytest.mark.parametrize("name", ["contact_event_abandoned", "rule_matched", "deflection_requested"])
def test_an_event_of_another_instance_is_declined(name: str) -> None:
    foreign = replace(read(name), instance_arn="arn:aws:connect:us-east-1:111122223333:instance/another")

    assert rejection_reason(foreign, settings(), AT) is DeclineReason.INSTANCE_NOT_ALLOWED


def test_an_event_without_a_time_is_not_too_old() -> None:
    assert rejection_reason(replace(read("deflection_requested"), time=None), settings(), AT) is None


WAITING = {"initiation_method": "INBOUND", "was_queued": True}


@pytest.mark.parametrize(
    ("described", "set_to", "wanted"),
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
def test_the_contact_as_it_is_now_must_still_be_what_its_event_told(
    described: dict[str, Any], set_to: dict[str, str], *, wanted: bool
) -> None:
    name = "contact_event_queued" if set_to is QUEUED else "contact_event_abandoned"

    assert still_matches(read(name), contact(**described), settings(**set_to)) is wanted


def test_how_a_contact_ended_is_asked_again_while_it_is_not_known() -> None:
    with pytest.raises(CheckUnavailableError):
        still_matches(read("contact_event_abandoned"), contact(**WAITING), settings(**ABANDONED))


def test_rules_and_applications_may_ask_about_any_contact() -> None:
    assert still_matches(read("rule_matched"), contact(), settings())
    assert still_matches(read("deflection_requested"), contact(channel="CHAT"), settings())
