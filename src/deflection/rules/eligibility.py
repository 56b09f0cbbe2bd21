"""
Decide whether a contact may be texted; the first rule that declines gives the reason.

These rules do not make network calls; the rules in `aws.sms_voice` and `aws.dynamodb` do.
"""

import re
from collections.abc import Mapping
from typing import NamedTuple

import phonenumbers

from deflection.contact import Contact, Endpoint
from deflection.reasons import DeclineReason
from deflection.request.parameters import Parameters
from deflection.settings import Settings
from deflection.validators import E164_PATTERN

UNTEXTABLE_NUMBER_TYPES = frozenset(
    {
        phonenumbers.PhoneNumberType.FIXED_LINE,
        phonenumbers.PhoneNumberType.TOLL_FREE,
        phonenumbers.PhoneNumberType.PREMIUM_RATE,
        phonenumbers.PhoneNumberType.SHARED_COST,
        phonenumbers.PhoneNumberType.PERSONAL_NUMBER,
        phonenumbers.PhoneNumberType.PAGER,
        phonenumbers.PhoneNumberType.UAN,
        phonenumbers.PhoneNumberType.VOICEMAIL,
    }
)
"""Lines that do not receive SMS. In North America, mobile and fixed numbers have the same form, so both are allowed."""
INVALID_NUMBER = phonenumbers.PhoneNumberType.UNKNOWN
"""The type of every number that libphonenumber's `is_valid_number` rejects; asking for both takes twice as long."""

CORRECTED_TIME_ZONES = {
    "DZ": "Africa/Algiers",  # not Europe/Paris
    "LY": "Africa/Tripoli",  # not Europe/Bucharest
    "MA": "Africa/Casablanca",  # not Atlantic/Canary; also numbers of Western Sahara, which has the same time
    "NI": "America/Managua",  # not America/Chicago
    "PS": "Asia/Gaza",  # not Europe/Bucharest; Asia/Hebron has the same time
    "SS": "Africa/Juba",  # not Africa/Nairobi
}
"""
The time zones of countries where libphonenumber returns another country's time zone.

Source: `zone.tab` of the time zone database, https://www.iana.org/time-zones
"""

ADDED_TIME_ZONES: Mapping[str, tuple[str, ...]] = {
    "CL": ("America/Punta_Arenas", "Pacific/Easter"),
    "FM": ("Pacific/Pohnpei",),
    "ID": ("Asia/Jayapura", "Asia/Makassar"),
    "PG": ("Pacific/Bougainville",),
    "RU": ("Europe/Kaliningrad",),
}
"""Time zones that libphonenumber does not return for mobile numbers of these countries. Source: as above."""

CONSENT_VALUES = frozenset({"true", "yes", "y", "1", "granted"})


class Eligible(NamedTuple):
    """
    The number at which a contact may be texted.

    Attributes:
        destination: The number in E.164.
        country: The ISO 3166 alpha-2 code of the number's country; `001` for a number without a country.
    """

    destination: Endpoint
    country: str


def decide(
    contact: Contact, parameters: Parameters, settings: Settings, now: float, *, requested: bool = True
) -> Eligible | DeclineReason:
    """
    Return the destination of the message, or the reason to decline it.

    Args:
        contact: The contact.
        parameters: The flow parameters.
        settings: The operator's settings.
        now: Seconds since 1970.
        requested: Whether a flow or an application requests the message; quiet hours apply only to other events.
    """
    if contact.is_simulated:
        return DeclineReason.SIMULATED_CONTACT
    given = parameters.DestinationEndpoint_Address
    if given is None and contact.channel not in settings.allowed_channels:
        return DeclineReason.CHANNEL_NOT_ELIGIBLE
    if not all(map(settings.is_own_instance, filter(None, (contact.instance_arn, parameters.InstanceId)))):
        return DeclineReason.INSTANCE_NOT_ALLOWED
    address = given or _caller_number(contact)
    if address is None:
        return DeclineReason.CUSTOMER_NUMBER_MISSING
    number = _parse_number(address, settings.default_country)
    number_type = phonenumbers.number_type(number) if number else INVALID_NUMBER
    if number is None or number_type == INVALID_NUMBER:
        return DeclineReason.CUSTOMER_NUMBER_INVALID
    country = phonenumbers.region_code_for_number(number) or ""
    if settings.allowed_countries and country not in settings.allowed_countries:
        return DeclineReason.COUNTRY_NOT_ALLOWED
    if number_type in UNTEXTABLE_NUMBER_TYPES:
        return DeclineReason.LINE_TYPE_NOT_TEXTABLE
    if settings.consent_attribute and not _has_consent(contact, parameters, settings, settings.consent_attribute):
        return DeclineReason.CONSENT_MISSING
    if settings.quiet_hours and not requested and settings.quiet_hours.contains(now, time_zones(number)):
        return DeclineReason.QUIET_HOURS
    return Eligible(Endpoint(_e164(number)), country)


def _caller_number(contact: Contact) -> str | None:
    """
    Return the caller's number, or None.

    AWS does not document the form of a withheld number, so words such as `anonymous`, SIP addresses and every type
    except TELEPHONE_NUMBER count as missing.
    """
    endpoint = contact.customer_endpoint
    if endpoint is None or endpoint.type.upper() != "TELEPHONE_NUMBER":
        return None
    if ":" in endpoint.address or "@" in endpoint.address or not any(map(str.isdigit, endpoint.address)):
        return None
    return endpoint.address


def _parse_number(address: str, default_country: str | None) -> phonenumbers.PhoneNumber | None:
    if any(map(str.isalpha, address)):  # libphonenumber would convert letters to digits: 1-800-FLOWERS
        return None
    try:
        number = phonenumbers.parse(address, default_country)
    except phonenumbers.NumberParseException:
        return None
    return number if not number.extension and re.fullmatch(E164_PATTERN, _e164(number)) else None


def _e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def time_zones(number: phonenumbers.PhoneNumber) -> tuple[str, ...]:
    """Return the IANA time zones of a number's possible locations."""
    from phonenumbers.timezone import time_zones_for_number  # large, and used only for events

    country = phonenumbers.region_code_for_number(number) or ""
    if country in CORRECTED_TIME_ZONES:
        return (CORRECTED_TIME_ZONES[country],)
    return (*time_zones_for_number(number), *ADDED_TIME_ZONES.get(country, ()))


def _has_consent(contact: Contact, parameters: Parameters, settings: Settings, consent_attribute: str) -> bool:
    requested = {} if settings.consent_from_contact_only else parameters.Attributes or {}
    attributes: Mapping[str, str] = {**contact.attributes, **requested}
    return attributes.get(consent_attribute, "").strip().lower() in CONSENT_VALUES
