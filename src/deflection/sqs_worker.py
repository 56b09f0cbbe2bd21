"""Process the records of a queue, several at once, and report those that SQS must deliver again."""

import math
import random
import time
from collections import defaultdict
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import partial
from typing import Any

from deflection.aws.deadline import Deadline
from deflection.aws.gateway import Application, PacedGateway
from deflection.aws.rate_limiter import WORKERS, RateLimitTimeoutError
from deflection.deflect import deflect
from deflection.errors import DeflectionError, InvalidSettingsError, QuotaExceededError, ThrottledError
from deflection.events import EventBridgeEvent
from deflection.failure_policy import Disposition, EventSource, choose_disposition
from deflection.inbound.sqs import SqsRecord, parse_event_of, parse_record
from deflection.observability import record_context, record_outcome, report_unexpected_error, set_contact
from deflection.outcome import Failed, OutcomeDetails
from deflection.rules.triggers import rejection_reason

SQS_RESERVE_SECONDS = 2.0
"""Reserved for returning records, and the longest time for a call to SQS."""
MAX_RECEIVES = 900
"""After this many, a record goes to the dead-letter queue with its reason; SQS moves it after 1,000, without one."""
RETRY_DELAY_SECONDS: Mapping[type[DeflectionError], int] = {ThrottledError: 2, QuotaExceededError: 15}
SHORT_BATCH = 100
"""A batch with fewer records is probably everything on the queue, so it is shared with the other worker."""
MIN_RETRY_DELAY_SECONDS = 5.0
MAX_RETRY_DELAY_SECONDS = 900.0
REMAINING_SHARE = 2 / 3

_random = random.SystemRandom()  # a seeded one would be the same in every environment that SnapStart restores


def process_batch(
    records: list[dict[str, Any]], application: Application | InvalidSettingsError, seconds: float
) -> dict[str, Any]:
    """
    Process records and return the response to SQS, which names those that it must deliver again.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html

    Args:
        records: The records as SQS delivers them.
        application: Settings and clients, or what is wrong with the settings.
        seconds: The time for the whole batch.
    """
    batch = [parse_record(record) for record in records]
    if isinstance(application, InvalidSettingsError):
        return _response(_refuse(batch, Failed(OutcomeDetails(), application)))
    return _response(_Batch(application, seconds).process(batch))


def _response(failed: Iterable[SqsRecord]) -> dict[str, Any]:
    return {"batchItemFailures": [{"itemIdentifier": record.message_id} for record in failed]}


def _refuse(records: list[SqsRecord], refused: Failed) -> list[SqsRecord]:
    for _ in records:
        with record_context():
            record_outcome(None, refused, 0)
    return records


class _Batch:
    """Records that are processed together, and those among them that SQS must deliver again."""

    def __init__(self, application: Application, seconds: float) -> None:
        clock = application.clock
        self._application = application
        self._last = Deadline(clock.elapsed() + seconds, clock.elapsed)
        self._gateway = PacedGateway(application, self._last.minus(min(SQS_RESERVE_SECONDS, 0.2 * seconds)))
        self._failed: set[str] = set()

    def process(self, records: list[SqsRecord]) -> list[SqsRecord]:
        """
        Process the records, and return those that SQS must deliver again.

        Records for which no contact can be started in time go back at once, for another worker. Records about one
        contact are processed one after the other, because they may ask for the same message.
        """
        worker = self._application.worker
        worker.starts.start_batch()
        worker.describes.start_batch()
        kept, returned = self._choose(records)
        self._return(returned, 0)
        self._application.clock.run([partial(self._process_all, each) for each in kept], worker.at_once)
        return [record for record in records if record.message_id in self._failed]

    def _choose(self, records: list[SqsRecord]) -> tuple[list[list[SqsRecord]], list[SqsRecord]]:
        """Return the records to process, by their contact, and those for another worker."""
        events = [self._wanted_event(record) for record in records]
        turns = self._gateway.turns()
        if len(records) < SHORT_BATCH:
            turns = min(turns, math.ceil(sum(event is not None for event in events) / WORKERS))
        kept: defaultdict[str, list[SqsRecord]] = defaultdict(list)
        returned: list[SqsRecord] = []
        for record, event in zip(records, events, strict=True):
            if event and turns <= 0:
                returned.append(record)
                continue
            turns -= 1 if event else 0
            kept[(event and event.contact_id) or record.message_id].append(record)
        return list(kept.values()), returned

    def _wanted_event(self, record: SqsRecord) -> EventBridgeEvent | None:
        """Return the event of a record that asks for a message."""
        application = self._application
        now = application.clock.now()
        with suppress(Exception):  # it is raised again, and reported, when the record is processed
            event = parse_event_of(record, now)
            return event if rejection_reason(event, application.settings, now) is None else None
        return None

    def _process_all(self, records: list[SqsRecord]) -> None:
        for record in records:
            with record_context():
                self._process(record)

    def _process(self, record: SqsRecord) -> None:
        began, event = time.monotonic(), None
        application = self._application
        try:
            event = parse_event_of(record, application.clock.now())
            set_contact(event)
            outcome = deflect(event, application.settings, self._gateway, application.clock.now())
        except DeflectionError as error:
            outcome = Failed(OutcomeDetails(), error)
        except RateLimitTimeoutError:
            self._return([record], 0)
            return
        except Exception as error:
            report_unexpected_error(error)
            self._return([record], self._delay_seconds(record, event, None))
            return
        record_outcome(event, outcome, time.monotonic() - began)
        if isinstance(outcome, Failed) and not self._is_dead_lettered(record, outcome):
            self._return([record], self._delay_seconds(record, event, outcome.error))

    def _is_dead_lettered(self, record: SqsRecord, failed: Failed) -> bool:
        dead_letters = self._application.dead_letter_queue
        if dead_letters is None:
            return False
        is_received_too_often = record.receives >= MAX_RECEIVES
        disposition = choose_disposition(EventSource.QUEUE_RECORD, failed, has_dead_letter_queue=True)
        if is_received_too_often or disposition is Disposition.DEAD_LETTER:
            deadline = self._last.capped(SQS_RESERVE_SECONDS)
            with suppress(DeflectionError):
                dead_letters.send_to_dlq(record.message_id, record.body or "", failed.error, deadline)
                return True
        return False

    def _delay_seconds(self, record: SqsRecord, event: EventBridgeEvent | None, error: DeflectionError | None) -> float:
        if error and type(error) in RETRY_DELAY_SECONDS:
            return RETRY_DELAY_SECONDS[type(error)]
        now = self._application.clock.now()
        since = event.time if event else record.sent
        age = 0 if since is None else max(now - since, 0)
        remaining = self._application.settings.max_event_age_seconds - age
        return retry_delay_seconds(age, remaining)

    def _return(self, records: list[SqsRecord], delay_seconds: float) -> None:
        """Return records to the queue; where that fails, they are visible when their visibility timeout is over."""
        self._failed.update(record.message_id for record in records)
        handles = [record.receipt_handle for record in records if record.receipt_handle]
        if self._application.queue and handles:
            with suppress(DeflectionError):
                deadline = self._last.capped(SQS_RESERVE_SECONDS)
                self._application.queue.return_to_queue(handles, round(delay_seconds), deadline)


def retry_delay_seconds(age: float, remaining: float) -> float:
    """
    Return how long a record that failed waits for its next try.

    It waits about as long as its age, so that records that keep failing take fewer and fewer turns from others. The
    receive count does not matter, because a record that is returned untried was received, too. It waits only a share
    of the remaining time, so that some attempts remain.

    Args:
        age: Seconds since the event.
        remaining: Seconds until it is too old.
    """
    longest = min(age, REMAINING_SHARE * remaining, MAX_RETRY_DELAY_SECONDS)
    return max(longest * _random.uniform(0.5, 1), MIN_RETRY_DELAY_SECONDS)
