"""Send messages to the deflection queue and the dead-letter queue, and return records to the queue."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from itertools import batched
from typing import Any, NamedTuple, Protocol

from deflection.aws.client import call_aws, create_client
from deflection.aws.deadline import Deadline
from deflection.errors import DeflectionError, RequestRefusedError
from deflection.events import DEFLECTION_REQUESTED, OWN_SOURCE
from deflection.redaction import redact_id

READ_TIMEOUT_SECONDS = 1.0
MAX_ENTRIES = 10
"""The most entries of an SQS batch request."""


class SqsClient(Protocol):
    """The methods of the SDK's SQS client that the function calls."""

    def send_message(self, **request: Any) -> Mapping[str, Any]:
        """Put a message on a queue."""

    def change_message_visibility_batch(self, **request: Any) -> Mapping[str, Any]:
        """Set the visibility timeout of messages."""


class Queue(NamedTuple):
    """
    An SQS queue: the deflection queue or the dead-letter queue.

    Attributes:
        client: Return the client; it is created at its first use, because few environments need it.
        url: The queue's URL.
    """

    client: Callable[[], SqsClient]
    url: str

    def send_deferred(self, detail: Mapping[str, Any], identity: str, now: float, deadline: Deadline) -> None:
        """
        Send a request to the queue as a `Deflection Requested` event.

        Args:
            detail: The event's detail: `instanceArn`, `parameters`, and the flow's data about the contact.
            identity: A string that identifies the request; the event's id is a hash of it.
            now: Seconds since 1970.
            deadline: The time limit of the call.

        Raises:
            DeflectionError: The request is not on the queue.
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
        self._send(json.dumps(body), {}, deadline)

    def send_to_dlq(self, message_id: str, body: str, error: DeflectionError, deadline: Deadline) -> None:
        """
        Send a record to the dead-letter queue with its reason.

        Attributes count towards SQS's size limit, so a body near the limit is truncated; `OriginalBytes` has its size.

        Raises:
            DeflectionError: The record is not on the queue.
        """
        attributes = {"Reason": error.code, "Message": str(error), "MessageId": redact_id(message_id)}
        try:
            self._send(body, attributes, deadline)
        except RequestRefusedError:
            content = body.encode()
            attributes["OriginalBytes"] = str(len(content))
            overhead = sum(len(part.encode()) for item in attributes.items() for part in (*item, "String"))
            self._send(content[: max(len(content) - overhead, 1)].decode(errors="ignore"), attributes, deadline)

    def return_to_queue(self, receipt_handles: Sequence[str], delay_seconds: int, deadline: Deadline) -> None:
        """
        Make records visible again after a delay.

        Raises:
            DeflectionError: The call failed; the records are visible again after their visibility timeout.
        """
        for handles in batched(receipt_handles, MAX_ENTRIES):
            entries = [
                {"Id": str(number), "ReceiptHandle": handle, "VisibilityTimeout": delay_seconds}
                for number, handle in enumerate(handles)
            ]
            call_aws(partial(self._change_visibility, entries), deadline)

    def _change_visibility(self, entries: list[dict[str, Any]]) -> None:
        self.client().change_message_visibility_batch(QueueUrl=self.url, Entries=entries)

    def _send(self, body: str, attributes: Mapping[str, str], deadline: Deadline) -> None:
        typed = {name: {"DataType": "String", "StringValue": value} for name, value in attributes.items()}
        call_aws(
            lambda: self.client().send_message(QueueUrl=self.url, MessageBody=body, MessageAttributes=typed), deadline
        )


def create_sqs_client(region: str) -> SqsClient:
    """Create an SQS client for a Region."""
    client: SqsClient = create_client("sqs", region, READ_TIMEOUT_SECONDS)
    return client


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
