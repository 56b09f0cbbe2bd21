"""Process one queue with as many environments of the function as the template allows, and count the starts."""

import asyncio
import json
import os
import sys
import time
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import NamedTuple

from bench.queue_events import contact_event, deferred
from bench.slow_aws import BURST, Aws
from connect_simulator import demo
from standard_queue import GAP_SECONDS, Mapped, StandardQueue, done, most_within

ROOT = Path(__file__).parents[1]
RECORDS = 1000
LONGEST_SECONDS = 80
WINDOW_SECONDS = 5
TOLERANCE = 0.05
TRACE_ID = "Root=1-5759e988-{:024x};Parent=53995c3f42cd8ad8;Sampled=1"
EVENTS, DEFERRED, ONE_BY_ONE = "events", "deferred", "deferred, one by one"
"""The kinds of records; one by one, each start waits for the answer to the one before, as in a plain loop."""


class Measured(NamedTuple):
    """The result of one setting."""

    setting: float
    kind: str
    per_second: float
    most_in_a_window: int
    throttled: int
    asked_twice: int

    @property
    def share(self) -> float:
        """Return the rate as a share of the setting."""
        return self.per_second / self.setting

    @property
    def is_met(self) -> bool:
        """Return whether the goal is met."""
        allowed = WINDOW_SECONDS * self.setting + BURST
        is_near = abs(self.share - 1) <= TOLERANCE
        return is_near and self.most_in_a_window <= allowed and not self.throttled and not self.asked_twice


class Run:
    """One setting, with its queue, its workers and its Amazon Connect."""

    def __init__(self, setting: float, kind: str, mapped: Mapped) -> None:
        self._setting = setting
        self._kind = kind
        self._mapped = mapped
        self._queue = StandardQueue(time.time, mapped)
        self._aws = Aws(setting, self._queue)
        self._is_idle = False
        for number in range(RECORDS):
            self._queue.send(json.dumps((contact_event if kind == EVENTS else deferred)(number)))

    async def measure(self) -> Measured:
        """Process the queue until a worker finds no records or the time limit ends."""
        server = await asyncio.start_server(self._aws.serve, "127.0.0.1", 0, limit=1 << 22)
        port = server.sockets[0].getsockname()[1]
        workers = [await self._worker(port) for _ in range(self._mapped.workers)]
        began = time.monotonic()
        tasks = [asyncio.create_task(self._poll(worker)) for worker in workers]
        while not self._is_idle and time.monotonic() < began + LONGEST_SECONDS:
            for task in tasks:
                if task.done():
                    await task
            await asyncio.sleep(0.1)
        for task, worker in zip(tasks, workers, strict=True):
            task.cancel()
            worker.kill()
            await worker.wait()
        server.close()
        starts = self._aws.starts
        return Measured(
            self._setting,
            self._kind,
            (len(starts) - 1) / (starts[-1] - starts[0]),
            most_within(starts, WINDOW_SECONDS),
            self._aws.throttled,
            len(self._aws.tokens) - len(set(self._aws.tokens)),
        )

    async def _worker(self, port: int) -> Process:
        queue = f"http://127.0.0.1:{port}/111122223333"
        environment = demo.ENVIRONMENT | demo.CREDENTIALS
        environment |= {
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join([str(ROOT), str(ROOT / "src")]),
            "LAMBDA_TASK_ROOT": str(ROOT / "src"),
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{port}",
            "QUEUE_URL": f"{queue}/deflections",
            "DEAD_LETTER_QUEUE_URL": f"{queue}/dead-letters",
            "QUEUE_SENDS_PER_SECOND": str(self._setting),
            "MAX_EVENT_AGE_SECONDS": "86400",
            "CONTACT_EVENT_TRIGGER": "ABANDONED",
            "CONSENT_ATTRIBUTE": "smsConsent",
            "_X_AMZN_TRACE_ID": TRACE_ID.format(1),
        }
        return await asyncio.create_subprocess_exec(
            sys.executable,
            "-m",
            "bench.environment",
            str(self._mapped.timeout_seconds),
            "1" if self._kind == ONE_BY_ONE else "",
            stdin=PIPE,
            stdout=PIPE,
            env=environment,
            limit=1 << 22,
        )

    async def _poll(self, worker: Process) -> None:
        """Do what one of Lambda's pollers does; see `standard_queue.poll`."""
        if worker.stdin is None or worker.stdout is None:
            raise RuntimeError("The worker process was created without pipes.")
        while True:
            await asyncio.sleep(GAP_SECONDS)
            records = self._queue.receive(self._mapped.batch_size)
            if not records:
                self._is_idle = True
                return
            if len(records) < self._mapped.batch_size:
                await asyncio.sleep(self._mapped.window_seconds)
                records += self._queue.receive(self._mapped.batch_size - len(records))
            worker.stdin.write(json.dumps({"Records": records}).encode() + b"\n")
            answer = json.loads(await worker.stdout.readline())
            self._queue.delete(done(records, answer))
