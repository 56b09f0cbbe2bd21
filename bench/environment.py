"""
One Lambda environment of the function, in a process of its own: reads events, one a line, and writes the answers.

Run by `bench.queue_run`: `python -m bench.environment SECONDS CONCURRENCY`; the concurrency is the function's own if it
is empty. The output of the function is discarded.
"""

import json
import os
import sys
import time
from dataclasses import replace
from typing import Any

from deflection.bootstrap import load_application
from deflection.handler import lambda_handler


class Context:
    """Lambda's context of an invocation that has just begun."""

    function_name = "deflection"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:111122223333:function:deflection"
    aws_request_id = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d"

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    def get_remaining_time_in_millis(self) -> int:
        """Return what is left."""
        return int(1000 * (self._until - time.monotonic()))


def main() -> None:
    """Answer until there are no more events."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    seconds = float(sys.argv[1])
    application: Any = load_application(time.monotonic())
    if sys.argv[2]:
        worker = application.worker._replace(max_concurrency=int(sys.argv[2]))
        application = replace(application, worker=worker)
    for line in sys.stdin:
        context: Any = Context(seconds)
        answers.write(json.dumps(lambda_handler(json.loads(line), context, application=application)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
