"""Decide what happens to a failure: answer, defer, raise, retry or dead-letter."""

from enum import Enum, auto
from typing import assert_never

from deflection.errors import UnrecognizedEventError
from deflection.events import EventSource
from deflection.outcome import Failed, Outcome


class Disposition(Enum):
    """
    What to do with an outcome.

    ANSWER returns the response, or deletes the record. DEFER puts the request on the queue. RAISE makes Lambda retry
    the event and then send it to its failure destination. DEAD_LETTER puts a record on the dead-letter queue with its
    reason. RETRY reports a record as failed, so that SQS delivers it again.
    """

    ANSWER = auto()
    DEFER = auto()
    RAISE = auto()
    DEAD_LETTER = auto()
    RETRY = auto()


def choose_disposition(
    source: EventSource, outcome: Outcome, *, has_queue: bool = False, has_dead_letter_queue: bool = False
) -> Disposition:
    """Choose what to do with an outcome; the queues of the function limit the choice."""
    if not isinstance(outcome, Failed):
        return Disposition.ANSWER
    match source:
        case EventSource.FLOW_INVOCATION:
            return Disposition.DEFER if outcome.error.retryable and has_queue else Disposition.ANSWER
        case EventSource.EVENTBRIDGE_EVENT:
            return Disposition.ANSWER if isinstance(outcome.error, UnrecognizedEventError) else Disposition.RAISE
        case EventSource.QUEUE_RECORD:
            return (
                Disposition.DEAD_LETTER if has_dead_letter_queue and not outcome.error.retryable else Disposition.RETRY
            )
        case EventSource.UNKNOWN:
            return Disposition.ANSWER
        case _:
            assert_never(source)
