"""Check the opt-out list and the carrier lookup for a number."""

from collections.abc import Mapping
from typing import Any, Protocol

from botocore import exceptions as sdk
from phonenumbers import normalize_digits_only

from deflection.aws.client import create_client, translate_errors
from deflection.aws.deadline import Deadline, start_step, wait_for_step
from deflection.errors import CheckUnavailableError, DeflectionError
from deflection.reasons import DeclineReason
from deflection.settings import Settings

READ_TIMEOUT_SECONDS = 1.0
NOT_TEXTABLE_LINE_TYPES = frozenset({"INVALID", "LANDLINE", "OTHER"})


class SmsVoiceClient(Protocol):
    """The methods of the SDK's client of AWS End User Messaging SMS that the function calls."""

    def describe_opted_out_numbers(self, **request: Any) -> Mapping[str, Any]:
        """Return the opted-out numbers of a list."""

    def carrier_lookup(self, **request: Any) -> Mapping[str, Any]:
        """Return the line type and carrier of a number; AWS charges for each call."""


def create_sms_voice_client(region: str) -> SmsVoiceClient:
    """Create a client of AWS End User Messaging SMS."""
    client: SmsVoiceClient = create_client("pinpoint-sms-voice-v2", region, READ_TIMEOUT_SECONDS)
    return client


def screen_number(client: SmsVoiceClient, number: str, settings: Settings, deadline: Deadline) -> DeclineReason | None:
    """
    Return why a number may not get a message, or None; call both operations concurrently, once each.

    Source: https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_DescribeOptedOutNumbers.html
    and https://docs.aws.amazon.com/pinpoint/latest/apireference_smsvoicev2/API_CarrierLookup.html

    Raises:
        CheckUnavailableError: The opt-out list could not be read. A failed carrier lookup is not an error; the number
            type of libphonenumber is used then.
    """
    name = settings.opt_out_list_name
    listed = start_step(lambda: translate_errors(lambda: _is_listed(client, name, number))) if name else None
    line = start_step(lambda: translate_errors(lambda: _line_type(client, number))) if settings.carrier_lookup else None
    try:
        if listed and wait_for_step(listed, deadline):
            return DeclineReason.OPTED_OUT
    except DeflectionError as error:
        raise CheckUnavailableError(f"The opt-out list could not be read: {error}") from error
    try:
        if line and wait_for_step(line, deadline) in NOT_TEXTABLE_LINE_TYPES:
            return DeclineReason.LINE_TYPE_NOT_TEXTABLE
    except DeflectionError:
        return None
    return None


def _is_listed(client: SmsVoiceClient, name: str, number: str) -> bool:
    """
    Return whether a number is on an opt-out list.

    AWS documents two responses for a number that is not on the list: an empty list, and an error about the number.
    """
    try:
        response = client.describe_opted_out_numbers(OptOutListName=name, OptedOutNumbers=[number])
    except sdk.ClientError as error:
        if _is_about_the_number(error.response):
            return False
        raise
    listed = [normalize_digits_only(entry["OptedOutNumber"]) for entry in response["OptedOutNumbers"]]
    return number.removeprefix("+") in listed


def _is_about_the_number(response: Mapping[str, Any]) -> bool:
    fields = {field.get("Name") for field in response.get("Fields", [])}
    return response.get("ResourceType") == "opted-out-number" or "OptedOutNumbers" in fields


def _line_type(client: SmsVoiceClient, number: str) -> str:
    line_type: str = client.carrier_lookup(PhoneNumber=number)["PhoneNumberType"]
    return line_type
