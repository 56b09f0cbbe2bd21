"""The events about a message after its start, and how they arrive."""

import random
from datetime import UTC, datetime
from typing import Any

from connect_simulator import demo
from connect_simulator.scenario.result_events import Gaps, contact_event, delivery_event, foreign

NEVER = Gaps(0, 0, 0, 0)
CALL: dict[str, Any] = {
    "Id": "call",
    "Channel": "VOICE",
    "QueueInfo": {"EnqueueTimestamp": 0.0},
    "AgentInfo": {"ConnectedToAgentTimestamp": 60.0},
    "Tags": {"smsDeflection": "started"},
}
EVENTS = [delivery_event(str(number), "DELIVERED", f"event-{number}", number) for number in range(200)]


def arrived(gaps: Gaps) -> list[str]:
    events, _ = gaps.deliver(EVENTS, random.Random(0))
    return [event["id"] for event in events]


def test_contact_event_has_the_tags_and_times_of_its_contact() -> None:
    detail = contact_event(CALL, "DISCONNECTED", "event", 90)["detail"]

    assert detail["tags"]["smsDeflection"] == "started"
    assert detail["agentInfo"] == {"connectedToAgentTimestamp": datetime.fromtimestamp(60, UTC).isoformat()}
    assert detail["instanceArn"] == demo.INSTANCE_ARN
    assert "relatedContactId" not in detail


def test_complete_events_arrive_in_order_without_gaps() -> None:
    assert sorted(arrived(NEVER)) == sorted(event["id"] for event in EVENTS)


def test_lost_events_do_not_arrive() -> None:
    events, lost = Gaps(0.5, 0, 0, 0).deliver(EVENTS, random.Random(0))

    assert len(events) + len(lost) == len(EVENTS)
    assert lost


def test_events_can_arrive_twice_and_late() -> None:
    assert sorted(arrived(Gaps(0, 1, 0, 0))) == sorted([event["id"] for event in EVENTS] * 2)
    assert arrived(Gaps(0, 0, 1, 0)) != [event["id"] for event in EVENTS]


def test_incomplete_event_lacks_optional_fields_only() -> None:
    [event], _ = Gaps(0, 0, 0, 1).deliver([contact_event(CALL, "DISCONNECTED", "event", 90)], random.Random(0))

    assert "agentInfo" not in event["detail"]
    assert event["detail"]["contactId"] == "call"


def test_foreign_events_are_of_another_instance() -> None:
    [event] = foreign([contact_event(CALL, "DISCONNECTED", "event", 90)])

    assert event["detail"]["instanceArn"] != demo.INSTANCE_ARN
