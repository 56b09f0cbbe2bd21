import os
import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import hypothesis
import pytest

from builders import Deflect, LambdaContext
from connect_simulator import Simulator, demo
from deflection.aws.deadline import ColdStartTimer
from deflection.aws.gateway import Application
from deflection.bootstrap import load_application
from deflection.handler import lambda_handler
from proof.figures import IS_KEPT, SCALE


def pytest_configure() -> None:
    """Set how many examples Hypothesis tries, and let the programs that tests start be interrupted."""
    profiles = {"quick": 25, "full": max(100, round(2000 * SCALE))}
    for name, examples in profiles.items():
        hypothesis.settings.register_profile(name, max_examples=examples)
    hypothesis.settings.load_profile("full" if IS_KEPT else "quick")
    signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell lets its background jobs ignore Ctrl-C


@pytest.fixture(autouse=True)
def _no_credentials_and_no_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the environment of the developer away from the tests."""
    for name in os.environ:
        if name.startswith(("AWS_", "POWERTOOLS_", *demo.ENVIRONMENT)):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def _serving() -> Iterator[Simulator]:
    with Simulator() as simulator:
        yield simulator


@pytest.fixture
def simulator(_serving: Simulator) -> Simulator:
    """Return the simulated Amazon Connect after a reset."""
    _serving.reset()
    return _serving


@pytest.fixture
def deflect(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Deflect:
    """Return a function that gives an event to the handler, against the simulator, under the settings of the demo."""
    for name, value in (demo.CREDENTIALS | {"AWS_ENDPOINT_URL": simulator.url}).items():
        monkeypatch.setenv(name, value)

    def run(event: Any, *, remaining_seconds: float = 10, **changes: str) -> dict[str, str]:
        application = load_application(time.monotonic(), demo.ENVIRONMENT | changes)
        if isinstance(application, Application):  # the flow does not wait for this machine
            application = replace(application, cold_start=ColdStartTimer(0, 0))
        response: dict[str, str] = lambda_handler(event, LambdaContext(remaining_seconds), application=application)
        return response

    return run
