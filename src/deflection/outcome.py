"""Define the outcomes of a deflection."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from deflection.contact import Endpoint
from deflection.errors import DeflectionError
from deflection.reasons import DeclineReason, IgnoreReason

if TYPE_CHECKING:
    from deflection.results import Result

SMS = "connect:SMS"
WHATSAPP = "connect:WhatsApp"


class Status(StrEnum):
    """The status of a deflection; the flow reads it in `Status`."""

    STARTED = "STARTED"
    """
    Amazon Connect started the SMS contact, or had started it for the same client token. The flow can say so to the
    caller. Whether the message is delivered is not known.
    """
    DEFERRED = "DEFERRED"
    """
    The request could not be sent now and is on the queue; `Reason` says why. The message is sent within
    MAX_EVENT_AGE_SECONDS or not at all, so keep the caller in the queue.
    """
    DECLINED = "DECLINED"
    """A rule does not allow the message; `Reason` says which. Keep the caller in the queue."""
    IGNORED = "IGNORED"
    """The event does not ask for a message. A flow never gets this status."""
    FAILED = "FAILED"
    """
    The message could not be started; `Reason` says why. Keep the caller in the queue. If `Retryable` is true, the flow
    may invoke the function once more.
    """
    DRY_RUN = "DRY_RUN"
    """The request passed every check. Nothing was sent, because the flow set DryRun."""


class StartedContact(NamedTuple):
    """An SMS contact that was started now or earlier, and the client token of its request."""

    contact_id: str
    client_token: str


class OutcomeDetails(NamedTuple):
    """
    The details of a deflection, for every outcome.

    Attributes:
        related_contact_id: The request's RelatedContactId; empty for an unrelated message.
        subtype: The subtype of the SMS contact, such as connect:SMS.
        destination: Who receives the message; None until it is known.
        sms_parts: The number of message parts that AWS bills; 0 if the content is not known.
        refused: The channels that were tried before, each with its reason code.
        language: The code of the contact's language, or empty.
        route: The name of the route; empty for none, or if none was chosen yet.
    """

    related_contact_id: str = ""
    subtype: str = SMS
    destination: Endpoint | None = None
    sms_parts: int = 0
    refused: tuple[str, ...] = ()
    language: str = ""
    route: str = ""


@dataclass(frozen=True)
class Started:
    """Amazon Connect started an SMS contact; the function does not know whether the message is delivered."""

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
        contact_id: The id of the earlier SMS contact, for RECENTLY_DEFLECTED.
    """

    details: OutcomeDetails
    reason: DeclineReason
    contact_id: str = ""


@dataclass(frozen=True)
class Ignored:
    """
    The event does not ask for a message.

    Attributes:
        result: The news about a message that was already started; None if it was counted before.
    """

    details: OutcomeDetails
    reason: IgnoreReason
    result: "Result | None" = None


@dataclass(frozen=True)
class Failed:
    """
    The deflection failed.

    Attributes:
        error: The reason.
        request: The request that could not be sent, if it was built.
        deferral_error: Why the request was not put on the queue, if the function tried.
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
