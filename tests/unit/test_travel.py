from typing import Any

import pytest

from builders import event
from deflection.errors import AccessDeniedError, MalformedEventError, ThrottledError, UnrecognizedEventError
from deflection.outcome import About, Declined, DeclineReason, Failed, Ignored, IgnoreReason, Started
from deflection.travel import CameAs, Way, way

FLOW, BUS, RECORD, UNKNOWN = CameAs.FLOW_INVOCATION, CameAs.BUS_EVENT, CameAs.QUEUE_RECORD, CameAs.UNKNOWN
FOREVER, FOR_NOW = AccessDeniedError("no"), ThrottledError("not now")
NO_QUEUE: dict[str, bool] = {}
QUEUES = {"has_queue": True, "has_dead_letter_queue": True}


@pytest.mark.parametrize(
    ("came_as", "error", "queues", "chosen"),
    [
        (FLOW, FOREVER, QUEUES, Way.ANSWER),
        (FLOW, FOR_NOW, QUEUES, Way.DEFER),
        (FLOW, FOR_NOW, NO_QUEUE, Way.ANSWER),
        (BUS, UnrecognizedEventError("?"), QUEUES, Way.ANSWER),
        (BUS, MalformedEventError("?"), QUEUES, Way.RAISE),
        (BUS, FOREVER, QUEUES, Way.RAISE),
        (BUS, FOR_NOW, QUEUES, Way.RAISE),
        (RECORD, FOREVER, QUEUES, Way.BURY),
        (RECORD, UnrecognizedEventError("?"), QUEUES, Way.BURY),
        (RECORD, FOREVER, NO_QUEUE, Way.PUT_BACK),
        (RECORD, FOR_NOW, QUEUES, Way.PUT_BACK),
        (UNKNOWN, UnrecognizedEventError("?"), QUEUES, Way.ANSWER),
    ],
)
def test_a_failure_travels(came_as: CameAs, error: Any, queues: dict[str, bool], chosen: Way) -> None:
    assert way(came_as, Failed(About(), error), **queues) is chosen


@pytest.mark.parametrize("came_as", list(CameAs))
@pytest.mark.parametrize(
    "outcome",
    [
        Started(About(), "new"),
        Declined(About(), DeclineReason.CONSENT_MISSING),
        Ignored(About(), IgnoreReason.TRIGGER_NOT_MATCHED),
    ],
)
def test_what_is_no_failure_is_answered(came_as: CameAs, outcome: Any) -> None:
    assert way(came_as, outcome, **QUEUES) is Way.ANSWER


@pytest.mark.parametrize(
    ("arrived", "came_as"),
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
def test_an_event_shows_by_its_shape_how_it_came(arrived: Any, came_as: CameAs) -> None:
    assert CameAs.shape_of(arrived) is came_as
