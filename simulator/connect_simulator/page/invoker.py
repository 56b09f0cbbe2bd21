"""The function's invocations in a session, and what each leads to: an answer, requests, texts, records on the queue."""

import time
from collections.abc import Callable
from typing import Any, Final

from connect_simulator import Simulator, stage
from connect_simulator.flows import NoAnswerError
from connect_simulator.page import backlog
from connect_simulator.page.choices import FAULT_SECONDS
from connect_simulator.page.environments import Functions
from connect_simulator.page.received import Received
from connect_simulator.page.stack import Stack
from connect_simulator.page.surroundings import Surroundings
from connect_simulator.page.texts import Texts

SMS: Final = "connect:SMS"
LOOK_SECONDS: Final = 0.1


class Invoker:
    """
    Invokes the function, and tells what comes of it.

    Attributes:
        surroundings: The function's variables, and AWS around it.
        received: What Amazon Connect is asked for.
        texted: The number that got the latest text message; empty before the first.
    """

    def __init__(
        self, simulator: Simulator, stack: Stack, name: str, functions: Functions, tell: Callable[..., None]
    ) -> None:
        self.surroundings = Surroundings(simulator, stack, name)
        self.received = Received()
        self.texted = ""
        self._simulator = simulator
        self._functions = functions
        self._texts = Texts(simulator, stack, name)
        self._tell = tell
        self._late_until = 0.0

    def prepare(self) -> None:
        """Loads the function with the variables of now."""
        self._functions.prepare(self.surroundings.variables())

    def invoke(self, event: Any, seconds: float, caller: str | None, action: str) -> dict[str, Any]:
        """What came of an event: see `Functions.invoke`; or `silent`, when nothing did within that time."""
        self.surroundings.arrange(caller)
        self._tell("invoking", action=action, event=event)
        try:
            told = self._functions.invoke(self.surroundings.variables(), event, seconds)
        except NoAnswerError:
            told = {"silent": True, "log": []}
        self._tell("answered", **told)
        self.tell_texts()
        if self.surroundings.choices.has_queue:
            self._tell_queue()
        if self.surroundings.delays:
            self._late_until = time.monotonic() + FAULT_SECONDS + 1
        return told

    def work_off(self, seconds: float, caller: str | None) -> None:
        """
        The records on the queue are taken, as Lambda does.

        Raises:
            ValueError: There are none.
        """
        sqs, url = stage.client(self._simulator, "sqs"), self.surroundings.queue_url()
        event = backlog.received(sqs, url)
        if not event["Records"]:
            raise ValueError("Nothing is on the queue.")
        self._tell("batch")
        backlog.delete_done(sqs, url, event, self.invoke(event, seconds, caller, ""))
        self._tell_queue()

    @property
    def look_seconds(self) -> float | None:
        """How soon to look for texts, while they may be late."""
        return LOOK_SECONDS if time.monotonic() < self._late_until else None

    def tell_texts(self) -> None:
        """Tells what Amazon Connect was asked for since the last time, and the texts that it sends."""
        if requests := self.received.new():
            self._tell("received", requests=requests)
        for text in self._texts.new():
            number, is_sms = text["contact"]["CustomerEndpoint"]["Address"], text["subtype"] == SMS
            self.texted = number if is_sms else self.texted
            self._tell("text", **text, delivered=not (is_sms and self.surroundings.has_stopped(number)))

    def _tell_queue(self) -> None:
        sqs = stage.client(self._simulator, "sqs")
        self._tell("queue", records=backlog.size(sqs, self.surroundings.queue_url()))
