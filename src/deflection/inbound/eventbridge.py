"""Parse EventBridge events, as a rule delivers them or from the body of an SQS record."""

import json
import re
from datetime import UTC

from deflection.contact import Contact, is_set
from deflection.errors import UnrecognizedEventError
from deflection.events import (
    CONTACT_EVENT_TYPES,
    DEFLECTION_REQUESTED,
    OWN_SOURCE,
    RULE_MATCHED,
    SMS_DELIVERY,
    WHATSAPP_DELIVERIES,
    ContactEvent,
    DeflectionRequested,
    DeliveryEvent,
    EventBridgeEvent,
    RuleMatched,
)
from deflection.inbound.eventbridge_schema import (
    ContactDetail,
    ContactEventModel,
    DeferralDetail,
    DeferralModel,
    DeflectionRequestedModel,
    DeliveryDetail,
    DeliveryModel,
    Envelope,
    RuleMatchedDetail,
    RuleMatchedModel,
    Segments,
    SegmentValue,
    Tags,
)
from deflection.inbound.schema import parse_as
from deflection.outcome import SMS, WHATSAPP
from deflection.redaction import redact
from deflection.results import Delivery

SUBTYPES = {subtype.upper(): subtype for subtype in (SMS, WHATSAPP)}
UNKNOWN_COUNTRY = "UNKNOWN"
STARTED_TAG = "STARTED"
"""The value of the tag `smsDeflection` that the flows set on a call whose message was started."""
DELIVERY_SOURCES = {
    SMS_DELIVERY: "aws.sms-voice",
    **dict.fromkeys(WHATSAPP_DELIVERIES, "aws.social-messaging"),
}
SMS_STATUSES = frozenset(
    {"SUCCESSFUL", "DELIVERED", "INVALID", "INVALID_MESSAGE", "UNREACHABLE", "CARRIER_UNREACHABLE", "BLOCKED"}
    | {"CARRIER_BLOCKED", "SPAM", "UNKNOWN", "TTL_EXPIRED", "PROTECT_BLOCKED"}
)
"""The final statuses of an SMS. Source: https://docs.aws.amazon.com/sms-voice/latest/userguide/monitor-event-bridge.html"""


def parse_eventbridge_event(event: object) -> EventBridgeEvent:
    """
    Parse an event as EventBridge delivers it to a target.

    Source: https://docs.aws.amazon.com/connect/latest/adminguide/contact-events.html
    and https://docs.aws.amazon.com/connect/latest/adminguide/contact-lens-rules-eventbridge-event.html

    Raises:
        UnrecognizedEventError: The detail-type is unknown, or an application's source begins with `aws.`.
        MalformedEventError: A required field is missing or has the wrong type.
    """
    envelope = parse_as(Envelope, event)
    if envelope.detail_type in CONTACT_EVENT_TYPES:
        return _contact_event(envelope, parse_as(ContactEventModel, event).detail)
    if DELIVERY_SOURCES.get(envelope.detail_type or "", "") == envelope.source and envelope.source:
        return _delivery(envelope, parse_as(DeliveryModel, event).detail)
    if envelope.detail_type == RULE_MATCHED:
        return _rule_matched(envelope, parse_as(RuleMatchedModel, event).detail)
    if envelope.detail_type == DEFLECTION_REQUESTED and not (envelope.source or "").startswith("aws."):
        detail = parse_as(DeflectionRequestedModel, event).detail
        deferral = DeferralDetail() if envelope.source != OWN_SOURCE else parse_as(DeferralModel, event).detail
        return DeflectionRequested(
            *_id_and_time(envelope),
            detail.contact_id or "",
            detail.instance_arn,
            detail.parameters,
            deferral.attributes or {},
            deferral.resolved or False,
            deferral.queue_name or "",
            deferral.language or "",
            deferral.dialled or "",
            redact(deferral.route or "", instead=""),
        )
    raise UnrecognizedEventError("The event's detail-type or source is not one that this function handles.")


def parse_record_body(body: str) -> EventBridgeEvent:
    """
    Parse the EventBridge event in the body of an SQS record.

    Raises:
        UnrecognizedEventError: The body is not an EventBridge event, or its detail-type is unknown.
        MalformedEventError: A required field is missing or has the wrong type.
    """
    try:
        event = json.loads(body)
    except (ValueError, RecursionError) as error:
        raise UnrecognizedEventError("The record's body is not JSON.") from error
    if not isinstance(event, dict) or "detail-type" not in event:
        raise UnrecognizedEventError("The record's body is not an EventBridge event.")
    return parse_eventbridge_event(event)


def _id_and_time(envelope: Envelope) -> tuple[str, float | None]:
    time = envelope.time
    if time is not None and time.tzinfo is None:
        time = time.replace(tzinfo=UTC)
    return envelope.id or "", time.timestamp() if time else None


def _contact_event(envelope: Envelope, detail: ContactDetail) -> ContactEvent:
    segments = detail.segmentattributes or Segments.model_validate({})
    event_type = detail.eventtype.upper()
    contact = Contact(
        id=detail.contactid,
        instance_arn=detail.instancearn,
        initial_id=detail.initialcontactid or "",
        channel=(detail.channel or "").upper(),
        initiation_method=(detail.initiationmethod or "").upper(),
        was_queued=event_type == "QUEUED" or is_set(detail.queueinfo.enqueuetimestamp if detail.queueinfo else None),
        was_answered=is_set(detail.agentinfo.connectedtoagenttimestamp if detail.agentinfo else None),
        disconnect_reason=(detail.disconnectreason or "").upper(),
        is_simulated=bool((segments.testtype or SegmentValue()).valuestring),
    )
    subtype = SUBTYPES.get(((segments.subtype or SegmentValue()).valuestring or "").upper(), "")
    is_sms_contact = contact.channel == "CHAT" and bool(subtype) and bool(detail.relatedcontactid)
    return ContactEvent(
        *_id_and_time(envelope),
        contact.id,
        contact.instance_arn,
        event_type,
        contact,
        is_sms_contact,
        origin_id=detail.relatedcontactid or "" if is_sms_contact else "",
        subtype=subtype if is_sms_contact else "",
        is_deflected_call=contact.channel == "VOICE"
        and ((detail.tags or Tags()).smsdeflection or "").upper() == STARTED_TAG,
    )


def _delivery(envelope: Envelope, detail: DeliveryDetail) -> DeliveryEvent:
    status = (detail.eventtype or "").upper().removeprefix("TEXT_")
    delivery = None
    if not detail.messageid:
        pass  # a repetition could not be recognized
    elif envelope.detail_type != SMS_DELIVERY:
        delivery = Delivery((envelope.detail_type or "").rpartition(" ")[2].upper(), UNKNOWN_COUNTRY)
    elif detail.isfinal:
        country = detail.isocountrycode or ""
        is_country = re.fullmatch("[A-Z]{2}", country, re.ASCII)
        delivery = Delivery(status if status in SMS_STATUSES else "OTHER", country if is_country else UNKNOWN_COUNTRY)
    return DeliveryEvent(*_id_and_time(envelope), "", "", detail.messageid or "", delivery)


def _rule_matched(envelope: Envelope, detail: RuleMatchedDetail) -> RuleMatched:
    return RuleMatched(
        *_id_and_time(envelope), detail.contactarn.rpartition("/")[2], detail.instancearn, detail.actionname
    )
