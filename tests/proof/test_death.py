"""If the function dies at any step and the caller retries, each call still gets one message."""

import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from signal import SIGKILL
from typing import Any

import boto3
import pytest

from builders import CALL, described, event, flow_event
from chain import create_queues, record_of
from connect_simulator import Fault, Quota, Simulator, demo
from connect_simulator.faults import FaultKind
from proof import watch
from proof.declared import is_declared
from proof.figures import SCALE, Measured, measured
from proof.lanes import context, kept, watched
from proof.mortal import Death, live
from proof.promises import ONCE

OTHER = "1b2c3d4e-5f60-4718-9a2b-3c4d5e6f7081"
UNKNOWN = "2c3d4e5f-6071-4829-8b3c-4d5e6f708192"
SURVIVES = Death()
MEASURED = Death(is_measured=True)
ATTRIBUTES = {"smsConsent": "yes", "note": watch.ATTRIBUTE}


def happened(name: str, contact_id: str = CALL) -> dict[str, Any]:
    """Build an EventBridge event of now about this call."""
    changed = event(name) | {"time": datetime.now(UTC).isoformat()}
    changed["detail"] |= {"contactId": contact_id, "initialContactId": contact_id}
    return changed


@dataclass
class Aws:
    """Connect, the queues and the table of the function, with the retries of its callers."""

    simulator: Simulator
    environment: dict[str, str] = field(default_factory=dict)
    counted: tuple[int, int] = (0, 0)
    deaths: int = 0

    def __post_init__(self) -> None:
        self.simulator.reset()
        options: Any = {"endpoint_url": self.simulator.url, "region_name": demo.REGION}
        options |= {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
        self.sqs = boto3.client("sqs", **options)
        self.queues = create_queues(self.sqs)
        boto3.client("dynamodb", **options).create_table(
            TableName="recent",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": "id", "AttributeType": "S"}],
            KeySchema=[{"AttributeName": "id", "KeyType": "HASH"}],
        )
        self.environment = {
            "AWS_ENDPOINT_URL": self.simulator.url,
            "ATTRIBUTES_TO_COPY": "*",
            "INITIAL_MESSAGE": watch.TEXT,
            "CONSENT_ATTRIBUTE": "smsConsent",
            "CONTACT_EVENT_TRIGGER": "ABANDONED",
            "QUEUE_SENDS_PER_SECOND": "100",
        }
        for contact_id in (CALL, OTHER):
            self.simulator.world.put_contact(
                described(Id=contact_id, InitialContactId=contact_id, Attributes=ATTRIBUTES)
            )

    def invoke(self, arrived: Any, death: Death, kill_when: Callable[[], bool] | None = None) -> Any:
        """Return the answer, or None if the process died."""
        receiving, sending = context().Pipe(duplex=False)
        arguments = (sending, kept(), arrived, self.environment, death)
        process = context().Process(target=live, args=arguments)
        process.start()
        sending.close()
        while kill_when and not kill_when():
            time.sleep(0.002)
        if kill_when:
            process.kill()
        process.join()
        if process.exitcode == -SIGKILL:
            self.deaths += 1
            return None
        assert process.exitcode == 0
        answer, steps, lines = receiving.recv()
        self.counted = (steps, lines) if death.is_measured else self.counted
        return answer

    def repeated(self, arrived: Any, *deaths: Death) -> Any:
        """Invoke the function again after each death, and return the answer."""
        for death in (*deaths, SURVIVES):
            answer = self.invoke(arrived, death)
            if answer is not None:
                return answer
        raise AssertionError

    def put(self, *events: dict[str, Any]) -> None:
        for each in events:
            self.sqs.send_message(QueueUrl=self.queues["QUEUE_URL"], MessageBody=json.dumps(each))

    def process_queue(self, *deaths: Death) -> None:
        """Invoke the function with the records on the queue until the queue is empty."""
        while messages := self.sqs.receive_message(
            QueueUrl=self.queues["QUEUE_URL"], MaxNumberOfMessages=10, AttributeNames=["All"], VisibilityTimeout=1000
        ).get("Messages"):
            left = {message["MessageId"]: message for message in messages}
            while left:
                records = {"Records": [record_of(message) for message in left.values()]}
                answer, deaths = self.repeated(records, *deaths), ()
                failed = {each["itemIdentifier"] for each in answer["batchItemFailures"]}
                left = {name: message for name, message in left.items() if name in failed}
            for message in messages:
                self.sqs.delete_message(QueueUrl=self.queues["QUEUE_URL"], ReceiptHandle=message["ReceiptHandle"])

    def dead_letters(self) -> list[str]:
        """Return the reasons of the dead letters; fail if their attributes contain personal data."""
        received = self.sqs.receive_message(
            QueueUrl=self.queues["DEAD_LETTER_QUEUE_URL"], MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        attributes = [message["MessageAttributes"] for message in received.get("Messages", [])]
        assert watch.secrets([json.dumps(attributes, ensure_ascii=False)]) == []
        return [each["Reason"]["StringValue"] for each in attributes]

    def texts(self) -> Counter[str]:
        """Count the messages of each call."""
        contacts = list(self.simulator.world.contacts.values())  # Connect may add one meanwhile
        return Counter(contact["RelatedContactId"] for contact in contacts if contact["Channel"] == "CHAT")


def flow(aws: Aws, *deaths: Death) -> None:
    answer = aws.repeated(flow_event(Attributes=ATTRIBUTES), *deaths)
    assert is_declared(answer)
    assert answer["Status"] == "STARTED"


def flow_with_every_check(aws: Aws, *deaths: Death) -> None:
    aws.environment |= {"REPEAT_WINDOW_MINUTES": "60", "TABLE_NAME": "recent"}
    aws.environment |= {"OPT_OUT_LIST_NAME": "Default", "CARRIER_LOOKUP": "true"}
    flow(aws, *deaths)


def flow_that_is_deferred(aws: Aws, *deaths: Death) -> None:
    aws.environment |= aws.queues
    aws.simulator.world.quota = Quota(rate=None, open_chats=0)
    assert aws.repeated(flow_event(Attributes=ATTRIBUTES), *deaths)["Status"] == "DEFERRED"
    aws.simulator.world.quota = None
    aws.process_queue()


def deferral_that_is_worked_off(aws: Aws, *deaths: Death) -> None:
    aws.environment |= aws.queues
    aws.simulator.world.quota = Quota(rate=None, open_chats=0)
    aws.repeated(flow_event(Attributes=ATTRIBUTES))
    aws.simulator.world.quota = None
    aws.process_queue(*deaths)


def event_given_directly(aws: Aws, *deaths: Death) -> None:
    assert aws.repeated(happened("contact_event_abandoned"), *deaths)["Status"] == "STARTED"


def batch(aws: Aws, *deaths: Death) -> None:
    """Process a batch: one record can never be sent, one fails at first, and two belong to one call."""
    aws.environment |= aws.queues
    aws.simulator.faults.add(Fault("DescribeContact", "internal"))
    asked_for = happened("deflection_requested")
    aws.put(
        happened("contact_event_abandoned"),
        happened("contact_event_abandoned", UNKNOWN),
        happened("contact_event_abandoned", OTHER),
        asked_for | {"detail": asked_for["detail"] | {"parameters": {}}},
    )
    aws.process_queue(*deaths)


SCENARIOS: dict[Callable[..., None], tuple[dict[str, int], list[str]]] = {
    flow: ({CALL: 1}, []),
    flow_with_every_check: ({CALL: 1}, []),
    flow_that_is_deferred: ({CALL: 1}, []),
    deferral_that_is_worked_off: ({CALL: 1}, []),
    event_given_directly: ({CALL: 1}, []),
    batch: ({CALL: 1, OTHER: 1}, ["RESOURCE_NOT_FOUND"]),
}
"""The messages of each call after the scenario, and the reasons on the dead-letter queue."""


def check(simulator: Simulator, scenario: Callable[..., None], figures: Measured, *deaths: Death) -> None:
    aws = Aws(simulator)
    scenario(aws, *deaths)
    texts, dead_letters = SCENARIOS[scenario]
    kept = aws.dead_letters()
    assert aws.texts() == texts
    assert sorted(set(kept)) == dead_letters
    assert len(kept) <= len(dead_letters) + len(deaths)  # a death after the send repeats the send
    # The number of lines varies a little, so the process can end before a death at one of the last lines.
    assert aws.deaths == len(deaths) or any(death.by == "lines" for death in deaths) or len(deaths) > 1
    for _ in range(aws.deaths):
        figures.count("deaths, one message each")


def lengths(simulator: Simulator, scenario: Callable[..., None]) -> tuple[int, int]:
    """Return the number of steps and lines of the scenario."""
    aws = Aws(simulator)
    scenario(aws, MEASURED)
    return aws.counted


def deaths_of(steps: int, lines: int, chance: random.Random) -> Iterator[list[Death]]:
    """Yield a death at each step and at some lines, then two deaths in a row."""
    yield from ([Death("steps", at)] for at in range(1, steps + 1))
    for _ in range(round(20 * SCALE)):
        yield [Death("lines", chance.randint(1, lines))]
    for _ in range(round(5 * SCALE)):
        yield [Death("steps", chance.randint(1, steps)), Death("lines", chance.randint(1, lines))]


@pytest.mark.proof
@pytest.mark.parametrize("scenario", SCENARIOS, ids=lambda scenario: scenario.__name__)
def test_death_at_every_step(scenario: Callable[..., None], simulator: Simulator) -> None:
    with watched(), measured(ONCE, "SIGKILL at every step of a flow, an event, a deferral and a batch") as figures:
        steps, lines = lengths(simulator, scenario)
        for deaths in deaths_of(steps, lines, random.Random(3)):
            check(simulator, scenario, figures, *deaths)


@pytest.mark.parametrize(
    ("scenario", "at"), [(flow, 3), (flow_that_is_deferred, 5), (batch, 6)], ids=["flow", "deferral", "batch"]
)
def test_death_in_the_middle(scenario: Callable[..., None], at: int, simulator: Simulator) -> None:
    with watched():
        check(simulator, scenario, Measured(), Death("steps", at))


@pytest.mark.parametrize(
    "times", [pytest.param(1, id="once"), pytest.param(max(2, round(20 * SCALE)), marks=pytest.mark.proof, id="often")]
)
@pytest.mark.parametrize("kind", ["delay", "trickle"])
def test_death_while_connect_works(kind: FaultKind, times: int, simulator: Simulator) -> None:
    """The function dies after Connect has the request and before the response is complete."""
    with watched(), measured(ONCE, "SIGKILL while Connect starts the contact") as figures:
        for _ in range(times):
            aws = Aws(simulator)
            fault = Fault("StartOutboundChatContact", kind, seconds=0.3)
            simulator.faults.add(fault)
            arrived = flow_event(Attributes=ATTRIBUTES)

            def is_at_work() -> bool:
                return bool(aws.texts() if kind == "trickle" else simulator.faults.calls["StartOutboundChatContact"])  # noqa: B023

            assert aws.invoke(arrived, SURVIVES, is_at_work) is None
            assert aws.repeated(arrived)["Status"] == "STARTED"
            while len(simulator.world.requests) < 2:  # Connect continues with the request of the dead process
                time.sleep(0.01)
            assert aws.texts() == {CALL: 1}
            figures.count("deaths, one message each")
