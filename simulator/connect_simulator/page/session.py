"""A session: what one visitor does, one thing after the other, and what comes of it."""

import traceback
from collections.abc import Callable, Mapping
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final

from botocore.exceptions import ClientError

from connect_simulator.flows import FlowError, NoAnswerError, NotInvokedError, Play
from connect_simulator.lambda_runtime.execution_environments import ExecutionEnvironments
from connect_simulator.page.call import Call
from connect_simulator.page.choices import Caller, Choices
from connect_simulator.page.feed import Feed
from connect_simulator.page.invoker import Invoker
from connect_simulator.page.outbound_messages import stops
from connect_simulator.page.stack import Stack
from connect_simulator.scenario.calls import happening_now
from connect_simulator.scenario.resources import ScenarioError
from connect_simulator.server.simulator import Simulator

MARGIN_SECONDS: Final = 1.0
"""What a busy machine takes beside the function."""
EVENT_SECONDS: Final = 12.0
LONGEST_REPLY: Final = 1024

type Deed = Callable[[], Any]

PLAYED: Final[Mapping[str, Callable[[Play], Any]]] = {
    "let-pass": Play.say_nothing,
    "wait": Play.wait,
    "answer": Play.answer,
}


class Session:
    """Does what it is told in a thread of its own; `feed` tells what came of it."""

    def __init__(self, name: str, simulator: Simulator, stack: Stack, functions: ExecutionEnvironments) -> None:
        self.name = name
        self.feed = Feed()
        self._simulator = simulator
        self._stack = stack
        self._invoker = Invoker(simulator, stack, name, functions, self.feed.tell)
        self.received = self._invoker.received
        self._environment = self._invoker.environment
        self._call: Call | None = None
        self._left = 0
        self._deeds: SimpleQueue[Deed | None] = SimpleQueue()
        self._plain: Mapping[str, Deed] = {
            "leave": self._leave,
            "hang-up": self._hang_up,
            "work-off": self._work_off,
        }
        Thread(target=self._work, name=f"session-{name}", daemon=True).start()

    def close(self) -> None:
        """Ends it, for those who watch too."""
        self._deeds.put(None)
        self.feed.close()

    def do(self, name: str, body: Any) -> None:
        """
        Has it done, in its turn.

        Raises:
            KeyError: There is nothing of that name to do.
            ValueError: The body does not say what it must.
        """
        self._deeds.put(self._deed(name, body if isinstance(body, dict) else {}))

    def _deed(self, name: str, body: dict[str, Any]) -> Deed:
        match name:
            case "choose":
                choices = Choices.read(body, self._stack.variables)
                return lambda: self._choose(choices)
            case "call":
                caller = Caller.read(body)
                return lambda: self._begin(caller)
            case "press":
                keys = str(body.get("keys"))
                return lambda: self._current().do(lambda play: play.press(keys))
            case "on":
                shown = str(body.get("call", ""))
                return lambda: self._on(shown)
            case "reply":
                text = str(body.get("text", "")).strip()[:LONGEST_REPLY]
                return lambda: self._reply(text)
            case _ if name in PLAYED:
                return lambda: self._current().do(PLAYED[name])
            case _:
                return self._plain[name]

    def _work(self) -> None:
        while deed := self._next_deed():
            try:
                deed()
            except NotInvokedError as error:
                self._refuse(error.__cause__ or error)
            except Exception as error:  # noqa: BLE001 (the session goes on)
                self._refuse(error)

    def _refuse(self, error: BaseException) -> None:
        self.feed.tell("refused", message=_told(error), stops=self._call is not None and self._call.is_stopped)

    def _next_deed(self) -> Deed | None:
        """What there is to do; while a delay lasts, it is to look for texts now and then."""
        try:
            return self._deeds.get(timeout=self._invoker.look_seconds)
        except Empty:
            return self._invoker.tell_texts

    def _choose(self, choices: Choices) -> None:
        self._environment.choose(choices)
        self._invoker.prepare()

    def _begin(self, caller: Caller) -> None:
        if self._call and not self._call.is_over:
            self._hang_up()
        self.feed.tell("call", left=self._left)
        self._environment.choose(self._environment.choices)
        self._call = Call(self._simulator, self._stack, caller, self.feed.tell)
        self._call.begin(self._answer, self._environment.choices.parameters)

    def _on(self, shown: str) -> None:
        """The page has shown a step of this call, or of whichever; it may be late, and the call over or another one."""
        if self._call and not self._call.is_over and shown in ("", self._call.contact.id):
            self._call.on()

    def _leave(self) -> None:
        """Another story: nobody waits for what would come of this call."""
        if self._call and not self._call.is_over:
            self._call.hang_up()
        self._call = None
        self._left += 1
        self.feed.tell("left", left=self._left)

    def _hang_up(self) -> None:
        call = self._current()
        call.hang_up()
        if call.abandoned:
            self.feed.tell("event")
            self._invoked(happening_now(call.hung_up_event()), EVENT_SECONDS)

    def _work_off(self) -> None:
        self._invoker.process_queue(EVENT_SECONDS, self._call.contact.customer if self._call else None)

    def _current(self) -> Call:
        if self._call is None:
            raise ValueError("There is no call.")
        return self._call

    def _reply(self, text: str) -> None:
        """AWS takes some words for an opt-out, as the reply to a text message; the SMS flow has no part in that."""
        has_stopped = stops(text) and self._invoker.texted != ""
        if has_stopped:
            self._environment.stop(self._invoker.texted)
        self.feed.tell("reply", text=text, at=self._simulator.world.clock(), stopped=has_stopped)

    def _answer(self, event: Any) -> Any:
        """As the flow gets it: only what comes of the function is an outcome, and nothing that fails around it."""
        try:
            told = self._invoked(event, self._environment.flow_seconds + MARGIN_SECONDS)
        except Exception as error:
            raise NotInvokedError from error
        if "answer" not in told:
            raise NoAnswerError if told.get("silent") else RuntimeError
        return told["answer"]

    def _invoked(self, event: Any, seconds: float) -> dict[str, Any]:
        call = self._current()
        return self._invoker.invoke(event, seconds, call.contact.customer, call.at)


def _told(error: BaseException) -> str:
    """What is wrong; a bug of the simulator's goes onto the terminal."""
    if isinstance(error, FlowError | ValueError | ScenarioError | ClientError):
        return str(error)
    traceback.print_exception(error)
    return "The simulator failed; its terminal says how."
