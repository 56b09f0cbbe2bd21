"""Invoke for handlers in the simulator's process."""

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from connect_simulator import Simulator


def test_invoke_runs_the_handler(client_of: Callable[..., Any], simulator: Simulator) -> None:
    simulator.functions["deflection"] = lambda event: {"got": event}

    answers = [
        client_of("lambda").invoke(FunctionName=name, Qualifier="live", Payload=b'{"a": 1}')
        for name in ("deflection", "arn:aws:lambda:us-east-1:111122223333:function:deflection")
    ]

    assert [json.loads(answer["Payload"].read()) for answer in answers] == [{"got": {"a": 1}}] * 2
    assert "FunctionError" not in answers[0]


def test_invoke_returns_a_handler_error_as_lambda_does(client_of: Callable[..., Any], simulator: Simulator) -> None:
    def fail(event: Any) -> None:
        raise ValueError(f"no {event}")

    simulator.functions["deflection"] = fail

    answer = client_of("lambda").invoke(FunctionName="deflection", Payload=b'"event"')

    assert answer["FunctionError"] == "Unhandled"
    assert json.loads(answer["Payload"].read()) == {"errorMessage": "no event", "errorType": "ValueError"}


def test_moto_handles_a_function_without_a_handler(client_of: Callable[..., Any]) -> None:
    with pytest.raises(ClientError) as result:
        client_of("lambda").invoke(FunctionName="none")

    assert result.value.response["Error"]["Code"] == "ResourceNotFoundException"
