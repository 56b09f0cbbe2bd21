"""EventBridge, the SQS queue and its worker, under a clock that only waiting moves."""

import heapq
import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import boto3
from botocore.config import Config

from builders import FakeTime, LambdaContext, settings
from connect_simulator import Simulator, demo
from deflection.aws.connect import create_connect_client
from deflection.aws.deadline import ColdStartTimer
from deflection.aws.gateway import Application
from deflection.aws.rate_limiter import RateLimiter
from deflection.aws.sqs import Queue
from deflection.handler import lambda_handler

GROUP = "connect-sms-deflection"
VISIBILITY_SECONDS = 45
HOURS_12 = 43_200


class Visibility:
    """An SQS client that makes returned records visible again by the clock of the test."""

    def __init__(self, sqs: Any, queue_url: str, time: FakeTime) -> None:
        self._sqs = sqs
        self._queue_url = queue_url
        self._time = time
        self._waiting: list[tuple[float, str]] = []
        self._set: set[str] = set()

    def send_message(self, **request: Any) -> Mapping[str, Any]:
        sent: Mapping[str, Any] = self._sqs.send_message(**request)
        return sent

    def change_message_visibility(self, **request: Any) -> Mapping[str, Any]:
        self.wait(request["ReceiptHandle"], request["VisibilityTimeout"])
        return {}

    def wait(self, handle: str, seconds: float) -> None:
        if handle not in self._set:
            self._set.add(handle)
            heapq.heappush(self._waiting, (self._time.now + seconds, handle))

    def show(self) -> bool:
        """Make the next hidden records visible and move the clock there; return False if there are none."""
        if not self._waiting:
            return False
        self._time.now = max(self._time.now, self._waiting[0][0])
        while self._waiting and self._waiting[0][0] <= self._time.now:
            _, handle = heapq.heappop(self._waiting)
            self._set.discard(handle)
            self._sqs.change_message_visibility(QueueUrl=self._queue_url, ReceiptHandle=handle, VisibilityTimeout=0)
        return True


class Chain:
    """A rule for all events of the instance, the FIFO queue, the dead-letter queue and the function."""

    def __init__(self, simulator: Simulator, start: float, **changes: str) -> None:
        options: dict[str, Any] = {
            "endpoint_url": simulator.url,
            "region_name": demo.REGION,
            "aws_access_key_id": "test",
            "aws_secret_access_key": "test",
            "config": Config(retries={"total_max_attempts": 1}),
        }
        self.time = FakeTime(start)
        self.simulator = simulator
        self.simulator.world.clock = self.time.clock.now
        self._events = boto3.client("events", **options)
        self._sqs = boto3.client("sqs", **options)
        self.queue_url, self.dead_letter_queue_url = (
            self._sqs.create_queue(
                QueueName=name,
                Attributes={
                    "FifoQueue": "true",
                    "ContentBasedDeduplication": "true",
                    "VisibilityTimeout": str(HOURS_12),
                },
            )["QueueUrl"]
            for name in ("deflections.fifo", "dead-letters.fifo")
        )
        self._events.put_rule(Name="all", EventPattern=json.dumps({"detail": {"instanceArn": [demo.INSTANCE_ARN]}}))
        arn = self._sqs.get_queue_attributes(QueueUrl=self.queue_url, AttributeNames=["QueueArn"])["Attributes"]
        target = {"Id": "queue", "Arn": arn["QueueArn"], "SqsParameters": {"MessageGroupId": GROUP}}
        self._events.put_targets(Rule="all", Targets=[target])
        self._visibility = Visibility(self._sqs, self.queue_url, self.time)
        read = settings(**demo.ENVIRONMENT | changes)
        self.application = Application(
            read,
            create_connect_client(read.region, read.flow_time_limit_seconds),
            Queue(lambda: self._visibility, self.queue_url),
            Queue(lambda: self._visibility, self.dead_letter_queue_url),
            RateLimiter(read.queue_sends_per_second, self.time.clock),
            ColdStartTimer(0, 0),
            clock=self.time.clock,
        )

    def put_events(self, events: list[dict[str, Any]]) -> None:
        """Put events on the event bus, with the current time."""
        for first in range(0, len(events), 10):
            entries = [
                {
                    "Source": event["source"],
                    "DetailType": event["detail-type"],
                    "Detail": json.dumps(event["detail"]),
                    "Time": self.time.now,
                }
                for event in events[first : first + 10]
            ]
            assert self._events.put_events(Entries=entries)["FailedEntryCount"] == 0

    def invoke(self, event: Any) -> dict[str, Any]:
        answer: dict[str, Any] = lambda_handler(event, LambdaContext(30), application=self.application)
        return answer

    def process_queue(self, each_batch: Any = lambda: None) -> None:
        """Invoke the function with the records of the queue, batch by batch, until the queue is empty."""
        while True:
            messages = self._received(self.queue_url)
            if not messages:
                if not self._visibility.show():
                    return
                continue
            answer = self.invoke({"Records": [record_of(message) for message in messages]})
            failed = {failure["itemIdentifier"] for failure in answer["batchItemFailures"]}
            done = [message for message in messages if message["MessageId"] not in failed]
            if done:
                entries = [{"Id": str(n), "ReceiptHandle": m["ReceiptHandle"]} for n, m in enumerate(done)]
                self._sqs.delete_message_batch(QueueUrl=self.queue_url, Entries=entries)
            for message in messages:
                if message["MessageId"] in failed:
                    self._visibility.wait(message["ReceiptHandle"], VISIBILITY_SECONDS)
            each_batch()

    def dead_letters(self) -> Counter[str]:
        """Count the records on the dead-letter queue by their reason."""
        reasons: Counter[str] = Counter()
        while messages := self._received(self.dead_letter_queue_url):
            reasons.update(message["MessageAttributes"]["Reason"]["StringValue"] for message in messages)
            for message in messages:
                self._sqs.delete_message(QueueUrl=self.dead_letter_queue_url, ReceiptHandle=message["ReceiptHandle"])
        return reasons

    def _received(self, url: str) -> list[dict[str, Any]]:
        answer = self._sqs.receive_message(
            QueueUrl=url, MaxNumberOfMessages=10, AttributeNames=["All"], MessageAttributeNames=["All"]
        )
        messages: list[dict[str, Any]] = answer.get("Messages", [])
        return messages


def process_queue(sqs: Any, queue_url: str, invoke: Callable[[Any], Any]) -> str:
    """Invoke a function with the records of a queue until it is empty; no record may fail. Return all bodies."""
    bodies = ""
    while messages := sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10, AttributeNames=["All"]).get(
        "Messages"
    ):
        assert invoke({"Records": [record_of(message) for message in messages]}) == {"batchItemFailures": []}
        for message in messages:
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=message["ReceiptHandle"])
            bodies += message["Body"]
    return bodies


def sms_contacts_of(simulator: Simulator, contact_id: str) -> list[str]:
    """Return the SMS contacts of a call."""
    contacts = list(simulator.world.contacts.values())
    return [contact["Id"] for contact in contacts if contact.get("RelatedContactId") == contact_id]


def record_of(message: Mapping[str, Any]) -> dict[str, Any]:
    """Return an SQS message as Lambda passes it to the function."""
    return {
        "messageId": message["MessageId"],
        "receiptHandle": message["ReceiptHandle"],
        "body": message["Body"],
        "attributes": message["Attributes"],
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:deflections.fifo",
        "awsRegion": demo.REGION,
    }
