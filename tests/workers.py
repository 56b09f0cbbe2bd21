"""Processes that stand for concurrent execution environments of the function."""

import contextlib
import io
import os
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from importlib import import_module
from multiprocessing import get_context
from typing import Any

from builders import LambdaContext
from connect_simulator import demo


def invoke(arrived: Any, environment: dict[str, str]) -> dict[str, Any]:
    """Return the response of a new environment to its first event."""
    from deflection.bootstrap import load_application
    from deflection.handler import lambda_handler

    os.environ.update(environment)
    with contextlib.redirect_stdout(io.StringIO()):
        application = load_application(time.monotonic(), demo.ENVIRONMENT | environment)
        answer: dict[str, Any] = lambda_handler(arrived, LambdaContext(), application=application)
    return answer


@contextlib.contextmanager
def environments(count: int) -> Iterator[ProcessPoolExecutor]:
    """Start a number of environments that have loaded the function."""
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as pool:
        list(pool.map(_import_function, range(count)))
        yield pool


def _import_function(_: int) -> None:
    import_module("deflection.handler")
    time.sleep(0.1)
