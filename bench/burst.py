"""
Simulate how many calls of a burst get a message in time; `make bench-queue` writes the table into docs/events.md.

The function processes the queue under a simulated clock, with as many workers as the template allows. Amazon Connect
takes 250 ms for each call, and its quota of starts is the setting.
"""

import json
import os
import sys
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from multiprocessing import Pool
from typing import Any, NamedTuple

from bench import page
from builders import LambdaContext, application, described, event
from connect_simulator import Quota, World
from deflection.handler import lambda_handler
from proof.stage import Stage
from proof.world_client import WorldClient
from standard_queue import QUEUES, Mapped, Sqs, StandardQueue, poll

CALLS = (100, 300, 1000, 10_000)
SETTINGS = (1.0, 1.5, 10.0)
LATENCY_SECONDS = 0.25
MAX_AGE_SECONDS = 300
"""The default of MaxEventAgeSeconds."""
BURST = 5
START = 1795342003.0


class Simulated(NamedTuple):
    """How many calls of a burst got a message, and the seconds until the last one."""

    calls: int
    started: int
    seconds: float


@dataclass(frozen=True)
class SlowConnect(WorldClient):
    """A simulated Amazon Connect that takes some time for each call."""

    world: World
    stage: Stage

    def start_outbound_chat_contact(self, **request: Any) -> Mapping[str, Any]:
        """Start a contact."""
        self.stage.sleep(LATENCY_SECONDS)
        return super().start_outbound_chat_contact(**request)

    def describe_contact(self, **request: Any) -> Mapping[str, Any]:
        """Describe a contact."""
        self.stage.sleep(LATENCY_SECONDS)
        return super().describe_contact(**request)


def simulate(calls: int, setting: float) -> Simulated:
    """Abandon the calls at once, and process their events until none is left."""
    stage, mapped, world = Stage(START), Mapped.of_template(), World()
    world.clock = stage.clock.now
    world.quota = Quota(rate=setting, burst=BURST, open_chats=None)
    queue = StandardQueue(stage.clock.now, mapped)
    for number in range(calls):
        contact_id = str(uuid.UUID(int=number + 1))
        world.put_contact(described(Id=contact_id, InitialContactId=contact_id))
        happened = event("contact_event_abandoned") | {"time": "2026-11-22T10:06:43Z"}
        happened["detail"] |= {"contactId": contact_id, "initialContactId": contact_id}
        queue.send(json.dumps(happened))

    def work() -> None:
        environment = application(
            SlowConnect(world, stage),
            sqs=Sqs(queue),
            clock=stage.clock,
            CONTACT_EVENT_TRIGGER="ABANDONED",
            CONSENT_ATTRIBUTE="smsConsent",
            MAX_EVENT_AGE_SECONDS=str(MAX_AGE_SECONDS),
            QUEUE_SENDS_PER_SECOND=str(setting),
            **QUEUES,
        )

        def invoke(records: dict[str, Any]) -> dict[str, Any]:
            context: Any = LambdaContext(mapped.timeout_seconds)
            answer: dict[str, Any] = lambda_handler(records, context, application=environment)
            return answer

        poll(queue, mapped, invoke, stage.sleep)

    stage.play(*[work] * mapped.workers)
    starts = [request.received_at - START for request in world.requests]
    return Simulated(calls, len(starts), max(starts))


def table(simulated: Mapping[tuple[int, float], Simulated]) -> str:
    """Write the simulated bursts in Markdown: a row for each number of calls, a column for each setting."""
    lines = [
        f"| Calls at once | {' | '.join(f'at {setting:g} a second' for setting in SETTINGS)} |",
        f"|---|{'---|' * len(SETTINGS)}",
    ]
    for calls in CALLS:
        cells = [_cell(simulated[calls, setting]) for setting in SETTINGS]
        lines.append(f"| {calls:,} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _cell(burst: Simulated) -> str:
    late = burst.calls - burst.started
    return f"{burst.started:,} sent, {late:,} too old" if late else f"all sent, the last after {burst.seconds:.0f} s"


def main(argv: Sequence[str] | None = None) -> None:
    """Simulate, print and write."""
    arguments = sys.argv[1:] if argv is None else argv
    cases = [(calls, setting) for calls in CALLS for setting in SETTINGS]
    with Pool(initializer=_discard_output) as pool:
        simulated = dict(zip(cases, pool.starmap(simulate, cases, chunksize=1), strict=True))
    written = table(simulated)
    sys.stdout.write(f"{written}\n")
    if "--dry" not in arguments:
        page.write_parts(page.QUEUE_PAGE, {"bursts": written})


def _discard_output() -> None:
    """Discard what the function logs in this process."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)


if __name__ == "__main__":
    main()
