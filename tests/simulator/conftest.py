"""One simulator for all tests in this folder, reset before each test."""

import sys
from collections.abc import Callable, Iterator
from typing import Any

import boto3
import pytest
from botocore.config import Config

from connect_simulator import Simulator, World, demo
from page_client import FUNCTION

CREDENTIALS = {"aws_access_key_id": "test", "aws_secret_access_key": "test"}


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
    """Return a function that creates a client without retries and without validation of its own."""

    def client(service: str, region: str = demo.REGION, **config: Any) -> Any:
        settings = {"retries": {"total_max_attempts": 1}, "parameter_validation": False} | config
        return boto3.client(
            service, endpoint_url=simulator.url, region_name=region, config=Config(**settings), **CREDENTIALS
        )

    return client


@pytest.fixture(scope="session")
def connect(client_of: Callable[..., Any]) -> Any:
    return client_of("connect")


@pytest.fixture
def request_with() -> Callable[..., dict[str, Any]]:
    """Return a function that builds a valid request with changed members; None removes a member."""

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


@pytest.fixture(scope="module")
def handler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    folder = tmp_path_factory.mktemp("function")
    (folder / "page_function.py").write_text(FUNCTION)
    sys.path.append(str(folder))
    yield "page_function.lambda_handler"
    sys.path.remove(str(folder))
