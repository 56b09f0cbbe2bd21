"""Create the simulated AWS resources that a scenario's variables name."""

import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from botocore.exceptions import BotoCoreError, ClientError

from connect_simulator.scenario.sdk_client import sdk_client
from connect_simulator.scenario.variables import (
    DOCUMENTS,
    STANDARD_TIER_BYTES,
    Environment,
    ScenarioError,
    is_file_name,
    line_type,
    non_blank,
    parameter_value,
    phone_number,
)
from connect_simulator.server import Simulator


def create_resources(simulator: Simulator, environment: Environment) -> list[str]:
    """Create the resources and return a sentence about each.

    Raises:
        ScenarioError: A variable would be ignored, or AWS would not accept its value.
    """
    values = non_blank(environment)
    try:
        return [
            *_create_documents(simulator, values),
            *_create_switch(simulator, values),
            *_create_table(simulator, values),
            *_opt_out(simulator, values),
            *_set_line_type(simulator, values),
        ]
    except (BotoCoreError, ClientError) as error:
        raise ScenarioError(str(error)) from error


def _create_documents(simulator: Simulator, values: Environment) -> Iterator[str]:
    for setting in DOCUMENTS:
        if not (name := values.get(setting)):
            continue
        if is_file_name(name):
            text = parameter_value(Path(name))
            _put_parameter(simulator, name, text)
            yield f"SSM has the parameter {name} with the content of that file."
            if (size := len(text.encode())) > STANDARD_TIER_BYTES:
                yield f"It has {size:,} bytes; above {STANDARD_TIER_BYTES:,} bytes, it is in the advanced tier."
        else:
            yield f"SSM does not have the parameter {name}: {setting} is not the name of a file."


def _create_switch(simulator: Simulator, values: Environment) -> Iterator[str]:
    if name := values.get("SWITCH_PARAMETER"):
        value = values.get("SWITCH", "on")
        _put_parameter(simulator, name, value)
        yield f"SSM has the parameter {name} with the value {value}."


def _create_table(simulator: Simulator, values: Environment) -> Iterator[str]:
    if name := values.get("TABLE_NAME"):
        dynamodb = sdk_client(simulator, "dynamodb")
        with suppress(dynamodb.exceptions.ResourceInUseException):  # The table already exists.
            dynamodb.create_table(
                TableName=name,
                KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
                AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
                BillingMode="PAY_PER_REQUEST",
            )
        yield f"DynamoDB has the table {name}."


def _opt_out(simulator: Simulator, values: Environment) -> Iterator[str]:
    if number := phone_number(values, "OPTED_OUT"):
        name = values["OPT_OUT_LIST_NAME"].rpartition("/")[2]
        simulator.world.sms.opt_out_lists.setdefault(name, {})[number] = time.time()
        yield f"The opt-out list {name} has {number}."


def _set_line_type(simulator: Simulator, values: Environment) -> Iterator[str]:
    if value := line_type(values):
        simulator.world.sms.line_type = value
        yield f"CarrierLookup returns {value} for every number."


def _put_parameter(simulator: Simulator, name: str, value: str) -> None:
    ssm = sdk_client(simulator, "ssm")
    ssm.put_parameter(Name=name, Value=value, Type="String", Tier="Intelligent-Tiering", Overwrite=True)
