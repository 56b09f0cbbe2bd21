"""Thousands of events at once: the queue drains at its rate, and flows get answers within their limit."""

import json
import random
import uuid
from collections import Counter
from typing import Any

import pytest

from builders import LambdaContext, application, described, event, flow_event
from connect_simulator import Quota, World
from deflection.aws.gateway import Application
from deflection.handler import lambda_handler
from deflection.settings import Settings
from proof import watch
from proof.declared import is_declared
from proof.figures import Measured, measured, sizes
from proof.lanes import work
from proof.promises import EVERY_EVENT, NEVER_LATE
from proof.stage import Stage
from proof.world_client import WorldClient
from standard_queue import QUEUES, Mapped, Sqs, StandardQueue, poll

START = 1795342003.0
LIMIT_SECONDS = 3
DAY = 86_400
CHAT_SECONDS = 350
"""The duration of a conversation: at one start a second, most of the quota of 500 is in use."""
PAUSE_SECONDS = 10
"""The pause between two calls of a line, multiplied by the number of lines: the total rate stays the same."""


class Flood:
    """Many calls that are abandoned at once, with a number of callers in flows at the same time."""

    def __init__(self, calls: int, callers: int, max_age_seconds: int = DAY) -> None:
        self.chance = random.Random(callers)
        self.stage = Stage(START)
        self.mapped = Mapped.of_template()
        self.queue = StandardQueue(self.stage.clock.now, self.mapped, duplicates=0.001)
        self.max_age_seconds = max_age_seconds
        self.world = World()
        self.world.clock = self.stage.clock.now
        self.world.quota = Quota()
        self.callers = callers
        self.measured = Measured()
        self.deferred: list[str] = []
        self.calls = [self._abandoned(number) for number in range(calls)]
        self._ended = 0

    def environment(self) -> Application:
        """Build an environment of the function."""
        return application(
            WorldClient(self.world),
            sqs=Sqs(self.queue),
            clock=self.stage.clock,
            MAX_EVENT_AGE_SECONDS=str(self.max_age_seconds),
            CONTACT_EVENT_TRIGGER="ABANDONED",
            CONSENT_ATTRIBUTE="smsConsent",
            INITIAL_MESSAGE=watch.TEXT,
            ATTRIBUTES_TO_COPY="*",
            **QUEUES,
        )

    def come(self) -> None:
        """Run until the queue is empty and all calls in flows have an answer."""
        self.stage.play(*[self._work] * self.mapped.workers, *[self._call] * self.callers)

    def texts(self) -> Counter[str]:
        return Counter(request.body["RelatedContactId"] for request in self.world.requests if not request.repeated)

    def _abandoned(self, number: int) -> str:
        contact_id = str(uuid.UUID(int=number + 1))
        endpoint = {"Type": "TELEPHONE_NUMBER", "Address": f"+1425555{100 + number % 100:04d}"}
        attributes = {"smsConsent": "yes", "note": watch.ATTRIBUTE}
        self.world.put_contact(
            described(Id=contact_id, InitialContactId=contact_id, CustomerEndpoint=endpoint, Attributes=attributes)
        )
        happened = event("contact_event_abandoned") | {"time": "2026-11-22T10:06:43Z"}
        happened["detail"] |= {"contactId": contact_id, "initialContactId": contact_id}
        self.queue.send(json.dumps(happened))
        return contact_id

    def _work(self) -> None:
        """Run one of Lambda's pollers with its environment."""
        environment = self.environment()

        def invoke(records: dict[str, Any]) -> dict[str, Any]:
            context = LambdaContext(self.mapped.timeout_seconds)
            answer: dict[str, Any] = lambda_handler(records, context, application=environment)
            self._end_chats()
            return answer

        poll(self.queue, self.mapped, invoke, self.stage.sleep)

    def _call(self) -> None:
        """Run calls one after the other."""
        environment = self.environment()
        while len(self.queue):
            contact_id = str(uuid.UUID(int=self.chance.getrandbits(128)))
            attributes = {"smsConsent": "yes", "note": watch.ATTRIBUTE}
            arrived = flow_event(ContactId=contact_id, InitialContactId=contact_id, Attributes=attributes)
            began = self.stage.now
            answer = lambda_handler(arrived, LambdaContext(30), application=environment)
            self.measured.at_most("seconds until a flow's answer", self.stage.now - began)
            assert self.stage.now - began < LIMIT_SECONDS
            assert is_declared(answer)
            assert answer["Status"] in {"STARTED", "DEFERRED"}
            self.measured.count(f"flows, {self.callers} at a time: `{answer['Status']}`")
            self.deferred += [contact_id] if answer["Status"] == "DEFERRED" else []
            self.stage.sleep(PAUSE_SECONDS * self.callers)

    def _end_chats(self) -> None:
        requests = self.world.requests
        while self._ended < len(requests) and requests[self._ended].received_at + CHAT_SECONDS < self.stage.now:
            self.world.end_chat(requests[self._ended].contact_id)
            self._ended += 1


def flood(calls: int, callers: int) -> Measured:
    came = Flood(calls, callers)
    came.come()
    texts = came.texts()
    assert max(texts.values()) == 1
    assert texts.keys() >= {*came.calls, *came.deferred}
    for _ in came.calls:
        came.measured.count("events, one message each")
    came.measured.at_most("hours until the queue was empty", (came.stage.now - START) / 3600)
    return came.measured


def floods(calls: int, seed: int) -> Measured:
    return flood(calls, CALLERS[seed])


CALLERS = (1, 10, 100)


@pytest.mark.parametrize("calls", sizes(30, 10_000))
def test_a_flood_of_events_while_flows_go_on(calls: int) -> None:
    with measured(EVERY_EVENT, "10,000 abandoned calls at once, and 1, 10 or 100 flows at a time") as figures:
        figures.add(work(floods, len(CALLERS) * calls, processes=len(CALLERS)))


def flood_by_default(calls: int, _seed: int) -> Measured:
    """Without callers in flows, most events become too old in the queue."""
    came = Flood(calls, 0, Settings.model_fields["max_event_age_seconds"].default)
    came.come()
    texts = came.texts()
    assert set(texts.values()) == {1}
    came.measured.came_to.update({"messages": len(texts), "`EVENT_TOO_OLD`": calls - len(texts)})
    came.measured.times = calls
    return came.measured


@pytest.mark.parametrize("calls", sizes(30, 10_000))
def test_a_flood_with_the_default_age(calls: int) -> None:
    with measured(NEVER_LATE, "10,000 abandoned calls at once, with the default `MAX_EVENT_AGE_SECONDS`") as figures:
        figures.add(work(flood_by_default, calls, processes=1))
    assert min(calls, 280) <= figures.came_to["messages"] <= 310
