"""
One Lambda environment of the function, in a process of its own: reads events, one a line, and writes the answers.

Run by `bench.throughput`. The output of the function is discarded.
"""

import json
import os
import sys
import time
from typing import Any

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
    for line in sys.stdin:
        context: Any = Context(seconds)
        answers.write(json.dumps(lambda_handler(json.loads(line), context)) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
