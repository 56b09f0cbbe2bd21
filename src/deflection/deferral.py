"""What cannot be done now or never: the queue and the dead-letter queue. The only room that knows SQS."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Protocol

from deflection import service
from deflection.bus import DEFLECTION_REQUESTED, OWN_SOURCE
from deflection.deadline import Deadline
from deflection.errors import DeflectionError, QuotaExceededError, ThrottledError
from deflection.event import FlowInvocation
from deflection.outcome import Deferred, Failed, Outcome
from deflection.parameters import read as read_parameters
from deflection.service import ask
from deflection.settings import Settings
from deflection.text import shown_id
from deflection.travel import CameAs, Way, way

READ_TIMEOUT_SECONDS = 1.0
WAIT_SECONDS: Mapping[type[DeflectionError], int] = {ThrottledError: 2, QuotaExceededError: 15}
USUAL_WAIT_SECONDS = 5
LONGEST_WAIT_SECONDS = 900
DEDUPLICATION_SECONDS = 30


class Client(Protocol):
    """The operations of the SDK's SQS client that are used."""

    def send_message(self, **request: Any) -> Mapping[str, Any]:
        """Puts a message on a queue."""

    def change_message_visibility(self, **request: Any) -> Mapping[str, Any]:
        """Says in how many seconds a message is given again."""


@dataclass(frozen=True)
class Queue:
    """
    A queue of SQS: the one for what is done later, or the one for what can never be done.

    Attributes:
        client: Gives the client, which is made when something is first put onto a queue; few environments do. To make
            it takes of the deadline too.
        url: Where it is.
    """

    client: Callable[[], Client]
    url: str

    def defer(self, detail: Mapping[str, Any], identity: str, now: float, deadline: Deadline) -> None:
        """
        Puts a wish here as a `Deflection Requested`.

        Args:
            detail: The event's detail: `instanceArn`, `parameters`, and what is known of the contact.
            identity: What makes the same wish the same one.
            now: Seconds since 1970.
            deadline: When to give up.

        Raises:
            DeflectionError: It is not here.
        """
        arn = detail["instanceArn"]
        body = {
            "version": "0",
            "id": _digest(identity),
            "detail-type": DEFLECTION_REQUESTED,
            "source": OWN_SOURCE,
            "account": arn.split(":")[4],
            "time": datetime.fromtimestamp(now, UTC).isoformat(),
            "region": arn.split(":")[3],
            "resources": [arn],
            "detail": detail,
        }
        # SQS drops what has the same identity for five minutes, even once the first is gone. So long a flow may not be
        # told that its text is on the queue; half a minute holds for the repetitions of one invocation.
        identity = f"{identity} {now // DEDUPLICATION_SECONDS}"
        self._send(json.dumps(body), identity, {}, deadline)

    def bury(self, message_id: str, body: str, error: DeflectionError, deadline: Deadline) -> None:
        """
        Puts a record here, whole, with its reason.

        Raises:
            DeflectionError: It is not here.
        """
        told = {"Reason": error.code, "Message": str(error), "MessageId": shown_id(message_id)}
        self._send(body, message_id, told, deadline)

    def put_back(self, receipt_handle: str, wait_seconds: int, deadline: Deadline) -> None:
        """
        Has a record given again after a while.

        Raises:
            DeflectionError: It comes when its visibility timeout is over.
        """
        ask(
            lambda: self.client().change_message_visibility(
                QueueUrl=self.url, ReceiptHandle=receipt_handle, VisibilityTimeout=wait_seconds
            ),
            deadline,
        )

    def _send(self, body: str, identity: str, told: Mapping[str, str], deadline: Deadline) -> None:
        fifo = {"MessageGroupId": OWN_SOURCE, "MessageDeduplicationId": _digest(identity)}
        attributes = {name: {"DataType": "String", "StringValue": value} for name, value in told.items()}
        ask(
            lambda: self.client().send_message(
                QueueUrl=self.url,
                MessageBody=body,
                MessageAttributes=attributes,
                **(fifo if self.url.endswith(".fifo") else {}),
            ),
            deadline,
        )


def deferred(
    failed: Failed, arrived: FlowInvocation, queue: Queue, settings: Settings, now: float, deadline: Deadline
) -> Outcome:
    """What a flow is told of a failure: that it is on the queue, or the failure itself."""
    if way(CameAs.FLOW_INVOCATION, failed, has_queue=True) is not Way.DEFER or _is_dry_run(arrived):
        return failed
    detail, identity = _detail(failed, arrived, settings)
    try:
        queue.defer(detail, identity, now, deadline)
    except DeflectionError as error:
        return replace(failed, not_deferred=error)
    return Deferred(failed.about, failed.error)


def _is_dry_run(arrived: FlowInvocation) -> bool:
    try:
        return read_parameters(arrived.parameters).DryRun
    except DeflectionError:
        return False


def _detail(failed: Failed, arrived: FlowInvocation, settings: Settings) -> tuple[dict[str, Any], str]:
    """
    The wish with all that was found out, and what it is known by.

    When it came as far as a request, nothing of the contact needs to be looked up again: the parameters are resolved,
    the client token is given, and so is the attribute by which the customer agreed.
    """
    contact, request = arrived.contact, failed.request
    detail: dict[str, Any]
    if request is None:
        detail = {
            "instanceArn": settings.instance_arn,
            "contactId": contact.id,
            "queueName": contact.queue_name,
            "language": contact.language,
            "dialled": contact.system_endpoint.address if contact.system_endpoint else "",
            "parameters": dict(arrived.parameters),
        }
        return detail, json.dumps([contact.id, detail["parameters"]], sort_keys=True)
    name = settings.consent_attribute
    consent = {name: contact.attributes[name]} if name and name in contact.attributes else {}
    parameters = {"RelatedContactId": "NONE", **request}
    detail = {"instanceArn": settings.instance_arn, "attributes": consent, "resolved": True, "parameters": parameters}
    return detail, request["ClientToken"]


def client(region: str) -> Client:
    """An SQS client of a Region."""
    made: Client = service.client("sqs", region, READ_TIMEOUT_SECONDS)
    return made


def wait_seconds(error: DeflectionError | None, *, others_went_on: bool) -> int:
    """
    How long a record waits for the next try, and with it the whole queue, which is in one message group.

    Throttling and an exhausted quota hold for all records. Another failure is the record's own as long as others of
    its batch go on, and then nobody waits for it. A defect has no error.
    """
    usual = 0 if others_went_on else USUAL_WAIT_SECONDS
    return usual if error is None else WAIT_SECONDS.get(type(error), usual)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
