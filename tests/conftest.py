import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from builders import Deflect, LambdaContext
from connect_simulator import Simulator, demo
from deflection.aws.deadline import ColdStartTimer
from deflection.aws.gateway import Application
from deflection.bootstrap import load_application
from deflection.handler import lambda_handler


def pytest_configure() -> None:
    """A shell has its jobs in the background ignore Ctrl-C, and so would the programs that tests end by it."""
    signal.signal(signal.SIGINT, signal.default_int_handler)


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
        application = load_application(time.monotonic(), demo.ENVIRONMENT | changes)
        if isinstance(application, Application):  # what loading takes on this machine is not the flow's to wait for
            application = replace(application, cold_start=ColdStartTimer(0, 0))
        response: dict[str, str] = lambda_handler(event, LambdaContext(remaining_seconds), application=application)
        return response

    return run
