"""The messages of the chat contacts that a session has started, and the SMS flow that handles each of them."""

from collections.abc import Iterator
from dataclasses import asdict
from typing import Any, Final

from connect_simulator.connect.chats import Contact
from connect_simulator.connect.world import ReceivedRequest
from connect_simulator.flows import End, Step
from connect_simulator.page.choices import Choices
from connect_simulator.page.stack import Stack
from connect_simulator.server import Simulator

NO_CHOICES: Final = Choices({}, {})
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
        self._latest = ""

    def new_messages(self, language: str = "", choices: Choices = NO_CHOICES) -> Iterator[dict[str, Any]]:
        """Yield the messages since the last call of this method.

        The SMS flow of a new contact speaks this language, with the template parameters and the errors of the choices.
        """
        if self._world is not self._simulator.world:  # A reset has removed the earlier requests.
            self._world, self._seen = self._simulator.world, 0
        new = self._world.requests[self._seen :]
        self._seen += len(new)
        for request in new:
            if request.access_key == self._access_key:
                yield self._message(request, language, choices)

    def reply(self, text: str) -> dict[str, Any] | None:
        """Send the customer's message to the latest contact; return None if it is over or does not exist."""
        try:
            return self._conversation(self._world.conversations.reply(self._latest, text))
        except ValueError:
            return None

    def time_out(self) -> dict[str, Any] | None:
        """Let the time limit of the latest contact's flow pass; return None if it does not wait."""
        try:
            return self._conversation(self._world.conversations.time_out(self._latest))
        except ValueError:
            return None

    def answer(self) -> dict[str, Any]:
        """Connect an agent to the latest contact; raise ValueError if it does not wait for one."""
        self._world.conversations.answer(self._latest)
        return self._conversation([])

    def end(self) -> dict[str, Any]:
        """End the latest contact as its agent; raise ValueError if it has none."""
        self._world.conversations.end(self._latest)
        return self._conversation([])

    def _message(self, request: ReceivedRequest, language: str, choices: Choices) -> dict[str, Any]:
        message = {
            "request": request.body,
            "contact": self._world.contacts[request.contact_id],
            "subtype": request.body["SegmentAttributes"]["connect:Subtype"]["ValueString"],
            "sender": self._phone_number(request.body["SourceEndpoint"]["Address"]),
            "repeated": request.repeated,
            "at": request.received_at,
        }
        if request.repeated:
            return message
        self._latest = request.contact_id
        flow = self._stack.flow("SmsFlow", language=language, given=choices.stack_parameters)
        player = self._world.conversations.start(request.contact_id, flow, choices.block_errors)
        return message | self._conversation(player.steps)

    def _conversation(self, steps: list[Step]) -> dict[str, Any]:
        """Describe the steps of the latest contact's flow, and what it does now."""
        player = self._world.conversations.player(self._latest)
        contact = self._world.contacts[self._latest]
        waiting, end = (player.waiting, player.end) if player else (None, None)
        return {
            "contact": contact,
            "steps": [
                {"action": step.action, "branch": step.branch, "prompts": step.prompts, "attributes": step.attributes}
                for step in steps
            ],
            "flow_waiting": asdict(waiting) if waiting else None,
            "flow_end": _state(contact, end),
        }

    def _phone_number(self, arn: str) -> str:
        return str(self._world.describe_phone_number(arn)["PhoneNumber"])


def _state(contact: Contact, end: End | None) -> str:
    """Return what a contact waits for, or how its flow ended."""
    if "AgentInfo" in contact:
        return "ENDED" if "DisconnectTimestamp" in contact else "ANSWERED"
    return end.reason if end else "WAITING"
