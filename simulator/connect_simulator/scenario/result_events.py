"""The events about a message after its start, with the delays, repetitions and gaps that AWS's events have."""

import random
from collections.abc import Iterable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from connect_simulator import demo

type Event = dict[str, Any]

LATEST_SECONDS: Final = 72 * 3600
"""How late an event can be. Source: https://docs.aws.amazon.com/sms-voice/latest/userguide/monitor-event-bridge.html"""


def contact_event(contact: dict[str, Any], event_type: str, event_id: str, at: float) -> Event:
    """Build the contact event of a contact that is given as DescribeContact returns it, with times in epoch seconds."""
    queue, agent = contact.get("QueueInfo", {}), contact.get("AgentInfo", {})
    segment = contact.get("SegmentAttributes", {})
    detail = {
        "eventType": event_type,
        "contactId": contact["Id"],
        "initialContactId": contact.get("InitialContactId"),
        "relatedContactId": contact.get("RelatedContactId"),
        "channel": contact["Channel"],
        "instanceArn": contact.get("Arn", demo.INSTANCE_ARN).partition("/contact/")[0],
        "initiationMethod": contact.get("InitiationMethod"),
        "queueInfo": {"enqueueTimestamp": _iso(queue["EnqueueTimestamp"])} if queue else None,
        "agentInfo": {"connectedToAgentTimestamp": _iso(agent["ConnectedToAgentTimestamp"])} if agent else None,
        "segmentAttributes": {name: {"valueString": each["ValueString"]} for name, each in segment.items()},
        "tags": {"aws:connect:instanceId": demo.INSTANCE_ID, **contact.get("Tags", {})},
    }
    return _event(
        "aws.connect",
        "Amazon Connect Contact Event",
        event_id,
        at,
        {name: value for name, value in detail.items() if value is not None},
    )


def delivery_event(message_id: str, status: str, event_id: str, at: float, *, is_final: bool = True) -> Event:
    """Build the delivery event of an SMS to the United States."""
    detail = {
        "eventType": f"TEXT_{status}",
        "isFinal": is_final,
        "originationPhoneNumber": "+14255550100",
        "isoCountryCode": "US",
        "messageId": message_id,
        "messageStatus": status,
    }
    return _event("aws.sms-voice", "Text Message Delivery Status Updated", event_id, at, detail)


def whatsapp_delivery_event(message_id: str, event_id: str, at: float) -> Event:
    """Build the event of a WhatsApp message that was delivered."""
    detail = {
        "originationPhoneNumber": "14255550100",
        "messageId": message_id,
        "status": "delivered",
        "eventTimestamp": str(int(at)),
    }
    return _event("aws.social-messaging", "WhatsApp Message Delivered", event_id, at, detail)


@dataclass(frozen=True)
class Gaps:
    """
    The chances, from 0 to 1, that an event is lost, arrives twice, arrives late, or lacks its optional fields.

    Late events make the order of arrival random.
    """

    lost: float = 0.01
    twice: float = 0.05
    late: float = 0.05
    incomplete: float = 0.05

    def deliver(self, events: Iterable[Event], chance: random.Random) -> tuple[list[Event], list[Event]]:
        """Return the events that arrive, in the order of their arrival, and those that are lost."""
        arrived: list[tuple[float, int, Event]] = []
        lost: list[Event] = []
        for event in events:
            if chance.random() < self.lost:
                lost.append(event)
                continue
            sent = datetime.fromisoformat(event["time"]).timestamp()
            for _ in range(2 if chance.random() < self.twice else 1):
                delay = chance.uniform(0, LATEST_SECONDS) if chance.random() < self.late else chance.uniform(0, 2)
                copy = _without_options(event) if chance.random() < self.incomplete else event
                arrived.append((sent + delay, len(arrived), copy))
        return [event for *_, event in sorted(arrived, key=lambda each: each[:2])], lost


def foreign(events: Iterable[Event]) -> Iterator[Event]:
    """Yield the events as those of another instance."""
    for event in events:
        changed = deepcopy(event)
        changed["detail"]["instanceArn"] = demo.INSTANCE_ARN[:-1] + "0"
        yield changed


def _without_options(event: Event) -> Event:
    changed = deepcopy(event)
    for name in ("agentInfo", "queueInfo", "initiationMethod", "isoCountryCode"):
        changed["detail"].pop(name, None)
    return changed


def _event(source: str, detail_type: str, event_id: str, at: float, detail: dict[str, Any]) -> Event:
    return {
        "version": "0",
        "id": event_id,
        "detail-type": detail_type,
        "source": source,
        "account": demo.ACCOUNT,
        "time": _iso(at),
        "region": demo.REGION,
        "resources": [],
        "detail": detail,
    }


def _iso(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).isoformat()
