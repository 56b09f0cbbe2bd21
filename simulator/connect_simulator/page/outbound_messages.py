"""The messages of the chat contacts that a session has started, and the SMS flow that handles them."""

from collections.abc import Iterator
from typing import Any, Final

from connect_simulator.connect.world import ReceivedRequest
from connect_simulator.flows import FlowContact, FlowPlayer
from connect_simulator.page.stack import Stack
from connect_simulator.server import Simulator

OPT_OUT_KEYWORDS: Final = frozenset(
    ("ARRET", "CANCEL", "END", "OPT-OUT", "OPTOUT", "QUIT", "REMOVE", "STOP", "TD", "UNSUBSCRIBE")
)


def is_opt_out(reply: str) -> bool:
    """Check whether AWS treats a reply as an opt-out; upper and lower case are equal.

    Source: https://docs.aws.amazon.com/sms-voice/latest/userguide/opt-out-list-keywords.html
    """
    return reply.strip().upper() in OPT_OUT_KEYWORDS


class OutboundMessages:
    """The messages of the requests that were signed with one access key id, for all calls."""

    def __init__(self, simulator: Simulator, stack: Stack, access_key: str) -> None:
        self._simulator = simulator
        self._stack = stack
        self._access_key = access_key
        self._world = simulator.world
        self._seen = len(self._world.requests)

    def new_messages(self) -> Iterator[dict[str, Any]]:
        """Yield the messages since the last call of this method."""
        if self._world is not self._simulator.world:  # A reset has removed the earlier requests.
            self._world, self._seen = self._simulator.world, 0
        new = self._world.requests[self._seen :]
        self._seen += len(new)
        for request in new:
            if request.access_key == self._access_key:
                yield self._message(request)

    def _message(self, request: ReceivedRequest) -> dict[str, Any]:
        message = {
            "request": request.body,
            "contact": self._world.contacts[request.contact_id],
            "subtype": request.body["SegmentAttributes"]["connect:Subtype"]["ValueString"],
            "sender": self._phone_number(request.body["SourceEndpoint"]["Address"]),
            "repeated": request.repeated,
            "at": request.received_at,
        }
        return message if request.repeated else message | {"flow_end": self._play_sms_flow(request)}

    def _phone_number(self, arn: str) -> str:
        return str(self._world.describe_phone_number(arn)["PhoneNumber"])

    def _play_sms_flow(self, request: ReceivedRequest) -> str:
        """Play the stack's SMS flow and return how it ended: QUEUED if it waits for an agent."""
        contact = FlowContact(
            request.contact_id,
            request.body["DestinationEndpoint"]["Address"],
            channel="CHAT",
            subtype=request.body["SegmentAttributes"]["connect:Subtype"]["ValueString"],
            attributes=dict(request.body.get("Attributes", {})),
            center=self._world.center,
        )
        player = FlowPlayer(self._stack.flow("SmsFlow"), contact, {})
        player.run()
        return player.end.reason if player.end else ""
