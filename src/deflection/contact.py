"""Model a contact and its endpoints, independent of the event that they come from."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from deflection.redaction import mask

TEST_TYPE_ATTRIBUTE = "connect:ValidationTestType"
"""The segment attribute of contacts that test cases of Amazon Connect simulate."""
NO_ATTRIBUTES: Mapping[str, str] = MappingProxyType({})


def is_set(timestamp: object) -> bool:
    """Return whether a timestamp is set; AWS sends a time on 1970-01-01 when it is not."""
    return bool(timestamp) and not str(timestamp).startswith("1970-01-01")


@dataclass(frozen=True, repr=False)
class Endpoint:
    """
    An endpoint of a contact: an address and its type, such as TELEPHONE_NUMBER.

    Its repr is masked, so that a log never shows the number by accident.
    """

    address: str
    type: str = "TELEPHONE_NUMBER"

    @property
    def masked(self) -> str:
        """Return the address with all but its first two and last two characters hidden."""
        return mask(self.address)

    def __repr__(self) -> str:
        return f"Endpoint({self.masked!r}, {self.type!r})"


@dataclass(frozen=True)
class Contact:
    """
    A contact of the Connect instance, as an event or the API describes it.

    Attributes:
        id: The contact id; empty when an application asks for a message without a contact.
        instance_arn: The ARN of its instance.
        initial_id: The InitialContactId, which stays the same in transfers; empty when unknown.
        channel: VOICE, CHAT, TASK, EMAIL or a newer one, in capitals; empty when unknown.
        customer_endpoint: The customer's endpoint, if Amazon Connect knows it.
        system_endpoint: The number that was dialed.
        queue_name: The name of the contact's queue, or empty.
        queue_arn: The ARN or the id of the queue, or empty.
        language: The BCP 47 tag of the contact's language, or empty.
        attributes: The user-defined contact attributes.
        initiation_method: INBOUND, TRANSFER, API and so on, in capitals; empty when unknown.
        was_queued: Whether it is known to have entered a queue.
        was_answered: Whether it is known to have been connected to an agent.
        disconnect_reason: Why it ended, such as CUSTOMER_DISCONNECT; empty while it is open or when unknown.
        is_simulated: Whether a test case of Amazon Connect simulates it.
        event_id: The id of the event, for a message without a contact.
        customer_messages: How many messages the customer of a chat sent; None if Amazon Connect does not say.
        initiated_at: When it was initiated, in seconds since 1970; None if that is not known.
        queued_at: When it entered its queue, likewise.
        last_customer_message_at: When the customer of a chat sent the last message, likewise.
        ended_at: When it ended, likewise.
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
    is_simulated: bool = False
    event_id: str = ""
    customer_messages: int | None = None
    initiated_at: float | None = None
    queued_at: float | None = None
    last_customer_message_at: float | None = None
    ended_at: float | None = None
