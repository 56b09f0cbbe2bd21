"""What the simulated AWS holds before an event is played, as environment variables say it beside the settings.

MESSAGES_PARAMETER, ROUTES_PARAMETER   the name of a file: SSM has a parameter of this name, with its content
SWITCH_PARAMETER                       SSM has it, with the value of SWITCH, or `on`
TABLE_NAME                             DynamoDB has the table
OPTED_OUT                              this number is on the list OPT_OUT_LIST_NAME
CARRIER                                the kind of line that CARRIER_LOOKUP is told of every number
EVENT_AGE_SECONDS                      events of EventBridge happened so long ago
CALLER                                 this number calls, whatever the event says
"""

import time
from collections.abc import Iterator, Mapping
from contextlib import suppress
from os.path import isfile
from pathlib import Path
from typing import Any, Final

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from moto.core.utils import get_service_model

from connect_simulator import demo
from connect_simulator.connect.rules import E164
from connect_simulator.server.simulator import Simulator
from connect_simulator.sms.sms_operations import SERVICE

DOCUMENTS: Final = ("MESSAGES_PARAMETER", "ROUTES_PARAMETER")
READ_BY: Final = {"SWITCH": "SWITCH_PARAMETER", "OPTED_OUT": "OPT_OUT_LIST_NAME", "CARRIER": "CARRIER_LOOKUP"}

STANDARD_BYTES: Final = 4096
MOST_BYTES: Final = 8192
"""What a parameter of the standard and of the advanced tier holds.

Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-advanced-parameters.html
"""

Environment = Mapping[str, str]


class ScenarioError(Exception):
    """A variable that makes no difference, or that asks for what cannot be."""


def set_up(simulator: Simulator, environment: Environment) -> list[str]:
    """
    Sets it up, and tells it in one sentence for each thing.

    Raises:
        ScenarioError: A variable makes no difference, or asks for what cannot be.
    """
    said = {name: value.strip() for name, value in environment.items() if value.strip()}
    for name, setting in READ_BY.items():
        if name in said and setting not in said:
            raise ScenarioError(f"{name} makes no difference without {setting}.")
    try:
        return [
            *_documents(simulator, said),
            *_switch(simulator, said),
            *_table(simulator, said),
            *_opt_out(simulator, said),
            *_carrier(simulator, said),
        ]
    except (BotoCoreError, ClientError) as error:
        raise ScenarioError(str(error)) from error


def names_file(text: str) -> bool:
    """Whether there is a file of that name; a whole document, which is no name, is none."""
    return isfile(text)  # noqa: PTH113 (Path.is_file raises for what is too long)


def event_age_seconds(environment: Environment) -> float:
    """
    How long ago events of EventBridge happened, as EVENT_AGE_SECONDS says; 0 unless it does.

    Raises:
        ScenarioError: It is no number.
    """
    try:
        return float(environment.get("EVENT_AGE_SECONDS", "").strip() or 0)
    except ValueError:
        raise ScenarioError("EVENT_AGE_SECONDS must be a number.") from None


def caller(environment: Environment) -> str | None:
    """
    The number that calls, as CALLER says; None unless it does.

    Raises:
        ScenarioError: It is no number.
    """
    return _number(environment, "CALLER")


def _number(environment: Environment, name: str) -> str | None:
    number = environment.get(name, "").strip()
    if number and not E164.fullmatch(number):
        raise ScenarioError(f"{name} must be a number such as +14255550142.")
    return number or None


def _documents(simulator: Simulator, said: Environment) -> Iterator[str]:
    for setting in DOCUMENTS:
        if not (name := said.get(setting)):
            continue
        if names_file(name):
            text = _text(Path(name))
            _put_parameter(simulator, name, text)
            yield f"SSM has the parameter {name}, with what the file of that name holds."
            if (size := len(text.encode())) > STANDARD_BYTES:
                yield f"It has {size:,} bytes, so it is one of the advanced tier; the standard has {STANDARD_BYTES:,}."
        else:
            yield f"SSM has no parameter {name}: {setting} names no file."


def _switch(simulator: Simulator, said: Environment) -> Iterator[str]:
    if name := said.get("SWITCH_PARAMETER"):
        value = said.get("SWITCH", "on")
        _put_parameter(simulator, name, value)
        yield f"SSM has the parameter {name}, with the value {value}."


def _table(simulator: Simulator, said: Environment) -> Iterator[str]:
    if name := said.get("TABLE_NAME"):
        dynamodb = client(simulator, "dynamodb")
        with suppress(dynamodb.exceptions.ResourceInUseException):  # It is there already.
            dynamodb.create_table(
                TableName=name,
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )
        yield f"DynamoDB has the table {name}."


def _opt_out(simulator: Simulator, said: Environment) -> Iterator[str]:
    if number := _number(said, "OPTED_OUT"):
        name = said["OPT_OUT_LIST_NAME"].rpartition("/")[2]
        simulator.world.sms.opt_out_lists.setdefault(name, {})[number] = time.time()
        yield f"The opt-out list {name} has {number}."


def _carrier(simulator: Simulator, said: Environment) -> Iterator[str]:
    if kind := said.get("CARRIER", "").upper():
        answer: Any = get_service_model(SERVICE).operation_model("CarrierLookup").output_shape
        kinds = answer.members["PhoneNumberType"].enum
        if kind not in kinds:
            raise ScenarioError(f"CARRIER must be one of {', '.join(kinds)}.")
        simulator.world.sms.line_type = kind
        yield f"The carriers say {kind} of every number."


def _text(path: Path) -> str:
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, ValueError):
        raise ScenarioError(f"{path} cannot be read as UTF-8.") from None
    if not text:
        raise ScenarioError(f"{path} is empty, which no parameter of SSM can be.")
    if (size := len(text.encode())) > MOST_BYTES:
        raise ScenarioError(f"{path} has {size:,} bytes, and a parameter of SSM at most {MOST_BYTES:,}.")
    return text


def _put_parameter(simulator: Simulator, name: str, value: str) -> None:
    ssm = client(simulator, "ssm")
    ssm.put_parameter(Name=name, Value=value, Type="String", Tier="Intelligent-Tiering", Overwrite=True)


def client(simulator: Simulator, service: str) -> Any:
    """A client of any simulated service."""
    return boto3.client(
        service,
        endpoint_url=simulator.url,
        region_name=demo.REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 (the simulator knows no secrets)
    )
