"""What happened, as a value."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from deflection.contact import Endpoint
from deflection.errors import DeflectionError

SMS = "connect:SMS"
WHATSAPP = "connect:WhatsApp"


class DeclineReason(StrEnum):
    """The rule that said no."""

    SWITCHED_OFF = "SWITCHED_OFF"
    CHANNEL_NOT_ELIGIBLE = "CHANNEL_NOT_ELIGIBLE"
    INSTANCE_NOT_ALLOWED = "INSTANCE_NOT_ALLOWED"
    CUSTOMER_NUMBER_MISSING = "CUSTOMER_NUMBER_MISSING"
    CUSTOMER_NUMBER_INVALID = "CUSTOMER_NUMBER_INVALID"
    COUNTRY_NOT_ALLOWED = "COUNTRY_NOT_ALLOWED"
    LINE_TYPE_NOT_TEXTABLE = "LINE_TYPE_NOT_TEXTABLE"
    CONSENT_MISSING = "CONSENT_MISSING"
    OPTED_OUT = "OPTED_OUT"
    QUIET_HOURS = "QUIET_HOURS"
    RECENTLY_DEFLECTED = "RECENTLY_DEFLECTED"
    EVENT_TOO_OLD = "EVENT_TOO_OLD"


class IgnoreReason(StrEnum):
    """Why an event asks for nothing."""

    TRIGGER_NOT_MATCHED = "TRIGGER_NOT_MATCHED"
    SMS_CONTACT_EVENT = "SMS_CONTACT_EVENT"


@dataclass(frozen=True)
class StartedContact:
    """An SMS contact that was started, now or a short while ago, by the request with this client token."""

    contact_id: str
    client_token: str


@dataclass(frozen=True)
class OutcomeDetails:
    """
    What is known of a deflection, whatever came of it.

    Attributes:
        related_contact_id: The related contact as it was or would be sent; empty when there is none.
        subtype: The subtype of the contact that was or would be started.
        destination: Whom the text was or would be for, once it is known.
        sms_parts: In how many parts the text is sent and paid for; 0 for what is no text by SMS.
        refused: The kinds that were tried before this one, each with the code of what stood against it.
    """

    related_contact_id: str = ""
    subtype: str = SMS
    destination: Endpoint | None = None
    sms_parts: int = 0
    refused: tuple[str, ...] = ()


@dataclass(frozen=True)
class Started:
    """Amazon Connect started an SMS contact; that its text was delivered is not known."""

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
    A rule says that this contact may not go on as a text.

    Attributes:
        contact_id: The SMS contact that there is already, when that is the reason.
    """

    details: OutcomeDetails
    reason: DeclineReason
    contact_id: str = ""


@dataclass(frozen=True)
class Ignored:
    """The event asks for nothing."""

    details: OutcomeDetails
    reason: IgnoreReason


@dataclass(frozen=True)
class Failed:
    """
    It could not be done.

    Attributes:
        error: What stood against it.
        request: The request that could not be sent, when it came so far.
        deferral_error: What stood against putting it onto the queue, which was tried.
    """

    details: OutcomeDetails
    error: DeflectionError
    request: Mapping[str, Any] | None = field(default=None, repr=False)
    deferral_error: DeflectionError | None = None


@dataclass(frozen=True)
class Deferred:
    """
    It could not be sent now, and is on the queue.

    Attributes:
        error: What stood against it.
    """

    details: OutcomeDetails
    error: DeflectionError


type Outcome = Started | Deferred | DryRun | Declined | Ignored | Failed
