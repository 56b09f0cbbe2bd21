"""What happened, as a value."""

from dataclasses import dataclass, field
from enum import StrEnum

from deflection.contact import Endpoint
from deflection.errors import DeflectionError

SMS = "connect:SMS"
WHATSAPP = "connect:WhatsApp"


class DeclineReason(StrEnum):
    """The rule that said no."""

    CHANNEL_NOT_ELIGIBLE = "CHANNEL_NOT_ELIGIBLE"
    INSTANCE_NOT_ALLOWED = "INSTANCE_NOT_ALLOWED"
    CUSTOMER_NUMBER_MISSING = "CUSTOMER_NUMBER_MISSING"
    CUSTOMER_NUMBER_INVALID = "CUSTOMER_NUMBER_INVALID"
    CONSENT_MISSING = "CONSENT_MISSING"


@dataclass(frozen=True)
class About:
    """
    What is known of a deflection, whatever came of it.

    Attributes:
        related_contact_id: The related contact as it was or would be sent; empty when there is none.
        subtype: The subtype of the contact that was or would be started.
        destination: Whom the text was or would be for, once it is known.
    """

    related_contact_id: str = ""
    subtype: str = SMS
    destination: Endpoint | None = None


@dataclass(frozen=True)
class Started:
    """Amazon Connect started an SMS contact; that its text was delivered is not known."""

    about: About
    contact_id: str
    selected: str = field(default="", repr=False)


@dataclass(frozen=True)
class DryRun:
    """The request was built and passed every check; nothing was sent."""

    about: About
    selected: str = field(default="", repr=False)


@dataclass(frozen=True)
class Declined:
    """A rule says that this contact may not go on as a text."""

    about: About
    reason: DeclineReason


@dataclass(frozen=True)
class Failed:
    """It could not be done."""

    about: About
    reason: str
    message: str
    retryable: bool


type Outcome = Started | DryRun | Declined | Failed


def failed(error: DeflectionError, about: About | None = None) -> Failed:
    """The outcome that an error comes to."""
    return Failed(about or About(), error.code, str(error), error.retryable)
