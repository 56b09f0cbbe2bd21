"""A simulator with its page, and a session."""

from collections.abc import Iterator
from contextlib import closing

import pytest

from connect_simulator import Simulator
from connect_simulator.lambda_runtime.execution_environments import ExecutionEnvironments
from connect_simulator.page import PageMiddleware, SessionRegistry
from page_client import STACK, send


@pytest.fixture(scope="module")
def site(handler: str) -> Iterator[Simulator]:
    simulator = Simulator()
    with closing(SessionRegistry(simulator, STACK, ExecutionEnvironments(handler), max_sessions=3)) as sessions:
        simulator.add_middleware(lambda app: PageMiddleware(app, sessions))
        with simulator:
            yield simulator


@pytest.fixture
def session(site: Simulator) -> str:
    _, entries, _ = send(site, "POST", "/simulator/page/sessions", {})
    return f"/simulator/page/sessions/{entries['name']}"
