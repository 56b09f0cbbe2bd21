"""Define the events: a flow invocation, or an EventBridge event about a contact, a rule or a request."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from typing import TYPE_CHECKING, Any

from deflection.contact import Contact

if TYPE_CHECKING:
    from deflection.results import Delivery

CONTACT_EVENT_TYPES = ("Amazon Connect Contact Event", "Connect Customer Contact Event")
SMS_DELIVERY = "Text Message Delivery Status Updated"
WHATSAPP_DELIVERIES = ("WhatsApp Message Delivered", "WhatsApp Message Failed", "WhatsApp Message Undeliverable")
RULE_MATCHED = "Contact Lens Realtime Rules Matched"
DEFLECTION_REQUESTED = "Deflection Requested"
OWN_SOURCE = "connect-sms-deflection"


class EventSource(Enum):
    """Where an event came from."""

    FLOW_INVOCATION = auto()
    EVENTBRIDGE_EVENT = auto()
    QUEUE_RECORD = auto()
    UNKNOWN = auto()

    @classmethod
    def of(cls, event: object) -> "EventSource":
        """Return the source of an event by its structure; the fields may be invalid."""
        match event:
            case {"Details": _}:
                return cls.FLOW_INVOCATION
            case {"detail-type": _}:
                return cls.EVENTBRIDGE_EVENT
            case {"Records": [_, *_] as records} if all(map(_is_sqs_record, records)):
                return cls.QUEUE_RECORD
            case _:
                return cls.UNKNOWN


def _is_sqs_record(record: object) -> bool:
    match record:
        case {"eventSource": "aws:sqs", "messageId": str(message_id)}:
            return bool(message_id)
        case _:
            return False


@dataclass(frozen=True)
class _Event:
    """
    The fields of every EventBridge event.

    Attributes:
        id: The event's id, or empty.
        time: When it happened, in seconds since 1970; None if the event does not say.
        contact_id: The id of the contact, or empty.
        instance_arn: The ARN of the instance.
    """

    id: str
    time: float | None
    contact_id: str
    instance_arn: str

    @property
    def related_contact_id(self) -> str:
        """Return the id of the contact to relate the message to."""
        return self.contact_id


@dataclass(frozen=True)
class ContactEvent(_Event):
    """
    A contact event: the state of a contact changed.

    Attributes:
        type: QUEUED, CONNECTED_TO_AGENT, DISCONNECTED and so on, in capitals.
        contact: The contact, without the customer's number and the attributes; these events do not have them.
        is_sms_contact: Whether the contact is an SMS or WhatsApp contact that is related to another contact.
        origin_id: The id of the call that an SMS contact is related to; empty for other contacts.
        subtype: connect:SMS or connect:WhatsApp for an SMS contact.
        is_deflected_call: Whether a flow tagged the call after its message was started.
    """

    type: str
    contact: Contact
    is_sms_contact: bool
    origin_id: str = ""
    subtype: str = ""
    is_deflected_call: bool = False


@dataclass(frozen=True)
class RuleMatched(_Event):
    """A Contact Lens rule matched a call; its action has this name."""

    action_name: str


@dataclass(frozen=True)
class DeflectionRequested(_Event):
    """
    An application requests a message, or this function deferred a flow's request.

    From an application, only `parameters` are read. The other attributes are set when this function deferred a request.

    Attributes:
        parameters: The flow parameters.
        attributes: The contact attributes of a request without a contact id.
        is_resolved: Whether the parameters are those of a complete StartOutboundChatContact request.
        queue_name: The name of the contact's queue, which DescribeContact does not return.
        language: The BCP 47 tag of the contact's language, which DescribeContact does not return.
        dialled: The number that was dialed.
        route: The name of the route of a complete request, or empty.
    """

    parameters: Mapping[str, Any] = field(repr=False)
    attributes: Mapping[str, str] = field(repr=False)
    is_resolved: bool = False
    queue_name: str = ""
    language: str = ""
    dialled: str = field(default="", repr=False)
    route: str = ""

    @property
    def related_contact_id(self) -> str:
        """Return the event's contact id; if it is empty, the RelatedContactId of the parameters."""
        related = self.parameters.get("RelatedContactId")
        return self.contact_id or (related if isinstance(related, str) and len(related) <= 256 else "")


@dataclass(frozen=True)
class DeliveryEvent(_Event):
    """
    A message got a delivery status; these events name neither the contact nor the customer.

    Attributes:
        message_id: The id of the message.
        delivery: The final status; None if a later one follows.
    """

    message_id: str
    delivery: "Delivery | None"


type EventBridgeEvent = ContactEvent | RuleMatched | DeflectionRequested | DeliveryEvent


@dataclass(frozen=True)
class FlowInvocation:
    """The *AWS Lambda function* block of a flow invoked the function and waits for the response."""

    contact: Contact
    parameters: Mapping[str, Any] = field(repr=False)


type IncomingEvent = FlowInvocation | EventBridgeEvent
