"""Execution environments as processes."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from cloudformation import RESOURCES
from connect_simulator.flows import FunctionTimeoutError
from connect_simulator.lambda_runtime.execution_environments import MAX_IDLE, ExecutionEnvironments
from connect_simulator.lambda_runtime.worker import PROVISIONED_SECONDS, Context


def test_process_has_the_settings_and_is_reused(functions: ExecutionEnvironments) -> None:
    answers = [functions.invoke({"REASON": reason}, {}, 10)["response"]["Reason"] for reason in ("a", "b", "a")]

    assert answers == ["a", "b", "a"]


@pytest.fixture(scope="module")
def functions(handler: str) -> Iterator[ExecutionEnvironments]:
    with closing(ExecutionEnvironments(handler)) as functions:
        yield functions


def lives(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_only_a_few_idle_processes_are_kept(functions: ExecutionEnvironments) -> None:
    settings = [{"REASON": f"idle {number}"} for number in range(MAX_IDLE + 2)]

    processes = [int(functions.invoke(each, {}, 10)["response"]["Process"]) for each in settings]

    assert [lives(process) for process in processes] == [False] * 2 + [True] * MAX_IDLE


def test_dead_process_is_replaced(functions: ExecutionEnvironments) -> None:
    died = int(functions.invoke({"REASON": "dies"}, {}, 10)["response"]["Process"])
    os.kill(died, signal.SIGKILL)
    os.waitid(os.P_PID, died, os.WEXITED | os.WNOWAIT)

    assert functions.invoke({"REASON": "dies"}, {}, 10)["response"]["Process"] != str(died)
    assert not lives(died)


def test_function_error_is_returned_with_its_log(functions: ExecutionEnvironments) -> None:
    result = functions.invoke({}, {"Details": {"Parameters": {"raise": "boom"}}}, 10)

    assert result["error"] == {"type": "RuntimeError", "text": "boom", "reason": ""}
    assert result["log"] == ["a line"]


def test_slow_function_times_out_and_the_next_invocation_works(functions: ExecutionEnvironments) -> None:
    with pytest.raises(FunctionTimeoutError):
        functions.invoke({}, {"Details": {"Parameters": {"sleep": 30}}}, 0.05)

    assert functions.invoke({}, {}, 10)["response"]["Status"] == "STARTED"


def test_milliseconds_exclude_the_load_time(functions: ExecutionEnvironments) -> None:
    began = time.monotonic()
    result = functions.invoke({"REASON": "loaded anew"}, {"Details": {"Parameters": {"sleep": 0.1}}}, 10)
    elapsed = 1000 * (time.monotonic() - began)

    assert 100 <= result["milliseconds"] <= elapsed - 1000 * PROVISIONED_SECONDS + 1


def test_missing_handler_times_out() -> None:
    with closing(ExecutionEnvironments("no_module.lambda_handler")) as functions, pytest.raises(FunctionTimeoutError):
        functions.invoke({}, {}, 10)


def test_function_has_the_timeout_of_the_template() -> None:
    timeout = RESOURCES["DeflectionFunction"]["Properties"]["Timeout"]

    assert Context().get_remaining_time_in_millis() == 1000 * timeout
