"""One call gets one message, whatever asks for it, how often and when."""

import json
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import UTC, datetime
from itertools import repeat
from typing import Any

import pytest

from builders import CALL, Deflect, described, event, flow_event
from connect_simulator import Fault, Simulator, demo
from workers import environments, invoke

ABANDONED = {
    "CONTACT_EVENT_TRIGGER": "ABANDONED",
    "CONSENT_ATTRIBUTE": "smsConsent",
    "QUEUE_SENDS_PER_SECOND": "100",
    "MAX_EVENT_AGE_SECONDS": "86400",  # the events are as old as the whole run of the tests
}
TRANSFERRED = "1b2c3d4e-5f60-4718-9a2b-3c4d5e6f7081"


def now(name: str) -> dict[str, Any]:
    """Return an EventBridge event with the current time."""
    return event(name) | {"time": datetime.now(UTC).isoformat()}


def queued(arrived: Any, message_id: str = "1") -> dict[str, Any]:
    """Return the event as an SQS record."""
    record = event("queue_batch")["Records"][0]
    return {"Records": [record | {"messageId": message_id, "body": json.dumps(arrived)}]}


def asked_for() -> dict[str, Any]:
    """Return a request of an application for the same call."""
    request = now("deflection_requested")
    request["detail"]["parameters"] = {}
    return request


@pytest.fixture
def called(simulator: Simulator) -> Simulator:
    """Return the simulator with the call of the events and its leg after the transfer."""
    for contact_id in (CALL, TRANSFERRED):
        simulator.world.put_contact(described(Id=contact_id))
    return simulator


FLOW = flow_event()
TRANSFER = event("flow_voice_transferred")
ABANDONMENT = now("contact_event_abandoned")
MOMENTS: dict[str, list[Any]] = {
    "an invocation that Connect repeats": [FLOW] * 4,
    "an event that comes twice": [ABANDONMENT, ABANDONMENT | {"id": "another"}],
    "a record that SQS delivers three times": [queued(ABANDONMENT)] * 3,
    "an event directly and through the queue": [ABANDONMENT, queued(ABANDONMENT)],
    "a call and the leg after its transfer": [FLOW, TRANSFER],
    "a flow and an event about the same call": [FLOW, ABANDONMENT, queued(ABANDONMENT)],
    "a flow, an event and an application": [FLOW, TRANSFER, ABANDONMENT, asked_for(), queued(asked_for())],
}


@pytest.fixture(scope="module")
def pool() -> Iterator[ProcessPoolExecutor]:
    with environments(4) as pool:
        yield pool


@pytest.mark.parametrize("moments", MOMENTS.values(), ids=MOMENTS)
def test_one_call_gets_one_message(moments: list[Any], called: Simulator, pool: ProcessPoolExecutor) -> None:
    environment = ABANDONED | demo.CREDENTIALS | {"AWS_ENDPOINT_URL": called.url}

    answers = list(pool.map(invoke, moments * 4, repeat(environment)))

    texts = [contact["Id"] for contact in called.world.contacts.values() if contact["Channel"] == "CHAT"]
    assert len(texts) == 1
    assert {answer.get("ContactId", texts[0]) for answer in answers} == set(texts)
    assert all(answer.get("batchItemFailures", []) == [] for answer in answers)
    assert called.world.contacts[texts[0]]["RelatedContactId"] in (CALL, TRANSFERRED)
    assert [request.repeated for request in called.world.requests] == [False] + [True] * (len(answers) - 1)


@pytest.mark.parametrize("again", [FLOW, TRANSFER, ABANDONMENT, queued(ABANDONMENT)])
def test_lost_response_does_not_cause_a_second_message(again: Any, deflect: Deflect, called: Simulator) -> None:
    called.faults.add(Fault("StartOutboundChatContact", "reset_after", times=None))
    lost = deflect(FLOW, **ABANDONED, FLOW_TIME_LIMIT_SECONDS="1")
    called.faults.clear()

    deflect(again, **ABANDONED)

    assert (lost["Status"], lost["Retryable"]) == ("FAILED", "true")
    assert len([contact for contact in called.world.contacts.values() if contact["Channel"] == "CHAT"]) == 1
    assert called.world.requests[-1].repeated


def test_own_client_token_allows_a_second_message_in_one_call(deflect: Deflect) -> None:
    answers = [deflect(flow_event({"ClientToken": token})) for token in ("", "second", "second")]

    first, second, again = (answer["ContactId"] for answer in answers)
    assert first != second == again
