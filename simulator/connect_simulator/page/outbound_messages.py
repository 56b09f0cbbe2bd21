"""The texts that calls have come to: what Amazon Connect was asked for, and the SMS flow that takes them."""

from collections.abc import Iterator
from typing import Any, Final

from connect_simulator import demo
from connect_simulator.connect.world import ReceivedRequest
from connect_simulator.flows import FlowContact, Play
from connect_simulator.page.stack import Stack
from connect_simulator.server.simulator import Simulator

STOP_WORDS: Final = frozenset(
    ("ARRET", "CANCEL", "END", "OPT-OUT", "OPTOUT", "QUIT", "REMOVE", "STOP", "TD", "UNSUBSCRIBE")
)


def stops(reply: str) -> bool:
    """
    Whether AWS takes a reply to a text message for an opt-out, in capitals or not.

    Source: https://docs.aws.amazon.com/sms-voice/latest/userguide/opt-out-list-keywords.html
    """
    return reply.strip().upper() in STOP_WORDS


class OutboundMessages:
    """Those that were asked for with one access key id, for whichever call."""

    def __init__(self, simulator: Simulator, stack: Stack, access_key: str) -> None:
        self._simulator = simulator
        self._stack = stack
        self._access_key = access_key
        self._world = simulator.world
        self._seen = len(self._world.requests)

    def new(self) -> Iterator[dict[str, Any]]:
        """The requests since the last time: each with its contact, and what the SMS flow did with a new one."""
        if self._world is not self._simulator.world:  # A reset forgot what was before.
            self._world, self._seen = self._simulator.world, 0
        since = self._world.requests[self._seen :]
        self._seen += len(since)
        for request in since:
            if request.access_key == self._access_key:
                yield self._told(request)

    def _told(self, request: ReceivedRequest) -> dict[str, Any]:
        told = {
            "request": request.body,
            "contact": self._world.contacts[request.contact_id],
            "subtype": request.body["SegmentAttributes"]["connect:Subtype"]["ValueString"],
            "sender": self._number(request.body["SourceEndpoint"]["Address"]),
            "repeated": request.repeated,
            "at": request.received_at,
        }
        return told if request.repeated else told | {"taken": self._taken(request)}

    def _number(self, arn: str) -> str:
        world = self._world
        return str(
            world.instance_config.describe_phone_number(world.phone_numbers, arn, demo.INSTANCE_ARN)["PhoneNumber"]
        )

    def _taken(self, request: ReceivedRequest) -> str:
        """How the stack's own flow for texts ended: QUEUED, when an agent is to come."""
        contact = FlowContact(
            request.contact_id,
            request.body["DestinationEndpoint"]["Address"],
            channel="CHAT",
            subtype=request.body["SegmentAttributes"]["connect:Subtype"]["ValueString"],
            attributes=dict(request.body.get("Attributes", {})),
        )
        play = Play(self._stack.flow("SmsFlow"), contact, {})
        play.on()
        return play.end.how if play.end else ""
