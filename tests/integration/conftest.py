"""The AWS services in the simulator that the function uses beside Amazon Connect."""

import json
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest

from connect_simulator import Simulator, demo
from raw_aws import ENDPOINTS, RawAws


@pytest.fixture
def services(simulator: Simulator) -> Callable[[str], Any]:
    """Return a function that creates a client of any simulated service."""
    return lambda name: boto3.client(
        name,
        endpoint_url=simulator.url,
        region_name=demo.REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )


@pytest.fixture
def table(services: Callable[[str], Any]) -> None:
    services("dynamodb").create_table(
        TableName="deflections",
        KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )


@pytest.fixture
def document(services: Callable[[str], Any]) -> Callable[[str, Any], None]:
    """Return a function that writes a document or the switch to SSM."""

    def put(name: str, value: Any) -> None:
        text = value if isinstance(value, str) else json.dumps(value)
        services("ssm").put_parameter(Name=f"/deflection/{name}", Value=text, Type="String", Overwrite=True)

    return put


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Iterator[RawAws]:
    """The double of raw sockets, which the function calls in place of the simulator."""
    double = RawAws()
    for variable in ENDPOINTS:
        monkeypatch.setenv(variable, double.url)
    yield double
    double.close()
