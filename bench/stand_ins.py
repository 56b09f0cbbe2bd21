"""Stand-ins for Lambda, Amazon Connect and the queue, which answer at once."""

import heapq
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

BATCH = 200


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
        self._left = list(enumerate(bodies))

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
            answer = invoke({"Records": [queue_record(*each, self.now) for each in batch]})
            failed = {int(each["itemIdentifier"]) for each in answer["batchItemFailures"]}
            for each in batch:
                if each[0] in failed:
                    heapq.heappush(self._left, each)


def queue_event(index: int, instance_arn: str, now: float) -> dict[str, Any]:
    """Build an application's request for a message."""
    return {
        "detail-type": "Deflection Requested",
        "source": "bench",
        "id": str(index),
        "time": datetime.fromtimestamp(now, UTC).isoformat(),
        "detail": {
            "instanceArn": instance_arn,
            "parameters": {"DestinationEndpoint_Address": "+14255550142", "ClientToken": str(index)},
        },
    }


def queue_record(index: int, body: str, now: float) -> dict[str, Any]:
    """Build the SQS record of a body."""
    return {
        "messageId": str(index),
        "receiptHandle": str(index),
        "body": body,
        "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": str(int(1000 * now))},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:111122223333:deflections",
        "awsRegion": "us-east-1",
    }
