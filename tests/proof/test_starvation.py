"""Records that cannot be sent now or ever do not block other records."""

import json
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest
from botocore.exceptions import ReadTimeoutError

from builders import LambdaContext, application, described, event, refused
from connect_simulator import Quota, World
from deflection.handler import lambda_handler
from deflection.settings import Settings
from proof.figures import SCALE, Measured, measured
from proof.promises import NOT_BLOCKED
from proof.stage import Stage
from proof.world_client import WorldClient
from standard_queue import QUEUES, Mapped, Sqs, StandardQueue, poll

START = 1795342003.0
GOOD = 100
LATENCY_SECONDS = 0.25
MAX_AGE_SECONDS = Settings.model_fields["max_event_age_seconds"].default
"""The template sets the same age."""
PER_SECOND = {10: 1, 100: 2, 1000: 20}
"""
The setting of QUEUE_SENDS_PER_SECOND, by how many records cannot be sent.

The first try of a start that fails takes a turn like any other. In the worst case all of them come first: 1,000 and
100 turns must fit into the age limit of 300 seconds, with those of the tries that follow.
"""


@dataclass
class Trouble(WorldClient):
    """A fake Amazon Connect with latency that refuses some requests."""

    world: World
    stage: Stage
    kind: str
    stuck: set[str] = field(default_factory=set)
    refused: list[str] = field(default_factory=list)
    asked: Counter[str] = field(default_factory=Counter)

    def describe_contact(self, **request: Any) -> Mapping[str, Any]:
        self.stage.sleep(LATENCY_SECONDS)
        is_stuck = request["ContactId"] in self.stuck
        if is_stuck and self.kind == "contacts that Connect cannot describe":
            raise refused("InternalServiceException", 500, "DescribeContact")
        answer = super().describe_contact(**request)
        if is_stuck and self.kind == "calls whose end is unknown":
            answer["Contact"].pop("DisconnectReason")
        return answer

    def start_outbound_chat_contact(self, **request: Any) -> Mapping[str, Any]:
        self.stage.sleep(LATENCY_SECONDS)
        self.asked[request["RelatedContactId"]] += 1
        if request["RelatedContactId"] in self.stuck and self.kind == "starts without an answer":
            raise ReadTimeoutError(endpoint_url="https://connect.us-east-1.amazonaws.com")
        return super().start_outbound_chat_contact(**request)


KINDS = ("calls whose end is unknown", "contacts that Connect cannot describe", "starts without an answer")


class Backlog:
    """A queue whose first records cannot be sent, with good records after them and Lambda's workers."""

    def __init__(self, kind: str, stuck: int, bad: int = 0, *, has_dead_letters: bool = True) -> None:
        self.mapped = Mapped.of_template()
        self.stage = Stage(START)
        self.queue = StandardQueue(lambda: self.stage.now, self.mapped)
        self.per_second = PER_SECOND[stuck or 10]
        world = World()
        world.clock = self.stage.clock.now
        world.quota = Quota(rate=self.per_second, burst=5, open_chats=None)
        self.connect = Trouble(world, self.stage, kind)
        for number in range(bad):
            self.queue.send(f"no event {number}")
        calls = [self._abandoned(number) for number in range(stuck + GOOD)]
        self.connect.stuck = set(calls[:stuck])
        self.good = calls[stuck:]
        self.sqs = Sqs(self.queue, None if has_dead_letters else refused("ServiceUnavailable", 503, "SendMessage"))

    def process(self) -> dict[str, float]:
        """Process the queue; return when each message was started, in seconds after the events."""
        self.stage.play(*[self._worker] * self.mapped.workers)
        requests = self.connect.world.requests
        return {request.body["RelatedContactId"]: request.received_at - START for request in requests}

    def _abandoned(self, number: int) -> str:
        contact_id = str(uuid.UUID(int=number + 1))
        self.connect.world.put_contact(described(Id=contact_id, InitialContactId=contact_id))
        happened = event("contact_event_abandoned") | {"time": "2026-11-22T10:06:43Z"}
        happened["detail"] |= {"contactId": contact_id, "initialContactId": contact_id}
        self.queue.send(json.dumps(happened))
        return contact_id

    def _worker(self) -> None:
        """Run one of Lambda's pollers with its environment."""
        environment = application(
            self.connect,
            sqs=self.sqs,
            clock=self.stage.clock,
            **QUEUES,
            CONTACT_EVENT_TRIGGER="ABANDONED",
            CONSENT_ATTRIBUTE="smsConsent",
            QUEUE_SENDS_PER_SECOND=str(self.per_second),
        )

        def invoke(arrived: dict[str, Any]) -> dict[str, Any]:
            context = LambdaContext(self.mapped.timeout_seconds)
            answer: dict[str, Any] = lambda_handler(arrived, context, application=environment)
            return answer

        poll(self.queue, self.mapped, invoke, self.stage.sleep, self._is_over)

    def _is_over(self) -> bool:
        return bool(self.stage.now > START + 2 * MAX_AGE_SECONDS)


def stuck(times: int, seed: int) -> Measured:
    """Process one backlog; the seed selects its kind."""
    backlog = Backlog(KINDS[seed], times)
    started = backlog.process()
    came = Measured()
    assert started.keys() == set(backlog.good)
    assert max(started.values()) <= MAX_AGE_SECONDS
    assert all(backlog.connect.asked[name] == 1 for name in backlog.good)
    assert len(backlog.queue) == len(backlog.sqs.dead_letters) == len(backlog.queue.dead) == 0
    came.at_most("seconds until the last good one", max(started.values()))
    came.times = GOOD
    came.came_to["good records, one message each"] = GOOD
    return came


@pytest.mark.parametrize(
    "times", [10, *(pytest.param(each, marks=pytest.mark.proof) for each in (100, 1000) if SCALE >= 0.1 or each < 1000)]
)
@pytest.mark.parametrize("kind", range(len(KINDS)), ids=lambda kind: KINDS[kind].replace(" ", "-"))
def test_records_that_cannot_be_sent_for_now_do_not_hold_up_others(kind: int, times: int) -> None:
    with measured(NOT_BLOCKED, "100 or 1,000 records that fail come before 100 good ones") as figures:
        figures.add(stuck(times, kind))


@pytest.mark.parametrize("has_dead_letters", [True, False], ids=["kept", "cannot be kept"])
def test_records_that_can_never_be_sent_do_not_hold_up_others(*, has_dead_letters: bool) -> None:
    backlog = Backlog("none", 0, bad=10, has_dead_letters=has_dead_letters)
    started = backlog.process()
    assert started.keys() == set(backlog.good)
    assert max(started.values()) <= MAX_AGE_SECONDS
    assert len(backlog.sqs.dead_letters) == (10 if has_dead_letters else 0)
