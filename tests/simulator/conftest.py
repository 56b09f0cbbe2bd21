"""One simulator for all tests of this folder, empty again before each of them."""

from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from connect_simulator import Simulator, World, demo

CREDENTIALS = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": demo.REGION}


@pytest.fixture(scope="session")
def simulator() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture(autouse=True)
def _begin_with_nothing(simulator: Simulator) -> None:
    simulator.reset()


@pytest.fixture
def world(simulator: Simulator) -> World:
    return simulator.world


@pytest.fixture(scope="session")
def client_of(simulator: Simulator) -> Callable[..., Any]:
    """A client that tries once and, so that the simulator has something to refuse, checks nothing itself."""

    def client(service: str, **config: Any) -> Any:
        settings = {"retries": {"total_max_attempts": 1}, "parameter_validation": False} | config
        return boto3.client(service, endpoint_url=simulator.url, config=Config(**settings), **CREDENTIALS)

    return client


@pytest.fixture(scope="session")
def connect(client_of: Callable[..., Any]) -> Any:
    return client_of("connect")


@pytest.fixture
def request_with() -> Callable[..., dict[str, Any]]:
    """A request that Connect takes, with the given members instead of its own; `None` leaves one out."""

    def build(**members: Any) -> dict[str, Any]:
        request = {
            "InstanceId": demo.INSTANCE_ID,
            "ContactFlowId": demo.SMS_FLOW_ID,
            "SourceEndpoint": {"Type": "CONNECT_PHONENUMBER_ARN", "Address": demo.SMS_NUMBER_ARN},
            "DestinationEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": "+14255550100"},
            "SegmentAttributes": {"connect:Subtype": {"ValueString": "connect:SMS"}},
        }
        return {name: value for name, value in (request | members).items() if value is not None}

    return build
