"""A call: its flows, the caller's actions, and its contact in Amazon Connect."""

from collections.abc import Callable, Mapping
from dataclasses import asdict
from typing import Any, Final

from connect_simulator import demo
from connect_simulator.connect.chats import Contact
from connect_simulator.flows import End, FlowContact, FlowPlayer, Step, Waiting
from connect_simulator.page.choices import Caller, Choices
from connect_simulator.page.stack import FUNCTION_ARN, QUEUE_FLOW_ARN, Stack
from connect_simulator.server import Simulator

type Publish = Callable[..., None]

PLAYER_COMMANDS: Final[Mapping[str, Callable[[FlowPlayer], Any]]] = {
    "press-nothing": FlowPlayer.time_out,
    "wait": FlowPlayer.wait,
    "connect-agent": FlowPlayer.connect_agent,
}


class Call:
    """An incoming call; every step is published to the feed.

    Attributes:
        contact: The contact as the flows know it.
        abandoned: Whether the caller hung up in the queue.
        is_stopped: Whether a flow has reached a step that cannot be simulated.
    """

    def __init__(self, simulator: Simulator, stack: Stack, caller: Caller, publish: Publish) -> None:
        self.contact = FlowContact(
            simulator.world.new_id(),
            caller.number,
            language=caller.language,
            attributes=dict(caller.attributes),
        )
        self.abandoned = False
        self.is_stopped = False
        self._simulator = simulator
        self._stack = stack
        self._language = caller.language
        self._publish = publish
        self._player: _StepwisePlayer | None = None
        self._published: Waiting | End | None = None
        self._callbacks = 0
        self._record: Contact = {
            "Id": self.contact.id,
            "InitialContactId": self.contact.id,
            "Channel": "VOICE",
            "InitiationMethod": "INBOUND",
            "InitiationTimestamp": simulator.world.clock(),
            "SystemEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": self.contact.system_endpoint},
        }
        if caller.number:
            self._record["CustomerEndpoint"] = {"Type": "TELEPHONE_NUMBER", "Address": caller.number}
        self.update_record()

    @property
    def action(self) -> str:
        """The id of the flow's current action."""
        return self._player.next_action if self._player else ""

    @property
    def is_over(self) -> bool:
        """Whether the caller is no longer on the phone."""
        return "DisconnectTimestamp" in self._record

    @property
    def queued_at(self) -> float:
        """The time in epoch seconds when the call entered the queue."""
        return float(self._record["QueueInfo"]["EnqueueTimestamp"])

    def start(self, function: Callable[[Any], Any], choices: Choices) -> None:
        """Start the voice flow, with the queue, the parameters and the failing actions of these choices."""
        self._functions = {FUNCTION_ARN: function}
        self._choices = choices
        self.contact.center = choices.center
        self._callbacks = len(choices.center.callbacks)
        self._start_flow("VoiceFlow")

    def next(self) -> None:
        """Publish the next step, the input that the flow waits for, or how the flow ended."""
        match self._player:
            case FlowPlayer(waiting=Waiting() as state) | FlowPlayer(end=End() as state):
                if state is not self._published:
                    self._published = state
                    self._publish_state(state)
            case FlowPlayer() as player if not self.is_stopped:
                self.is_stopped = True  # Stays so if the step raises an error.
                self._publish_step(player.step())
                self.is_stopped = False

    def do(self, command: Callable[[FlowPlayer], Any]) -> None:
        """Run a command of the caller or an agent, and continue the flow."""
        command(self._active_player())
        self._published = None
        self.next()

    def hang_up(self) -> None:
        """Hang up as the caller, at the step that was published last."""
        player = self._active_player()
        is_answered = player.end is not None and player.end.reason == "ANSWERED"
        if player.end is None:
            player.hang_up()
        self.abandoned = player.flow.type == "CUSTOMER_QUEUE" and not is_answered
        self._publish("ended", action=self.action, reason="HUNG_UP")
        self.update_record(DisconnectTimestamp=self._simulator.world.clock(), DisconnectReason="CUSTOMER_DISCONNECT")

    def update_record(self, **members: Any) -> None:
        """Update the contact in Amazon Connect with these members and the current attributes and tags."""
        tags = {"Tags": dict(self.contact.tags)} if self.contact.tags else {}
        self._record |= {**members, **tags, "Attributes": dict(self.contact.attributes)}
        self._simulator.world.put_contact(self._record)
        self._publish("contact", contact=self._simulator.world.contacts[self.contact.id])

    def _active_player(self) -> "_StepwisePlayer":
        if self._player is None or self.is_over:
            raise ValueError("No call is active; start one first.")
        return self._player

    def _start_flow(self, name: str) -> None:
        self._flow_name = name
        self._publish("flow", flow=name)
        given = (self._choices.parameters, self._language, self._choices.stack_parameters)
        flow, modules = self._stack.flow(name, *given), self._stack.modules(*given)
        self._player = _StepwisePlayer(flow, self.contact, self._functions, self._choices.block_errors, modules)
        self.next()

    def _publish_state(self, state: Waiting | End) -> None:
        if isinstance(state, Waiting):
            self._publish("waiting", action=state.action, expects=state.expects)
        else:
            self._end_flow(state)

    def _end_flow(self, end: End) -> None:
        self._publish("ended", action=end.action, reason=end.reason)
        now = self._simulator.world.clock()
        if end.reason == "QUEUED" and end.next_flow == QUEUE_FLOW_ARN:
            self.update_record(QueueInfo={"Id": demo.QUEUE_ID, "EnqueueTimestamp": now})
            self._start_flow("CustomerQueueFlow")
        elif end.reason == "ANSWERED":
            self.update_record(AgentInfo={"Id": "agent", "ConnectedToAgentTimestamp": now})
        elif end.reason == "DISCONNECTED":
            self.update_record(DisconnectTimestamp=now, DisconnectReason="CONTACT_FLOW_DISCONNECT")

    def _publish_step(self, step: Step | None) -> None:
        if step:
            members = {"action": step.action, "branch": step.branch, "prompts": step.prompts, "module": step.module}
            members["flow"] = self._stack.module_names.get(step.module, self._flow_name)
            self._publish("step", call=self.contact.id, attributes=dict(step.attributes), **members)
            if step.attributes:
                self.update_record()
            for callback in self.contact.center.callbacks[self._callbacks :]:
                self._callbacks += 1
                self._publish("callback", callback=asdict(callback))


class _StepwisePlayer(FlowPlayer):
    """A player that takes one step for each call of `step`."""

    @property
    def next_action(self) -> str:
        """The id of the action that comes next, or at which the flow waits."""
        return self._next[1]

    def run(self) -> list[Step]:
        """Return an empty list, because the page calls `step` for each step."""
        return []
