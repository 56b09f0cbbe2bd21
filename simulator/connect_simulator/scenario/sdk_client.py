"""SDK clients for the simulated services."""

from typing import Any

import boto3

from connect_simulator import demo
from connect_simulator.server import Simulator


def sdk_client(simulator: Simulator, service: str) -> Any:
    """Create a boto3 client for a simulated service."""
    return boto3.client(
        service,
        endpoint_url=simulator.url,
        region_name=demo.REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",  # noqa: S106 (the simulator accepts any key)
    )
