"""
Decides whether a contact may go on as a text: the rules in order, the first that says no counts.

They ask nobody; the rules that must ask someone are elsewhere.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass

import phonenumbers

from deflection.contact import Contact, Endpoint
from deflection.outcome import DeclineReason
from deflection.parameters import Parameters
from deflection.settings import Settings
from deflection.text import E164

CONSENT = frozenset({"true", "yes", "y", "1", "granted"})


@dataclass(frozen=True)
class Eligible:
    """The contact may go on as a text to this number."""

    destination: Endpoint


def decide(contact: Contact, parameters: Parameters, settings: Settings) -> Eligible | DeclineReason:
    """The destination of the text, or the reason why there may be none."""
    given = parameters.DestinationEndpoint_Address
    if given is None and contact.channel not in settings.allowed_channels:
        return DeclineReason.CHANNEL_NOT_ELIGIBLE
    if not all(map(settings.is_ours, filter(None, (contact.instance_arn, parameters.InstanceId)))):
        return DeclineReason.INSTANCE_NOT_ALLOWED
    address = given or _callers_number(contact)
    if address is None:
        return DeclineReason.CUSTOMER_NUMBER_MISSING
    e164 = _valid_e164(address, settings.default_country)
    if e164 is None:
        return DeclineReason.CUSTOMER_NUMBER_INVALID
    if settings.consent_attribute and not _agreed(contact, parameters, settings.consent_attribute):
        return DeclineReason.CONSENT_MISSING
    return Eligible(Endpoint(e164))


def _callers_number(contact: Contact) -> str | None:
    """
    The customer's number, when there is one.

    What Amazon Connect gives for a withheld number is not documented, so a word such as `anonymous`, a SIP address
    and any type but TELEPHONE_NUMBER count as none.
    """
    endpoint = contact.customer_endpoint
    if endpoint is None or endpoint.type.upper() != "TELEPHONE_NUMBER":
        return None
    if ":" in endpoint.address or "@" in endpoint.address or not any(map(str.isdigit, endpoint.address)):
        return None
    return endpoint.address


def _valid_e164(address: str, default_country: str | None) -> str | None:
    if any(map(str.isalpha, address)):  # libphonenumber would dial them: 1-800-FLOWERS
        return None
    try:
        number = phonenumbers.parse(address, default_country)
    except phonenumbers.NumberParseException:
        return None
    e164 = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    is_callable = phonenumbers.is_valid_number(number) and not number.extension
    return e164 if is_callable and re.fullmatch(E164, e164) else None


def _agreed(contact: Contact, parameters: Parameters, consent_attribute: str) -> bool:
    attributes: Mapping[str, str] = {**contact.attributes, **(parameters.Attributes or {})}
    return attributes.get(consent_attribute, "").strip().lower() in CONSENT
