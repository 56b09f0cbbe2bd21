"""Under every fault of Connect the flow gets an answer in time, and each caller gets at most one message."""

import random
import re
import socket
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, get_args

import boto3
import pytest
from botocore import auth
from botocore.exceptions import EndpointConnectionError

from builders import LambdaContext, described, event, flow_event
from chain import create_queues, process_queue, sms_contacts_of
from connect_simulator import Fault, Simulator, demo
from connect_simulator.faults import FaultKind
from deflection.aws.deadline import Clock, ColdStartTimer
from deflection.aws.gateway import Application
from deflection.bootstrap import create_queue_worker, load_application
from deflection.errors import AccessDeniedError
from deflection.handler import lambda_handler
from proof import watch
from proof.declared import RETRYABLE, is_declared
from proof.figures import Measured, measured, sizes
from proof.lanes import simulated, work
from proof.promises import ANSWERED
from proof.skipping import SkippingTime

START = "StartOutboundChatContact"
SLOW: tuple[FaultKind, ...] = ("delay", "trickle")
TROUBLES = ("refused", "no name")
QUICK: tuple[FaultKind, ...] = tuple(kind for kind in get_args(FaultKind) if kind not in SLOW)
SECONDS = (1, 3, 10)
STAYS = 1000
"""More times than one call can try."""
REASONS = {
    "throttling": "THROTTLED",
    "quota": "QUOTA_EXCEEDED",
    "access_denied": "ACCESS_DENIED",
    "expired_token": "ACCESS_DENIED",
    "wrong_clock": "ACCESS_DENIED",
    "not_found": "RESOURCE_NOT_FOUND",
    "conflict": "CONFLICT",
    "invalid_request": "REQUEST_REFUSED",
    "internal": "SERVICE_UNAVAILABLE",
    "unavailable_html": "SERVICE_UNAVAILABLE",
    "proxy_page": "SERVICE_UNAVAILABLE",
    "empty_body": "SERVICE_UNAVAILABLE",
    "other_object": "SERVICE_UNAVAILABLE",
    "other_type": "SERVICE_UNAVAILABLE",
    "reset_before": "SERVICE_UNAVAILABLE",
    "reset_after": "SERVICE_UNAVAILABLE",
    "cut_off": "SERVICE_UNAVAILABLE",
    "refused": "SERVICE_UNAVAILABLE",
    "no name": "SERVICE_UNAVAILABLE",
}
"""The reason that the flow gets for a permanent fault."""
ATTRIBUTES = {"smsConsent": "yes", "note": watch.ATTRIBUTE}
STATUSES = {"`STARTED`", "`DEFERRED`", "`FAILED`"}
HOUR = 3600
EACH_ROUND = 40
MANY = 300
"""With this many calls, every status and fault occurs."""


class Network:
    """The network to Connect: name resolution can fail or hang, and the port can be closed."""

    def __init__(self) -> None:
        self.trouble = ""
        self.times = 0
        self.struck: Counter[str] = Counter()
        self._closed = socket.socket()
        self._closed.bind(("127.0.0.1", 0))

    def __call__(self, request: Any, **_others: Any) -> None:
        if self.times <= 0:
            return
        self.times -= 1
        self.struck[self.trouble] += 1
        match self.trouble:
            case "refused":
                request.url = re.sub(r":\d+/", f":{self._closed.getsockname()[1]}/", request.url, count=1)
            case "no name":
                raise EndpointConnectionError(endpoint_url=request.url, error=socket.gaierror(-2, "Name not known"))
            case "a name that hangs":
                time.sleep(10)


class Round:
    """Several flow invocations with faults of one Connect; at the end the queue is processed."""

    def __init__(self, simulator: Simulator, chance: random.Random, time: SkippingTime | None) -> None:
        simulator.reset()
        self.chance = chance
        self.simulator = simulator
        self.network = Network()
        session = boto3.Session()
        self.sqs = session.client("sqs", endpoint_url=simulator.url, region_name=demo.REGION)
        self.queues = create_queues(self.sqs)
        clock = time.clock if time else Clock()
        self.clock = clock
        self.limit = chance.choice([1, 2, 3, 8] if time else [1, 1, 1, 3])
        self.has_queue = chance.random() < 0.7
        self.application = self._application(clock)
        self.answers: dict[str, dict[str, str]] = {}
        self.deferred: set[str] = set()
        self.staying = ""
        """The permanent fault of the current call; empty if the faults change."""

    def _application(self, clock: Clock) -> Application:
        settings = {"FLOW_TIME_LIMIT_SECONDS": str(self.limit), "ATTRIBUTES_TO_COPY": "*", "INITIAL_MESSAGE": ""}
        settings |= {"CONTACT_EVENT_TRIGGER": "ABANDONED", "CONSENT_ATTRIBUTE": "smsConsent"}
        loaded = load_application(0, demo.ENVIRONMENT | settings | (self.queues if self.has_queue else {}))
        assert isinstance(loaded, Application)
        client: Any = loaded.connect
        client.meta.events.register("before-send", self.network)
        worker = create_queue_worker(1000, lambda: client, clock)
        return replace(loaded, clock=clock, cold_start=ColdStartTimer(0, 0), worker=worker)

    def call(self, came_to: Measured) -> None:
        """Invoke the function for one call with the current faults."""
        contact_id = str(uuid.UUID(int=self.chance.getrandbits(128)))
        answer = self.invoke(contact_id, came_to)
        texts = self.texts(contact_id)
        came_to.count(f"`{answer['Status']}`")
        assert texts <= 1
        if self.staying:
            status = "DEFERRED" if REASONS[self.staying] in RETRYABLE and self.has_queue else "FAILED"
            assert (answer["Status"], answer["Reason"]) == (status, REASONS[self.staying]), self.staying
        match answer["Status"]:
            case "STARTED":
                assert self.simulator.world.contacts[answer["ContactId"]]["RelatedContactId"] == contact_id
            case "DEFERRED":
                assert self.has_queue
            case _:
                assert answer["Status"] == "FAILED"
                assert answer["Retryable"] == "true" or texts == 0, "a message was sent despite a final failure"
        for _ in range(self.chance.choice([0, 0, 1, 3])):  # Connect does this when the response is lost
            answer = self.invoke(contact_id, came_to)
        self.answers[contact_id] = answer

    def invoke(self, contact_id: str, came_to: Measured) -> dict[str, str]:
        parameters = {"InitialSystemMessage_Content": watch.TEXT}
        arrived = flow_event(parameters, ContactId=contact_id, InitialContactId=contact_id, Attributes=ATTRIBUTES)
        began = self.clock.elapsed()
        answer: dict[str, str] = self.give(arrived)
        took = self.clock.elapsed() - began
        came_to.at_most("of the flow's limit", took / self.limit)
        assert took < self.limit, f"{took} of {self.limit} s: {answer}"
        assert is_declared(answer)
        self.deferred |= {contact_id} if answer["Status"] == "DEFERRED" else set()
        return answer

    def end(self, came_to: Measured) -> None:
        """Clear the faults, process the queue, and repeat the invocations that failed with Retryable."""
        self.simulator.faults.clear()
        self.network.times = 0
        queued = process_queue(self.sqs, self.queues["QUEUE_URL"], self.give)
        for contact_id in self.deferred:
            assert contact_id in queued
            assert self.texts(contact_id) == 1
        for contact_id, answer in self.answers.items():
            if answer["Retryable"] == "true":
                assert self.invoke(contact_id, came_to)["Status"] == "STARTED"
            assert self.texts(contact_id) <= 1
        assert "Messages" not in self.sqs.receive_message(QueueUrl=self.queues["DEAD_LETTER_QUEUE_URL"])

    def give(self, arrived: Any) -> Any:
        return lambda_handler(arrived, LambdaContext(30), application=self.application)

    def texts(self, contact_id: str) -> int:
        return len(sms_contacts_of(self.simulator, contact_id))

    def trouble(self, kind: str, times: int) -> None:
        self.network.trouble, self.network.times = kind, times
        self.network.struck.clear()


def alone(which: Round) -> None:
    """Arm one fault, for one or two requests or permanently."""
    kind: Any = which.chance.choice([*QUICK, *TROUBLES])
    times = which.chance.choice([1, 2, STAYS])
    if kind in TROUBLES:
        which.trouble(kind, times)
    else:
        which.simulator.faults.add(Fault(START, kind, times=times))
    which.staying = kind if times == STAYS else ""


def mixed(which: Round) -> None:
    """Arm several random faults of Connect, the queue and the network."""
    chance, faults = which.chance, which.simulator.faults
    for kind in chance.sample(QUICK, 4):
        faults.add(Fault(START, kind, times=None, probability=chance.choice([0.1, 0.3, 0.6])))
    for kind in chance.sample(QUICK, 2):
        faults.add(Fault("SendMessage", kind, times=None, probability=0.3))
    faults.add(Fault(START, "trickle", times=None, seconds=0.05, probability=0.1))
    which.trouble(chance.choice(TROUBLES), chance.choice([0, 1, 2]))


def slow(which: Round) -> None:
    """Arm a delay in real seconds, sometimes with another fault."""
    chance = which.chance
    seconds, times = chance.choice(SECONDS), chance.choice([1, 1, 1000])
    if chance.random() < 0.2:
        which.trouble("a name that hangs", times)
    else:
        which.simulator.faults.add(Fault(START, chance.choice(SLOW), times=times, seconds=seconds))
    if chance.random() < 0.3:
        which.simulator.faults.add(Fault(START, chance.choice(QUICK), times=None, probability=0.5))


def calls(times: int, seed: int, arm: Any, *, really_waits: bool = False, meets: bool = True) -> Measured:
    came_to, chance = Measured(), random.Random(seed)
    simulator = simulated()
    simulator.faults.random.seed(seed)
    while came_to.times < times:
        which = Round(simulator, chance, None if really_waits else SkippingTime())
        for _ in range(min(EACH_ROUND, times - came_to.times)):
            simulator.faults.clear()
            which.trouble("", 0)
            arm(which)
            which.call(came_to)
            struck = simulator.faults.triggered + which.network.struck
            assert struck or not meets
            came_to.struck += struck
        which.end(came_to)
    return came_to


def calls_with_one_fault(times: int, seed: int) -> Measured:
    return calls(times, seed, alone)


def calls_with_many_faults(times: int, seed: int) -> Measured:
    return calls(times, seed + 100, mixed, meets=False)


def calls_with_slow_answers(times: int, seed: int) -> Measured:
    return calls(times, seed + 200, slow, really_waits=True)


def calls_by_a_wrong_clock(times: int, seed: int) -> Measured:
    """Run calls on a machine whose clock is an hour fast or slow, which also affects the SDK's signatures."""
    came_to, chance = Measured(), random.Random(seed + 300)
    for skew, share in ((HOUR, times - times // 2), (-HOUR, times // 2)):
        _by_a_wrong_clock(Round(simulated(), chance, SkippingTime(skew)), skew, share, came_to)
    return came_to


def _by_a_wrong_clock(which: Round, skew: float, times: int, came_to: Measured) -> None:
    happened = event("contact_event_abandoned") | {"time": datetime.now(UTC).isoformat()}
    which.simulator.world.put_contact(described(Attributes=ATTRIBUTES))
    with signing_at(skew):
        for number in range(times):
            contact_id = str(uuid.UUID(int=number + 1))
            answer = which.invoke(contact_id, came_to)
            assert (answer["Status"], answer["Reason"]) == ("FAILED", "ACCESS_DENIED")
            came_to.count("flows `FAILED` `ACCESS_DENIED`")
            try:
                reason = which.give(happened)["Reason"]
            except AccessDeniedError:
                reason = "ACCESS_DENIED"
            assert reason == ("EVENT_TOO_OLD" if skew > 0 else "ACCESS_DENIED")
            came_to.count(f"events `{reason}`")
    assert which.simulator.world.requests == []
    which.end(came_to)


@contextmanager
def signing_at(skew: float) -> Iterator[None]:
    """Shift the time that the SDK uses to sign requests."""
    right = auth.get_current_datetime
    auth.get_current_datetime = lambda *given, **named: right(*given, **named) + timedelta(seconds=skew)
    try:
        yield
    finally:
        auth.get_current_datetime = right


@pytest.mark.parametrize("times", sizes(40, 5600))
def test_one_fault_at_a_time(times: int) -> None:
    with measured(ANSWERED, "one fault of Connect: an error, a wrong or missing answer, no connection") as figures:
        figures.add(work(calls_with_one_fault, times, by_wire=True))
    assert times < MANY or figures.came_to.keys() == STATUSES
    assert times < MANY or figures.struck.keys() == REASONS.keys()


@pytest.mark.parametrize("times", sizes(40, 3400))
def test_many_faults_at_once(times: int) -> None:
    with measured(ANSWERED, "several of these faults, and faults of the queue") as figures:
        figures.add(work(calls_with_many_faults, times, by_wire=True))
    assert times < MANY or figures.came_to.keys() == STATUSES
    assert times < MANY or figures.struck.keys() > REASONS.keys()


@pytest.mark.parametrize("times", sizes(2, 600))
def test_answers_that_are_slow(times: int) -> None:
    with measured(ANSWERED, "answers and name lookups that take 1, 3 or 10 seconds") as figures:
        figures.add(work(calls_with_slow_answers, times, processes=24, by_wire=True))
    assert times < MANY or figures.came_to.keys() == STATUSES


@pytest.mark.parametrize("times", sizes(20, 400))
def test_a_clock_that_is_wrong_by_an_hour(times: int) -> None:
    with measured(ANSWERED, "a clock that is wrong by an hour") as figures:
        figures.add(work(calls_by_a_wrong_clock, times, by_wire=True))
    assert len(figures.came_to) == 3
