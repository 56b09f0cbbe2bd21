from collections.abc import Mapping
from typing import Any

import pytest

from builders import QUEUES, FakeSqs, refused
from deflection.aws.deadline import Deadline
from deflection.aws.sqs import Queue
from deflection.errors import AccessDeniedError, RequestRefusedError

LARGEST = 1_048_576
"""The largest SQS message in bytes, with its attributes."""
LATER = Deadline(9e9)


class SizedSqs(FakeSqs):
    """A fake SQS that refuses messages above the size limit."""

    def __init__(self, largest: int = LARGEST) -> None:
        super().__init__()
        self._largest = largest

    def send_message(self, **request: Any) -> Mapping[str, Any]:
        if size(request) > self._largest:
            raise refused("InvalidParameterValue", 400, "SendMessage")
        return super().send_message(**request)


def size(request: Mapping[str, Any]) -> int:
    """Count the bytes of the body and of each attribute's name, type and value, as SQS does."""
    attributes = request["MessageAttributes"].items()
    parts = [part for name, value in attributes for part in (name, value["DataType"], value["StringValue"])]
    return len("".join([request["MessageBody"], *parts]).encode())


def keep(sqs: FakeSqs, body: str) -> dict[str, Any]:
    """Send a dead letter and return its body and attributes."""
    Queue(lambda: sqs, QUEUES["DEAD_LETTER_QUEUE_URL"]).send_to_dlq("1", body, AccessDeniedError("No."), LATER)
    [sent] = sqs.sent
    attributes = {name: value["StringValue"] for name, value in sent["MessageAttributes"].items()}
    return {"body": sent["MessageBody"], **attributes}


def test_a_dead_letter_is_kept_whole_with_its_reason() -> None:
    assert keep(SizedSqs(), "{}") == {"body": "{}", "Reason": "ACCESS_DENIED", "Message": "No.", "MessageId": "1"}


@pytest.mark.parametrize("letter", ["a", "é", "😀"])
def test_body_is_truncated_if_it_does_not_fit_with_its_attributes(letter: str) -> None:
    sqs = SizedSqs()
    body = letter * (LARGEST // len(letter.encode()))

    kept = keep(sqs, body)

    assert LARGEST - 4 < size(sqs.sent[0]) <= LARGEST
    assert body.startswith(kept.pop("body"))
    assert kept == {
        "Reason": "ACCESS_DENIED", "Message": "No.", "MessageId": "1", "OriginalBytes": str(LARGEST)
    }  # fmt: skip


def test_a_queue_that_takes_less_than_the_attributes_refuses_the_record() -> None:
    with pytest.raises(RequestRefusedError):
        keep(SizedSqs(largest=10), "body")


def test_records_are_returned_ten_at_a_time() -> None:
    sqs = FakeSqs()
    handles = [f"handle {number}" for number in range(23)]

    Queue(lambda: sqs, QUEUES["QUEUE_URL"]).return_to_queue(handles, 7, LATER)

    assert [len(entries) for entries in sqs.batches] == [10, 10, 3]
    assert sqs.put_back == [(handle, 7) for handle in handles]
