"""Works off the records of a queue, one after the other, and says which of them SQS shall give again."""

import time
from contextlib import suppress
from dataclasses import replace
from functools import partial
from typing import Annotated, Any

from pydantic import Field

from deflection import telling
from deflection.bus import BusEvent, read_body
from deflection.deadline import Deadline
from deflection.deferral import USUAL_WAIT_SECONDS, wait_seconds
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
    from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response

    if isinstance(application, InvalidSettingsError):
        work = partial(_refuse, application)
    else:
        end = Deadline(application.clock.elapsed() + seconds, application.clock.elapsed)
        work = partial(_work, application, end)
    processor = BatchProcessor(EventType.SQS, raise_on_entire_batch_failure=False)
    answer = process_partial_response(
        {"Records": records}, lambda record: work(read_as(_Record, record.raw_event)), processor
    )
    return dict(answer)


def _refuse(error: InvalidSettingsError, _: "_Record") -> None:
    with telling.record():
        telling.tell(None, Failed(About(), error), 0)
    raise PutBackError


def _work(application: Application, end: Deadline, record: "_Record") -> None:
    with telling.record():
        outcome = _told_outcome(application, end, record)
    if isinstance(outcome, Failed):
        _end(record, outcome, application)


def _told_outcome(application: Application, end: Deadline, record: "_Record") -> Outcome:
    began = time.monotonic()
    event: BusEvent | None = None
    outcome: Outcome
    try:
        event = _dated(read_body(record.body or ""), record)
        telling.begin(event)
        outcome = deflect(event, application.settings, PacedRemote(application, end), application.clock.now())
    except DeflectionError as error:
        outcome = Failed(About(), error)
    except NoTurnError as error:
        _put_back(record, application, int(error.seconds))
        raise PutBackError from error
    except Exception as error:
        _put_back(record, application, USUAL_WAIT_SECONDS)
        raise telling.defect(error) from None
    telling.tell(event, outcome, time.monotonic() - began)
    return outcome


def _end(record: "_Record", failed: Failed, application: Application) -> None:
    dead_letters = application.dead_letter_queue
    if dead_letters and way(CameAs.QUEUE_RECORD, failed, has_dead_letter_queue=True) is Way.BURY:
        with suppress(DeflectionError):
            dead_letters.bury(record.message_id, record.body or "", failed.error, _soon(application))
            return
    _put_back(record, application, wait_seconds(failed.error, record.receives))
    raise PutBackError


def _dated(event: BusEvent, record: "_Record") -> BusEvent:
    """The event with a time: its own, or that at which it was put onto the queue."""
    sent = record.attributes.sent_milliseconds if record.attributes else None
    return event if event.time is not None or sent is None else replace(event, time=sent / 1000)


def _put_back(record: "_Record", application: Application, seconds: int) -> None:
    """Sets when SQS gives the record again; where that fails, it does when the visibility timeout is over."""
    if application.queue and record.receipt_handle:
        with suppress(DeflectionError):
            application.queue.put_back(record.receipt_handle, seconds, _soon(application))


def _soon(application: Application) -> Deadline:
    return Deadline(application.clock.elapsed() + SQS_SECONDS, application.clock.elapsed)


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
