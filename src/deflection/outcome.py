"""Describe what happened to a deflection, as values."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from deflection.contact import Endpoint
from deflection.errors import DeflectionError
from deflection.reasons import DeclineReason, IgnoreReason

SMS = "connect:SMS"
WHATSAPP = "connect:WhatsApp"


@dataclass(frozen=True)
class StartedContact:
    """An SMS contact that was started, now or a short while ago, by the request with this client token."""

    contact_id: str
    client_token: str


@dataclass(frozen=True)
class OutcomeDetails:
    """
    What is known of a deflection, whatever its outcome.

    Attributes:
        related_contact_id: The related contact as it was or would be sent; empty for an unrelated message.
        subtype: The subtype of the contact that was or would be started.
        destination: Who receives the message; None until it is known.
        sms_parts: How many SMS parts the message has and is billed for; 0 for a message that is not an SMS.
        refused: The channels tried before this one, each with the reason code it failed with.
    """

    related_contact_id: str = ""
    subtype: str = SMS
    destination: Endpoint | None = None
    sms_parts: int = 0
    refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Started:
    """Amazon Connect started an SMS contact; whether the message is delivered is not known."""

    details: OutcomeDetails
    contact_id: str
    selected: str = field(default="", repr=False)


@dataclass(frozen=True)
class DryRun:
    """The request was built and passed every check; nothing was sent."""

    details: OutcomeDetails
    selected: str = field(default="", repr=False)


@dataclass(frozen=True)
class Declined:
    """
    A rule does not allow the message.

    Attributes:
        contact_id: The earlier SMS contact, if that is the reason.
    """

    details: OutcomeDetails
    reason: DeclineReason
    contact_id: str = ""


@dataclass(frozen=True)
class Ignored:
    """The event does not ask for a message."""

    details: OutcomeDetails
    reason: IgnoreReason


@dataclass(frozen=True)
class Failed:
    """
    The deflection could not be done.

    Attributes:
        error: Why.
        request: The request that could not be sent, if it was built.
        deferral_error: Why the request could not be put on the queue, if that was tried.
    """

    details: OutcomeDetails
    error: DeflectionError
    request: Mapping[str, Any] | None = field(default=None, repr=False)
    deferral_error: DeflectionError | None = None


@dataclass(frozen=True)
class Deferred:
    """
    The request could not be sent now and is on the queue.

    Attributes:
        error: Why it could not be sent now.
    """

    details: OutcomeDetails
    error: DeflectionError


type Outcome = Started | Deferred | DryRun | Declined | Ignored | Failed
