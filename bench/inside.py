"""
Measure the built function's own work in this process, with services that answer at once.

Run it with Lambda's version of Python and the artifact on its path: `python -m bench.inside events/flow_voice.json`.
It prints JSON and discards the output of the function.
"""

import cProfile
import json
import os
import pstats
import statistics
import sys
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import replace
from pathlib import Path
from typing import Any

from bench.queue_cost import growth
from bench.stand_ins import Connect, Context
from deflection.aws import deadline
from deflection.aws.gateway import Application
from deflection.bootstrap import load_application
from deflection.handler import lambda_handler

WARM_UP = 300
CALLS = 2000

THREAD = "the call's thread, which keeps the deadline"
SUBSEGMENT = "the call's X-Ray subsegment"
OUTCOME = "the outcome is recorded (log line, annotations)"
METRICS = "the metrics are written (Powertools)"
STEPS: dict[str, tuple[str, str]] = {
    "the event is read (pydantic)": ("parser.py", "parse_event"),
    "the contact is set in log and trace": ("observability.py", "set_contact"),
    "the parameters are read (pydantic)": ("parameters.py", "parse_parameters"),
    "the rules are checked (phonenumbers)": ("eligibility.py", "decide"),
    "the request is built and checked": ("builder.py", "build_request"),
    "the response's size is checked": ("response.py", "check_response_size"),
    THREAD: ("deadline.py", "run_with_timeout"),
    SUBSEGMENT: ("gateway.py", "start"),
    OUTCOME: ("observability.py", "record_outcome"),
    METRICS: ("cloudwatch.py", "flush_metrics"),
    "the response is built": ("response.py", "to_flow_response"),
}
REST = "Powertools around the handler: X-Ray segment, log context"


def one_call(event: Any, application: Application) -> dict[str, Any]:
    """Measure the processor time of one deflection and the share of each step in it."""
    application = replace(application, connect=Connect())
    context: Any = Context()

    def invoke() -> None:
        answer = lambda_handler(event, context, application=application)
        if answer["Status"] != "STARTED":
            raise RuntimeError(str(answer))

    for _ in range(WARM_UP):
        invoke()
    times, without_threads = [], []
    with_threads = deadline.start_step
    for _ in range(CALLS):  # alternate, so other work of the machine affects both
        times.append(_milliseconds(invoke))
        deadline.start_step = _at_once
        without_threads.append(_milliseconds(invoke))
        deadline.start_step = with_threads
    deadline.start_step = _at_once  # the profiler would count the other thread's functions as part of this one
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(CALLS):
        invoke()
    profile.disable()
    deadline.start_step = with_threads
    share = 1 - statistics.median(without_threads) / statistics.median(times)
    return {"milliseconds": times, "steps": _steps(pstats.Stats(profile), share)}


def _milliseconds(invoke: Callable[[], None]) -> float:
    began = time.process_time()
    invoke()
    return 1000 * (time.process_time() - began)


def _at_once[T](step: Callable[[], T]) -> Future[T]:
    done: Future[T] = Future()
    done.set_result(step())
    return done


def _steps(stats: pstats.Stats, of_thread: float) -> dict[str, float]:
    """Return the share of each step; the thread's was measured by calls without it."""
    cumulative: dict[tuple[str, str], float] = {}
    for (file, _, name), (_, _, _, seconds, _) in stats.stats.items():  # type: ignore[attr-defined]
        key = Path(file).name, name
        cumulative[key] = max(cumulative.get(key, 0), seconds)
    whole = cumulative["inside.py", "invoke"]
    shares = {step: (1 - of_thread) * cumulative[where] / whole for step, where in STEPS.items()}
    shares[SUBSEGMENT] -= shares[THREAD]
    shares[OUTCOME] -= shares[METRICS]
    shares[THREAD] += of_thread
    return shares | {REST: 1 - sum(shares.values())}


def main() -> None:
    """Print the results and discard the output of the function."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    application = load_application(time.monotonic(), os.environ | {"MAX_EVENT_AGE_SECONDS": "86400"})
    if not isinstance(application, Application):
        raise application
    event = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    json.dump({"one_call": one_call(event, application), "growth": growth(application)}, out)


if __name__ == "__main__":
    main()
