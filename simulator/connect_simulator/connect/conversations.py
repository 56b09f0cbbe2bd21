"""The flows of chat contacts: a customer's reply or the time continues each one."""

from collections.abc import Mapping
from threading import RLock
from types import MappingProxyType
from typing import Any, Final, Protocol

from connect_simulator.connect.chats import Contact, count_message
from connect_simulator.flows import ContactCenter, Flow, FlowContact, FlowPlayer, Step

NO_ERRORS: Final[Mapping[str, str]] = MappingProxyType({})


class Chats(Protocol):
    """The part of the world that conversations use."""

    contacts: dict[str, Contact]
    center: ContactCenter

    def clock(self) -> float:
        """Return the current time in epoch seconds."""

    def end_chat(self, contact_id: str, ended_at: float | None = None) -> None:
        """End the chat, by default now."""

    def end_expired_chats(self) -> None:
        """End the chats whose duration is over."""


class Conversations:
    """The flows that handle the chat contacts of a world; each one ends with its contact.

    A contact has a conversation only after `start`: StartOutboundChatContact alone plays no flow. The flows cannot
    invoke functions, because they run while the world is locked.
    """

    def __init__(self, world: Chats, lock: RLock) -> None:
        self._world = world
        self._lock = lock
        self._players: dict[str, FlowPlayer] = {}
        self._deadlines: dict[str, float] = {}

    def start(self, contact_id: str, flow: Flow, errors: Mapping[str, str] = NO_ERRORS) -> FlowPlayer:
        """Play a flow for a chat contact until it waits or ends.

        Raises:
            KeyError: The contact does not exist.
        """
        with self._lock:
            player = FlowPlayer(flow, self._flow_contact(self._world.contacts[contact_id]), {}, errors)
            self._players[contact_id] = player
            self._follow(contact_id, player.run(), self._world.clock())
            return player

    def player(self, contact_id: str) -> FlowPlayer | None:
        """Return the flow of a contact, if one was started."""
        return self._players.get(contact_id)

    def reply(self, contact_id: str, text: str) -> list[Step]:
        """Send a message of the customer; return the steps of the flow, if it waited for one.

        A bot takes the text as the name of the intent.

        Raises:
            ValueError: The contact is not an open chat. In AWS, such a message starts a new contact.
        """
        with self._lock:
            self._world.end_expired_chats()
            contact, now = self._world.contacts.get(contact_id, {}), self._world.clock()
            if "ChatMetrics" not in contact or "DisconnectTimestamp" in contact:
                raise ValueError("The contact is not an open chat.")
            count_message(contact, "CUSTOMER", text, now)
            player = self._players.get(contact_id)
            if player is None or player.waiting is None or player.waiting.expects != "REPLY":
                return []
            return self._follow(contact_id, player.reply(text), now)

    def time_out(self, contact_id: str) -> list[Step]:
        """Let the time limit of a contact's flow pass now, and return the steps of the flow.

        Raises:
            ValueError: The contact's flow does not wait with a time limit.
        """
        with self._lock:
            if contact_id not in self._deadlines:
                raise ValueError("The flow of the contact does not wait with a time limit.")
            return self._follow(contact_id, self._players[contact_id].time_out(), self._world.clock())

    def answer(self, contact_id: str) -> None:
        """Connect an agent to a contact.

        Raises:
            ValueError: The contact is not in a queue, or an agent has it already.
        """
        with self._lock:
            contact = self._world.contacts.get(contact_id, {})
            if "QueueInfo" not in contact or contact.keys() & {"AgentInfo", "DisconnectTimestamp"}:
                raise ValueError("The contact does not wait for an agent.")
            contact["AgentInfo"] = {"Id": "agent", "ConnectedToAgentTimestamp": self._world.clock()}

    def end(self, contact_id: str) -> None:
        """End a contact as the agent who has it.

        Raises:
            ValueError: No agent has the contact.
        """
        with self._lock:
            contact = self._world.contacts.get(contact_id, {})
            if "AgentInfo" not in contact or "DisconnectTimestamp" in contact:
                raise ValueError("No agent has the contact.")
            contact["DisconnectReason"] = "AGENT_DISCONNECT"
            self._world.end_chat(contact_id)

    def pass_time(self) -> dict[str, list[Step]]:
        """Let the time limits pass that are over by the world's clock; return the steps of each contact's flow."""
        with self._lock:
            now, steps = self._world.clock(), dict[str, list[Step]]()
            for contact_id, deadline in list(self._deadlines.items()):
                if "DisconnectTimestamp" in self._world.contacts[contact_id]:
                    del self._deadlines[contact_id]
                elif deadline <= now:
                    steps[contact_id] = self._follow(contact_id, self._players[contact_id].time_out(), deadline)
            return steps

    def _flow_contact(self, contact: Contact) -> FlowContact:
        return FlowContact(
            contact["Id"],
            contact["CustomerEndpoint"]["Address"],
            channel="CHAT",
            subtype=contact["SegmentAttributes"]["connect:Subtype"]["ValueString"],
            attributes=dict(contact["Attributes"]),
            center=self._world.center,
        )

    def _follow(self, contact_id: str, steps: list[Step], now: float) -> list[Step]:
        """Copy what the flow did to the contact."""
        player, contact = self._players[contact_id], self._world.contacts[contact_id]
        for text in (text for step in steps for text in step.prompts):
            count_message(contact, "SYSTEM", text, now)
        contact["Attributes"] = dict(player.contact.attributes)
        self._deadlines.pop(contact_id, None)
        if player.waiting and player.waiting.seconds is not None:
            self._deadlines[contact_id] = now + player.waiting.seconds
        elif player.end and player.end.reason == "QUEUED":
            queue: Any = player.contact.queue_arn
            contact["QueueInfo"] = {"Id": queue.rpartition("/")[2], "EnqueueTimestamp": now}
        elif player.end:
            contact["DisconnectReason"] = "CONTACT_FLOW_DISCONNECT"
            self._world.end_chat(contact_id, now)
        return steps
