"""Serve Amazon Connect and SQS on loopback, with latency and Amazon Connect's documented quotas."""

import asyncio
import json
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from bench.queue_events import contact
from connect_simulator.connect.quota import TokenBucket
from standard_queue import StandardQueue

LATENCY_SECONDS = 0.25
BURST = 5
DESCRIBES_PER_SECOND = 10
DESCRIBES_PER_START = 1.25
"""The quota for DescribeContact that the pages say to ask for; the default is enough for the lower settings."""
DESCRIBE_BURST = 15


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
        return 200, {"Contact": contact(first.split()[1].rpartition("/")[2])}
