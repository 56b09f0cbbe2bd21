"""A FIFO queue of SQS with one message group, in memory: moto's takes time that grows with what is on it."""

import hashlib
import uuid
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any

URL = "https://sqs.us-east-1.amazonaws.com/111122223333/deflections.fifo"
DEDUPLICATION_SECONDS = 300
VISIBILITY_SECONDS = 45


class Fifo:
    """
    Gives records in their order, no more of them while some are being worked off, and each again until it is deleted.

    Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/FIFO-queues-understanding-logic.html
    """

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._waiting: deque[dict[str, Any]] = deque()
        self._given: list[dict[str, Any]] = []
        self._visible_at: dict[str, float] = {}
        self._known: dict[str, float] = {}

    def __len__(self) -> int:
        return len(self._waiting) + len(self._given)

    def send_message(self, **request: Any) -> Mapping[str, Any]:
        body = request["MessageBody"]
        identity = request.get("MessageDeduplicationId") or hashlib.sha256(body.encode()).hexdigest()
        if self._now() - self._known.get(identity, float("-inf")) >= DEDUPLICATION_SECONDS:
            self._known[identity] = self._now()
            self._waiting.append({"body": body, "sent": self._now(), "receives": 0, "id": str(uuid.uuid4())})
        return {}

    def change_message_visibility(self, **request: Any) -> Mapping[str, Any]:
        self._visible_at[request["ReceiptHandle"]] = self._now() + request["VisibilityTimeout"]
        return {}

    @property
    def next_at(self) -> float:
        """When records can be received next, if there are any."""
        return max(self._visible_at.values(), default=0.0)

    def receive(self) -> list[dict[str, Any]]:
        """Up to ten records, as Lambda gives them to the function."""
        if self._now() < self.next_at:
            return []
        self._waiting.extendleft(reversed(self._given))
        self._given = [self._waiting.popleft() for _ in range(min(10, len(self._waiting)))]
        self._visible_at = {record["id"]: self._now() + VISIBILITY_SECONDS for record in self._given}
        for record in self._given:
            record["receives"] += 1
        return [_as_lambda_has_it(record) for record in self._given]

    def delete_all_but(self, failed: set[str]) -> None:
        """What was received is done, but for these."""
        self._given = [record for record in self._given if record["id"] in failed]
        self._visible_at = {name: at for name, at in self._visible_at.items() if name in failed}


def _as_lambda_has_it(record: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "messageId": record["id"],
        "receiptHandle": record["id"],
        "body": record["body"],
        "attributes": {
            "ApproximateReceiveCount": str(record["receives"]),
            "SentTimestamp": str(int(1000 * record["sent"])),
        },
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:111122223333:deflections.fifo",
        "awsRegion": "us-east-1",
    }
