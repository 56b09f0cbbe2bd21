"""A session: run the commands of one visitor one after the other, and publish the results."""

import traceback
from collections.abc import Callable, Mapping
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any, Final

from botocore.exceptions import ClientError

from connect_simulator.flows import FlowError, FunctionTimeoutError, InvocationAbortedError
from connect_simulator.lambda_runtime.execution_environments import ExecutionEnvironments
from connect_simulator.lambda_runtime.worker import LAMBDA_SECONDS
from connect_simulator.page.call import PLAYER_COMMANDS, Call
from connect_simulator.page.choices import Caller, Choices
from connect_simulator.page.contact_events import abandoned_event
from connect_simulator.page.feed import Feed
from connect_simulator.page.flow_graphs import FlowGraphs
from connect_simulator.page.invoker import Invoker
from connect_simulator.page.outbound_messages import is_opt_out
from connect_simulator.page.request_log import RequestLog
from connect_simulator.page.stack import Stack
from connect_simulator.scenario.event_contacts import with_current_time
from connect_simulator.scenario.variables import ScenarioError
from connect_simulator.server import Simulator

MARGIN_SECONDS: Final = 1.0
"""Extra time for a busy machine."""
EVENT_SECONDS: Final = LAMBDA_SECONDS + MARGIN_SECONDS
MAX_REPLY_LENGTH: Final = 1024

type Command = Callable[[], Any]


class Session:
    """A visitor's session with a thread of its own; `feed` has the results of its commands."""

    def __init__(self, name: str, simulator: Simulator, stack: Stack, environments: ExecutionEnvironments) -> None:
        self.name = name
        self.feed = Feed()
        self._simulator = simulator
        self._stack = stack
        self._invoker = Invoker(simulator, stack, name, environments, self.feed.publish)
        self._environment = self._invoker.environment
        self._call: Call | None = None
        self._left = 0
        self._graphs = FlowGraphs(stack, self.feed.publish)
        self._commands: SimpleQueue[Command | None] = SimpleQueue()
        self._plain_commands: Mapping[str, Command] = {
            "leave": self._leave,
            "hang-up": self._hang_up,
            "process-queue": self._process_queue,
            "no-reply": self._invoker.time_out_reply,
            "answer-text": self._invoker.answer_text,
            "end-text": self._invoker.end_text,
        }
        Thread(target=self._run_commands, name=f"session-{name}", daemon=True).start()

    @property
    def request_log(self) -> RequestLog:
        """The requests of the current story to Amazon Connect."""
        return self._invoker.request_log

    def close(self) -> None:
        """End the session and its feed."""
        self._commands.put(None)
        self.feed.close()

    def do(self, name: str, body: Any) -> None:
        """Run a command after the earlier ones.

        Raises:
            KeyError: The command does not exist.
            ValueError: The body is not valid for the command.
        """
        self._commands.put(self._command(name, body if isinstance(body, dict) else {}))

    def _command(self, name: str, body: dict[str, Any]) -> Command:
        match name:
            case "choose":
                choices = Choices.parse(body, self._stack.variables, self._stack.parameters)
                self._graphs.check(choices)
                return lambda: self._choose(choices)
            case "call":
                caller = Caller.parse(body)
                return lambda: self._start_call(caller)
            case "press":
                keys = str(body.get("keys"))
                return lambda: self._current_call().do(lambda player: player.press(keys))
            case "next":
                call_id = str(body.get("call", ""))
                return lambda: self._next(call_id)
            case "reply":
                text = str(body.get("text", "")).strip()[:MAX_REPLY_LENGTH]
                return lambda: self._reply(text)
            case _ if name in PLAYER_COMMANDS:
                return lambda: self._current_call().do(PLAYER_COMMANDS[name])
            case _:
                return self._plain_commands[name]

    def _run_commands(self) -> None:
        while command := self._next_command():
            try:
                command()
            except InvocationAbortedError as error:
                self._publish_error(error.__cause__ or error)
            except Exception as error:  # noqa: BLE001 (the session continues)
                self._publish_error(error)
            self._invoker.observe()

    def _publish_error(self, error: BaseException) -> None:
        stops = self._call is not None and self._call.is_stopped
        self.feed.publish("error", message=_describe(error), stops=stops, is_of_flow=isinstance(error, FlowError))

    def _next_command(self) -> Command | None:
        """Return the next command; while messages and events can be late, look for them in between."""
        try:
            return self._commands.get(timeout=self._invoker.poll_seconds)
        except Empty:
            return self._invoker.poll

    def _choose(self, choices: Choices) -> None:
        self._environment.choose(choices)
        self._invoker.prepare()

    def _start_call(self, caller: Caller) -> None:
        if self._call and not self._call.is_over:
            self._hang_up()
        self.feed.publish("call", left=self._left)
        self._environment.choose(self._environment.choices)
        self._graphs.draw(caller.language, self._environment.choices)
        self._call = Call(self._simulator, self._stack, caller, self.feed.publish)
        self._invoker.start_call(self._call.contact)
        self._call.start(self._invoke_for_flow, self._environment.choices)

    def _next(self, call_id: str) -> None:
        """Take the next step of this call after the page has shown the previous one, if the call is still current."""
        if self._call and not self._call.is_over and call_id in ("", self._call.contact.id):
            self._call.next()

    def _leave(self) -> None:
        """End the call without its contact event and start over, because the visitor has selected another story."""
        if self._call and not self._call.is_over:
            self._call.hang_up()
        if self._call:
            self._invoker.start_story()
        self._call = None
        self._left += 1
        self.feed.publish("left", left=self._left)

    def _hang_up(self) -> None:
        call = self._current_call()
        call.hang_up()
        if call.abandoned:
            self.feed.publish("event")
            event = abandoned_event(self._simulator.world.new_id(), call.contact.id, call.queued_at)
            self._invoke(with_current_time(event), EVENT_SECONDS)

    def _process_queue(self) -> None:
        self._invoker.process_queue(EVENT_SECONDS, self._call.contact.customer if self._call else None)

    def _current_call(self) -> Call:
        if self._call is None:
            raise ValueError("No call is active; start one first.")
        return self._call

    def _reply(self, text: str) -> None:
        """Reply to the latest SMS; AWS handles an opt-out keyword itself, not the SMS flow."""
        opts_out = is_opt_out(text) and self._invoker.last_number != ""
        if opts_out:
            self._environment.opt_out(self._invoker.last_number)
        self.feed.publish("reply", text=text, at=self._simulator.world.clock(), opted_out=opts_out)
        if not opts_out:
            self._invoker.reply(text)

    def _invoke_for_flow(self, event: Any) -> Any:
        """Return the function's response or raise, as a flow sees it; abort for every other failure."""
        try:
            result = self._invoke(event, self._environment.flow_time_limit + MARGIN_SECONDS)
        except Exception as error:
            raise InvocationAbortedError from error
        if "response" not in result:
            raise FunctionTimeoutError if result.get("timed_out") else RuntimeError
        return result["response"]

    def _invoke(self, event: Any, seconds: float) -> dict[str, Any]:
        call = self._current_call()
        return self._invoker.invoke(event, seconds, call.contact.customer, call.action)


def _describe(error: BaseException) -> str:
    """Return the message of an expected error; print the traceback of a bug."""
    if isinstance(error, FlowError | ValueError | ScenarioError | ClientError):
        return str(error)
    traceback.print_exception(error)
    return "The simulator failed; see its terminal for the error."
