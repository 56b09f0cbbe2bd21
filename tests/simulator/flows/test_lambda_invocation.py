"""How a flow invokes a function, and which responses it accepts."""

from typing import Any

import pytest

from connect_simulator.flows import (
    FunctionTimeoutError,
)
from flow_language import FUNCTION, action, begin, invoke, say


@pytest.mark.parametrize(
    ("answer", "times"),
    [
        (RuntimeError(), 4),
        (FunctionTimeoutError(), 1),
        (None, 1),
        ([], 1),
        ({"Status": None}, 1),
        ({"Status": {"nested": "x"}}, 1),
        ({"Status": "é" * 20_000}, 1),
    ],
)
def test_invalid_response_is_an_error_and_only_exceptions_are_retried(answer: Any, times: int) -> None:
    def function(_: Any) -> Any:
        if isinstance(answer, Exception):
            raise answer
        return answer

    play = begin(invoke(), function=function, external={"Status": "of before"})

    first, last = play.steps
    assert first.invocation
    assert (first.invocation.attempts, first.invocation.response) == (times, None)
    assert last.branch == "NoMatchingError"
    assert play.contact.external == {"Status": "of before"}


def test_function_that_recovers_gives_its_response() -> None:
    answers = [RuntimeError(), {"Status": "STARTED"}]

    def function(event: Any) -> Any:
        event.clear()
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    play = begin(invoke(), function=function)

    invocation = play.steps[0].invocation
    assert invocation
    assert (invocation.attempts, invocation.response) == (2, {"Status": "STARTED"})
    assert invocation.event["Name"] == "ContactFlowEvent"


@pytest.mark.parametrize(
    ("answer", "is_valid"),
    [
        ({"Status": "STARTED", "Message": "Two words."}, True),
        ({"Contact": {"Id": "c-1"}, "Parts": [1, 2], "Is": None}, True),
        ({"Status": "é" * 20_000}, False),
        ([], False),
        (None, False),
    ],
)
def test_json_response_is_any_object_below_32_kb(answer: Any, *, is_valid: bool) -> None:
    play = begin(invoke("JSON"), function=lambda _: answer)

    assert play.contact.external == (answer if is_valid else {})
    assert play.steps[-1].branch == ("" if is_valid else "NoMatchingError")


def test_flow_reads_a_nested_value_of_a_json_response() -> None:
    play = begin(
        action("InvokeLambdaFunction", invoke("JSON")["Parameters"], NextAction="b"),
        say("$.External.Contact.Id", "b"),
        function=lambda _: {"Contact": {"Id": "c-1"}},
    )

    assert play.steps[1].prompts == ("c-1",)


def test_unknown_function_is_an_error() -> None:
    missing = action("InvokeLambdaFunction", invoke()["Parameters"] | {"LambdaFunctionARN": f"{FUNCTION}2"})

    assert begin(missing).steps[-1].branch == "NoMatchingError"
