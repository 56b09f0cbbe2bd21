"""One call: the flows that are played for it, what the caller does, and what Amazon Connect knows of it."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from connect_simulator import demo
from connect_simulator.connect.chats import Contact
from connect_simulator.flows import End, FlowContact, Play, Step, Waiting
from connect_simulator.page.choices import Caller
from connect_simulator.page.stack import FUNCTION_ARN, QUEUE_FLOW_ARN, Stack
from connect_simulator.server.simulator import Simulator

type Tell = Callable[..., None]
type Deed = Callable[[Play], Any]


class Call:
    """
    A call that has come in; `tell` is told of every step.

    Attributes:
        contact: What the flows know of it.
        abandoned: Whether the caller hung up in the queue.
        is_stopped: Whether a flow has come to a step that cannot be taken here.
    """

    def __init__(self, simulator: Simulator, stack: Stack, caller: Caller, tell: Tell) -> None:
        self.contact = FlowContact(
            simulator.world.new_id(), caller.number, language=caller.language, attributes=dict(caller.attributes)
        )
        self.abandoned = False
        self.is_stopped = False
        self._simulator = simulator
        self._stack = stack
        self._tell = tell
        self._play: _ByStep | None = None
        self._said: Waiting | End | None = None
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

    @property
    def is_over(self) -> bool:
        """Whether the caller is off the phone."""
        return "DisconnectTimestamp" in self._record

    def begin(self, function: Callable[[Any], Any], parameters: Mapping[str, str]) -> None:
        """The voice flow takes the call; it gives these parameters to the function."""
        self._functions = {FUNCTION_ARN: function}
        self._parameters = parameters
        self._enter("VoiceFlow")

    def on(self) -> None:
        """What comes next, once the step before was shown: a step, what the flow waits for, or how it ended."""
        match self._play:
            case Play(waiting=Waiting() as now) | Play(end=End() as now):
                if now is not self._said:
                    self._said = now
                    self._stays(now)
            case Play() as play if not self.is_stopped:
                self.is_stopped = True
                self._stepped(play.step())
                self.is_stopped = False

    def do(self, deed: Deed) -> None:
        """The caller or an agent does something, and the flow goes on."""
        if self._play is None or self.is_over:
            raise ValueError("There is no call.")
        deed(self._play)
        self._said = None
        self.on()

    def hang_up(self) -> None:
        """The caller hangs up, at the step that was shown last."""
        if self._play is None or self.is_over:
            raise ValueError("There is no call.")
        is_answered = self._play.end is not None and self._play.end.how == "ANSWERED"
        if self._play.end is None:
            self._play.hang_up()
        self.abandoned = self._play.flow.type == "CUSTOMER_QUEUE" and not is_answered
        self._tell("ended", action=self.at, how="HUNG_UP")
        self.note(DisconnectTimestamp=self._simulator.world.clock(), DisconnectReason="CUSTOMER_DISCONNECT")

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
        self._play = _ByStep(self._stack.flow(name, self._parameters), self.contact, self._functions)
        self.on()

    def _stays(self, said: Waiting | End) -> None:
        if isinstance(said, Waiting):
            self._tell("waiting", action=said.action, what_for=said.what_for)
        else:
            self._ended(said)

    def _ended(self, end: End) -> None:
        self._tell("ended", action=end.action, how=end.how)
        now = self._simulator.world.clock()
        if end.how == "QUEUED" and end.next_flow == QUEUE_FLOW_ARN:
            self.note(QueueInfo={"Id": demo.QUEUE_ID, "EnqueueTimestamp": now})
            self._enter("CustomerQueueFlow")
        elif end.how == "ANSWERED":
            self.note(AgentInfo={"Id": "agent", "ConnectedToAgentTimestamp": now})
        elif end.how == "DISCONNECTED":
            self.note(DisconnectTimestamp=now)

    def _stepped(self, step: Step | None) -> None:
        if step:
            told = {"action": step.action, "came_by": step.came_by, "heard": step.heard, "wrote": dict(step.wrote)}
            self._tell("step", call=self.contact.id, **told)
            if step.wrote:
                self.note()


class _ByStep(Play):
    """A play that takes one step at a time, when it is told."""

    @property
    def at(self) -> str:
        """The action that it is at."""
        return self._next[1]

    def on(self) -> list[Step]:
        """No step, after what the caller does."""
        return []
