"""A session: what one visitor does, one thing after the other, and what comes of it."""

import time
import traceback
from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import Any, Final
from uuid import uuid4

from botocore.exceptions import ClientError

from connect_simulator import Simulator, stage
from connect_simulator.calls import happening_now
from connect_simulator.flows import FlowError, NoAnswerError, NotInvokedError, Play
from connect_simulator.page import backlog
from connect_simulator.page.call import Call
from connect_simulator.page.choices import FAULT_SECONDS, Caller, Choices
from connect_simulator.page.feed import Feed
from connect_simulator.page.functions import Functions
from connect_simulator.page.stack import Stack
from connect_simulator.page.surroundings import Surroundings
from connect_simulator.page.texts import Texts

BLOCK_SECONDS: Final = 4.0
"""The block's time limit, which is 3 seconds, and what a busy machine takes beside the function."""
EVENT_SECONDS: Final = 12.0
LOOK_SECONDS: Final = 0.1
LONGEST_REPLY: Final = 1024

type Deed = Callable[[], Any]


class Session:
    """Does what it is told in a thread of its own; `feed` tells what came of it."""

    def __init__(self, name: str, simulator: Simulator, stack: Stack, functions: Functions) -> None:
        self.name = name
        self.feed = Feed()
        self._simulator = simulator
        self._stack = stack
        self._functions = functions
        self._surroundings = Surroundings(simulator, stack, name)
        self._call: Call | None = None
        self._texts = Texts(simulator, stack, name)
        self._late_until = 0.0
        self._deeds: SimpleQueue[Deed | None] = SimpleQueue()
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
                return lambda: self._caller_does(lambda play: play.press(keys))
            case "let-pass":
                return lambda: self._caller_does(Play.say_nothing)
            case "wait":
                return lambda: self._caller_does(Play.wait)
            case "answer":
                return lambda: self._caller_does(Play.answer)
            case "hang-up":
                return self._hang_up
            case "reply":
                text = str(body.get("text", "")).strip()[:LONGEST_REPLY]
                return lambda: self.feed.tell("reply", text=text, at=self._simulator.world.clock())
            case "work-off":
                return self._work_off
            case _:
                raise KeyError(name)

    def _work(self) -> None:
        while deed := self._next_deed():
            try:
                deed()
            except NotInvokedError as error:
                self.feed.tell("refused", message=_told(error.__cause__ or error))
            except Exception as error:  # noqa: BLE001 (the session goes on)
                self.feed.tell("refused", message=_told(error))

    def _next_deed(self) -> Deed | None:
        """What there is to do; while a delay lasts, it is to look for texts now and then."""
        try:
            return self._deeds.get(timeout=LOOK_SECONDS if time.monotonic() < self._late_until else None)
        except Empty:
            return self._tell_texts

    def _choose(self, choices: Choices) -> None:
        self._surroundings.choose(choices)
        self._functions.prepare(self._surroundings.variables())

    def _begin(self, caller: Caller) -> None:
        self.feed.tell("call")
        self._surroundings.choose(self._surroundings.choices)
        self._call = Call(self._simulator, self._stack, caller, self.feed.tell)
        self._call.begin(lambda event: self._answer(event, BLOCK_SECONDS), self._surroundings.choices.parameters)

    def _caller_does(self, deed: Callable[[Play], Any]) -> Call:
        if self._call is None:
            raise ValueError("There is no call.")
        self._call.do(deed)
        return self._call

    def _hang_up(self) -> None:
        call = self._caller_does(Play.hang_up)
        if call.abandoned:
            self.feed.tell("event")
            self._invoked(happening_now(call.hung_up_event()), EVENT_SECONDS)

    def _work_off(self) -> None:
        sqs, url = stage.client(self._simulator, "sqs"), self._surroundings.queue_url()
        event = backlog.received(sqs, url)
        if not event["Records"]:
            raise ValueError("Nothing is on the queue.")
        self.feed.tell("batch")
        told = self._invoked(event, EVENT_SECONDS)
        left = backlog.delete_done(sqs, url, event, told)
        self.feed.tell("worked-off", left=left)

    def _answer(self, event: Any, seconds: float) -> Any:
        """As the flow gets it: only what comes of the function is an outcome, and nothing that fails around it."""
        try:
            told = self._invoked(event, seconds)
        except Exception as error:
            raise NotInvokedError from error
        if "answer" not in told:
            raise NoAnswerError if told.get("silent") else RuntimeError
        return told["answer"]

    def _invoked(self, event: Any, seconds: float) -> dict[str, Any]:
        self._surroundings.arrange(self._call.contact.customer if self._call else None)
        self.feed.tell("invoking", action=self._call.at if self._call else "", event=event)
        try:
            told = self._functions.invoke(self._surroundings.variables(), event, seconds)
        except NoAnswerError:
            told = {"silent": True, "log": []}
        self.feed.tell("answered", **told)
        self._tell_texts()
        if self._surroundings.delays:
            self._late_until = time.monotonic() + FAULT_SECONDS + 1
        return told

    def _tell_texts(self) -> None:
        for text in self._texts.new():
            self.feed.tell("text", **text)


def _told(error: BaseException) -> str:
    """What is wrong; a bug of the simulator's goes onto the terminal."""
    if isinstance(error, FlowError | ValueError | stage.StageError | ClientError):
        return str(error)
    traceback.print_exception(error)
    return "The simulator failed; its terminal says how."


class Sessions:
    """The sessions there are; when there are too many, the oldest ends."""

    def __init__(self, simulator: Simulator, stack: Stack, functions: Functions, most: int = 32) -> None:
        self.stack = stack
        self._simulator = simulator
        self._functions = functions
        self._most = most
        self._open: dict[str, Session] = {}
        self._lock = Lock()

    def begin(self) -> Session:
        """A new one, whose name nobody can guess."""
        name = uuid4().hex
        session = Session(name, self._simulator, self.stack, self._functions)
        with self._lock:
            self._open[name] = session
            if len(self._open) > self._most:
                self._open.pop(next(iter(self._open))).close()
        session.do("choose", {})
        return session

    def __getitem__(self, name: str) -> Session:
        """The session of that name; KeyError when it has ended."""
        return self._open[name]

    def close(self) -> None:
        """Ends all of them, and the function's processes."""
        with self._lock:
            for session in self._open.values():
                session.close()
            self._open.clear()
        self._functions.close()
