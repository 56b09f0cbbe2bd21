import os
from collections.abc import Iterator
from typing import Any

import pytest

from builders import Deflect, LambdaContext, settings
from connect_simulator import Simulator, demo
from deflection import connect
from deflection.deadline import Init
from deflection.handler import Application, lambda_handler


@pytest.fixture(autouse=True)
def _no_credentials_and_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """A developer's own environment must not reach a test."""
    for name in os.environ:
        if name.startswith(("AWS_", "POWERTOOLS_", *demo.ENVIRONMENT)):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def _serving() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def simulator(_serving: Simulator) -> Simulator:
    """The simulated Amazon Connect, as new."""
    _serving.reset()
    return _serving


@pytest.fixture
def deflect(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Deflect:
    """Gives an event to the handler under the demo's settings and these, against the simulator."""
    for name, value in (demo.CREDENTIALS | {"AWS_ENDPOINT_URL": simulator.url}).items():
        monkeypatch.setenv(name, value)

    def run(event: Any, *, remaining_seconds: float = 10, **changes: str) -> dict[str, str]:
        read = settings(**demo.ENVIRONMENT | changes)
        client = connect.client(read.region, read.flow_time_limit_seconds)
        application = Application(read, client, Init(0, 0))
        response: dict[str, str] = lambda_handler(event, LambdaContext(remaining_seconds), application=application)
        return response

    return run
