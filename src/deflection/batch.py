"""Works off the records of a queue, one after the other, and says which of them SQS shall give again."""

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from deflection import telling
from deflection.bus import BusEvent
from deflection.bus_reading import read_body
from deflection.deadline import Deadline
from deflection.deferral import LONGEST_WAIT_SECONDS, wait_seconds
from deflection.deflect import deflect
from deflection.errors import DeflectionError, InvalidSettingsError
from deflection.outcome import About, Failed, Outcome
from deflection.pace import NoTurnError
from deflection.remote import PacedRemote
from deflection.text import Text
from deflection.travel import CameAs, Way, way
from deflection.wire import Lenient, Needed, Wire, read_as
from deflection.wiring import Application

SQS_SECONDS = 2.0
"""What is kept back for putting records back, and what a call to SQS may take."""
MOST_RECEIVES = 900
"""After as many, a record is kept with its reason; after 1,000, SQS itself would, without one."""


class PutBackError(Exception):
    """The record is not done; SQS gives it again."""


def work_off(
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
        refused = Failed(About(), application)
        return _handled(records, lambda _: _refuse(refused))
    batch = _Batch(application, seconds)
    answer = _handled(records, batch.work)
    batch.put_back()
    return answer


def _handled(records: list[dict[str, Any]], handle: Callable[["_Record"], None]) -> dict[str, Any]:
    from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

    processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
    return dict(
        process_partial_response(
            {"Records": records}, lambda record: handle(read_as(_Record, record.raw_event)), processor
        )
    )


def _refuse(refused: Failed) -> None:
    with telling.record():
        telling.tell(None, refused, 0)
    raise PutBackError


class _Batch:
    """Records that are worked off at the pace of the queue, and those among them that SQS shall give again."""

    def __init__(self, application: Application, seconds: float) -> None:
        clock = application.clock
        self._application = application
        self._last = Deadline(clock.elapsed() + seconds, clock.elapsed)
        self._end = self._last.sooner(min(SQS_SECONDS, 0.2 * seconds))
        self._done = 0
        self._failed: list[tuple[_Record, DeflectionError | None]] = []
        self._without_turn: list[_Record] = []
        self._seconds_to_turn = 0.0
        application.pace.begin()

    def work(self, record: "_Record") -> None:
        """
        One record, from its body to its end.

        Raises:
            PutBackError: It is not done.
        """
        if self._without_turn:
            self._without_turn.append(record)
            raise PutBackError
        with telling.record():
            outcome = self._told_outcome(record)
        if isinstance(outcome, Failed) and not self._is_buried(record, outcome):
            self._failed.append((record, outcome.error))
            raise PutBackError
        self._done += 1

    def put_back(self) -> None:
        """Sets when SQS gives each record again; where that fails, it does when the visibility timeout is over."""
        for record, error in self._failed:
            self._put_back(record, wait_seconds(error, others_went_on=self._done > 0))
        for record in self._without_turn:
            self._put_back(record, min(int(self._seconds_to_turn), LONGEST_WAIT_SECONDS))

    def _told_outcome(self, record: "_Record") -> Outcome:
        began = time.monotonic()
        application, event = self._application, None
        outcome: Outcome
        try:
            event = _dated(read_body(record.body or ""), record, application.clock.now())
            telling.begin(event)
            remote = PacedRemote(application, self._end)
            outcome = deflect(event, application.settings, remote, application.clock.now())
        except DeflectionError as error:
            outcome = Failed(About(), error)
        except NoTurnError as error:
            self._without_turn.append(record)
            self._seconds_to_turn = error.seconds
            raise PutBackError from error
        except Exception as error:
            self._failed.append((record, None))
            raise telling.defect(error) from None
        telling.tell(event, outcome, time.monotonic() - began)
        return outcome

    def _is_buried(self, record: "_Record", failed: Failed) -> bool:
        dead_letters = self._application.dead_letter_queue
        if dead_letters is None:
            return False
        is_hopeless = record.receives >= MOST_RECEIVES
        if is_hopeless or way(CameAs.QUEUE_RECORD, failed, has_dead_letter_queue=True) is Way.BURY:
            with suppress(DeflectionError):
                dead_letters.bury(record.message_id, record.body or "", failed.error, self._last.at_most(SQS_SECONDS))
                return True
        return False

    def _put_back(self, record: "_Record", seconds: int) -> None:
        queue = self._application.queue
        if queue and record.receipt_handle:
            with suppress(DeflectionError):
                queue.put_back(record.receipt_handle, seconds, self._last.at_most(SQS_SECONDS))


def _dated(event: BusEvent, record: "_Record", now: float) -> BusEvent:
    """The event with a time: its own, or when it was put onto the queue if it has none or one that is yet to come."""
    sent = record.attributes.sent_milliseconds if record.attributes else None
    has_happened = event.time is not None and event.time <= now
    return event if has_happened or sent is None else replace(event, time=sent / 1000)


class _Attributes(Wire):
    receives: Lenient[Annotated[int, Field(strict=False)]] = Field(None, alias="ApproximateReceiveCount")
    sent_milliseconds: Lenient[Annotated[float, Field(strict=False, allow_inf_nan=False)]] = Field(
        None, alias="SentTimestamp"
    )


class _Record(Wire):
    message_id: Needed = Field(alias="messageId")
    receipt_handle: Lenient[Text] = Field(None, alias="receiptHandle")
    body: Lenient[Text] = None
    attributes: Lenient[_Attributes] = None

    @property
    def receives(self) -> int:
        """How often it was received, this time too."""
        return (self.attributes.receives if self.attributes else None) or 1
