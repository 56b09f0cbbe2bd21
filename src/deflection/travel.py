"""How an outcome travels back to what asked for it: the one place that decides it."""

from enum import Enum, auto
from typing import assert_never

from deflection.errors import UnrecognizedEventError
from deflection.outcome import Failed, Outcome


class CameAs(Enum):
    """How a wish arrived."""

    FLOW_INVOCATION = auto()
    BUS_EVENT = auto()
    QUEUE_RECORD = auto()
    UNKNOWN = auto()

    @classmethod
    def shape_of(cls, event: object) -> "CameAs":
        """How an event arrived, whether it can be read or not."""
        match event:
            case {"Details": _}:
                return cls.FLOW_INVOCATION
            case {"detail-type": _}:
                return cls.BUS_EVENT
            case {"Records": [_, *_] as records} if all(map(_is_of_sqs, records)):
                return cls.QUEUE_RECORD
            case _:
                return cls.UNKNOWN


def _is_of_sqs(record: object) -> bool:
    match record:
        case {"eventSource": "aws:sqs", "messageId": str(message_id)}:
            return bool(message_id)
        case _:
            return False


class Way(Enum):
    """
    What is done with an outcome.

    ANSWER gives the map, or is the end of a record. DEFER puts the wish on the queue. RAISE lets Lambda try again,
    and keep in its failure destination what stays so. BURY puts a record on the dead-letter queue with its reason.
    PUT_BACK reports a record as failed, so that SQS gives it again.
    """

    ANSWER = auto()
    DEFER = auto()
    RAISE = auto()
    BURY = auto()
    PUT_BACK = auto()


def way(came_as: CameAs, outcome: Outcome, *, has_queue: bool = False, has_dead_letter_queue: bool = False) -> Way:
    """The way of an outcome, for a function with these queues."""
    if not isinstance(outcome, Failed):
        return Way.ANSWER
    match came_as:
        case CameAs.FLOW_INVOCATION:
            return Way.DEFER if outcome.error.retryable and has_queue else Way.ANSWER
        case CameAs.BUS_EVENT:
            return Way.ANSWER if isinstance(outcome.error, UnrecognizedEventError) else Way.RAISE
        case CameAs.QUEUE_RECORD:
            return Way.BURY if has_dead_letter_queue and not outcome.error.retryable else Way.PUT_BACK
        case CameAs.UNKNOWN:
            return Way.ANSWER
        case _:
            assert_never(came_as)
