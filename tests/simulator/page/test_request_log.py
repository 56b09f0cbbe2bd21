"""The requests of a session with their outcomes."""

from collections.abc import Callable
from contextlib import closing, suppress
from typing import Any

import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError

from connect_simulator import Fault, Simulator, demo
from connect_simulator.lambda_runtime.execution_environments import ExecutionEnvironments
from connect_simulator.page import PageMiddleware, SessionRegistry
from page_client import STACK, connect_client

ANSWERS = [
    (None, "accepted"),
    ("access_denied", "rejected: 403 AccessDeniedException"),
    ("unavailable_html", "rejected: 503"),
    ("reset_before", "no response: the connection was lost"),
]


@pytest.mark.parametrize(("kind", "answer"), ANSWERS)
def test_request_is_logged_with_its_outcome(
    kind: Any, answer: str, handler: str, request_with: Callable[..., Any]
) -> None:
    simulator = Simulator()
    with closing(SessionRegistry(simulator, STACK, ExecutionEnvironments(handler))) as sessions:
        simulator.add_middleware(lambda app: PageMiddleware(app, sessions))
        with simulator:
            session = sessions.start()
            if kind:
                simulator.faults.add(Fault("StartOutboundChatContact", kind, times=None))
            for _ in range(2):
                with suppress(ClientError, ConnectionClosedError):
                    once = Config(retries={"total_max_attempts": 1})
                    connect = connect_client(session.name, simulator, config=once)
                    connect.start_outbound_chat_contact(**request_with(ClientToken="one"))
                    connect.list_instances()
            entries: list[dict[str, Any]] = []
            while sum(each["count"] for each in entries) < 2:  # One that is cut is noted a moment later.
                entries += session.request_log.new_entries()

    assert {each["outcome"] for each in entries} == {answer}
    assert entries[0]["request"]["ContactFlowId"] == demo.SMS_FLOW_ID
    assert kind == "reset_before" or entries[0]["count"] == 2
