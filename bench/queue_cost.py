"""Measure the processor time of a record of the queue, on queues of different lengths."""

import json
import statistics
import time
from datetime import UTC, datetime
from typing import Any

from bench.stand_ins import Connect, Context, Records, queue_event
from deflection.aws.deadline import Clock, ColdStartTimer
from deflection.aws.gateway import Application
from deflection.aws.sqs import Queue
from deflection.bootstrap import create_queue_worker
from deflection.handler import lambda_handler

SIZES = (10, 100, 1000, 10_000)
PER_SECOND = 20
"""At a lower rate a batch has records that go back untried."""


def growth(application: Application) -> list[dict[str, float]]:
    """Return the processor time of a record for each length of the queue."""
    _process(100, application)
    return [_process_often(size, application) for size in SIZES]


def _process(size: int, application: Application) -> dict[str, float]:
    start = datetime(2026, 1, 1, tzinfo=UTC).timestamp()
    settings = application.settings
    records = Records([json.dumps(queue_event(index, settings.instance_arn, start)) for index in range(size)], start)
    clock = Clock(now=lambda: records.now, elapsed=lambda: records.now, sleep=records.sleep, run=records.run)
    connect = Connect()
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


def _process_often(size: int, application: Application) -> dict[str, float]:
    """Return the median cost of a record over several queues, because a short queue ends soon."""
    all_of = [_process(size, application) for _ in range(max(1, SIZES[-1] // size // 10))]
    name = "cpu_milliseconds_a_record"
    return all_of[0] | {name: statistics.median(each[name] for each in all_of)}
