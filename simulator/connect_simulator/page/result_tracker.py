"""What becomes of the messages of a session: the events that AWS sends about them, and what the function counted.

The events are those that the rules of a stack with CountOutcomes and DeliveryEventNumbers put onto the queue.
"""

import json
import random
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final
from uuid import uuid4

from connect_simulator import demo
from connect_simulator.connect.chats import Contact
from connect_simulator.connect.world import World
from connect_simulator.scenario.event_contacts import with_current_time
from connect_simulator.scenario.result_events import Event, Gaps, contact_event, delivery_event, whatsapp_delivery_event

GAPS: Final = {
    "": Gaps(0, 0, 0, 0),
    "repeated": Gaps(0, 1, 0.5, 1),
    "lost": Gaps(1, 0, 0, 0),
}
"""How events arrive: once and complete; twice, in any order and without optional fields; or not at all."""
SMS: Final = "connect:SMS"
SHORTEST_SECONDS: Final = 0.2
LONGEST_SECONDS: Final = 1.2
MAX_RETRY_SECONDS: Final = 30.0

type Invoke = Callable[[Any], dict[str, Any]]


class ResultTracker:
    """Watches the contacts of one session, and sends an event to the function for each change that a rule matches.

    Attributes:
        counts: The sum of each metric that the function wrote for this session.
    """

    def __init__(self, world: Callable[[], World], invoke: Invoke, clock: Callable[[], float] = time.monotonic) -> None:
        self.counts: dict[str, float] = {}
        self._world = world
        self._invoke = invoke
        self._clock = clock
        self._chance = random.Random(0)
        self._seen: dict[str, set[str]] = {}
        self._waiting: list[tuple[float, float, Event]] = []

    @property
    def is_waiting(self) -> bool:
        """Whether an event has not arrived yet."""
        return bool(self._waiting)

    def start_story(self) -> None:
        """Forget the contacts of the previous story and their events that have not arrived; keep the counts."""
        self._seen.clear()
        self._waiting.clear()

    def count(self, log: Iterable[str]) -> bool:
        """Add the metrics in the log of an invocation; return whether there were any."""
        found = [metric for line in log for metric in _metrics(line)]
        for name, value in found:
            self.counts[name] = self.counts.get(name, 0) + value
        return bool(found)

    def watch(self, contact_id: str) -> None:
        """Watch a call or an SMS contact from now on."""
        self._seen.setdefault(contact_id, set())

    def send_deliveries(self, subtype: str, how: str) -> None:
        """Send the events of a message that is delivered."""
        message_id, at = str(uuid4()), self._world().clock()
        if subtype == SMS:
            events = [
                delivery_event(message_id, status, str(uuid4()), at, is_final=is_final)
                for status, is_final in (("SENT", False), ("DELIVERED", True))
            ]
        else:
            events = [whatsapp_delivery_event(message_id, str(uuid4()), at)]
        self._send(events, how)

    def observe(self, how: str) -> None:
        """Send the events of everything that happened to the contacts since the last call of this method."""
        world = self._world()
        for contact_id, seen in self._seen.items():
            contact = world.contacts.get(contact_id, {})
            new = [each for each in _events_of(contact) if each not in seen]
            seen.update(new)
            self._send([contact_event(contact, each, str(uuid4()), world.clock()) for each in new], how)

    def deliver(self) -> Event | None:
        """Give the next event that has arrived to the function, and return it; None if none has.

        The queue delivers an event again that the function reports as failed.
        """
        now = self._clock()
        due = min(self._waiting, key=lambda each: each[0], default=None)
        if due is None or due[0] > now:
            return None
        self._waiting.remove(due)
        _, pause, event = due
        if not self._give(event):
            self._waiting.append((now + pause, min(2 * pause, MAX_RETRY_SECONDS), event))
        return event

    def deliver_all(self) -> None:
        """Give all events that have not arrived to the function at once."""
        while self._waiting:
            self._give(self._waiting.pop(0)[-1])

    def _give(self, event: Event) -> bool:
        """Give an event to the function as a record of the queue; return whether it was processed."""
        result = self._invoke(_batch(with_current_time(event)))
        self.count(result["log"])
        response = result.get("response")
        return response is not None and not response.get("batchItemFailures")

    def _send(self, events: list[Event], how: str) -> None:
        arriving, _ = GAPS[how].deliver(events, self._chance)
        for event in arriving:
            delay = self._chance.uniform(SHORTEST_SECONDS, LONGEST_SECONDS)
            self._waiting.append((self._clock() + delay, 1.0, event))


def describe_event(event: Event) -> str:
    """Return the name of an event and its status."""
    detail = event["detail"]
    return f"{event['detail-type']} {detail.get('eventType', '')}".strip()


def _events_of(contact: Contact) -> Iterator[str]:
    """Yield the types of the contact's events so far that a rule of the stack matches."""
    is_message = contact.get("Channel") == "CHAT"
    if is_message and "AgentInfo" in contact:
        yield "CONNECTED_TO_AGENT"
    is_texted_call = contact.get("Tags", {}).get("smsDeflection") == "started"
    if "DisconnectTimestamp" in contact and (is_message or is_texted_call):
        yield "DISCONNECTED"


def _metrics(line: str) -> Iterator[tuple[str, float]]:
    """Yield the metrics of a log line in CloudWatch's embedded metric format."""
    try:
        logged = json.loads(line)
        directives = logged["_aws"]["CloudWatchMetrics"]
    except (ValueError, TypeError, KeyError):
        return
    for metric in (each["Name"] for directive in directives for each in directive["Metrics"]):
        yield metric, sum(logged[metric])


def _batch(event: Event) -> dict[str, Any]:
    """Return the event of SQS with one record."""
    record = {
        "messageId": event["id"],
        "receiptHandle": event["id"],
        "body": json.dumps(event),
        "attributes": {},
        "messageAttributes": {},
        "eventSource": "aws:sqs",
        "eventSourceARN": f"arn:aws:sqs:{demo.REGION}:{demo.ACCOUNT}:results",
        "awsRegion": demo.REGION,
    }
    return {"Records": [record]}
