"""The function answers every input with a documented response, in bounded time and memory."""

import gc
import json
import random
import resource
import sys
import time
import traceback
from pathlib import Path
from types import CodeType
from typing import Any

import pytest

import deflection
from builders import QUEUES, FakeSqs, LambdaContext, application, described, event
from connect_simulator import Quota, World
from deflection.aws.deadline import Clock
from deflection.aws.gateway import Application
from deflection.errors import DeflectionError
from deflection.handler import lambda_handler
from proof import grammar, watch
from proof.declared import REASONS, is_declared
from proof.figures import Measured, measured, sizes
from proof.lanes import work
from proof.promises import DECLARED
from proof.world_client import WorldClient

CODE = str(Path(deflection.__file__).parent)
TOOL = 4
GIANTS = 0.01
SECONDS = 2.0
"""The most processor time for an event of six megabytes, or for a batch."""
LONGEST_KEPT_CHARACTERS = 50_000
MEGABYTES = 512
"""Half of the memory that the template sets."""
EVERY_OUTCOME = {f"`{status}`" for status in REASONS} | {"a batch's answer", "raised for Lambda to try again"}
NOW = 1795342003.0
VARIANTS: tuple[dict[str, str], ...] = (
    {},
    {"ATTRIBUTES_TO_COPY": "*", "INITIAL_MESSAGE": "Hi $customerName, $$5", "DEFAULT_COUNTRY": "US"},
    {
        **QUEUES,
        "CONTACT_EVENT_TRIGGER": "ABANDONED",
        "CONSENT_ATTRIBUTE": "smsConsent",
        "RULE_ACTION_NAMES": "TEXT_THE_CUSTOMER",
        "MAX_EVENT_AGE_SECONDS": "86400",
        "QUIET_HOURS": "21:00-08:00",
        "ATTRIBUTES_TO_COPY": "*",
        "ALLOWED_CHANNELS": "VOICE,CHAT,TASK,EMAIL",
        "SUBTYPES": "connect:WhatsApp,connect:SMS",
        "QUEUE_SENDS_PER_SECOND": "1000",  # the clock stands still, so tokens are not refilled
    },
)


class Fuzz:
    """A fuzzer that keeps events which reach new lines, and generates others from them."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.kept = list(grammar.seeds())
        self.measured = Measured()
        self.client = WorldClient(a_world())
        clock = Clock(now=lambda: NOW, elapsed=time.monotonic, sleep=lambda _seconds: None)
        self.sqs = FakeSqs()
        self.functions = [application(self.client, sqs=self.sqs, clock=clock, **variant) for variant in VARIANTS]
        self.full = WorldClient(a_world())
        self.functions.append(application(self.full, sqs=self.sqs, clock=clock, **VARIANTS[-1]))
        self.reached = False
        self._watch_lines()

    def _watch_lines(self) -> None:
        def reach(code: CodeType, _line: int) -> Any:
            self.reached = self.reached or code.co_filename.startswith(CODE)
            return sys.monitoring.DISABLE

        sys.monitoring.use_tool_id(TOOL, "fuzz")
        sys.monitoring.register_callback(TOOL, sys.monitoring.events.LINE, reach)
        sys.monitoring.set_events(TOOL, sys.monitoring.events.LINE)

    def _give_back(self, text: str) -> None:
        """Process the deferred messages, and write the attributes of dead letters to the watched output."""
        sent, self.sqs.sent[:] = list(self.sqs.sent), []
        for each in sent:
            if each["QueueUrl"] == QUEUES["DEAD_LETTER_QUEUE_URL"]:
                sys.stderr.write(f"{json.dumps(each['MessageAttributes'], ensure_ascii=False)}\n")
            else:
                record = event("queue_batch")["Records"][0] | {"body": each["MessageBody"], "attributes": {}}
                self.client.world = a_world()  # a new world, so the client token is unused
                answer = lambda_handler({"Records": [record]}, LambdaContext(30), application=self.functions[-2])
                assert answer == {"batchItemFailures": []}, text[:3000]
                assert len(self.client.world.requests) == 1, text[:3000]
                self.measured.came_to["deferred, and taken from the queue"] += 1

    def end(self) -> None:
        """Stop the monitoring of lines."""
        sys.monitoring.set_events(TOOL, 0)
        sys.monitoring.free_tool_id(TOOL)

    def go_on(self) -> None:
        """Invoke the function with one more event."""
        chance = self.chance
        is_giant = chance.random() < GIANTS
        text = grammar.giants(chance) if is_giant else grammar.text(chance.choice(self.kept), chance)
        assert len(text) < grammar.LARGE_CHARACTERS
        try:
            arrived = json.loads(text)
        except (ValueError, RecursionError):
            self.measured.count("no JSON, as Lambda would say")
            return
        if self.measured.times % 200 == 0:  # a growing world would add to the measured time and memory
            self.client.world, self.full.world = a_world(), a_world()
            self.full.world.quota = Quota(rate=None, open_chats=0)
            gc.collect()
        self.reached = False
        began = time.process_time()
        came_to = outcome(arrived, chance.choice(self.functions))
        took = time.process_time() - began
        assert came_to, text[:3000]
        assert took < SECONDS * batches(arrived), f"{took} s: {text[:3000]}"
        self._give_back(text)
        assert self.client.refused + self.full.refused == [], text[:3000]
        self.measured.count(came_to)
        self.measured.at_most("ms of the processor for an event", 1000 * took)
        if self.reached and len(text) < LONGEST_KEPT_CHARACTERS:
            self.kept = [*self.kept, arrived][-grammar.KEEP :]


def a_world() -> World:
    """Build a simulated Connect that knows the call of the events."""
    world = World()
    world.clock = lambda: NOW
    world.put_contact(described(Attributes={"smsConsent": "yes", "note": watch.ATTRIBUTE}))
    return world


def batches(arrived: Any) -> float:
    """Return the number of SQS batches of ten records in an event."""
    records = arrived.get("Records") if isinstance(arrived, dict) else None
    return max(1.0, len(records) / 10) if isinstance(records, list) else 1.0


def outcome(arrived: Any, function: Application) -> str:
    """Return the outcome of an event; empty if the outcome is not documented."""
    try:
        answer = lambda_handler(arrived, LambdaContext(30), application=function)
    except DeflectionError as error:
        traceback.print_exception(error)
        is_one_of_the_bus = isinstance(arrived, dict) and "detail-type" in arrived
        return "raised for Lambda to try again" if is_one_of_the_bus and error.code else ""
    match answer:
        case {"batchItemFailures": [*failures]}:
            given = {record["messageId"] for record in arrived["Records"]}
            return "a batch's answer" if {each["itemIdentifier"] for each in failures} <= given else ""
        case _:
            return f"`{answer['Status']}`" if is_declared(answer) else ""


def nonsense(times: int, seed: int) -> Measured:
    fuzz = Fuzz(seed)
    try:
        for _ in range(times):
            fuzz.go_on()
    finally:
        fuzz.end()
    fuzz.measured.at_most("MB of memory", resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    return fuzz.measured


@pytest.mark.parametrize("times", sizes(300, 20_000))
def test_random_input_has_a_declared_outcome(times: int) -> None:
    with measured(DECLARED, "random events, made from real ones") as figures:
        figures.add(work(nonsense, times))
    assert figures.most["MB of memory"] < MEGABYTES
    assert times < 1000 or figures.came_to.keys() >= EVERY_OUTCOME
