"""Events of EventBridge: of contacts, of Contact Lens, and those by which an application asks for a text."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC
from typing import Any

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

CONTACT_EVENTS = ("Amazon Connect Contact Event", "Connect Customer Contact Event")
RULE_MATCHED = "Contact Lens Realtime Rules Matched"
DEFLECTION_REQUESTED = "Deflection Requested"
OWN_SOURCE = "connect-sms-deflection"
TEXT_SUBTYPES = ("CONNECT:SMS", "CONNECT:WHATSAPP")


@dataclass(frozen=True)
class _Event:
    """
    What every event of the bus has.

    Attributes:
        id: The event's own id; empty when it has none.
        time: When it happened, in seconds since 1970; None when it does not say.
        contact_id: The contact that it is about; empty when it is about none.
        instance_arn: The instance that it is about.
    """

    id: str
    time: float | None
    contact_id: str
    instance_arn: str

    @property
    def related_contact_id(self) -> str:
        """The contact that a text would be related to."""
        return self.contact_id


@dataclass(frozen=True)
class ContactEvent(_Event):
    """
    Something happened to a contact.

    Attributes:
        type: What: QUEUED, CONNECTED_TO_AGENT, DISCONNECTED and so on, in capitals.
        contact: The contact, without what such events never tell: the customer's number and the attributes.
        of_a_text: Whether it is a text conversation that is related to another contact.
    """

    type: str
    contact: Contact
    of_a_text: bool


@dataclass(frozen=True)
class RuleMatched(_Event):
    """A rule of Contact Lens matched what was said in a call; its action is named so."""

    action_name: str


@dataclass(frozen=True)
class DeflectionRequested(_Event):
    """
    An application, or this function itself a moment ago, asks for a text.

    Attributes:
        parameters: What it asks for.
        attributes: What is known of the contact's attributes, when the contact itself is not named. This and what
            follows is told by this function only; from others it counts as absent.
        is_resolved: Whether the parameters are complete.
        queue_name: What a flow knew of the contact, and DescribeContact does not tell; likewise what follows.
        language: The BCP 47 tag of its language.
        dialled: The number that was dialled.
    """

    parameters: Mapping[str, Any] = field(repr=False)
    attributes: Mapping[str, str] = field(repr=False)
    is_resolved: bool = False
    queue_name: str = ""
    language: str = ""
    dialled: str = field(default="", repr=False)

    @property
    def related_contact_id(self) -> str:
        """The contact that the text is about: the one that is named, or the one that it is to be related to."""
        related = self.parameters.get("RelatedContactId")
        return self.contact_id or (related if isinstance(related, str) and len(related) <= 256 else "")


type BusEvent = ContactEvent | RuleMatched | DeflectionRequested


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
