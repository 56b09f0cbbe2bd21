"""A simulated week of calls: the counts are the truth, but for the events that were lost."""

import json
import random
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import redirect_stdout
from dataclasses import dataclass, replace
from io import StringIO
from typing import Any

import pytest
from botocore.exceptions import ClientError

from builders import FakeConnect, FakeTime, LambdaContext, application, dated, flow_event
from connect_simulator.scenario.result_events import Event, Gaps, contact_event, delivery_event, foreign
from deflection.aws.dynamodb import ResultTable
from deflection.handler import lambda_handler
from proof.figures import measured, sizes
from proof.promises import COUNTED

MONDAY = 1_795_392_000.0
WEEK_SECONDS = 7 * 24 * 3600
BATCH = 200
OUTCOMES = {"DELIVERED": "Delivered", "UNREACHABLE": "NotDelivered", "UNKNOWN": "DeliveryUnknown"}


class Table:
    """A table in memory with conditional writes."""

    def __init__(self) -> None:
        self._items: dict[str, Any] = {}

    def get_item(self, **request: Any) -> dict[str, Any]:
        return {"Item": self._items.get(request["Key"]["id"]["S"])}

    def put_item(self, **request: Any) -> dict[str, Any]:
        key = request["Item"]["id"]["S"]
        if key in self._items:
            response = {"Error": {"Code": "ConditionalCheckFailedException"}}
            raise ClientError(response | {"ResponseMetadata": {"HTTPStatusCode": 400}}, "PutItem")
        self._items[key] = request["Item"]
        return {}


class Connect(FakeConnect):
    """Amazon Connect with the contacts of the week; the time of a contact is in epoch seconds."""

    def __init__(self) -> None:
        super().__init__()
        self.contacts: dict[str, dict[str, Any]] = {}

    def start_outbound_chat_contact(self, **request: Any) -> dict[str, Any]:
        return {"ContactId": chat_id(request["RelatedContactId"])}

    def describe_contact(self, **request: Any) -> dict[str, Any]:
        return {"Contact": dated(self.contacts[request["ContactId"]])}


def chat_id(call_id: str) -> str:
    return str(uuid.uuid5(uuid.NAMESPACE_OID, call_id))


@dataclass
class Call:
    """A call that got a message, and what became of it."""

    id: str
    at: float
    is_answered_by_phone: bool
    has_replied: bool
    is_known: bool
    is_gated: bool
    is_answered: bool
    status: str

    @classmethod
    def random(cls, number: int, chance: random.Random) -> "Call":
        has_replied = chance.random() < 0.6
        return cls(
            str(uuid.UUID(int=number + 1)),
            MONDAY + chance.uniform(0, WEEK_SECONDS),
            chance.random() < 0.25,
            has_replied,
            chance.random() < 0.97,
            chance.random() < 0.5,
            has_replied and chance.random() < 0.8,
            chance.choices(list(OUTCOMES), [94, 4, 2])[0],
        )

    def contacts(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return the call and the SMS contact at their end."""
        agent = {"AgentInfo": {"ConnectedToAgentTimestamp": self.at + 120}}
        call = {
            "Id": self.id,
            "InitialContactId": self.id,
            "Channel": "VOICE",
            "InitiationMethod": "INBOUND",
            "QueueInfo": {"EnqueueTimestamp": self.at},
            "DisconnectReason": "AGENT_DISCONNECT" if self.is_answered_by_phone else "CUSTOMER_DISCONNECT",
            "Tags": {"smsDeflection": "started"},
        } | (agent if self.is_answered_by_phone else {})
        sent = {"MessagesSent": 1, "LastMessageTimestamp": self.at + 90} if self.has_replied else {}
        chat: dict[str, Any] = {
            "Id": chat_id(self.id),
            "InitialContactId": chat_id(self.id),
            "RelatedContactId": self.id,
            "Channel": "CHAT",
            "InitiationMethod": "API",
            "InitiationTimestamp": self.at,
            "SegmentAttributes": {"connect:Subtype": {"ValueString": "connect:SMS"}},
        }
        if self.is_known and self.is_gated:
            chat["Attributes"] = {"replied": "yes" if self.has_replied else "no"}
        elif self.is_known:
            chat["ChatMetrics"] = {"ChatContactMetrics": {}, "CustomerMetrics": sent}
        return call, chat | (agent if self.is_answered else {})

    def events(self) -> Iterator[tuple[Event, set[str]]]:
        """Yield the events about the message, each with the metrics that it counts in."""
        call, chat = self.contacts()
        message_id = chat_id(chat["Id"])
        yield delivery_event(message_id, "PENDING", self._event_id(0), self.at + 1, is_final=False), set()
        yield delivery_event(message_id, self.status, self._event_id(1), self.at + 5), {OUTCOMES[self.status]}
        ended = {"AnsweredByPhone" if self.is_answered_by_phone else "Saved"}
        yield contact_event(call, "DISCONNECTED", self._event_id(2), self.at + 300), ended
        if self.is_answered:
            yield contact_event(chat, "CONNECTED_TO_AGENT", self._event_id(3), self.at + 120), {"Answered"}
        replied = "Replied" if self.has_replied else "NotReplied"
        ended = {replied if self.is_known else "ReplyUnknown"} | (set() if self.is_answered else {"EndedUnanswered"})
        yield contact_event(chat, "DISCONNECTED", self._event_id(4), self.at + 3600), ended

    def _event_id(self, number: int) -> str:
        return str(uuid.uuid5(uuid.NAMESPACE_OID, f"{self.id} {number}"))


class Function:
    """The function, with a clock of its own, and the sums of its metrics."""

    def __init__(self) -> None:
        self.connect = Connect()
        self.sums: Counter[str] = Counter()
        time = FakeTime(MONDAY + 2 * WEEK_SECONDS)
        ready = application(self.connect, clock=time.clock, INITIAL_MESSAGE="Hello", TABLE_NAME="results")
        table = Table()
        self._application = replace(ready, results=ResultTable(lambda: table, "results"))

    def invoke(self, event: Any) -> Any:
        """Invoke the function and add what it writes."""
        with redirect_stdout(StringIO()) as written:
            response = lambda_handler(event, LambdaContext(30), application=self._application)
        for line in map(json.loads, filter(None, written.getvalue().splitlines())):
            for directive in line.get("_aws", {}).get("CloudWatchMetrics", []):
                self.sums.update({each["Name"]: sum(line[each["Name"]]) for each in directive["Metrics"]})
        return response

    def process(self, events: list[Event]) -> int:
        """Process the events in batches until none is left, and return the number of deliveries."""
        waiting = [(str(number), json.dumps(event)) for number, event in enumerate(events)]
        deliveries = 0
        while waiting:
            batch, waiting = waiting[:BATCH], waiting[BATCH:]
            deliveries += len(batch)
            records = [{"messageId": name, "eventSource": "aws:sqs", "body": body} for name, body in batch]
            failed = {each["itemIdentifier"] for each in self.invoke({"Records": records})["batchItemFailures"]}
            waiting += [each for each in batch if each[0] in failed]
        return deliveries


@pytest.mark.parametrize("calls", sizes(100, 10_000))
def test_counts_of_a_week_are_the_truth_but_for_the_lost_events(calls: int) -> None:
    chance = random.Random(17)
    function = Function()
    week = [Call.random(number, chance) for number in range(calls)]
    truth: Counter[str] = Counter()
    events: list[Event] = []
    metrics: dict[str, set[str]] = {}
    with measured(COUNTED, "a week of calls whose events are late, repeated, incomplete or lost") as figures:
        for call in week:
            assert function.invoke(flow_event(ContactId=call.id, InitialContactId=call.id))["Status"] == "STARTED"
            for contact in call.contacts():
                function.connect.contacts[contact["Id"]] = contact
            for event, counted in call.events():
                events.append(event)
                metrics[event["id"]] = counted
                truth.update(counted)
        strangers = list(foreign(event for event in events if event["source"] == "aws.connect"))[: calls // 10]
        nameless = [event | {"detail": {}} for event in events if event["source"] == "aws.sms-voice"][: calls // 10]
        arrived, lost = Gaps().deliver(events, chance)
        deliveries = function.process([*arrived, *strangers, *nameless])
        figures.times = calls
        figures.came_to["events"] = len(events)
        figures.came_to["lost events"] = len(lost)
        figures.came_to["deliveries of events"] = deliveries

    missing: Counter[str] = Counter(name for event in lost for name in metrics[event["id"]])
    assert {name: function.sums[name] for name in truth} == dict(truth - missing)
    assert (function.sums["AskedFor"], function.sums["Started"], function.sums["Failed"]) == (calls, calls, 0)
    assert function.sums["Deliveries"] == sum(function.sums[name] for name in OUTCOMES.values())
    assert function.sums["CallEndUnknown"] == 0
    assert deliveries == len(arrived) + len(strangers) + len(nameless), "no event comes back"
