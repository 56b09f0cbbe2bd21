import json
from typing import Any

import pytest

from builders import CALL, event
from connect_simulator import demo
from deflection.contact import Contact
from deflection.errors import MalformedEventError, UnrecognizedEventError
from deflection.events import ContactEvent, DeflectionRequested, RuleMatched
from deflection.inbound.eventbridge import parse_eventbridge_event, parse_record_body

EVENT_TIME = 1795342003.0
ABANDONED_CONTACT = Contact(
    id=CALL,
    instance_arn=demo.INSTANCE_ARN,
    initial_id=CALL,
    channel="VOICE",
    initiation_method="INBOUND",
    was_queued=True,
)


def event_with(name: str, **detail: Any) -> dict[str, Any]:
    """Load an event and change members of its detail; None removes one."""
    changed = event(name)
    changed["detail"] = {key: value for key, value in {**changed["detail"], **detail}.items() if value is not None}
    return changed


def test_contact_event_has_its_type_and_its_contact() -> None:
    assert parse_eventbridge_event(event("contact_event_abandoned")) == ContactEvent(
        id="c3ef0c5d-289c-4167-88d2-df76c1744c65",
        time=EVENT_TIME,
        contact_id=CALL,
        instance_arn=demo.INSTANCE_ARN,
        type="DISCONNECTED",
        contact=ABANDONED_CONTACT,
        is_sms_contact=False,
    )


def test_keys_and_values_of_a_contact_event_may_be_in_any_case() -> None:
    parsed = parse_eventbridge_event(event("contact_event_pascal_case"))

    assert isinstance(parsed, ContactEvent)
    assert (parsed.type, parsed.contact) == ("DISCONNECTED", ABANDONED_CONTACT)


@pytest.mark.parametrize("name", ["Amazon Connect Contact Event", "Connect Customer Contact Event"])
def test_contact_event_has_two_detail_types(name: str) -> None:
    assert isinstance(parse_eventbridge_event(event("contact_event_queued") | {"detail-type": name}), ContactEvent)


@pytest.mark.parametrize(
    ("name", "queued", "answered"),
    [
        ("contact_event_abandoned", True, False),
        ("contact_event_answered", True, True),
        ("contact_event_outbound", False, False),
    ],
)
def test_contact_event_says_whether_the_contact_was_queued_and_answered(
    name: str, *, queued: bool, answered: bool
) -> None:
    parsed = parse_eventbridge_event(event(name))

    assert isinstance(parsed, ContactEvent)
    assert (parsed.contact.was_queued, parsed.contact.was_answered) == (queued, answered)


def test_key_in_several_cases_has_its_value_that_is_not_null() -> None:
    parsed = parse_eventbridge_event(
        event_with("contact_event_abandoned")
        | {"detail": {"contactID": None, **event("contact_event_abandoned")["detail"], "CONTACTID": None}}
    )

    assert parsed.contact_id == CALL


def test_application_may_replay_a_contact_event() -> None:
    assert isinstance(
        parse_eventbridge_event(event("contact_event_abandoned") | {"source": "com.example.replay"}), ContactEvent
    )


def test_queued_event_needs_no_enqueue_timestamp() -> None:
    parsed = parse_eventbridge_event(event_with("contact_event_queued", queueInfo=None))

    assert isinstance(parsed, ContactEvent)
    assert parsed.contact.was_queued


@pytest.mark.parametrize(
    ("detail", "is_sms_contact"),
    [
        ({}, True),
        ({"segmentAttributes": {"connect:Subtype": {"ValueString": "connect:whatsapp"}}}, True),
        ({"segmentAttributes": {"connect:Subtype": {"valueString": "connect:Chat"}}}, False),
        ({"segmentAttributes": None}, False),
        ({"segmentAttributes": {"connect:Subtype": 5}}, False),
        ({"relatedContactId": None}, False),
        ({"channel": "VOICE"}, False),
    ],
)
def test_chat_of_a_deflected_channel_with_a_related_contact_is_an_sms_contact(
    detail: dict[str, Any], *, is_sms_contact: bool
) -> None:
    parsed = parse_eventbridge_event(event_with("contact_event_sms_answered", **detail))

    assert isinstance(parsed, ContactEvent)
    assert parsed.is_sms_contact is is_sms_contact


def test_contact_id_of_a_matched_rule_is_taken_from_its_arn() -> None:
    assert parse_eventbridge_event(event("rule_matched")) == RuleMatched(
        "3a5673c4-9f03-48de-8f49-46ed38ebb3dc", EVENT_TIME, CALL, demo.INSTANCE_ARN, "TEXT_THE_CUSTOMER"
    )


def test_application_may_request_a_deflection_with_or_without_a_contact() -> None:
    with_contact = parse_eventbridge_event(event("deflection_requested"))
    without_contact = parse_eventbridge_event(event("deflection_requested_without_contact"))

    assert isinstance(with_contact, DeflectionRequested)
    assert isinstance(without_contact, DeflectionRequested)
    assert (with_contact.contact_id, without_contact.contact_id) == (CALL, "")
    assert without_contact.parameters["DestinationEndpoint_Address"] == "+14255550142"


@pytest.mark.parametrize("time", [None, 5.5, "yesterday", []])
def test_unreadable_time_counts_as_absent(time: Any) -> None:
    parsed = parse_eventbridge_event(event("rule_matched") | {"time": time})

    assert parsed.time in (None, 5.5)


def test_time_without_a_zone_is_in_utc() -> None:
    assert parse_eventbridge_event(event("rule_matched") | {"time": "2026-11-22T10:06:43"}).time == EVENT_TIME


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("contact_event_abandoned", "contactId"),
        ("contact_event_abandoned", "instanceArn"),
        ("contact_event_abandoned", "eventType"),
        ("rule_matched", "contactArn"),
        ("rule_matched", "instanceArn"),
        ("rule_matched", "actionName"),
        ("deflection_requested", "instanceArn"),
    ],
)
@pytest.mark.parametrize("value", [None, 5, "", "\ud800"])
def test_error_names_the_required_field_that_is_missing_or_invalid(name: str, field: str, value: Any) -> None:
    with pytest.raises(MalformedEventError, match=rf"(?i)detail\.{field}\b"):
        parse_eventbridge_event(event_with(name, **{field: value}))


@pytest.mark.parametrize("detail", [None, 5, []])
@pytest.mark.parametrize("name", ["contact_event_abandoned", "rule_matched", "deflection_requested"])
def test_event_without_a_detail_is_malformed(name: str, detail: Any) -> None:
    with pytest.raises(MalformedEventError, match="detail"):
        parse_eventbridge_event(event(name) | {"detail": detail})


@pytest.mark.parametrize(
    ("name", "source", "detail_type"),
    [
        ("rule_matched", "aws.connect", "Contact Lens Post Call Rules Matched"),
        ("rule_matched", "aws.connect", None),
        ("deflection_requested", "aws.connect", "Deflection Requested"),
    ],
)
def test_any_other_detail_type_or_source_is_unrecognized(name: str, source: str, detail_type: str | None) -> None:
    with pytest.raises(UnrecognizedEventError):
        parse_eventbridge_event(event(name) | {"source": source, "detail-type": detail_type})


@pytest.mark.parametrize("body", ["", "not JSON", "5", "[]", "{}", '{"Details": {}}', "[" * 100_000])
def test_record_body_that_is_not_an_event_is_unrecognized(body: str) -> None:
    with pytest.raises(UnrecognizedEventError):
        parse_record_body(body)


def test_record_body_is_the_event_as_json() -> None:
    assert parse_record_body(json.dumps(event("rule_matched"))) == parse_eventbridge_event(event("rule_matched"))


def test_members_of_a_deferred_request_are_accepted_only_from_this_function() -> None:
    members = {
        "attributes": {"smsConsent": "yes"},
        "resolved": True,
        "queueName": "Sales",
        "language": "es",
        "dialled": "+14255550190",
        "route": "brand-b",
    }
    requested = event_with("deflection_requested", **members)

    deferred = parse_eventbridge_event(requested | {"source": "connect-sms-deflection"})
    from_application = parse_eventbridge_event(requested)

    assert isinstance(deferred, DeflectionRequested)
    assert (deferred.attributes, deferred.is_resolved) == ({"smsConsent": "yes"}, True)
    assert (deferred.queue_name, deferred.language, deferred.dialled) == ("Sales", "es", "+14255550190")
    assert deferred.route == "brand-b"
    assert from_application == parse_eventbridge_event(event("deflection_requested"))


def test_keys_of_a_deflection_request_are_read_in_any_case() -> None:
    as_documented = event("deflection_requested")
    capitalized = as_documented | {
        "detail": {key[0].upper() + key[1:]: value for key, value in as_documented["detail"].items()}
    }

    assert parse_eventbridge_event(capitalized) == parse_eventbridge_event(as_documented)


@pytest.mark.parametrize(
    ("tags", "is_deflected"),
    [
        ({"smsDeflection": "started"}, True),
        ({"SmsDeflection": "STARTED"}, True),
        ({"smsDeflection": "no"}, False),
        ({}, False),
        (None, False),
    ],
)
def test_call_is_deflected_if_its_tag_says_that_a_message_was_started(tags: Any, *, is_deflected: bool) -> None:
    parsed = parse_eventbridge_event(event_with("contact_event_deflected_call_ended", tags=tags))

    assert isinstance(parsed, ContactEvent)
    assert parsed.is_deflected_call is is_deflected


@pytest.mark.parametrize("source", ["aws.social-messaging", "com.example.crm", None])
def test_delivery_status_of_another_source_is_not_recognized(source: str | None) -> None:
    with pytest.raises(UnrecognizedEventError):
        parse_eventbridge_event(event("delivery_sms") | {"source": source})
