import json
from typing import Any

import pytest

from builders import CALL, event
from connect_simulator import demo
from deflection.arrived import ContactEvent, DeflectionRequested, RuleMatched
from deflection.contact import Contact
from deflection.errors import MalformedEventError, UnrecognizedEventError
from deflection.inbound.eventbridge import parse_eventbridge_event, parse_record_body

AT = 1795342003.0
ABANDONED = Contact(
    id=CALL,
    instance_arn=demo.INSTANCE_ARN,
    initial_id=CALL,
    channel="VOICE",
    initiation_method="INBOUND",
    was_queued=True,
)


def changed(name: str, **detail: Any) -> dict[str, Any]:
    """An event with some of its detail changed; None takes a field away."""
    made = event(name)
    made["detail"] = {key: value for key, value in {**made["detail"], **detail}.items() if value is not None}
    return made


def test_a_contact_event_tells_what_happened_to_which_contact() -> None:
    assert parse_eventbridge_event(event("contact_event_abandoned")) == ContactEvent(
        id="c3ef0c5d-289c-4167-88d2-df76c1744c65",
        time=AT,
        contact_id=CALL,
        instance_arn=demo.INSTANCE_ARN,
        type="DISCONNECTED",
        contact=ABANDONED,
        is_sms_contact=False,
    )


def test_keys_and_values_may_be_in_any_case() -> None:
    read = parse_eventbridge_event(event("contact_event_pascal_case"))

    assert isinstance(read, ContactEvent)
    assert (read.type, read.contact) == ("DISCONNECTED", ABANDONED)


@pytest.mark.parametrize("name", ["Amazon Connect Contact Event", "Connect Customer Contact Event"])
def test_both_names_of_the_contact_event_are_known(name: str) -> None:
    assert isinstance(parse_eventbridge_event(event("contact_event_queued") | {"detail-type": name}), ContactEvent)


@pytest.mark.parametrize(
    ("name", "queued", "answered"),
    [
        ("contact_event_abandoned", True, False),
        ("contact_event_answered", True, True),
        ("contact_event_outbound", False, False),
    ],
)
def test_an_event_tells_whether_the_contact_was_queued_and_answered(name: str, *, queued: bool, answered: bool) -> None:
    read = parse_eventbridge_event(event(name))

    assert isinstance(read, ContactEvent)
    assert (read.contact.was_queued, read.contact.was_answered) == (queued, answered)


def test_a_key_in_two_cases_has_the_value_that_is_there() -> None:
    read = parse_eventbridge_event(
        changed("contact_event_abandoned")
        | {"detail": {"contactID": None, **event("contact_event_abandoned")["detail"], "CONTACTID": None}}
    )

    assert read.contact_id == CALL


def test_events_of_aws_may_be_put_again_by_an_application() -> None:
    assert isinstance(
        parse_eventbridge_event(event("contact_event_abandoned") | {"source": "com.example.replay"}), ContactEvent
    )


def test_what_was_queued_just_now_need_not_say_when() -> None:
    read = parse_eventbridge_event(changed("contact_event_queued", queueInfo=None))

    assert isinstance(read, ContactEvent)
    assert read.contact.was_queued


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
def test_a_text_that_is_related_to_a_contact_is_known_as_one(detail: dict[str, Any], *, is_sms_contact: bool) -> None:
    read = parse_eventbridge_event(changed("contact_event_sms_answered", **detail))

    assert isinstance(read, ContactEvent)
    assert read.is_sms_contact is is_sms_contact


def test_a_rule_of_contact_lens_names_its_contact_in_an_arn() -> None:
    assert parse_eventbridge_event(event("rule_matched")) == RuleMatched(
        "3a5673c4-9f03-48de-8f49-46ed38ebb3dc", AT, CALL, demo.INSTANCE_ARN, "TEXT_THE_CUSTOMER"
    )


def test_an_application_asks_with_parameters_and_perhaps_about_no_contact() -> None:
    about_a_contact = parse_eventbridge_event(event("deflection_requested"))
    about_none = parse_eventbridge_event(event("deflection_requested_without_contact"))

    assert isinstance(about_a_contact, DeflectionRequested)
    assert isinstance(about_none, DeflectionRequested)
    assert (about_a_contact.contact_id, about_none.contact_id) == (CALL, "")
    assert about_none.parameters["DestinationEndpoint_Address"] == "+14255550142"


@pytest.mark.parametrize("time", [None, 5.5, "yesterday", []])
def test_a_time_that_cannot_be_read_counts_as_absent(time: Any) -> None:
    read = parse_eventbridge_event(event("rule_matched") | {"time": time})

    assert read.time in (None, 5.5)


def test_a_time_without_a_zone_is_in_utc() -> None:
    assert parse_eventbridge_event(event("rule_matched") | {"time": "2026-11-22T10:06:43"}).time == AT


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
@pytest.mark.parametrize("wrong", [None, 5, "", "\ud800"])
def test_a_needed_field_that_is_wrong_is_named(name: str, field: str, wrong: Any) -> None:
    with pytest.raises(MalformedEventError, match=rf"(?i)detail\.{field} is missing"):
        parse_eventbridge_event(changed(name, **{field: wrong}))


@pytest.mark.parametrize("detail", [None, 5, []])
@pytest.mark.parametrize("name", ["contact_event_abandoned", "rule_matched", "deflection_requested"])
def test_an_event_without_a_detail_is_malformed(name: str, detail: Any) -> None:
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
def test_another_type_or_source_is_unrecognized(name: str, source: str, detail_type: str | None) -> None:
    with pytest.raises(UnrecognizedEventError):
        parse_eventbridge_event(event(name) | {"source": source, "detail-type": detail_type})


@pytest.mark.parametrize("body", ["", "no JSON", "5", "[]", "{}", '{"Details": {}}', "[" * 100_000])
def test_a_body_that_is_no_event_is_unrecognized(body: str) -> None:
    with pytest.raises(UnrecognizedEventError):
        parse_record_body(body)


def test_a_body_is_the_event_as_json() -> None:
    assert parse_record_body(json.dumps(event("rule_matched"))) == parse_eventbridge_event(event("rule_matched"))


def test_what_a_deferral_has_beside_the_wish_is_taken_from_this_function_alone() -> None:
    own = {
        "attributes": {"smsConsent": "yes"},
        "resolved": True,
        "queueName": "Sales",
        "language": "es",
        "dialled": "+14255550190",
    }
    told = changed("deflection_requested", **own)

    deferred = parse_eventbridge_event(told | {"source": "connect-sms-deflection"})
    applications = parse_eventbridge_event(told)

    assert isinstance(deferred, DeflectionRequested)
    assert (deferred.attributes, deferred.is_resolved) == ({"smsConsent": "yes"}, True)
    assert (deferred.queue_name, deferred.language, deferred.dialled) == ("Sales", "es", "+14255550190")
    assert applications == parse_eventbridge_event(event("deflection_requested"))
