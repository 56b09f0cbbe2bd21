"""
Measure the built function's own work in this process, with services that answer at once.

Run it with Lambda's version of Python and the artifact on its path: `python bench/inside.py events/flow_voice.json`.
It prints JSON and discards the output of the function.
"""

import cProfile
import heapq
import json
import os
import pstats
import statistics
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from deflection.aws import deadline
from deflection.aws.deadline import Clock, ColdStartTimer
from deflection.aws.gateway import Application
from deflection.aws.sqs import Queue
from deflection.bootstrap import create_queue_worker, load_application
from deflection.handler import lambda_handler

WARM_UP = 300
CALLS = 2000
SIZES = (10, 100, 1000, 10_000)
BATCH = 200
PER_SECOND = 20
"""At a lower rate a batch has records that go back untried."""

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


class Context:
    """A Lambda context with half a minute left."""

    function_name = "deflection"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:111122223333:function:deflection"
    aws_request_id = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d"

    def get_remaining_time_in_millis(self) -> int:
        return 30_000


class Connect:
    """An Amazon Connect that answers at once and counts the contacts that it starts."""

    def __init__(self) -> None:
        self.asked = 0

    def start_outbound_chat_contact(self, **_: Any) -> Mapping[str, Any]:
        self.asked += 1
        return {"ContactId": "1a2b3c4d-5e6f-4708-9a1b-2c3d4e5f6071"}

    def describe_contact(self, **_: Any) -> Mapping[str, Any]:
        return {"Contact": {}}


class Records:
    """A standard queue under a clock that only waiting moves."""

    def __init__(self, bodies: list[str], now: float) -> None:
        self.now = now
        self._left = [(index, body) for index, body in enumerate(bodies)]

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def run(self, steps: Sequence[Callable[[], None]], _at_once: int) -> None:
        for step in steps:
            step()

    def change_message_visibility_batch(self, **_: Any) -> Mapping[str, Any]:
        return {}

    def send_message(self, **_: Any) -> Mapping[str, Any]:
        raise AssertionError("This queue does not expect dead letters.")

    def process_queue(self, invoke: Callable[[Any], Any]) -> None:
        """Invoke the function with the records, batch by batch, until the queue is empty."""
        heapq.heapify(self._left)
        while self._left:
            batch = [heapq.heappop(self._left) for _ in range(min(BATCH, len(self._left)))]
            answer = invoke({"Records": [self._record(*each) for each in batch]})
            failed = {int(each["itemIdentifier"]) for each in answer["batchItemFailures"]}
            for each in batch:
                if each[0] in failed:
                    heapq.heappush(self._left, each)

    def _record(self, index: int, body: str) -> dict[str, Any]:
        return {
            "messageId": str(index),
            "receiptHandle": str(index),
            "body": body,
            "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": str(int(1000 * self.now))},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:us-east-1:111122223333:deflections",
            "awsRegion": "us-east-1",
        }


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


def drained(size: int, application: Application) -> dict[str, float]:
    """Measure the processor time of a record on a full queue of this size."""
    start = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
    instance_arn = application.settings.instance_arn
    bodies = [
        json.dumps(
            {
                "detail-type": "Deflection Requested",
                "source": "bench",
                "id": str(index),
                "time": datetime.fromtimestamp(start, UTC).isoformat(),
                "detail": {
                    "instanceArn": instance_arn,
                    "parameters": {"DestinationEndpoint_Address": "+14255550142", "ClientToken": str(index)},
                },
            }
        )
        for index in range(size)
    ]
    records = Records(bodies, start)
    clock = Clock(now=lambda: records.now, elapsed=lambda: records.now, sleep=records.sleep, run=records.run)
    connect = Connect()
    settings = application.settings
    queue = Queue(lambda: records, settings.queue_url or "")
    worker = create_queue_worker(PER_SECOND, lambda: connect, clock)
    application = Application(settings, connect, queue, queue, worker, ColdStartTimer(0, 0), clock=clock)
    context: Any = Context()
    began = time.process_time()
    records.process_queue(lambda event: lambda_handler(event, context, application=application))
    cpu = time.process_time() - began
    if connect.asked != size:
        raise RuntimeError(f"{connect.asked} of {size} were sent")
    return {"records": size, "cpu_milliseconds_a_record": 1000 * cpu / size}


def drained_often(size: int, application: Application) -> dict[str, float]:
    """Return the same with the median cost of a record over several queues, because a short queue ends soon."""
    all_of = [drained(size, application) for _ in range(max(1, SIZES[-1] // size // 10))]
    name = "cpu_milliseconds_a_record"
    return all_of[0] | {name: statistics.median(each[name] for each in all_of)}


def main() -> None:
    """Print the results and discard the output of the function."""
    out = os.fdopen(os.dup(1), "w")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    application = load_application(time.monotonic(), os.environ | {"MAX_EVENT_AGE_SECONDS": "86400"})
    if not isinstance(application, Application):
        raise application
    event = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    drained(100, application)
    measured = {
        "one_call": one_call(event, application),
        "growth": [drained_often(size, application) for size in SIZES],
    }
    json.dump(measured, out)


if __name__ == "__main__":
    main()
