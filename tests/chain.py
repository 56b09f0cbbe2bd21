"""EventBridge, the SQS queue and its workers, under a clock that only waiting moves."""

import json
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import boto3
from botocore.config import Config

from builders import LambdaContext, settings
from connect_simulator import Simulator, demo
from deflection.aws.connect import create_connect_client
from deflection.aws.deadline import ColdStartTimer
from deflection.aws.gateway import Application
from deflection.aws.sqs import Queue
from deflection.bootstrap import create_queue_worker
from deflection.handler import lambda_handler
from proof.stage import Stage
from standard_queue import QUEUES, Mapped, Sqs, StandardQueue, done, poll


class Chain:
    """A rule for all events of the instance, the queue, the dead-letter queue and the workers."""

    def __init__(self, simulator: Simulator, start: float, **changes: str) -> None:
        options: dict[str, Any] = {
            "endpoint_url": simulator.url,
            "region_name": demo.REGION,
            "aws_access_key_id": "test",
            "aws_secret_access_key": "test",
            "config": Config(retries={"total_max_attempts": 1}),
        }
        self.stage = Stage(start)
        self.simulator = simulator
        self.simulator.world.clock = self.stage.clock.now
        self._events = boto3.client("events", **options)
        self._sqs = boto3.client("sqs", **options)
        self._target = self._sqs.create_queue(QueueName="deflections")["QueueUrl"]
        self._events.put_rule(Name="all", EventPattern=json.dumps({"detail": {"instanceArn": [demo.INSTANCE_ARN]}}))
        arn = self._sqs.get_queue_attributes(QueueUrl=self._target, AttributeNames=["QueueArn"])["Attributes"]
        self._events.put_targets(Rule="all", Targets=[{"Id": "queue", "Arn": arn["QueueArn"]}])
        self._mapped = Mapped.of_template()
        self._queue = StandardQueue(self.stage.clock.now, self._mapped, duplicates=0.01)
        self._queues = Sqs(self._queue)
        self._settings = settings(**demo.ENVIRONMENT | QUEUES | changes)

    def put_events(self, events: list[dict[str, Any]]) -> None:
        """Put events on the event bus, with the current time, and what the rule delivers onto the queue."""
        for first in range(0, len(events), 10):
            entries = [
                {
                    "Source": event["source"],
                    "DetailType": event["detail-type"],
                    "Detail": json.dumps(event["detail"]),
                    "Time": self.stage.now,
                }
                for event in events[first : first + 10]
            ]
            assert self._events.put_events(Entries=entries)["FailedEntryCount"] == 0
            messages = self._sqs.receive_message(QueueUrl=self._target, MaxNumberOfMessages=10)["Messages"]
            for message in messages:
                self._queue.send(message["Body"])
                self._sqs.delete_message(QueueUrl=self._target, ReceiptHandle=message["ReceiptHandle"])

    def environment(self) -> Callable[[Any], dict[str, Any]]:
        """Return a new environment of the function, which can be invoked."""
        client = create_connect_client(self._settings.region, self._settings.flow_time_limit_seconds)
        queue, dead_letter_queue = (Queue(lambda: self._queues, url) for url in QUEUES.values())
        application = Application(
            self._settings,
            client,
            queue,
            dead_letter_queue,
            create_queue_worker(self._settings.queue_sends_per_second, lambda: client, self.stage.clock),
            ColdStartTimer(0, 0),
            clock=self.stage.clock,
        )

        def invoke(event: Any) -> dict[str, Any]:
            context = LambdaContext(self._mapped.timeout_seconds)
            answer: dict[str, Any] = lambda_handler(event, context, application=application)
            return answer

        return invoke

    def process_queue(self, each_batch: Callable[[], None] = lambda: None) -> None:
        """Have the workers process the queue until it is empty."""

        def work() -> None:
            environment = self.environment()

            def invoke(event: Any) -> dict[str, Any]:
                answer = environment(event)
                each_batch()
                return answer

            poll(self._queue, self._mapped, invoke, self.stage.sleep)

        self.stage.play(*[work] * self._mapped.workers)

    def dead_letters(self) -> Counter[str]:
        """Count the records on the dead-letter queue by their reason."""
        return self._queues.reasons()


def create_queues(sqs: Any) -> dict[str, str]:
    """Create a queue and a dead-letter queue, and return the settings that name them."""
    names = {"QUEUE_URL": "deflections", "DEAD_LETTER_QUEUE_URL": "dead-letters"}
    return {setting: sqs.create_queue(QueueName=name)["QueueUrl"] for setting, name in names.items()}


def process_queue(sqs: Any, queue_url: str, invoke: Callable[[Any], Any]) -> str:
    """Invoke a function with the records of a queue until it is empty; return all bodies.

    Of a short queue the function returns some records for another worker; none may fail.
    """
    bodies = ""
    while messages := sqs.receive_message(QueueUrl=queue_url, MaxNumberOfMessages=10, AttributeNames=["All"]).get(
        "Messages"
    ):
        records = [record_of(message) for message in messages]
        processed = done(records, invoke({"Records": records}))
        assert len(processed) >= len(records) / Mapped.of_template().workers
        for record in processed:
            sqs.delete_message(QueueUrl=queue_url, ReceiptHandle=record["receiptHandle"])
            bodies += record["body"]
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
        "eventSourceARN": "arn:aws:sqs:us-east-1:123456789012:deflections",
        "awsRegion": demo.REGION,
    }
