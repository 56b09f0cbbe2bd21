"""What we know of the contact, whichever way the event came."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

NO_ATTRIBUTES: Mapping[str, str] = MappingProxyType({})


def is_set(timestamp: object) -> bool:
    """Whether there is a timestamp; AWS has one in January 1970 for what has not happened."""
    return bool(timestamp) and not str(timestamp).startswith("1970-01-01")


@dataclass(frozen=True, repr=False)
class Endpoint:
    """
    One end of a contact: an address of a type, such as a TELEPHONE_NUMBER.

    It shows itself masked, so that no number gets into a log by accident.
    """

    address: str
    type: str = "TELEPHONE_NUMBER"

    @property
    def masked(self) -> str:
        """The address with all but its first two and last two characters hidden."""
        hidden = max(len(self.address) - 4, 0)
        return f"{self.address[:2]}{'*' * hidden}{self.address[-2:]}" if hidden else "*" * len(self.address)

    def __repr__(self) -> str:
        return f"Endpoint({self.masked!r}, {self.type!r})"


@dataclass(frozen=True)
class Contact:
    """
    A contact of the Connect instance, as an event or the API described it.

    Attributes:
        id: Its contact id; empty for a text that an application asks for, and that is about no contact.
        instance_arn: The ARN of the instance that it belongs to.
        initial_id: The contact id of the call's first leg; a transfer keeps it. Empty when unknown.
        channel: VOICE, CHAT, TASK, EMAIL or a newer one, in capitals; empty when unknown.
        customer_endpoint: Who called, if Connect knows it.
        system_endpoint: What was dialled.
        queue_name: The queue that the contact waits in, or empty.
        queue_arn: Its ARN, or only its id; empty when there is none.
        language: The BCP 47 tag of the language that the contact is held in, or empty.
        attributes: The user-defined contact attributes.
        initiation_method: INBOUND, TRANSFER, API and so on, in capitals; empty when unknown.
        was_queued: Whether it has entered a queue, as far as is known.
        was_answered: Whether it was connected to an agent, as far as is known.
        disconnect_reason: Why it ended, such as CUSTOMER_DISCONNECT; empty while it lasts or when unknown.
        event_id: The event that asks for a text that is about no contact.
    """

    id: str
    instance_arn: str
    initial_id: str = ""
    channel: str = ""
    customer_endpoint: Endpoint | None = None
    system_endpoint: Endpoint | None = None
    queue_name: str = ""
    queue_arn: str = ""
    language: str = ""
    attributes: Mapping[str, str] = field(default=NO_ATTRIBUTES, repr=False)
    initiation_method: str = ""
    was_queued: bool = False
    was_answered: bool = False
    disconnect_reason: str = ""
    event_id: str = ""
