"""Run the function in a process that is killed at one of its steps."""

import logging
import os
import signal
import sys
import time
import traceback
from collections.abc import Mapping
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from types import CodeType
from typing import Any, TextIO

import deflection
from builders import LambdaContext
from connect_simulator import demo
from deflection.bootstrap import load_application
from deflection.handler import lambda_handler
from deflection.observability import logger
from proof.lanes import keep, on_each

CODE = str(Path(deflection.__file__).parent)


@dataclass(frozen=True)
class Death:
    """
    The step or line at which a process dies.

    Attributes:
        by: The unit of `at`. `steps` are visible from outside: a request, a response, a write, the start and the end.
            `lines` are lines of the function's code.
        at: The number of the fatal step or line; 0 means that the process survives.
        is_measured: Whether this run counts the steps and lines of its scenario.
    """

    by: str = "steps"
    at: int = 0
    is_measured: bool = False


class Steps:
    """A counter that kills the process at one of the steps."""

    def __init__(self, fatal: int) -> None:
        self.taken = 0
        self._fatal = fatal

    def take(self, *_: Any, **__: Any) -> None:
        self.taken += 1
        if self.taken == self._fatal:
            os.kill(os.getpid(), signal.SIGKILL)
            time.sleep(60)  # until the signal arrives


class Stepping:
    """A stream that counts each write as a step."""

    def __init__(self, stream: TextIO, steps: Steps) -> None:
        self._stream = stream
        self._steps = steps

    def write(self, text: str) -> int:
        self._steps.take()
        return self._stream.write(text)

    def flush(self) -> None:
        self._stream.flush()


def live(done: Connection, directory: Path, arrived: Any, environment: Mapping[str, str], death: Death) -> None:
    """Handle one event; send the answer and the number of steps and lines, unless the process dies before."""
    os.environ.update(environment)
    keep(directory)
    logging.basicConfig(level=logging.DEBUG)  # includes the SDK's own log
    steps = Steps(death.at if death.by == "steps" else 0)
    lines = Steps(death.at if death.by == "lines" else 0)
    for moment in ("before-send", "response-received"):
        on_each(moment, steps.take)
    sys.stdout = Stepping(sys.stdout, steps)
    handler: Any = logger.registered_handler
    handler.stream = sys.stdout
    application = load_application(time.monotonic(), demo.ENVIRONMENT | dict(environment))
    _count_lines(lines)
    steps.take()
    try:
        answer = lambda_handler(arrived, LambdaContext(30), application=application)
    except Exception as error:  # noqa: BLE001 (Lambda reports it to the caller and in the log)
        traceback.print_exception(error)
        answer = {"errorType": type(error).__name__}
    steps.take()
    sys.monitoring.set_events(_TOOL, 0)
    done.send((answer, steps.taken, lines.taken))


_TOOL = 4


def _count_lines(lines: Steps) -> None:
    events = sys.monitoring.events

    def line(code: CodeType, _number: int) -> Any:
        if not code.co_filename.startswith(CODE):
            return sys.monitoring.DISABLE
        lines.take()
        return None

    sys.monitoring.use_tool_id(_TOOL, "mortal")
    sys.monitoring.register_callback(_TOOL, events.LINE, line)
    sys.monitoring.set_events(_TOOL, events.LINE)
