"""With responses slower than a flow's limit, each queued event becomes one message after one request."""

import json
import time
import uuid
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime
from threading import Thread
from typing import Any

import pytest

from builders import LambdaContext, described, event
from connect_simulator import Fault, Simulator, demo
from deflection.aws.gateway import Application
from deflection.aws.sqs import Queue
from deflection.bootstrap import load_application
from deflection.handler import lambda_handler
from proof.figures import measured, sizes
from proof.promises import NOT_BLOCKED
from standard_queue import QUEUES, Mapped, Sqs, StandardQueue, poll

SECONDS = 2.2
"""More seconds than a flow with a limit of 3 seconds allows for one call to AWS."""


@pytest.fixture
def mapped() -> Mapped:
    return Mapped.of_template()


def happened(simulator: Simulator, number: int) -> str:
    contact_id = str(uuid.UUID(int=number + 1))
    simulator.world.put_contact(described(Id=contact_id, InitialContactId=contact_id))
    changed = event("contact_event_abandoned") | {"time": datetime.now(UTC).isoformat()}
    changed["detail"] |= {"contactId": contact_id, "initialContactId": contact_id}
    return json.dumps(changed)


@pytest.mark.parametrize("events", sizes(4, 30))
@pytest.mark.parametrize("operation", ["StartOutboundChatContact", "DescribeContact"])
def test_slow_answers_cost_no_event_its_message(
    operation: str, events: int, simulator: Simulator, mapped: Mapped, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = demo.ENVIRONMENT | demo.CREDENTIALS | QUEUES
    environment |= {"AWS_ENDPOINT_URL": simulator.url, "QUEUE_SENDS_PER_SECOND": "10"}
    environment |= {"CONTACT_EVENT_TRIGGER": "ABANDONED", "CONSENT_ATTRIBUTE": "smsConsent"}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    simulator.faults.add(Fault(operation, "delay", times=None, seconds=SECONDS))
    queue = StandardQueue(time.time, mapped)
    sqs = Sqs(queue)
    for number in range(events):
        queue.send(happened(simulator, number))

    def work() -> None:
        application = load_application(0)
        assert isinstance(application, Application)
        ours, dead = (Queue(lambda: sqs, url) for url in QUEUES.values())
        application = replace(application, queue=ours, dead_letter_queue=dead)

        def invoke(arrived: Any) -> dict[str, Any]:
            context = LambdaContext(mapped.timeout_seconds)
            answer: dict[str, Any] = lambda_handler(arrived, context, application=application)
            return answer

        poll(queue, mapped, invoke, time.sleep)

    with measured(NOT_BLOCKED, f"Connect takes {SECONDS} seconds for each call") as figures:
        workers = [Thread(target=work) for _ in range(mapped.workers)]
        for each in workers:
            each.start()
        for each in workers:
            each.join()
        texts = Counter(request.body["RelatedContactId"] for request in simulator.world.requests)
        figures.times = events
        figures.came_to["events, one message each"] = len(texts)

    assert texts == {str(uuid.UUID(int=number + 1)): 1 for number in range(events)}
    assert simulator.faults.calls["StartOutboundChatContact"] == events
    assert simulator.faults.calls["DescribeContact"] == events
