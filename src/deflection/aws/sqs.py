"""Send messages to the deflection queue and the dead-letter queue, and return records to the queue."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from deflection.arrived import DEFLECTION_REQUESTED, OWN_SOURCE
from deflection.aws.client import call_aws, create_client
from deflection.aws.deadline import Deadline
from deflection.errors import DeflectionError, QuotaExceededError, ThrottledError
from deflection.redaction import redact_id

READ_TIMEOUT_SECONDS = 1.0
RETRY_DELAY_SECONDS: Mapping[type[DeflectionError], int] = {ThrottledError: 2, QuotaExceededError: 15}
DEFAULT_RETRY_DELAY_SECONDS = 5
MAX_RETRY_DELAY_SECONDS = 900
DEDUPLICATION_SECONDS = 30


class SqsClient(Protocol):
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

    client: Callable[[], SqsClient]
    url: str

    def send_deferred(self, detail: Mapping[str, Any], identity: str, now: float, deadline: Deadline) -> None:
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

    def send_to_dlq(self, message_id: str, body: str, error: DeflectionError, deadline: Deadline) -> None:
        """
        Puts a record here, whole, with its reason.

        Raises:
            DeflectionError: It is not here.
        """
        told = {"Reason": error.code, "Message": str(error), "MessageId": redact_id(message_id)}
        self._send(body, message_id, told, deadline)

    def return_to_queue(self, receipt_handle: str, wait_seconds: int, deadline: Deadline) -> None:
        """
        Has a record given again after a while.

        Raises:
            DeflectionError: It comes when its visibility timeout is over.
        """
        call_aws(
            lambda: self.client().change_message_visibility(
                QueueUrl=self.url, ReceiptHandle=receipt_handle, VisibilityTimeout=wait_seconds
            ),
            deadline,
        )

    def _send(self, body: str, identity: str, told: Mapping[str, str], deadline: Deadline) -> None:
        fifo = {"MessageGroupId": OWN_SOURCE, "MessageDeduplicationId": _digest(identity)}
        attributes = {name: {"DataType": "String", "StringValue": value} for name, value in told.items()}
        call_aws(
            lambda: self.client().send_message(
                QueueUrl=self.url,
                MessageBody=body,
                MessageAttributes=attributes,
                **(fifo if self.url.endswith(".fifo") else {}),
            ),
            deadline,
        )


def create_sqs_client(region: str) -> SqsClient:
    """An SQS client of a Region."""
    made: SqsClient = create_client("sqs", region, READ_TIMEOUT_SECONDS)
    return made


def retry_delay_seconds(error: DeflectionError | None, *, others_went_on: bool) -> int:
    """
    How long a record waits for the next try, and with it the whole queue, which is in one message group.

    Throttling and an exhausted quota hold for all records. Another failure is the record's own as long as others of
    its batch go on, and then nobody waits for it. A defect has no error.
    """
    usual = 0 if others_went_on else DEFAULT_RETRY_DELAY_SECONDS
    return usual if error is None else RETRY_DELAY_SECONDS.get(type(error), usual)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
