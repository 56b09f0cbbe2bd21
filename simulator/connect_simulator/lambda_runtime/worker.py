"""Run a handler as an execution environment of Lambda: `python worker.py HANDLER`.

The process handles one invocation after the other. It reads an event from each line of its input and writes a line for
each result: `response` or `error`, and the `log`. The first line says that the handler is loaded.
It imports no other module of the simulator, so that it starts quickly.
"""

import io
import json
import os
import sys
from contextlib import redirect_stdout
from importlib import import_module
from typing import Any, Final, TextIO

LAMBDA_SECONDS: Final = 30
"""The timeout of the function in the template."""
PROVISIONED_SECONDS: Final = 0.6
"""The pause between loading a handler and its first invocation, as with provisioned concurrency.

The load time on this machine says nothing about Lambda. Without the pause, the function would subtract it from the time
that its caller waits.
"""


class Context:
    """The context object of an invocation."""

    function_name = "connect-sms-deflection"
    function_version = "$LATEST"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:111122223333:function:connect-sms-deflection"
    aws_request_id = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d"

    def get_remaining_time_in_millis(self) -> int:
        """Return the full time limit, as at the start of an invocation."""
        return LAMBDA_SECONDS * 1000


def main() -> None:
    """Handle events until the input ends; the log of a result contains the output of the function."""
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as results:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        with redirect_stdout(io.StringIO()) as log:
            module, _, name = sys.argv[1].rpartition(".")
            handler = getattr(import_module(module), name)
            _write(results, {})
            for line in sys.stdin:
                result = _invoke(handler, json.loads(line))
                _write(results, result | {"log": log.getvalue().splitlines()})
                log.seek(0)
                log.truncate()


def _invoke(handler: Any, event: Any) -> dict[str, Any]:
    try:
        return {"response": handler(event, Context())}
    except Exception as error:  # noqa: BLE001 (Lambda, too, returns the type and the text)
        reason = getattr(error, "code", "")
        return {"error": {"type": type(error).__name__, "text": str(error), "reason": reason}}


def _write(results: TextIO, result: dict[str, Any]) -> None:
    results.write(f"{json.dumps(result, default=str)}\n")
    results.flush()


if __name__ == "__main__":
    main()
