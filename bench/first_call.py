"""
Measure the first call in this process, and then repeated ones; print both in milliseconds as JSON.

Run with Lambda's version of Python and the artifact on its path: `python -m bench.first_call EVENT KIND`. The output
of the function is discarded.
"""

import json
import os
import statistics
import sys
import time
from pathlib import Path
from typing import Any

# Rates that no call waits for, and time enough for a slow machine; the function reads them when it is imported.
os.environ |= {"QUEUE_SENDS_PER_SECOND": "1000", "FLOW_TIME_LIMIT_SECONDS": "8", "MAX_EVENT_AGE_SECONDS": "86400"}

from bench.stand_ins import Context, queue_event, queue_record
from deflection.handler import lambda_handler

WARM_UP = 50
REPEATED = 51
PARAMETERS = {"Attributes": '{"reason": "billing"}', "ChatDurationInMinutes": "90"}


def event_of(kind: str, path: Path) -> Any:
    """Return an event of this kind."""
    event = json.loads(path.read_text(encoding="utf-8"))
    if kind == "flow call with parameters":
        event["Details"]["Parameters"] = PARAMETERS
    if kind == "queue record":
        now = time.time()
        return {"Records": [queue_record(0, json.dumps(queue_event(0, os.environ["INSTANCE_ARN"], now)), now)]}
    return event


def milliseconds(event: Any) -> float:
    """Return the wall time of one call."""
    context: Any = Context()
    began = time.perf_counter()
    answer = lambda_handler(event, context)
    seconds = time.perf_counter() - began
    if answer.get("batchItemFailures") or answer.get("Status", "STARTED") != "STARTED":
        raise RuntimeError(str(answer))
    return 1000 * seconds


def main() -> None:
    """Measure one kind of event."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    event = event_of(sys.argv[2], Path(sys.argv[1]))
    first = milliseconds(event)
    for _ in range(WARM_UP):
        milliseconds(event)
    json.dump([first, statistics.median(milliseconds(event) for _ in range(REPEATED))], out)


if __name__ == "__main__":
    main()
