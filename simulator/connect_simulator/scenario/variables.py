"""Read the environment variables that describe a scenario.

MESSAGES_PARAMETER, ROUTES_PARAMETER   a file name: SSM has a parameter of this name with the file's content
SWITCH_PARAMETER                       SSM has this parameter with the value of SWITCH, by default `on`
TABLE_NAME                             DynamoDB has this table
OPTED_OUT                              this number is on the list OPT_OUT_LIST_NAME
CARRIER                                the line type that CARRIER_LOOKUP returns for every number
EVENT_AGE_SECONDS                      the age of EventBridge events
CALLER                                 the caller's number, in place of the event's
"""

from collections.abc import Mapping
from os.path import isfile
from pathlib import Path
from typing import Any, Final

from moto.core.utils import get_service_model

from connect_simulator.connect.rules import E164
from connect_simulator.sms.sms_operations import SERVICE

DOCUMENTS: Final = ("MESSAGES_PARAMETER", "ROUTES_PARAMETER")
REQUIRED_SETTINGS: Final = {"SWITCH": "SWITCH_PARAMETER", "OPTED_OUT": "OPT_OUT_LIST_NAME", "CARRIER": "CARRIER_LOOKUP"}
"""A variable has an effect only with this setting."""

STANDARD_TIER_BYTES: Final = 4096
ADVANCED_TIER_BYTES: Final = 8192
"""The largest value of an SSM parameter.

Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
"""

Environment = Mapping[str, str]


class ScenarioError(Exception):
    """A variable without effect, or with a value that AWS would not accept."""


def non_blank(environment: Environment) -> dict[str, str]:
    """Return the variables that have a value, stripped.

    Raises:
        ScenarioError: A variable needs a setting that is not set.
    """
    values = {name: value.strip() for name, value in environment.items() if value.strip()}
    for name, setting in REQUIRED_SETTINGS.items():
        if name in values and setting not in values:
            raise ScenarioError(f"{name} requires {setting}; set {setting}, too.")
    return values


def is_file_name(text: str) -> bool:
    """Check whether a file of this name exists; a whole document is not a name."""
    return isfile(text)  # noqa: PTH113 (Path.is_file raises an error for a text that is too long)


def event_age_seconds(environment: Environment) -> float:
    """Return EVENT_AGE_SECONDS, by default 0.

    Raises:
        ScenarioError: The value is not a number.
    """
    value = environment.get("EVENT_AGE_SECONDS", "").strip()
    try:
        return float(value or 0)
    except ValueError:
        raise ScenarioError(f'EVENT_AGE_SECONDS must be a number (got "{value}").') from None


def caller(environment: Environment) -> str | None:
    """Return CALLER, or None if it is not set.

    Raises:
        ScenarioError: The value is not a phone number.
    """
    return phone_number(environment, "CALLER")


def phone_number(environment: Environment, name: str) -> str | None:
    """Return the phone number in a variable, or None if it is not set.

    Raises:
        ScenarioError: The value is not a phone number.
    """
    number = environment.get(name, "").strip()
    if number and not E164.fullmatch(number):
        raise ScenarioError(f"{name} must be a phone number in E.164 format, such as +14255550142.")
    return number or None


def line_type(environment: Environment) -> str | None:
    """Return the line type in CARRIER, or None if it is not set.

    Raises:
        ScenarioError: CarrierLookup has no such line type.
    """
    value = environment.get("CARRIER", "").upper()
    if not value:
        return None
    response: Any = get_service_model(SERVICE).operation_model("CarrierLookup").output_shape
    line_types = response.members["PhoneNumberType"].enum
    if value not in line_types:
        raise ScenarioError(f"CARRIER must be one of {', '.join(line_types)} (got {value}).")
    return value


def parameter_value(path: Path) -> str:
    """Read a file as the value of an SSM parameter.

    Raises:
        ScenarioError: The file is not UTF-8, is empty, or is too long for a parameter.
    """
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, ValueError):
        raise ScenarioError(f"{path} must be a readable UTF-8 file.") from None
    if not text:
        raise ScenarioError(f"{path} must not be empty; an SSM parameter has at least one character.")
    if (size := len(text.encode())) > ADVANCED_TIER_BYTES:
        raise ScenarioError(f"{path} must be at most {ADVANCED_TIER_BYTES:,} bytes for SSM (got {size:,}).")
    return text
