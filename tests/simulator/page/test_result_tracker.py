"""The events about the messages of a session, and the counts of the function."""

import json
from typing import Any

import pytest

from connect_simulator.connect.world import World
from connect_simulator.page.result_tracker import ResultTracker, describe_event

CALL: dict[str, Any] = {"Id": "call", "Channel": "VOICE", "Tags": {"smsDeflection": "started"}}
CHAT: dict[str, Any] = {"Id": "chat", "Channel": "CHAT", "RelatedContactId": "call"}
ENDED = {"DisconnectTimestamp": 90.0}
ANSWERED = {"AgentInfo": {"ConnectedToAgentTimestamp": 60.0}}
METRICS = json.dumps(
    {
        "_aws": {"CloudWatchMetrics": [{"Metrics": [{"Name": "Saved"}, {"Name": "ReplyTime"}]}]},
        "Saved": [1.0, 1.0],
        "ReplyTime": [40.0],
    }
)


class Function:
    """A function that keeps its events, and reports the first ones as failed."""

    def __init__(self, failures: int = 0) -> None:
        self.events: list[Any] = []
        self._failures = failures

    def __call__(self, event: Any) -> dict[str, Any]:
        [record] = event["Records"]
        self.events.append(json.loads(record["body"]))
        if len(self.events) <= self._failures:
            return {"response": {"batchItemFailures": [{"itemIdentifier": record["messageId"]}]}, "log": []}
        return {"response": {"batchItemFailures": []}, "log": [METRICS, "a line", "1"]}


class Session:
    """A tracker with a world and a clock of its own."""

    def __init__(self, failures: int = 0) -> None:
        self.world = World()
        self.now = 0.0
        self.function = Function(failures)
        self.tracker = ResultTracker(lambda: self.world, self.function, lambda: self.now)
        for name in ("call", "chat"):
            self.tracker.watch(name)

    def happens(self, *contacts: dict[str, Any], how: str = "", seconds: float = 30) -> list[str]:
        """Put contacts and return the types of the events that arrive within some seconds."""
        for contact in contacts:
            self.world.put_contact(contact)
        self.tracker.observe(how)
        return self.arrives(seconds)

    def arrives(self, seconds: float = 30) -> list[str]:
        self.now += seconds
        found = []
        while event := self.tracker.deliver():
            found.append(event["detail"]["eventType"])
        return found


@pytest.mark.parametrize(
    ("contact", "types"),
    [
        (CALL, []),
        (CALL | ENDED, ["DISCONNECTED"]),
        (CALL | ENDED | {"Tags": {}}, []),
        (CALL | ANSWERED, []),
        (CHAT, []),
        (CHAT | ANSWERED, ["CONNECTED_TO_AGENT"]),
        (CHAT | ENDED, ["DISCONNECTED"]),
        (CALL | ENDED | {"Id": "of another session"}, []),
    ],
)
def test_change_that_a_rule_matches_is_sent(contact: dict[str, Any], types: list[str]) -> None:
    session = Session()

    assert session.happens(contact) == types
    assert session.happens(contact) == [], "each change once"


def test_event_arrives_after_a_moment() -> None:
    session = Session()

    assert session.happens(CALL | ENDED, seconds=0) == []
    assert session.tracker.is_waiting
    assert session.arrives(seconds=2) == ["DISCONNECTED"]
    assert not session.tracker.is_waiting


@pytest.mark.parametrize(("how", "times"), [("repeated", 2), ("lost", 0)])
def test_events_come_twice_or_not_at_all(how: str, times: int) -> None:
    assert Session().happens(CALL | ENDED | ANSWERED, how=how) == ["DISCONNECTED"] * times


def test_event_that_fails_comes_again_later_and_later() -> None:
    session = Session(failures=2)

    arrived = [session.happens(CALL | ENDED, seconds=2), session.arrives(0), session.arrives(1), session.arrives(1)]
    arrived += [session.arrives(1), session.arrives()]

    assert arrived == [["DISCONNECTED"], [], ["DISCONNECTED"], [], ["DISCONNECTED"], []]


def test_counts_are_the_sums_of_the_metrics_in_the_log() -> None:
    session = Session()

    session.happens(CALL | ENDED, CHAT | ENDED)

    assert session.tracker.counts == {"Saved": 4.0, "ReplyTime": 80.0}
    assert session.tracker.count(["a line", "[]", "{}"]) is False


def test_new_story_forgets_the_contacts_and_keeps_the_counts() -> None:
    session = Session()
    session.happens(CALL | ENDED)
    session.happens(CHAT | ENDED, seconds=0)

    session.tracker.start_story()

    assert session.happens(CHAT | ANSWERED) == []
    assert session.tracker.counts["Saved"] == 2


def test_story_ends_with_the_events_that_have_not_arrived() -> None:
    session = Session()
    session.happens(CALL | ENDED, CHAT | ENDED, seconds=0)

    session.tracker.deliver_all()

    assert [each["detail"]["contactId"] for each in session.function.events] == ["call", "chat"]
    assert not session.tracker.is_waiting


@pytest.mark.parametrize(
    ("subtype", "names"),
    [
        (
            "connect:SMS",
            {
                "Text Message Delivery Status Updated TEXT_SENT",
                "Text Message Delivery Status Updated TEXT_DELIVERED",
            },
        ),
        ("connect:WhatsApp", {"WhatsApp Message Delivered"}),
    ],
)
def test_message_that_is_delivered_has_its_status_events(subtype: str, names: set[str]) -> None:
    session = Session()

    session.tracker.send_deliveries(subtype, "")
    session.tracker.deliver_all()

    assert {describe_event(each) for each in session.function.events} == names


def test_event_that_arrives_first_is_delivered_first() -> None:
    session = Session()
    for number in range(20):
        session.tracker.watch(f"chat {number}")
        session.world.put_contact(CHAT | ENDED | {"Id": f"chat {number}"})
    session.tracker.observe("")

    arrived = []
    while session.tracker.is_waiting:
        arrived.append(session.arrives(0.01))

    assert [len(each) for each in arrived].count(0) > 20, "one after the other"
    assert max(map(len, arrived)) < 10


def test_function_that_does_not_answer_gets_the_event_again() -> None:
    events: list[Any] = []

    def invoke(event: Any) -> dict[str, Any]:
        events.append(event)
        return {"log": []} if len(events) == 1 else {"log": [], "response": {"batchItemFailures": []}}

    session = Session()
    session.tracker = ResultTracker(lambda: session.world, invoke, lambda: session.now)
    session.tracker.watch("call")

    assert session.happens(CALL | ENDED) == ["DISCONNECTED"]
    assert session.arrives(1) == ["DISCONNECTED"]
    assert not session.tracker.is_waiting


def test_failed_event_waits_for_at_most_half_a_minute() -> None:
    session = Session(failures=20)
    session.happens(CALL | ENDED)
    for _ in range(10):
        session.arrives(60)

    assert [session.arrives(60), session.arrives(30)] == [["DISCONNECTED"], ["DISCONNECTED"]]
