"""Reads events of EventBridge, as a target gets them or in the body of a queue's record."""

import json
from datetime import UTC

from deflection.bus import (
    CONTACT_EVENTS,
    DEFLECTION_REQUESTED,
    OWN_SOURCE,
    RULE_MATCHED,
    BusEvent,
    ContactEvent,
    DeflectionRequested,
    RuleMatched,
)
from deflection.bus_wire import (
    ContactDetail,
    ContactEventEvent,
    Deferral,
    DeferralEvent,
    DeflectionRequestedEvent,
    Envelope,
    RuleMatchedDetail,
    RuleMatchedEvent,
    Value,
)
from deflection.contact import Contact, happened
from deflection.errors import UnrecognizedEventError
from deflection.wire import read_as

TEXT_SUBTYPES = ("CONNECT:SMS", "CONNECT:WHATSAPP")


def read_bus_event(event: object) -> BusEvent:
    """
    An event as EventBridge gives it to a target.

    Source: https://docs.aws.amazon.com/connect/latest/adminguide/contact-events.html
    and https://docs.aws.amazon.com/connect/latest/adminguide/contact-lens-rules-eventbridge-event.html

    Raises:
        UnrecognizedEventError: It is of another type, or an application's that claims to come from AWS.
        MalformedEventError: A needed field is missing or of the wrong type.
    """
    envelope = read_as(Envelope, event)
    if envelope.detail_type in CONTACT_EVENTS:
        return _contact_event(envelope, read_as(ContactEventEvent, event).detail)
    if envelope.detail_type == RULE_MATCHED:
        return _rule_matched(envelope, read_as(RuleMatchedEvent, event).detail)
    if envelope.detail_type == DEFLECTION_REQUESTED and not (envelope.source or "").startswith("aws."):
        detail = read_as(DeflectionRequestedEvent, event).detail
        own = Deferral() if envelope.source != OWN_SOURCE else read_as(DeferralEvent, event).detail
        return DeflectionRequested(
            *_told(envelope),
            detail.contact_id or "",
            detail.instance_arn,
            detail.parameters or {},
            own.attributes or {},
            own.resolved or False,
            own.queue_name or "",
            own.language or "",
            own.dialled or "",
        )
    raise UnrecognizedEventError("The event's detail-type and source are none that this function takes.")


def read_body(body: str) -> BusEvent:
    """
    The event in the body of a queue's record.

    Raises:
        UnrecognizedEventError: It is no event of EventBridge, or one of another type.
        MalformedEventError: A needed field is missing or of the wrong type.
    """
    try:
        event = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnrecognizedEventError("The record's body is not JSON.") from error
    if not isinstance(event, dict) or "detail-type" not in event:
        raise UnrecognizedEventError("The record's body is not an event of EventBridge.")
    return read_bus_event(event)


def _told(envelope: Envelope) -> tuple[str, float | None]:
    time = envelope.time
    if time is not None and time.tzinfo is None:
        time = time.replace(tzinfo=UTC)
    return envelope.id or "", time.timestamp() if time else None


def _contact_event(envelope: Envelope, detail: ContactDetail) -> ContactEvent:
    subtype = ((detail.segmentattributes.subtype if detail.segmentattributes else None) or Value()).valuestring
    kind = detail.eventtype.upper()
    contact = Contact(
        id=detail.contactid,
        instance_arn=detail.instancearn,
        initial_id=detail.initialcontactid or "",
        channel=(detail.channel or "").upper(),
        initiation_method=(detail.initiationmethod or "").upper(),
        was_queued=kind == "QUEUED" or happened(detail.queueinfo.enqueuetimestamp if detail.queueinfo else None),
        was_answered=happened(detail.agentinfo.connectedtoagenttimestamp if detail.agentinfo else None),
        disconnect_reason=(detail.disconnectreason or "").upper(),
    )
    of_a_text = contact.channel == "CHAT" and (subtype or "").upper() in TEXT_SUBTYPES and bool(detail.relatedcontactid)
    return ContactEvent(*_told(envelope), contact.id, contact.instance_arn, kind, contact, of_a_text)


def _rule_matched(envelope: Envelope, detail: RuleMatchedDetail) -> RuleMatched:
    return RuleMatched(*_told(envelope), detail.contactarn.rpartition("/")[2], detail.instancearn, detail.actionname)
