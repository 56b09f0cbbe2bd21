"""
Measure how fast the function processes the queue; `make bench-queue` writes the table into docs/bursts.md.

Each setting of `QUEUE_SENDS_PER_SECOND` has a standard queue with 1,000 records and a simulated Amazon Connect that
takes 250 ms for each call and enforces its documented quotas. The function runs in as many processes as the template
allows Lambda environments. The settings are measured in parallel, because they mostly wait.
"""

import argparse
import asyncio
import json
import os
import sys
import time
import uuid
from asyncio.subprocess import PIPE, Process
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from bench import page
from connect_simulator import demo
from connect_simulator.connect.quota import TokenBucket
from standard_queue import GAP_SECONDS, Mapped, StandardQueue, done, most_within

ROOT = Path(__file__).parents[1]
SETTINGS = (1, 2, 5, 10, 20)
KINDS = ("events", "deferred")
RECORDS = 1000
LATENCY_SECONDS = 0.25
LONGEST_SECONDS = 110
WINDOW_SECONDS = 5
BURST = 5
DESCRIBES_PER_SECOND = 10
DESCRIBES_PER_START = 1.25
"""The quota for DescribeContact that docs/bursts.md says to ask for; the default is enough for the lower settings."""
DESCRIBE_BURST = 15
TOLERANCE = 0.05
TRACE_ID = "Root=1-5759e988-{:024x};Parent=53995c3f42cd8ad8;Sampled=1"


class Measured(NamedTuple):
    """The result of one setting."""

    setting: float
    kind: str
    per_second: float
    most_in_a_window: int
    throttled: int
    asked_twice: int

    @property
    def is_met(self) -> bool:
        """Whether the goal is reached."""
        allowed = WINDOW_SECONDS * self.setting + BURST
        is_near = abs(self.per_second / self.setting - 1) <= TOLERANCE
        return is_near and self.most_in_a_window <= allowed and not self.throttled and not self.asked_twice


@dataclass
class Aws:
    """A server for Amazon Connect and SQS that answers with latency and records the starts."""

    setting: float
    queue: StandardQueue
    starts: list[float] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    throttled: int = 0

    def __post_init__(self) -> None:
        self._start_quota = TokenBucket(self.setting, BURST)
        self._describe_quota = TokenBucket(
            max(DESCRIBES_PER_SECOND, DESCRIBES_PER_START * self.setting), DESCRIBE_BURST
        )

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection."""
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                first, *lines = head.decode().split("\r\n")
                headers = {name.lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
                body = await reader.readexactly(int(headers.get("content-length", 0)))
                status, answer = await self._answer(first, headers, json.loads(body or b"{}"))
                content = json.dumps(answer).encode()
                error = f"x-amzn-errortype: {answer['__type']}\r\n" if "__type" in answer else ""
                writer.write(
                    f"HTTP/1.1 {status} -\r\ncontent-type: application/json\r\n{error}"
                    f"content-length: {len(content)}\r\n\r\n".encode()
                    + content
                )
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    async def _answer(self, first: str, headers: dict[str, str], body: Any) -> tuple[int, Any]:
        now = time.monotonic()
        target = headers.get("x-amz-target", "")
        if target == "AmazonSQS.ChangeMessageVisibilityBatch":
            return 200, self.queue.change_message_visibility_batch(**body)
        if target:
            raise RuntimeError(f"Unexpected operation {target}.")
        is_start = first.startswith("PUT ")
        if not (self._start_quota if is_start else self._describe_quota).take(now):
            self.throttled += 1
            return 429, {"__type": "ThrottlingException"}
        if is_start:
            self.starts.append(now)
            self.tokens.append(body["ClientToken"])
        await asyncio.sleep(LATENCY_SECONDS)
        if is_start:
            return 200, {"ContactId": str(uuid.uuid4())}
        return 200, {"Contact": _contact(first.split()[1].rpartition("/")[2])}


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
            self._queue.send(json.dumps((_event if kind == "events" else _deferred)(number)))

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


def table(measured: Sequence[Measured]) -> str:
    """Write the measured settings in Markdown."""
    lines = [
        "| `QUEUE_SENDS_PER_SECOND` | records | started a second | of it | most in any 5 s | allowed | throttled | |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {each.setting:g} | {each.kind} | {each.per_second:.2f} | {each.per_second / each.setting:.1%}"
        f" | {each.most_in_a_window} | {WINDOW_SECONDS * each.setting + BURST:g} | {each.throttled}"
        f" | {'met' if each.is_met else '**not met**'} |"
        for each in measured
    ]
    return "\n".join(lines)


async def measure(settings: Sequence[float], kinds: Sequence[str]) -> list[Measured]:
    """Measure the settings side by side, one kind of records after the other."""
    mapped = Mapped.of_template()
    measured: list[Measured] = []
    for kind in kinds:
        measured += await asyncio.gather(*(Run(setting, kind, mapped).measure() for setting in settings))
    return measured


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="bench.throughput")
    parser.add_argument("--dry", action="store_true", help="print the table, and write nothing")
    parser.add_argument("--settings", nargs="+", type=float, default=SETTINGS, help="of QUEUE_SENDS_PER_SECOND")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS, help="of records")
    arguments = parser.parse_args()
    written = table(asyncio.run(measure(arguments.settings, arguments.kinds)))
    sys.stdout.write(f"{written}\n")
    if not arguments.dry:
        page.write_parts(ROOT / "docs/bursts.md", {"throughput": written})


def _event(number: int) -> dict[str, Any]:
    contact_id = str(uuid.UUID(int=number + 1))
    return {
        "version": "0",
        "id": contact_id,
        "detail-type": "Amazon Connect Contact Event",
        "source": "aws.connect",
        "time": datetime.now(UTC).isoformat(),
        "detail": {
            "eventType": "DISCONNECTED",
            "contactId": contact_id,
            "initialContactId": contact_id,
            "channel": "VOICE",
            "instanceArn": demo.INSTANCE_ARN,
            "initiationMethod": "INBOUND",
            "queueInfo": {"enqueueTimestamp": "2026-11-22T10:05:12.412Z"},
        },
    }


def _contact(contact_id: str) -> dict[str, Any]:
    return {
        "Id": contact_id,
        "Arn": f"{demo.INSTANCE_ARN}/contact/{contact_id}",
        "InitialContactId": contact_id,
        "Channel": "VOICE",
        "InitiationMethod": "INBOUND",
        "CustomerEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": "+14255550142"},
        "QueueInfo": {"Id": "queue", "EnqueueTimestamp": 1795342000.0},
        "DisconnectReason": "CUSTOMER_DISCONNECT",
        "Attributes": {"smsConsent": "yes"},
    }


def _deferred(number: int) -> dict[str, Any]:
    """Build the message that the function queues for a flow."""
    parameters = {
        "InstanceId": demo.INSTANCE_ID,
        "ContactFlowId": demo.SMS_FLOW_ID,
        "SourceEndpoint": {"Type": "CONNECT_PHONENUMBER_ARN", "Address": demo.SMS_NUMBER_ARN},
        "DestinationEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": "+14255550142"},
        "SegmentAttributes": {"connect:Subtype": {"ValueString": "connect:SMS"}},
        "ClientToken": f"{number:064x}",
        "RelatedContactId": str(uuid.UUID(int=number + 1)),
    }
    return {
        "version": "0",
        "id": f"{number:064x}",
        "detail-type": "Deflection Requested",
        "source": "connect-sms-deflection",
        "time": datetime.now(UTC).isoformat(),
        "detail": {
            "instanceArn": demo.INSTANCE_ARN,
            "attributes": {"smsConsent": "yes"},
            "resolved": True,
            "parameters": parameters,
        },
    }


if __name__ == "__main__":
    main()
