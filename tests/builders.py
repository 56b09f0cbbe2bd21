"""Events, contacts, settings, the Lambda context, and fakes of the AWS clients."""

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from botocore.exceptions import ClientError

from connect_simulator import demo
from deflection.aws.deadline import Clock, ColdStartTimer
from deflection.aws.gateway import Application
from deflection.aws.sqs import Queue
from deflection.bootstrap import create_queue_worker
from deflection.contact import Contact, Endpoint
from deflection.environment import read_settings
from deflection.events import FlowInvocation
from deflection.inbound.parser import parse_event
from deflection.settings import Settings

EVENTS = Path(__file__).parent.parent / "events"
CALL = "0f7e1c9a-3b5d-4f6a-8c7b-9d0e1f2a3b4c"
CUSTOMER = "+14255550142"
LOUD = {
    "LOG_LEVEL": "DEBUG",
    "POWERTOOLS_DEBUG": "true",
    "POWERTOOLS_LOGGER_LOG_EVENT": "true",
    "POWERTOOLS_TRACER_CAPTURE_ERROR": "true",
    "POWERTOOLS_TRACER_CAPTURE_RESPONSE": "true",
}
"""Environment variables that make Powertools log more."""
IN_LAMBDA = {
    "LAMBDA_TASK_ROOT": "/var/task",
    "_X_AMZN_TRACE_ID": "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1",
}
_AWAKE = datetime.now(ZoneInfo("America/Los_Angeles")) + timedelta(hours=12)
QUIET_NOW = f"{_AWAKE + timedelta(minutes=1):%H:%M}-{_AWAKE:%H:%M}"
"""Quiet hours that include now in the customer's time zone: all day except one minute, twelve hours from now."""
REQUIRED = {
    "INSTANCE_ARN": demo.INSTANCE_ARN,
    "SOURCE_PHONE_NUMBER_ARN": demo.SMS_NUMBER_ARN,
    "CONTACT_FLOW_ID": demo.SMS_FLOW_ID,
}


type Deflect = Callable[..., dict[str, str]]


class LambdaContext:
    function_name = "connect-sms-deflection"
    memory_limit_in_mb = 1024
    invoked_function_arn = "arn:aws:lambda:us-east-1:111122223333:function:connect-sms-deflection"
    aws_request_id = "9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d"

    def __init__(self, remaining_seconds: float = 10) -> None:
        self._remaining_seconds = remaining_seconds

    def get_remaining_time_in_millis(self) -> int:
        return int(1000 * self._remaining_seconds)


def event(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    return loaded


def flow_event(parameters: Mapping[str, Any] | None = None, **contact_data: Any) -> dict[str, Any]:
    """Return the flow event of a call, with flow parameters and changed contact data."""
    changed = event("flow_voice")
    changed["Details"]["Parameters"] = dict(parameters or {})
    changed["Details"]["ContactData"].update(contact_data)
    return changed


def read_flow(arrived: Any) -> FlowInvocation:
    invocation = parse_event(arrived)
    assert isinstance(invocation, FlowInvocation)
    return invocation


def contact(**changes: Any) -> Contact:
    usual: dict[str, Any] = {
        "id": CALL,
        "instance_arn": demo.INSTANCE_ARN,
        "initial_id": CALL,
        "channel": "VOICE",
        "customer_endpoint": Endpoint(CUSTOMER),
        "system_endpoint": Endpoint("+14255550190"),
        "queue_name": "Billing",
    }
    return Contact(**usual | changes)


def described(**changes: Any) -> dict[str, Any]:
    """Return a call that was abandoned in the queue, as DescribeContact returns it."""
    return {
        "Id": CALL,
        "InitialContactId": CALL,
        "Channel": "VOICE",
        "InitiationMethod": "INBOUND",
        "CustomerEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": CUSTOMER},
        "QueueInfo": {"Id": "queue", "EnqueueTimestamp": 1795342000.0},
        "DisconnectReason": "CUSTOMER_DISCONNECT",
        "Attributes": {"smsConsent": "yes"},
    } | changes


def settings(**changes: str) -> Settings:
    """Return the required settings and the given ones, named as in the environment."""
    return read_settings(REQUIRED | changes)


QUEUES = {
    "QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/111122223333/deflections",
    "DEAD_LETTER_QUEUE_URL": "https://sqs.us-east-1.amazonaws.com/111122223333/dead-letters",
}


def application(
    client: Any = None, *, sqs: Any = None, cold_start: Any = None, clock: Any = None, **changes: Any
) -> Application:
    """Return the function under the required settings and the given ones, with a queue for each URL."""
    read = settings(**changes)
    clock = clock or Clock()
    queue, dead_letter_queue = (
        Queue(lambda: sqs, url) if url else None for url in (read.queue_url, read.dead_letter_queue_url)
    )
    client = client or FakeConnect("contact")
    worker = create_queue_worker(read.queue_sends_per_second, lambda: client, clock)
    return Application(read, client, queue, dead_letter_queue, worker, cold_start or ColdStartTimer(0, 0), clock=clock)


class FakeTime:
    """A clock that only `sleep` moves."""

    def __init__(self, now: float = 0) -> None:
        self.now = now
        self.slept: list[float] = []

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds

    @property
    def clock(self) -> Clock:
        return Clock(now=lambda: self.now, elapsed=lambda: self.now, sleep=self.sleep, run=one_after_the_other)


def one_after_the_other(steps: Sequence[Callable[[], None]], _at_once: int) -> None:
    """Run steps as a clock that one thread moves must."""
    for step in steps:
        step()


def dated(contact: Any) -> Any:
    """Return a contact as the SDK parses it: a timestamp in epoch seconds becomes a datetime."""
    if not isinstance(contact, dict):
        return contact
    return {
        name: datetime.fromtimestamp(value, UTC)
        if name.endswith("Timestamp") and isinstance(value, float)
        else dated(value)
        for name, value in contact.items()
    }


class FakeConnect:
    """A Connect client that returns contact ids or raises errors, one after the other."""

    def __init__(self, *answers: str | Exception, contact: Mapping[str, Any] | Exception | None = None) -> None:
        self._answers = list(answers)
        self._contact = contact
        self.requests: list[Mapping[str, Any]] = []
        self.described: list[Mapping[str, Any]] = []

    def start_outbound_chat_contact(self, **request: Any) -> Mapping[str, Any]:
        self.requests.append(request)
        answer = self._answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return {"ContactId": answer}

    def describe_contact(self, **request: Any) -> Mapping[str, Any]:
        self.described.append(request)
        if isinstance(self._contact, Exception):
            raise self._contact
        return {"Contact": dated(self._contact or {"Id": request["ContactId"], "Channel": "CHAT"})}


class FakeSqs:
    """An SQS client that keeps what is sent, or raises an error for every request."""

    def __init__(self, error: Exception | None = None) -> None:
        self._error = error
        self.sent: list[dict[str, Any]] = []
        self.put_back: list[tuple[str, int]] = []
        self.batches: list[list[dict[str, Any]]] = []

    def send_message(self, **request: Any) -> Mapping[str, Any]:
        if self._error:
            raise self._error
        self.sent.append(request)
        return {}

    def change_message_visibility_batch(self, **request: Any) -> Mapping[str, Any]:
        if self._error:
            raise self._error
        self.batches.append(request["Entries"])
        self.put_back += [(entry["ReceiptHandle"], entry["VisibilityTimeout"]) for entry in request["Entries"]]
        return {"Successful": [{"Id": entry["Id"]} for entry in request["Entries"]], "Failed": []}


def refused(code: str, status: int, operation: str = "StartOutboundChatContact") -> ClientError:
    message = "The number +14255550142 cannot be texted."
    response = {"Error": {"Code": code, "Message": message}, "ResponseMetadata": {"HTTPStatusCode": status}}
    return ClientError(response, operation)
