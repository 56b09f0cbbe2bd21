"""Events through EventBridge, SQS and the function to Amazon Connect, all simulated, under a clock of their own."""

import json
import random
import uuid
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest

from builders import CALL, described, event, flow_event
from chain import Chain
from connect_simulator import Fault, Quota, Simulator, demo
from connect_simulator.faults import FaultKind
from standard_queue import Mapped, most_within

START = 1795342003.0
ABANDONED = {"CONTACT_EVENT_TRIGGER": "ABANDONED", "CONSENT_ATTRIBUTE": "smsConsent"}


@pytest.fixture
def chained(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> Simulator:
    for name, value in (demo.CREDENTIALS | {"AWS_ENDPOINT_URL": simulator.url}).items():
        monkeypatch.setenv(name, value)
    return simulator


def caller(number: int) -> str:
    """Return one of the fictional phone numbers."""
    return f"+1425555{100 + number % 100:04d}"


def call(simulator: Simulator, number: int, contact_id: str = "", **changes: Any) -> dict[str, Any]:
    """Return a call that was abandoned in the queue, and its event."""
    contact_id = contact_id or str(uuid.UUID(int=number + 1))
    endpoint = {"Type": "TELEPHONE_NUMBER", "Address": caller(number)}
    contact = described(Id=contact_id, InitialContactId=contact_id, CustomerEndpoint=endpoint)
    simulator.world.put_contact(contact | changes)
    happened = event("contact_event_abandoned")
    happened["detail"] |= {"contactId": contact_id, "initialContactId": contact_id}
    return happened


def end_chats(chain: Chain, seconds: float) -> None:
    """End every chat a number of seconds after its start."""
    world = chain.simulator.world
    for contact in list(world.contacts.values()):
        begun = contact.get("InitiationTimestamp", 0)
        if contact["Channel"] == "CHAT" and begun + seconds < chain.stage.now and "DisconnectTimestamp" not in contact:
            world.end_chat(contact["Id"])


def texts(simulator: Simulator) -> list[str]:
    """Return the related call of each SMS contact."""
    return [c["RelatedContactId"] for c in simulator.world.contacts.values() if c["Channel"] == "CHAT"]


@pytest.mark.parametrize("calls", [40, pytest.param(1000, marks=pytest.mark.proof)])
def test_each_abandoned_call_gets_one_message_despite_faults(calls: int, chained: Simulator) -> None:
    chance = random.Random(7)
    chain = Chain(chained, START, **ABANDONED, MAX_EVENT_AGE_SECONDS="86400")
    chained.world.quota = Quota(rate=2, burst=5, open_chats=calls // 2)
    events = [call(chained, number) for number in range(calls)]
    events += chance.sample(events, calls * 3 // 10)
    chance.shuffle(events)
    faults: dict[FaultKind, float] = {"throttling": 0.2, "internal": 0.05, "reset_after": 0.05}
    for kind, probability in faults.items():
        chained.faults.add(Fault("StartOutboundChatContact", kind, times=None, probability=probability))

    chain.put_events(events)
    chain.process_queue(lambda: end_chats(chain, 0.9 * calls))

    assert Counter(texts(chained)) == Counter(str(uuid.UUID(int=number + 1)) for number in range(calls))
    assert all(c["CustomerEndpoint"]["Address"] == caller(int(uuid.UUID(c["RelatedContactId"])) - 1)
               for c in chained.world.contacts.values() if c["Channel"] == "CHAT")  # fmt: skip
    assert chain.dead_letters() == {}


def test_queue_sends_at_its_rate_and_leaves_quota_to_the_flows(chained: Simulator) -> None:
    chain = Chain(chained, START, **ABANDONED, QUEUE_SENDS_PER_SECOND="2")
    chained.world.quota = Quota(rate=2, burst=5, open_chats=None)

    chain.put_events([call(chained, number) for number in range(25)])
    chain.process_queue()

    times = [request.received_at - START for request in chained.world.requests]
    assert most_within(times, 5) <= 5 * 2 + Mapped.of_template().workers
    assert 25 / 2 <= times[-1] <= 1.4 * 25 / 2


def test_every_call_without_a_message_is_declined_as_too_old(
    chained: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    chain = Chain(chained, START, **ABANDONED)
    chained.world.quota = Quota(rate=2, burst=5, open_chats=12)
    without_consent = [call(chained, number, Attributes={}) for number in range(20, 25)]
    unknown = event("contact_event_abandoned")
    unknown["detail"]["contactId"] = "no-such-contact"

    chain.put_events([*(call(chained, number) for number in range(20)), *without_consent, unknown])
    chain.process_queue()

    ended = Counter(
        "CONSENT_MISSING" if reason == "CONSENT_MISSING" else reason
        for reason in _final_reasons(capsys.readouterr().out)
    )
    assert len(texts(chained)) == 12
    assert ended == {"STARTED": 12, "EVENT_TOO_OLD": 8, "CONSENT_MISSING": 5, "RESOURCE_NOT_FOUND": 1}
    assert chain.dead_letters() == {"RESOURCE_NOT_FOUND": 1}


def test_one_call_that_always_times_out_does_not_stop_the_others(chained: Simulator) -> None:
    chain = Chain(chained, START, **ABANDONED)
    happened = [call(chained, number) for number in range(60)]
    chained.faults.add(Fault("DescribeContact", "internal", times=None, after=0, probability=0.1))

    chain.put_events(happened)
    chain.process_queue()

    assert len(texts(chained)) == 60
    started = sorted(request.received_at - START for request in chained.world.requests)
    assert started[50] < 80


def test_flow_request_is_deferred_when_the_quota_is_exceeded(chained: Simulator) -> None:
    chain = Chain(chained, START)
    chained.world.quota = Quota(rate=2, burst=5, open_chats=0)

    answers = [chain.environment()(flow_event()) for _ in range(3)]
    chained.world.quota = None
    chain.process_queue()

    assert [answer["Status"] for answer in answers] == ["DEFERRED"] * 3
    assert texts(chained) == [CALL]


def _final_reasons(written: str) -> Iterator[str]:
    for line in written.splitlines():
        entry = json.loads(line)
        if entry.get("AskedFor") or entry.get("reason") == "CONSENT_MISSING":
            yield entry.get("reason") or entry["status"]
