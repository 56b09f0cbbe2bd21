from typing import Any

import pytest

from builders import event
from deflection.errors import AccessDeniedError, MalformedEventError, ThrottledError, UnrecognizedEventError
from deflection.failure_policy import Disposition, EventSource, choose_disposition
from deflection.outcome import Declined, Failed, Ignored, OutcomeDetails, Started
from deflection.reasons import DeclineReason, IgnoreReason

FLOW, BUS, RECORD, UNKNOWN = (
    EventSource.FLOW_INVOCATION,
    EventSource.EVENTBRIDGE_EVENT,
    EventSource.QUEUE_RECORD,
    EventSource.UNKNOWN,
)
FOREVER, FOR_NOW = AccessDeniedError("no"), ThrottledError("not now")
NO_QUEUE: dict[str, bool] = {}
QUEUES = {"has_queue": True, "has_dead_letter_queue": True}


@pytest.mark.parametrize(
    ("source", "error", "queues", "chosen"),
    [
        (FLOW, FOREVER, QUEUES, Disposition.ANSWER),
        (FLOW, FOR_NOW, QUEUES, Disposition.DEFER),
        (FLOW, FOR_NOW, NO_QUEUE, Disposition.ANSWER),
        (BUS, UnrecognizedEventError("?"), QUEUES, Disposition.ANSWER),
        (BUS, MalformedEventError("?"), QUEUES, Disposition.RAISE),
        (BUS, FOREVER, QUEUES, Disposition.RAISE),
        (BUS, FOR_NOW, QUEUES, Disposition.RAISE),
        (RECORD, FOREVER, QUEUES, Disposition.DEAD_LETTER),
        (RECORD, UnrecognizedEventError("?"), QUEUES, Disposition.DEAD_LETTER),
        (RECORD, FOREVER, NO_QUEUE, Disposition.RETRY),
        (RECORD, FOR_NOW, QUEUES, Disposition.RETRY),
        (UNKNOWN, UnrecognizedEventError("?"), QUEUES, Disposition.ANSWER),
    ],
)
def test_a_failure_travels(source: EventSource, error: Any, queues: dict[str, bool], chosen: Disposition) -> None:
    assert choose_disposition(source, Failed(OutcomeDetails(), error), **queues) is chosen


@pytest.mark.parametrize("source", list(EventSource))
@pytest.mark.parametrize(
    "outcome",
    [
        Started(OutcomeDetails(), "new"),
        Declined(OutcomeDetails(), DeclineReason.CONSENT_MISSING),
        Ignored(OutcomeDetails(), IgnoreReason.TRIGGER_NOT_MATCHED),
    ],
)
def test_what_is_no_failure_is_answered(source: EventSource, outcome: Any) -> None:
    assert choose_disposition(source, outcome, **QUEUES) is Disposition.ANSWER


@pytest.mark.parametrize(
    ("arrived", "source"),
    [
        (event("flow_voice"), FLOW),
        (event("flow_malformed"), FLOW),
        (event("contact_event_abandoned"), BUS),
        ({"detail-type": None}, BUS),
        (event("queue_batch"), RECORD),
        (event("foreign"), UNKNOWN),
        ({"Records": []}, UNKNOWN),
        ({"Records": [{"eventSource": "aws:sqs"}]}, UNKNOWN),
        ({"Records": [{"eventSource": "aws:sqs", "messageId": ""}]}, UNKNOWN),
        ([], UNKNOWN),
        (None, UNKNOWN),
    ],
)
def test_an_event_shows_by_its_shape_how_it_came(arrived: Any, source: EventSource) -> None:
    assert EventSource.of(arrived) is source
