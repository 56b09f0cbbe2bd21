"""Simulate an SQS standard queue and Lambda's pollers in memory, with the test's clock."""

import heapq
import random
import re
import uuid
from bisect import insort
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

QUEUES = {
    "QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/111122223333/deflections",
    "DEAD_LETTER_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/111122223333/dead-letters",
}
TEMPLATE = Path(__file__).parents[1] / "template.yaml"
SPREAD = 30
"""A receive takes a random one of this many oldest records, because a standard queue keeps the order only roughly."""
GAP_SECONDS = 0.2
"""An assumption: the time that Lambda needs to receive a batch and to invoke the function."""


@dataclass(frozen=True)
class Mapped:
    """The settings of the event source mapping, the queue and the function in the template."""

    workers: int
    batch_size: int
    window_seconds: int
    visibility_seconds: int
    timeout_seconds: int
    receives: int

    @classmethod
    def of_template(cls) -> "Mapped":
        """Read the settings from template.yaml."""
        text = TEMPLATE.read_text(encoding="utf-8")

        def number(pattern: str) -> int:
            [found] = re.findall(pattern, text)
            return int(found)

        return cls(
            workers=number(r"MaximumConcurrency: (\d+)"),
            batch_size=number(r"BatchSize: (\d+)"),
            window_seconds=number(r"MaximumBatchingWindowInSeconds: (\d+)"),
            visibility_seconds=number(r"VisibilityTimeout: (\d+)"),
            timeout_seconds=number(r"\n      Timeout: (\d+)"),
            receives=number(r"maxReceiveCount: (\d+)"),
        )


@dataclass(order=True)
class _Message:
    number: int
    id: str = field(compare=False)
    body: str = field(compare=False)
    sent: float = field(compare=False)
    receives: int = field(default=0, compare=False)
    handle: str = field(default="", compare=False)


class StandardQueue:
    """
    A queue that delivers each record at least once, roughly in order, and hides the received records.

    A record that becomes visible again returns to its old place, before newer records. This is the worst case for the
    newer records; AWS does not guarantee an order.

    Source: https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/standard-queues.html
    """

    def __init__(self, now: Callable[[], float], mapped: Mapped, seed: int = 0, duplicates: float = 0.0) -> None:
        self._now = now
        self._mapped = mapped
        self._chance = random.Random(seed)
        self._duplicates = duplicates
        self._messages: dict[str, _Message] = {}
        self._visible: list[_Message] = []
        self._hidden: list[tuple[float, int, str]] = []
        self._visible_at: dict[str, float] = {}
        self._sent = 0
        self.dead: list[_Message] = []

    def __len__(self) -> int:
        return len(self._messages)

    def send(self, body: str) -> None:
        """Put a record onto the queue."""
        message = _Message(self._sent, str(uuid.UUID(int=self._sent + 1)), body, self._now())
        self._sent += 1
        self._messages[message.id] = message
        self._visible.append(message)

    def change_message_visibility_batch(self, **request: Any) -> Mapping[str, Any]:
        """Set when records become visible; a receipt handle is valid until the next receive."""
        entries = request["Entries"]
        if not 1 <= len(entries) <= 10 or len({entry["Id"] for entry in entries}) < len(entries):
            raise ValueError("A batch has 1 to 10 entries, each with an Id of its own.")
        self._show()
        for entry in entries:
            message = self._messages.get(entry["ReceiptHandle"].partition(" ")[0])
            if message and message.handle == entry["ReceiptHandle"] and message.id in self._visible_at:
                self._hide(message, self._now() + entry["VisibilityTimeout"])
        return {"Successful": [{"Id": entry["Id"]} for entry in entries], "Failed": []}

    def receive(self, most: int) -> list[dict[str, Any]]:
        """Receive and hide up to `most` records, in the format that Lambda passes to the function."""
        self._show()
        received: list[dict[str, Any]] = []
        while self._visible and len(received) < most:
            message = self._visible.pop(self._chance.randrange(min(SPREAD, len(self._visible))))
            message.receives += 1
            if message.receives > self._mapped.receives:
                self.dead.append(self._messages.pop(message.id))
                continue
            message.handle = f"{message.id} {message.receives}"
            self._hide(message, self._now() + self._mapped.visibility_seconds)
            received.append(_record(message))
            if self._chance.random() < self._duplicates:
                received.append(_record(message))
        return received

    def delete(self, records: list[dict[str, Any]]) -> None:
        """Delete records, including those that were received a second time."""
        for record in records:
            message = self._messages.pop(record["messageId"], None)
            if message and self._visible_at.pop(message.id, None) is None:
                self._visible.remove(message)

    def _hide(self, message: _Message, until: float) -> None:
        self._visible_at[message.id] = until
        heapq.heappush(self._hidden, (until, message.number, message.id))

    def _show(self) -> None:
        now = self._now()
        while self._hidden and self._hidden[0][0] <= now:
            until, _, name = heapq.heappop(self._hidden)
            if self._visible_at.get(name) == until:
                del self._visible_at[name]
                insort(self._visible, self._messages[name])


class Sqs:
    """A fake SQS client; the dead-letter queue can refuse all messages."""

    def __init__(self, queue: StandardQueue, refuses_dead_letters: Exception | None = None) -> None:
        self._queue = queue
        self._refuses = refuses_dead_letters
        self.dead_letters: list[dict[str, Any]] = []

    def send_message(self, **request: Any) -> Mapping[str, Any]:
        if request["QueueUrl"] == QUEUES["QUEUE_URL"]:
            self._queue.send(request["MessageBody"])
        elif self._refuses:
            raise self._refuses
        else:
            self.dead_letters.append(request)
        return {"MessageId": str(uuid.uuid4())}

    def change_message_visibility_batch(self, **request: Any) -> Mapping[str, Any]:
        return self._queue.change_message_visibility_batch(**request)

    def reasons(self) -> Counter[str]:
        """Count the records on the dead-letter queue by reason."""
        return Counter(letter["MessageAttributes"]["Reason"]["StringValue"] for letter in self.dead_letters)


def poll(
    queue: StandardQueue,
    mapped: Mapped,
    invoke: Callable[[dict[str, Any]], dict[str, Any]],
    sleep: Callable[[float], None],
    is_over: Callable[[], bool] = lambda: False,
) -> None:
    """
    Invoke the function with batches of records until the queue is empty, as one of Lambda's pollers.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/with-sqs.html
    and https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html

    Args:
        queue: The queue with the records.
        mapped: The event source mapping.
        invoke: A callable that invokes the function.
        sleep: A callable that waits for some seconds.
        is_over: A callable that returns whether to end before the queue is empty.
    """
    while len(queue) and not is_over():
        sleep(GAP_SECONDS)
        records = queue.receive(mapped.batch_size)
        if not records:  # a long poll ends as soon as there is a record
            continue
        if len(records) < mapped.batch_size:
            sleep(mapped.window_seconds)
            records += queue.receive(mapped.batch_size - len(records))
        queue.delete(done(records, invoke({"Records": records})))


def done(records: list[dict[str, Any]], answer: dict[str, Any]) -> list[dict[str, Any]]:
    """Return the records that the function did not report as failed."""
    failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
    return [record for record in records if record["messageId"] not in failed]


def most_within(times: Sequence[float], seconds: float) -> int:
    """Return the highest number of these times within any period of `seconds`."""
    most = first = 0
    for last, at in enumerate(times):
        while times[first] <= at - seconds:
            first += 1
        most = max(most, last - first + 1)
    return most


def _record(message: _Message) -> dict[str, Any]:
    return {
        "messageId": message.id,
        "receiptHandle": message.handle,
        "body": message.body,
        "attributes": {
            "ApproximateReceiveCount": str(message.receives),
            "SentTimestamp": str(int(1000 * message.sent)),
        },
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:111122223333:deflections",
        "awsRegion": "us-east-1",
    }
