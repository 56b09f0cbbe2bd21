"""Define the results of a started message: delivery, reply, answer, and the end of the call."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AgentAnswer:
    """The acceptance of an SMS contact by an agent."""


@dataclass(frozen=True)
class ConversationEnd:
    """
    The end of an SMS contact.

    Attributes:
        contact_id: The id of the SMS contact.
        related_contact_id: The id of the call.
        subtype: connect:SMS or connect:WhatsApp.
        answered: Whether an agent accepted the SMS contact.
        replied: Whether the customer replied; None if Amazon Connect does not say.
        reply_seconds: The time from the start to the first reply, if it is known.
        saved: Whether the call ended without an agent; None if it has not ended or if that is not known.
        started_at: When the SMS contact started, in seconds since 1970, if it is known.
        ended_at: When it ended, likewise.
        disconnect_reason: Why it ended, or empty.
        language: The code of the call's language, or empty.
        route: The name of the route, or empty.
    """

    contact_id: str
    related_contact_id: str
    subtype: str
    answered: bool
    replied: bool | None = None
    reply_seconds: float | None = None
    saved: bool | None = None
    started_at: float | None = None
    ended_at: float | None = None
    disconnect_reason: str = ""
    language: str = ""
    route: str = ""


@dataclass(frozen=True)
class CallEnd:
    """
    The end of a call whose message was started.

    Attributes:
        saved: Whether it ended without an agent; None if Amazon Connect does not say.
    """

    saved: bool | None


@dataclass(frozen=True)
class Delivery:
    """
    The final delivery status of a message.

    Attributes:
        status: The status in capitals, such as DELIVERED; OTHER for one that is not documented.
        country: The ISO 3166 alpha-2 code of the customer's country, or UNKNOWN.
    """

    status: str
    country: str


type Result = AgentAnswer | ConversationEnd | CallEnd | Delivery
