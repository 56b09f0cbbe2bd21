"""Process a batch of SQS records concurrently and report those that SQS must deliver again."""

import math
import time
from collections import defaultdict
from collections.abc import Iterable
from contextlib import suppress
from functools import partial
from typing import Any

from deflection.aws.deadline import Deadline
from deflection.aws.gateway import Application, RateLimitedGateway
from deflection.aws.rate_limiter import WORKERS, RateLimitTimeoutError
from deflection.deflect import deflect
from deflection.errors import DeflectionError, InvalidSettingsError
from deflection.events import EventBridgeEvent, EventSource
from deflection.failure_policy import Disposition, choose_disposition
from deflection.inbound.sqs_record import SqsRecord, parse_record, parse_record_event
from deflection.observability import (
    record_context,
    record_outcome,
    record_queue_age,
    report_unexpected_error,
    set_contact,
)
from deflection.outcome import Failed, OutcomeDetails
from deflection.reasons import DeclineReason
from deflection.retry_delay import retry_delay_seconds
from deflection.rules.triggers import rejection_reason

SQS_RESERVE_SECONDS = 2.0
"""Reserved for returning records to the queue; also the time limit of a call to SQS."""
MAX_RECEIVES = 900
"""At this receive count, a failed record goes to the dead-letter queue with its reason; SQS moves it at 1,000."""
SHORT_BATCH = 100
"""A smaller batch probably is the whole queue, so the worker leaves half of it to the other worker."""


def process_batch(
    records: list[dict[str, Any]], application: Application | InvalidSettingsError, seconds: float
) -> dict[str, Any]:
    """
    Process records and return the response to SQS with the records that it must deliver again.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html

    Args:
        records: The records as SQS delivers them.
        application: The settings and clients, or the error in the settings.
        seconds: The time for the whole batch.
    """
    batch = [parse_record(record) for record in records]
    if isinstance(application, InvalidSettingsError):
        return _response(_fail_all(batch, Failed(OutcomeDetails(), application)))
    return _response(_Batch(application, seconds).process(batch))


def _response(failed: Iterable[SqsRecord]) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": record.message_id} for record in failed]}


def _fail_all(records: list[SqsRecord], outcome: Failed) -> list[SqsRecord]:
    for _ in records:
        with record_context():
            record_outcome(None, outcome, 0)
    return records


class _Batch:
    """The records of one batch, and those that SQS must deliver again."""

    def __init__(self, application: Application, seconds: float) -> None:
        clock = application.clock
        self._application = application
        self._deadline = Deadline(clock.elapsed() + seconds, clock.elapsed)
        self._gateway = RateLimitedGateway(application, self._deadline.minus(min(SQS_RESERVE_SECONDS, 0.2 * seconds)))
        self._failed: set[str] = set()
        self._ages: list[float] = []

    def process(self, records: list[SqsRecord]) -> list[SqsRecord]:
        """
        Process the records, and return those that SQS must deliver again.

        If the time is too short to start a record's contact, the record returns to the queue at once.
        Records of one contact are processed one after the other, because they may request the same message.
        """
        worker = self._application.worker
        worker.start_limiter.empty()
        worker.describe_limiter.empty()
        groups, returned = self._group_by_contact(records)
        if self._ages:
            record_queue_age(max(self._ages))
        self._return(returned, 0)
        self._application.clock.run([partial(self._process_all, group) for group in groups], worker.max_concurrency)
        return [record for record in records if record.message_id in self._failed]

    def _group_by_contact(self, records: list[SqsRecord]) -> tuple[list[list[SqsRecord]], list[SqsRecord]]:
        """Return the records to process, grouped by contact, and the records to return to the queue."""
        events = [self._event_to_deflect(record) for record in records]
        starts = self._gateway.count_starts()
        if len(records) < SHORT_BATCH:
            starts = min(starts, math.ceil(sum(event is not None for event in events) / WORKERS))
        groups: defaultdict[str, list[SqsRecord]] = defaultdict(list)
        returned: list[SqsRecord] = []
        for record, event in zip(records, events, strict=True):
            if event and starts <= 0:
                returned.append(record)
                continue
            starts -= 1 if event else 0
            groups[(event and event.contact_id) or record.message_id].append(record)
        return list(groups.values()), returned

    def _event_to_deflect(self, record: SqsRecord) -> EventBridgeEvent | None:
        """Return the event of a record if it asks for a message and is not too old; otherwise None. Add its age."""
        application = self._application
        now = application.clock.now()
        with suppress(Exception):  # processing the record raises and reports the error again
            event = parse_record_event(record, now)
            reason = rejection_reason(event, application.settings, now)
            if event.time is not None and reason in (None, DeclineReason.EVENT_TOO_OLD):
                self._ages.append(max(now - event.time, 0))
            return event if reason is None else None
        return None

    def _process_all(self, records: list[SqsRecord]) -> None:
        """
        Process the records of one contact until one must be delivered again.

        The records behind it return to the queue with it, because the call of the failed record may still succeed.
        """
        for number, record in enumerate(records):
            with record_context():
                delay_seconds = self._process(record)
            if delay_seconds is not None:
                self._return(records[number:], delay_seconds)
                return

    def _process(self, record: SqsRecord) -> float | None:
        """Process a record; return the delay in seconds if SQS must deliver it again, or None."""
        started_at, event = time.monotonic(), None
        application = self._application
        try:
            event = parse_record_event(record, application.clock.now())
            set_contact(event)
            outcome = deflect(event, application.settings, self._gateway, application.clock.now())
        except DeflectionError as error:
            outcome = Failed(OutcomeDetails(), error)
        except RateLimitTimeoutError:
            return 0
        except Exception as error:
            report_unexpected_error(error)
            return self._delay_seconds(record, event, None)
        record_outcome(event, outcome, time.monotonic() - started_at)
        if isinstance(outcome, Failed) and not self._is_dead_lettered(record, outcome):
            return self._delay_seconds(record, event, outcome.error)
        return None

    def _is_dead_lettered(self, record: SqsRecord, failed: Failed) -> bool:
        dead_letter_queue = self._application.dead_letter_queue
        if dead_letter_queue is None:
            return False
        is_received_too_often = record.receives >= MAX_RECEIVES
        disposition = choose_disposition(EventSource.QUEUE_RECORD, failed, has_dead_letter_queue=True)
        if is_received_too_often or disposition is Disposition.DEAD_LETTER:
            deadline = self._deadline.capped(SQS_RESERVE_SECONDS)
            with suppress(DeflectionError):
                dead_letter_queue.send_to_dlq(record.message_id, record.body or "", failed.error, deadline)
                return True
        return False

    def _delay_seconds(self, record: SqsRecord, event: EventBridgeEvent | None, error: DeflectionError | None) -> float:
        now = self._application.clock.now()
        since = event.time if event else record.sent
        age = 0 if since is None else max(now - since, 0)
        remaining = self._application.settings.max_event_age_seconds - age
        return retry_delay_seconds(error, age, remaining)

    def _return(self, records: list[SqsRecord], delay_seconds: float) -> None:
        """Return records to the queue; if that fails, they are visible again after their visibility timeout."""
        self._failed.update(record.message_id for record in records)
        handles = [record.receipt_handle for record in records if record.receipt_handle]
        if self._application.queue and handles:
            with suppress(DeflectionError):
                deadline = self._deadline.capped(SQS_RESERVE_SECONDS)
                self._application.queue.return_to_queue(handles, round(delay_seconds), deadline)
