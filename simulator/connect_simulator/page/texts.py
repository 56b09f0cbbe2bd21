"""The texts that a call has come to: what Amazon Connect was asked for, and the SMS flow that takes them."""

from collections.abc import Iterator
from typing import Any

from connect_simulator import ReceivedRequest, Simulator
from connect_simulator.flows import FlowContact, Play
from connect_simulator.page.stack import Stack


class Texts:
    """Those of one call."""

    def __init__(self, simulator: Simulator, stack: Stack, contact: FlowContact) -> None:
        self._simulator = simulator
        self._stack = stack
        self._contact = contact
        self._seen = len(simulator.world.requests)

    def new(self) -> Iterator[dict[str, Any]]:
        """The requests since the last time: each with its contact, and what the SMS flow did with a new one."""
        requests = self._simulator.world.requests
        since, self._seen = requests[self._seen :], len(requests)
        for request in filter(self._is_of_the_call, since):
            contact = self._simulator.world.contacts[request.contact_id]
            told = {
                "request": request.body,
                "contact": contact,
                "repeated": request.repeated,
                "at": request.received_at,
            }
            yield told if request.repeated else told | {"taken": self._taken(request)}

    def _is_of_the_call(self, request: ReceivedRequest) -> bool:
        related = request.body.get("RelatedContactId")
        address = request.body["DestinationEndpoint"]["Address"]
        return related == self._contact.id or (related is None and address == self._contact.customer)

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
