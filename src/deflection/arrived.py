"""Events of EventBridge: of contacts, of Contact Lens, and those by which an application asks for a text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deflection.contact import Contact

CONTACT_EVENT_TYPES = ("Amazon Connect Contact Event", "Connect Customer Contact Event")
RULE_MATCHED = "Contact Lens Realtime Rules Matched"
DEFLECTION_REQUESTED = "Deflection Requested"
OWN_SOURCE = "connect-sms-deflection"


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
        is_sms_contact: Whether it is a text conversation that is related to another contact.
    """

    type: str
    contact: Contact
    is_sms_contact: bool


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


type EventBridgeEvent = ContactEvent | RuleMatched | DeflectionRequested


@dataclass(frozen=True)
class FlowInvocation:
    """A flow's block *AWS Lambda function* invoked us and waits for the answer."""

    contact: Contact
    parameters: Mapping[str, Any] = field(repr=False)


type Arrived = FlowInvocation | EventBridgeEvent
