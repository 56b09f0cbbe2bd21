"""One call: the flows that are played for it, what the caller does, and what Amazon Connect knows of it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from connect_simulator import Simulator, demo
from connect_simulator.chats import Contact
from connect_simulator.flows import Flow, FlowContact, Play, Step
from connect_simulator.page.choices import Caller
from connect_simulator.page.stack import FUNCTION_ARN, QUEUE_FLOW_ARN, Stack

type Tell = Callable[..., None]
type Deed = Callable[[Play], Any]


class Call:
    """A call that has come in; `tell` is told of every step."""

    def __init__(self, simulator: Simulator, stack: Stack, caller: Caller, tell: Tell) -> None:
        self.contact = FlowContact(
            simulator.world.new_id(), caller.number, language=caller.language, attributes=dict(caller.attributes)
        )
        self.abandoned = False
        self._simulator = simulator
        self._stack = stack
        self._tell = tell
        self._play: _Watched | None = None
        self._record: Contact = {
            "Id": self.contact.id,
            "InitialContactId": self.contact.id,
            "Channel": "VOICE",
            "InitiationMethod": "INBOUND",
            "InitiationTimestamp": simulator.world.clock(),
            "SystemEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": self.contact.dialled},
        }
        if caller.number:
            self._record["CustomerEndpoint"] = {"Type": "TELEPHONE_NUMBER", "Address": caller.number}
        self.note()

    @property
    def at(self) -> str:
        """The action that the flow is at."""
        return self._play.at if self._play else ""

    def begin(self, function: Callable[[Any], Any], parameters: Mapping[str, str]) -> None:
        """The voice flow takes the call; it gives these parameters to the function."""
        self._functions = {FUNCTION_ARN: function}
        self._parameters = parameters
        self._enter("VoiceFlow")

    def do(self, deed: Deed) -> None:
        """The caller or an agent does something, and the flow goes on."""
        if self._play is None:
            raise ValueError("There is no call.")
        waiting = self._play.waiting
        deed(self._play)
        self._go_on()
        queued = self._play.flow.type == "CUSTOMER_QUEUE"
        if self._play.end and self._play.end.how == "HUNG_UP":
            self.abandoned = queued
            self.note(DisconnectTimestamp=self._simulator.world.clock(), DisconnectReason="CUSTOMER_DISCONNECT")
        elif self._play.end and self._play.end.how == "ANSWERED" and waiting:
            self.note(AgentInfo={"Id": "agent", "ConnectedToAgentTimestamp": self._simulator.world.clock()})

    def note(self, **members: Any) -> None:
        """Amazon Connect knows this of the call, and its attributes of now."""
        self._record |= {**members, "Attributes": dict(self.contact.attributes)}
        self._simulator.world.put_contact(self._record)
        self._tell("contact", contact=self._simulator.world.contacts[self.contact.id])

    def hung_up_event(self) -> dict[str, Any]:
        """What EventBridge is told when the caller hung up in the queue; the time is for `happening_now`."""
        queued_at = datetime.fromtimestamp(self._record["QueueInfo"]["EnqueueTimestamp"], UTC)
        queue_info = {"queueArn": demo.QUEUE_ARN, "queueType": "STANDARD", "enqueueTimestamp": queued_at.isoformat()}
        return {
            "version": "0",
            "id": self._simulator.world.new_id(),
            "detail-type": "Amazon Connect Contact Event",
            "source": "aws.connect",
            "account": demo.ACCOUNT,
            "region": demo.REGION,
            "resources": [demo.INSTANCE_ARN],
            "detail": {
                "eventType": "DISCONNECTED",
                "contactId": self.contact.id,
                "initialContactId": self.contact.id,
                "channel": "VOICE",
                "instanceArn": demo.INSTANCE_ARN,
                "initiationMethod": "INBOUND",
                "queueInfo": queue_info,
            },
        }

    def _enter(self, name: str) -> None:
        self._tell("flow", flow=name)
        flow = self._stack.flow(name, self._parameters)
        self._play = _Watched(flow, self.contact, self._functions, self._stepped)
        self._play.on()
        self._go_on()

    def _go_on(self) -> None:
        match self._play:
            case Play(waiting=waiting) if waiting:
                self._tell("waiting", action=waiting.action, what_for=waiting.what_for)
            case Play(end=end) if end:
                self._tell("ended", action=end.action, how=end.how)
                if end.how == "QUEUED" and end.next_flow == QUEUE_FLOW_ARN:
                    now = self._simulator.world.clock()
                    self.note(QueueInfo={"Id": demo.QUEUE_ID, "EnqueueTimestamp": now})
                    self._enter("CustomerQueueFlow")

    def _stepped(self, step: Step) -> None:
        self._tell("step", action=step.action, came_by=step.came_by, heard=step.heard, wrote=dict(step.wrote))
        if step.wrote:
            self.note()


class _Watched(Play):
    """A play whose steps are told as soon as they are taken."""

    def __init__(
        self,
        flow: Flow,
        contact: FlowContact,
        functions: Mapping[str, Callable[[Any], Any]],
        stepped: Callable[[Step], None],
    ) -> None:
        super().__init__(flow, contact, functions)
        self._stepped = stepped

    @property
    def at(self) -> str:
        """The action that it is at."""
        return self._next[1]

    def step(self) -> Step | None:
        """As ever, and told."""
        step = super().step()
        if step:
            self._stepped(step)
        return step
