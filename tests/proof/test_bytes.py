"""
Whatever bytes AWS answers with, the outcome is a declared one, it comes in time, and no promise is broken.

The double shares nothing with the simulator; see `raw_aws`. Every operation that the function calls meets every fault:
alone, once and for ever, and several of them in a row, in flows, direct events and batches.
"""

import json
import os
import random
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from typing import Any

import pytest

from builders import QUEUES, LambdaContext, described, event, flow_event
from connect_simulator import demo
from deflection.aws.deadline import Clock, ColdStartTimer
from deflection.aws.gateway import Application
from deflection.bootstrap import create_queue_worker, load_application
from deflection.errors import DeflectionError
from deflection.handler import lambda_handler
from proof import watch
from proof.declared import is_declared
from proof.figures import Measured, measured, sizes
from proof.lanes import work
from proof.promises import SAFE
from proof.skipping import SkippingTime
from raw_aws import (
    BODIES,
    ENDPOINTS,
    ERRORS,
    NOTHING,
    SLOW,
    STATUSES,
    Account,
    Fault,
    RawAws,
    answering,
    changed,
    mutated,
    mutations,
)

CUSTOMER = "+14255550142"
ATTRIBUTES = {"smsConsent": "yes", "note": watch.ATTRIBUTE}
SETTINGS = {
    "INITIAL_MESSAGE": watch.TEXT,
    "ATTRIBUTES_TO_COPY": "*",
    "CONTACT_EVENT_TRIGGER": "ABANDONED",
    "CONSENT_ATTRIBUTE": "smsConsent",
    "SWITCH_PARAMETER": "/switch",
    "OPT_OUT_LIST_NAME": "Default",
    "CARRIER_LOOKUP": "true",
    "REPEAT_WINDOW_MINUTES": "60",
    "TABLE_NAME": "deflections",
}
START, DESCRIBE, SEND = "StartOutboundChatContact", "DescribeContact", "SendMessage"
GET, PUT, LIST, LOOKUP, SWITCH = "GetItem", "PutItem", "DescribeOptedOutNumbers", "CarrierLookup", "GetParameter"
CHECKS = (SWITCH, LIST, LOOKUP, GET)
VISIBILITY = ("ChangeMessageVisibility", "ChangeMessageVisibilityBatch")
ASKED = {
    "flow": (*CHECKS, START, PUT, SEND),
    "event": (*CHECKS, DESCRIBE, START, PUT),
    "record": (*CHECKS, DESCRIBE, START, PUT, SEND, *VISIBILITY),
}
"""The operations that the function calls for each kind of input."""
NEEDED: dict[str, tuple[tuple[str | int, ...], ...]] = {
    START: (("ContactId",),),
    DESCRIBE: (("Contact",), ("Contact", "Id"), ("Contact", "Channel")),
    LIST: (("OptedOutNumbers",), ("OptedOutNumbers", 0), ("OptedOutNumbers", 0, "OptedOutNumber")),
    LOOKUP: (("PhoneNumberType",),),
    SWITCH: (("Parameter",), ("Parameter", "Value")),
    SEND: (("MessageId",),),
    GET: (("ConsumedCapacity",),),
    PUT: (("ConsumedCapacity",),),
}
"""The required members of each response."""
TIMESTAMPS = ("EnqueueTimestamp", "OptedOutTimestamp")
CUSTOMERS = ("new", "opted out", "texted", "switched off")
WHO_IS_ANSWERED = {LIST: "opted out", GET: "texted"}
"""The kind of customer whose response has all members."""
THROTTLES = Fault("throttled", answering({}, 429), works=False)
SLOWEST_EVENT, SLOWEST_BATCH = 2.5, 9.0
"""Seconds that Lambda gives an event and a batch when responses are slow."""


@dataclass(frozen=True)
class Case:
    """
    One arrival and what it meets.

    Attributes:
        arrival: A flow, an event or a record.
        operation: What meets the faults.
        faults: The faults of the first calls.
        stays: Whether the last fault stays.
        kind: What sort of fault it is, for the report.
        is_lie: Whether an answer is right in form, so that nobody could see that it is wrong.
        unreachable: The variable of the endpoint whose port never accepts.
    """

    arrival: str
    operation: str
    faults: tuple[Fault, ...] = ()
    stays: bool = False
    kind: str = ""
    is_lie: bool = False
    unreachable: str = ""


def is_lie(operation: str, answer: Any, path: tuple[str | int, ...], value: Any) -> bool:
    """Return whether AWS could send the changed answer."""
    right, needed = answer, NEEDED.get(operation, ())
    for step in path:
        right = right[step]
    if value is ... and isinstance(path[-1], int):
        return True  # the list is shorter
    is_blank = isinstance(value, str) and not value.strip()
    if type(value) is not type(right) or (isinstance(value, list) and value):
        return path not in needed and (value in (None, ...) or (path[-1] in TIMESTAMPS and type(value) is int))
    lacks_members = isinstance(value, dict) and any(each[:-1] == path for each in needed)
    return not lacks_members and not (path in needed and is_blank)


def no_answers(operation: str) -> Iterator[tuple[str, Fault, bool]]:
    """Return invalid responses, with and without the operation performed."""
    for name, spoil in NOTHING.items():
        yield "no answer", Fault(name, spoil), False
        yield "no answer", Fault(name, spoil, works=False), False
    if operation in VISIBILITY:
        return
    for name, body in BODIES.items():
        yield "other body", Fault(name, answering(body)), False
        yield "other body", Fault(name, answering(body), works=False), False


@cache
def wrong_answers(operation: str) -> list[tuple[str, Fault, bool]]:
    """Return responses and errors with one wrong member."""
    answer = right_answer(operation)
    found = [
        ("wrong member", Fault(f"{path} {value!r}", changed(partial(mutated, path=path, value=value))), lie)
        for path, value in mutations(answer)
        for lie in (is_lie(operation, answer, path, value),)
    ]
    return found + [
        ("error", Fault(f"{status} {name}", answering(body, status), works=False), False)
        for number, (name, body) in enumerate(ERRORS.items())
        for status in {400, STATUSES[number % len(STATUSES)]}
    ]


def right_answer(operation: str) -> Any:
    """Return the right answer for a customer who opted out and got a message."""
    account = account_of("opted out", "call")
    account.items['{"id": {"S": "x"}}'] = {"id": {"S": "x"}, "expiration": {"N": "1"}, "contact_id": {"S": "contact"}}
    asked: dict[str, Any] = {
        "ClientToken": "token", "ContactId": "call", "OptOutListName": "Default", "OptedOutNumbers": [CUSTOMER],
        "PhoneNumber": CUSTOMER, "Name": "/switch", "QueueUrl": "queue", "MessageBody": "body", "TableName": "table",
        "Key": {"id": {"S": "x"}}, "Item": {"id": {"S": "x"}}, "ReturnConsumedCapacity": "TOTAL",
        "Entries": [{"Id": "1"}],
    }  # fmt: skip
    return account.answer(operation, asked) or {}


def account_of(customer: str, contact_id: str) -> Account:
    """Build the account for a case."""
    account = Account(parameters={"/switch": "off" if customer == "switched off" else "on"})
    account.contacts[contact_id] = described(Id=contact_id, InitialContactId=contact_id, Attributes=ATTRIBUTES)
    if customer == "opted out":
        account.opted_out.add(CUSTOMER)
    return account


@cache
def double() -> RawAws:
    """Start the simulated AWS of this process."""
    made = RawAws()
    os.environ |= demo.CREDENTIALS | {"AWS_ENDPOINT_URL": made.url}
    return made


@cache
def loaded(flow_seconds: int, *, has_queue: bool) -> Any:
    """Load the application once, because its clients take long to create."""
    changes = {"FLOW_TIME_LIMIT_SECONDS": str(flow_seconds)} | (QUEUES if has_queue else {})
    application = load_application(0, demo.ENVIRONMENT | SETTINGS | changes)
    assert isinstance(application, Application)
    return application


class Tried:
    """A run of one case: the event, the faults and the outcome."""

    def __init__(self, case: Case, chance: random.Random, came_to: Measured, *, really_waits: bool) -> None:
        self.case, self.chance, self.came_to = case, chance, came_to
        self.aws = double()
        self.aws.reset()
        self.call = str(uuid.UUID(int=chance.getrandbits(128)))
        self.customer = self._customer()
        self.aws.account = account_of(self.customer, self.call)
        self.clock = Clock() if really_waits else SkippingTime().clock
        self.flow_seconds = 1 if really_waits else 3
        slowest = {"flow": 10.0, "event": SLOWEST_EVENT, "record": SLOWEST_BATCH}[case.arrival]
        self.lambda_seconds = slowest if really_waits else 30.0
        self.has_queue = case.operation in (SEND, *VISIBILITY) or chance.random() < 0.7
        self.is_unsendable = case.arrival == "record" and case.operation == SEND

    def _customer(self) -> str:
        if self.case.operation in (SEND, *VISIBILITY):
            return "new"  # others are declined before anything is queued
        if self.case.is_lie:
            return "new"
        if self.case.kind == "wrong member" and self.case.operation in WHO_IS_ANSWERED:
            return WHO_IS_ANSWERED[self.case.operation]
        return self.chance.choice(CUSTOMERS)

    def run(self) -> None:
        """Invoke the function with the faults, then without them, and check the results."""
        if self.customer == "texted":
            earlier = flow_event(ContactId="earlier", InitialContactId="earlier")
            assert self.application(8)(earlier)["Status"] == "STARTED"
        self.texted = set(self.aws.account.started)
        with unreachable(self.case.unreachable, self.aws):
            application = self.application(self.flow_seconds)
            self.arm()
            answer = self.give(application)
        self.aws.disarm()
        self.check_what_holds_always(answer)
        if not self.case.is_lie:
            self.check_the_end(self.application(8), answer)

    def arm(self) -> None:
        case, operation = self.case, self.case.operation
        if operation in (SEND, *VISIBILITY) and not self.is_unsendable:
            self.aws.arm(START, stays=THROTTLES)
        self.aws.arm(operation, *case.faults, stays=case.faults[-1] if case.stays else None)

    def application(self, flow_seconds: int) -> Any:
        """Return the function with an empty cache of SSM parameters."""
        load = loaded.__wrapped__ if os.environ.keys() & ENDPOINTS.keys() else loaded
        application = load(flow_seconds, has_queue=self.has_queue)
        application.provider.forget(SETTINGS["SWITCH_PARAMETER"])
        worker = create_queue_worker(1000, application.worker.connect, self.clock)
        cold_start = ColdStartTimer(0, 0)
        application = replace(application, clock=self.clock, cold_start=cold_start, worker=worker)
        context = LambdaContext(self.lambda_seconds)
        return lambda arrived: lambda_handler(arrived, context, application=application)

    def arrived(self) -> dict[str, Any]:
        if self.case.arrival == "flow":
            return flow_event(ContactId=self.call, InitialContactId=self.call, Attributes=ATTRIBUTES)
        happened = event("deflection_requested" if self.is_unsendable else "contact_event_abandoned")
        happened["time"] = datetime.now(UTC).isoformat()
        happened["detail"]["contactId"] = happened["detail"]["initialContactId"] = self.call
        if self.is_unsendable:
            happened["detail"]["parameters"] = {"NoSuchParameter": watch.TEXT}
        return happened if self.case.arrival == "event" else batch([json.dumps(happened)])

    def give(self, application: Any) -> Any:
        """Invoke the function, check its duration, and return its response or error."""
        limit = self.flow_seconds if self.case.arrival == "flow" else self.lambda_seconds
        arrived, began = self.arrived(), self.clock.elapsed()
        try:
            answer = application(arrived)
        except DeflectionError as error:
            answer = error
        took = self.clock.elapsed() - began
        self.came_to.at_most("of the time limit", took / limit)
        assert took < limit, (took, self.case, answer)
        return answer

    def check_what_holds_always(self, answer: Any) -> None:
        account, case = self.aws.account, self.case
        started = {token: contact for token, contact in account.started.items() if token not in self.texted}
        assert len(started) <= 1, case
        assert self.customer == "new" or not started, (case, self.customer, answer)
        match answer:
            case {"batchItemFailures": failures}:
                assert [each["itemIdentifier"] for each in failures] in ([], ["0"]), case
                self.came_to.count("records returned" if failures else "records done")
            case DeflectionError():
                assert case.arrival == "event", case
                self.came_to.count("errors raised")
            case _:
                assert is_declared(answer), (case, answer)
                self.came_to.count(f"`{answer['Status']}`")
                self.check_map(answer, started)

    def check_map(self, answer: dict[str, str], started: dict[str, str]) -> None:
        account, case = self.aws.account, self.case
        match answer["Status"]:
            case "STARTED":
                assert case.is_lie or [answer["ContactId"]] == list(started.values()), (case, answer)
            case "DEFERRED":
                assert len(account.queues[QUEUES["QUEUE_URL"]]) >= 1, (case, answer)
            case "FAILED":
                assert answer["Retryable"] == "true" or not started, (case, answer)
            case _:
                assert case.is_lie or self.customer != "new", (case, answer)

    def check_the_end(self, application: Any, answer: Any) -> None:
        """Retry without faults: a new customer gets one message, any other customer none."""
        bodies = self.aws.account.queues.pop(QUEUES["QUEUE_URL"], [])
        is_over = False
        match answer:
            case {"batchItemFailures": []}:
                is_over = bool(self.aws.account.queues[QUEUES["DEAD_LETTER_QUEUE_URL"]])
            case {"batchItemFailures": _}:
                assert application(self.arrived()) == {"batchItemFailures": []}, self.case
                is_over = bool(self.aws.account.queues[QUEUES["DEAD_LETTER_QUEUE_URL"]])
            case DeflectionError() if answer.retryable:
                application(self.arrived())
            case DeflectionError():
                is_over = True
            case {"Status": "DEFERRED"}:
                assert application(batch(bodies)) == {"batchItemFailures": []}, self.case
            case {"Status": "FAILED", "Retryable": "true"}:
                application(self.arrived())
            case {"Status": "FAILED"}:
                is_over = True
        started = set(self.aws.account.started) - self.texted
        expected = 1 if self.customer == "new" and not self.is_unsendable else 0
        assert len(started) == expected or (is_over and not started), (self.case, self.customer, answer)
        assert not self.is_unsendable or is_over, self.case


@contextmanager
def unreachable(variable: str, aws: RawAws) -> Iterator[None]:
    """Point a service's endpoint to a port that never accepts."""
    if variable:
        os.environ[variable] = aws.url_that_never_accepts
    try:
        yield
    finally:
        os.environ.pop(variable or "none", None)


def batch(bodies: Sequence[str]) -> dict[str, Any]:
    """Build a batch of records."""
    record = event("queue_batch")["Records"][0]
    return {"Records": [record | {"messageId": str(n), "body": body} for n, body in enumerate(bodies)]}


def alone(found: Any) -> Iterator[Case]:
    for arrival, operations in ASKED.items():
        for operation in operations:
            for kind, fault, lie in found(operation):
                for stays in (False, True):
                    yield Case(arrival, operation, (fault,), stays, kind, lie)


def slow(_operation: str) -> Iterator[tuple[str, Fault, bool]]:
    for name, spoil in SLOW.items():
        yield "slow", Fault(name, spoil), False
        yield "slow", Fault(name, spoil, works=False), False


def unreachable_ports() -> Iterator[Case]:
    for arrival, operations in ASKED.items():
        for variable, of_service in ENDPOINTS.items():
            for operation in operations:
                if operation in of_service:
                    yield Case(arrival, operation, kind="a port that never accepts", unreachable=variable)


def in_a_row(chance: random.Random) -> Case:
    """Build a case with several faults of one operation in a row."""
    arrival = chance.choice(list(ASKED))
    operation = chance.choice(ASKED[arrival])
    faults = [*no_answers(operation), *(each for each in wrong_answers(operation) if not each[2])]
    picked = tuple(chance.choice(faults)[1] for _ in range(chance.choice([2, 2, 3, 5])))
    return Case(arrival, operation, picked, chance.random() < 0.3, "several in a row")


@cache
def every(which: str) -> list[Case]:
    found = {
        "no answers": lambda: list(alone(no_answers)),
        "wrong answers": lambda: list(alone(wrong_answers)),
        "slow": lambda: [*alone(slow), *unreachable_ports()],
    }[which]()
    random.Random(7).shuffle(found)
    return found


def _tried(times: int, seed: int, cases: Iterator[Case], *, really_waits: bool = False) -> Measured:
    came_to, chance = Measured(), random.Random(seed)
    for _ in range(times):
        case = next(cases)
        try:
            Tried(case, chance, came_to, really_waits=really_waits).run()
        except AssertionError as error:
            raise AssertionError(str(error)) from None  # the faults in it could not go to another process
        came_to.struck[case.kind] += 1
    return came_to


def _share(which: str, times: int, seed: int) -> Iterator[Case]:
    cases = every(which)
    return (cases[(seed * times + n) % len(cases)] for n in range(times))


def no_answers_alone(times: int, seed: int) -> Measured:
    return _tried(times, seed, _share("no answers", times, seed))


def wrong_answers_alone(times: int, seed: int) -> Measured:
    return _tried(times, seed, _share("wrong answers", times, seed))


def slow_answers(times: int, seed: int) -> Measured:
    return _tried(times, seed, _share("slow", times, seed), really_waits=True)


def faults_in_a_row(times: int, seed: int) -> Measured:
    chance = random.Random(seed + 500)
    return _tried(times, seed, (in_a_row(chance) for _ in range(times)))


@pytest.mark.parametrize("times", sizes(40, 2600))
def test_invalid_responses_are_handled(times: int) -> None:
    with measured(SAFE, "an operation of any AWS service gives an empty, truncated or unrelated answer") as figures:
        figures.add(work(no_answers_alone, times, by_wire=True))


@pytest.mark.parametrize("times", sizes(40, 8400))
def test_answers_with_a_wrong_member(times: int) -> None:
    with measured(SAFE, "one member of an answer or an error is missing or has a wrong type") as figures:
        figures.add(work(wrong_answers_alone, times, by_wire=True))


@pytest.mark.parametrize("times", sizes(40, 4000))
def test_faults_in_a_row(times: int) -> None:
    with measured(SAFE, "several of these in a row") as figures:
        figures.add(work(faults_in_a_row, times, by_wire=True))


@pytest.mark.parametrize("times", sizes(2, 720))
def test_bytes_that_come_late(times: int) -> None:
    with measured(SAFE, "answers that arrive byte by byte or never") as figures:
        figures.add(work(slow_answers, times, processes=12, by_wire=True))
