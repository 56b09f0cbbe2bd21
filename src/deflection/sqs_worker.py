"""Works off the records of a queue, one after the other, and says which of them SQS shall give again."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from deflection.arrived import EventBridgeEvent
from deflection.aws.deadline import Deadline
from deflection.aws.gateway import Application, PacedGateway
from deflection.aws.rate_limiter import RateLimitTimeoutError
from deflection.aws.sqs import MAX_RETRY_DELAY_SECONDS, retry_delay_seconds
from deflection.deflect import deflect
from deflection.errors import DeflectionError, InvalidSettingsError
from deflection.failure_policy import Disposition, EventSource, choose_disposition
from deflection.inbound.eventbridge import parse_record_body
from deflection.inbound.schema import Lenient, LenientModel, RequiredText, parse_as
from deflection.observability import record_context, record_outcome, report_unexpected_error, set_contact
from deflection.outcome import Failed, Outcome, OutcomeDetails
from deflection.validators import Text

SQS_RESERVE_SECONDS = 2.0
"""What is kept back for putting records back, and what a call to SQS may take."""
MAX_RECEIVES = 900
"""After as many, a record is kept with its reason; after 1,000, SQS itself would, without one."""


class RetryRecordError(Exception):
    """The record is not done; SQS gives it again."""


def process_batch(
    records: list[dict[str, Any]], application: Application | InvalidSettingsError, seconds: float
) -> dict[str, Any]:
    """
    The answer to SQS, which names the records that it shall give again.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html

    Args:
        records: As SQS gives them to a function.
        application: What they are worked off with, or what is wrong with the settings.
        seconds: How long there is for all of them.
    """
    if isinstance(application, InvalidSettingsError):
        refused = Failed(OutcomeDetails(), application)
        return _process(records, lambda _: _refuse(refused))
    batch = _Batch(application, seconds)
    answer = _process(records, batch.work)
    batch.return_failed()
    return answer


def _process(records: list[dict[str, Any]], handle: Callable[["_Record"], None]) -> dict[str, Any]:
    from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

    processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
    return dict(
        process_partial_response(
            {"Records": records}, lambda record: handle(parse_as(_Record, record.raw_event)), processor
        )
    )


def _refuse(refused: Failed) -> None:
    with record_context():
        record_outcome(None, refused, 0)
    raise RetryRecordError


class _Batch:
    """Records that are worked off at the pace of the queue, and those among them that SQS shall give again."""

    def __init__(self, application: Application, seconds: float) -> None:
        clock = application.clock
        self._application = application
        self._last = Deadline(clock.elapsed() + seconds, clock.elapsed)
        self._end = self._last.minus(min(SQS_RESERVE_SECONDS, 0.2 * seconds))
        self._done = 0
        self._failed: list[tuple[_Record, DeflectionError | None]] = []
        self._without_turn: list[_Record] = []
        self._seconds_to_turn = 0.0
        application.rate_limiter.start_batch()

    def work(self, record: "_Record") -> None:
        """
        One record, from its body to its end.

        Raises:
            PutBackError: It is not done.
        """
        if self._without_turn:
            self._without_turn.append(record)
            raise RetryRecordError
        with record_context():
            outcome = self._process_record(record)
        if isinstance(outcome, Failed) and not self._is_dead_lettered(record, outcome):
            self._failed.append((record, outcome.error))
            raise RetryRecordError
        self._done += 1

    def return_failed(self) -> None:
        """Sets when SQS gives each record again; where that fails, it does when the visibility timeout is over."""
        for record, error in self._failed:
            self._return_to_queue(record, retry_delay_seconds(error, others_went_on=self._done > 0))
        for record in self._without_turn:
            self._return_to_queue(record, min(int(self._seconds_to_turn), MAX_RETRY_DELAY_SECONDS))

    def _process_record(self, record: "_Record") -> Outcome:
        began = time.monotonic()
        application, event = self._application, None
        outcome: Outcome
        try:
            event = _with_time(parse_record_body(record.body or ""), record, application.clock.now())
            set_contact(event)
            remote = PacedGateway(application, self._end)
            outcome = deflect(event, application.settings, remote, application.clock.now())
        except DeflectionError as error:
            outcome = Failed(OutcomeDetails(), error)
        except RateLimitTimeoutError as error:
            self._without_turn.append(record)
            self._seconds_to_turn = error.seconds
            raise RetryRecordError from error
        except Exception as error:
            self._failed.append((record, None))
            raise report_unexpected_error(error) from None
        record_outcome(event, outcome, time.monotonic() - began)
        return outcome

    def _is_dead_lettered(self, record: "_Record", failed: Failed) -> bool:
        dead_letters = self._application.dead_letter_queue
        if dead_letters is None:
            return False
        is_received_too_often = record.receives >= MAX_RECEIVES
        if (
            is_received_too_often
            or choose_disposition(EventSource.QUEUE_RECORD, failed, has_dead_letter_queue=True)
            is Disposition.DEAD_LETTER
        ):
            with suppress(DeflectionError):
                dead_letters.send_to_dlq(
                    record.message_id, record.body or "", failed.error, self._last.capped(SQS_RESERVE_SECONDS)
                )
                return True
        return False

    def _return_to_queue(self, record: "_Record", seconds: int) -> None:
        queue = self._application.queue
        if queue and record.receipt_handle:
            with suppress(DeflectionError):
                queue.return_to_queue(record.receipt_handle, seconds, self._last.capped(SQS_RESERVE_SECONDS))


def _with_time(event: EventBridgeEvent, record: "_Record", now: float) -> EventBridgeEvent:
    """The event with a time: its own, or when it was put onto the queue if it has none or one that is yet to come."""
    sent = record.attributes.sent_milliseconds if record.attributes else None
    has_happened = event.time is not None and event.time <= now
    return event if has_happened or sent is None else replace(event, time=sent / 1000)


class _Attributes(LenientModel):
    receives: Lenient[Annotated[int, Field(strict=False)]] = Field(None, alias="ApproximateReceiveCount")
    sent_milliseconds: Lenient[Annotated[float, Field(strict=False, allow_inf_nan=False)]] = Field(
        None, alias="SentTimestamp"
    )


class _Record(LenientModel):
    message_id: RequiredText = Field(alias="messageId")
    receipt_handle: Lenient[Text] = Field(None, alias="receiptHandle")
    body: Lenient[Text] = None
    attributes: Lenient[_Attributes] = None

    @property
    def receives(self) -> int:
        """How often it was received, this time too."""
        return (self.attributes.receives if self.attributes else None) or 1
