"""Parse the records that SQS delivers, and the EventBridge events in them."""

from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from deflection.events import EventBridgeEvent
from deflection.inbound.eventbridge import parse_record_body
from deflection.inbound.schema import Lenient, LenientModel, parse_as
from deflection.validators import Text


class _Attributes(LenientModel):
    receives: Lenient[Annotated[int, Field(strict=False)]] = Field(None, alias="ApproximateReceiveCount")
    sent_milliseconds: Lenient[Annotated[float, Field(strict=False, allow_inf_nan=False)]] = Field(
        None, alias="SentTimestamp"
    )


class SqsRecord(LenientModel):
    """A record of a batch, as SQS delivers it."""

    message_id: Any = Field(alias="messageId")
    receipt_handle: Lenient[Text] = Field(None, alias="receiptHandle")
    body: Lenient[Text] = None
    attributes: Lenient[_Attributes] = None

    @property
    def receives(self) -> int:
        """Return the receive count, including this receive."""
        return (self.attributes.receives if self.attributes else None) or 1

    @property
    def sent(self) -> float | None:
        """Return the time when the record was sent to the queue, in seconds since 1970."""
        sent = self.attributes.sent_milliseconds if self.attributes else None
        return None if sent is None else sent / 1000


def parse_record(record: Any) -> SqsRecord:
    """Parse a record; `EventSource.of` has already checked its message id."""
    return parse_as(SqsRecord, record)


def parse_record_event(record: SqsRecord, now: float) -> EventBridgeEvent:
    """
    Parse the event of a record, and set its time.

    An event without a time, or with a time in the future, gets the time when its record was sent.

    Raises:
        UnrecognizedEventError: The body is not an EventBridge event, or its detail-type is unknown.
        MalformedEventError: A required field is missing or has the wrong type.
    """
    event = parse_record_body(record.body or "")
    has_happened = event.time is not None and event.time <= now
    return event if has_happened or record.sent is None else replace(event, time=record.sent)
