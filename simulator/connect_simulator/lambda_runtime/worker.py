"""`python worker.py HANDLER` is an execution environment of Lambda: one process, one invocation after the other.

It reads an event from each line of its input, and writes a line for each answer: `answer`, or `raised`, and the `log`.
The first line says that the handler is loaded. It imports nothing of the simulator, so that it starts quickly.
"""

import io
import json
import os
import sys
from contextlib import redirect_stdout
from importlib import import_module
from typing import Any, Final, TextIO

LAMBDA_SECONDS: Final = 8
AHEAD_SECONDS: Final = 0.6
"""An environment is made ready ahead of its first invocation, as by provisioned concurrency: what loading takes on this
machine says nothing of Lambda, and the function would count what its caller waited for it."""


class Context:
    """What Lambda tells a handler of its invocation."""

    function_name = "connect-sms-deflection"
    function_version = "$LATEST"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:111122223333:function:connect-sms-deflection"
    aws_request_id = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d"

    def get_remaining_time_in_millis(self) -> int:
        """As at the beginning of an invocation."""
        return LAMBDA_SECONDS * 1000


def main() -> None:
    """Serves until its input ends. What the function prints goes into the answers, and stays out of between them."""
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as answers:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        with redirect_stdout(io.StringIO()) as logged:
            module, _, name = sys.argv[1].rpartition(".")
            handler = getattr(import_module(module), name)
            _write(answers, {})
            for line in sys.stdin:
                told = _invoked(handler, json.loads(line))
                _write(answers, told | {"log": logged.getvalue().splitlines()})
                logged.seek(0)
                logged.truncate()


def _invoked(handler: Any, event: Any) -> dict[str, Any]:
    try:
        return {"answer": handler(event, Context())}
    except Exception as error:  # noqa: BLE001 (Lambda, too, tells its caller the type and the text)
        reason = getattr(error, "code", "")
        return {"raised": {"type": type(error).__name__, "text": str(error), "reason": reason}}


def _write(answers: TextIO, told: dict[str, Any]) -> None:
    answers.write(f"{json.dumps(told, default=str)}\n")
    answers.flush()


if __name__ == "__main__":
    main()
