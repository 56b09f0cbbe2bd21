from typing import Any

import pytest

from builders import event
from deflection.errors import AccessDeniedError, MalformedEventError, ThrottledError, UnrecognizedEventError
from deflection.events import EventSource
from deflection.failure_policy import Disposition, choose_disposition
from deflection.outcome import Declined, Failed, Ignored, OutcomeDetails, Started
from deflection.reasons import DeclineReason, IgnoreReason

FLOW, EVENT, RECORD, UNKNOWN = (
    EventSource.FLOW_INVOCATION,
    EventSource.EVENTBRIDGE_EVENT,
    EventSource.QUEUE_RECORD,
    EventSource.UNKNOWN,
)
PERMANENT, RETRYABLE = AccessDeniedError("Access denied."), ThrottledError("Throttled.")
NO_QUEUE: dict[str, bool] = {}
QUEUES = {"has_queue": True, "has_dead_letter_queue": True}


@pytest.mark.parametrize(
    ("source", "error", "queues", "disposition"),
    [
        (FLOW, PERMANENT, QUEUES, Disposition.ANSWER),
        (FLOW, RETRYABLE, QUEUES, Disposition.DEFER),
        (FLOW, RETRYABLE, NO_QUEUE, Disposition.ANSWER),
        (EVENT, UnrecognizedEventError("Unrecognized."), QUEUES, Disposition.ANSWER),
        (EVENT, MalformedEventError("Malformed."), QUEUES, Disposition.RAISE),
        (EVENT, PERMANENT, QUEUES, Disposition.RAISE),
        (EVENT, RETRYABLE, QUEUES, Disposition.RAISE),
        (RECORD, PERMANENT, QUEUES, Disposition.DEAD_LETTER),
        (RECORD, UnrecognizedEventError("Unrecognized."), QUEUES, Disposition.DEAD_LETTER),
        (RECORD, PERMANENT, NO_QUEUE, Disposition.RETRY),
        (RECORD, RETRYABLE, QUEUES, Disposition.RETRY),
        (UNKNOWN, UnrecognizedEventError("Unrecognized."), QUEUES, Disposition.ANSWER),
    ],
)
def test_disposition_of_a_failure_depends_on_source_error_and_queues(
    source: EventSource, error: Any, queues: dict[str, bool], disposition: Disposition
) -> None:
    assert choose_disposition(source, Failed(OutcomeDetails(), error), **queues) is disposition


@pytest.mark.parametrize("source", list(EventSource))
@pytest.mark.parametrize(
    "outcome",
    [
        Started(OutcomeDetails(), "new"),
        Declined(OutcomeDetails(), DeclineReason.CONSENT_MISSING),
        Ignored(OutcomeDetails(), IgnoreReason.TRIGGER_NOT_MATCHED),
    ],
)
def test_outcome_other_than_a_failure_is_answered(source: EventSource, outcome: Any) -> None:
    assert choose_disposition(source, outcome, **QUEUES) is Disposition.ANSWER


@pytest.mark.parametrize(
    ("incoming", "source"),
    [
        (event("flow_voice"), FLOW),
        (event("flow_malformed"), FLOW),
        (event("contact_event_abandoned"), EVENT),
        ({"detail-type": None}, EVENT),
        (event("queue_batch"), RECORD),
        (event("foreign"), UNKNOWN),
        ({"Records": []}, UNKNOWN),
        ({"Records": [{"eventSource": "aws:sqs"}]}, UNKNOWN),
        ({"Records": [{"eventSource": "aws:sqs", "messageId": ""}]}, UNKNOWN),
        ([], UNKNOWN),
        (None, UNKNOWN),
    ],
)
def test_event_source_is_recognized_by_the_keys_of_the_event(incoming: Any, source: EventSource) -> None:
    assert EventSource.of(incoming) is source
