"""The function's invocations in a session, and what each leads to: an answer, requests, texts, records on the queue."""

import time
from collections.abc import Callable
from typing import Any, Final

from connect_simulator.flows import NoAnswerError
from connect_simulator.lambda_runtime.execution_environments import ExecutionEnvironments
from connect_simulator.page import deferral_queue
from connect_simulator.page.choices import FAULT_SECONDS
from connect_simulator.page.outbound_messages import OutboundMessages
from connect_simulator.page.request_log import RequestLog
from connect_simulator.page.session_environment import SessionEnvironment
from connect_simulator.page.stack import Stack
from connect_simulator.scenario import resources
from connect_simulator.server.simulator import Simulator

SMS: Final = "connect:SMS"
LOOK_SECONDS: Final = 0.1


class Invoker:
    """
    Invokes the function, and tells what comes of it.

    Attributes:
        environment: The function's variables, and AWS around it.
        received: What Amazon Connect is asked for.
        texted: The number that got the latest text message; empty before the first.
    """

    def __init__(
        self, simulator: Simulator, stack: Stack, name: str, functions: ExecutionEnvironments, tell: Callable[..., None]
    ) -> None:
        self.environment = SessionEnvironment(simulator, stack, name)
        self.received = RequestLog()
        self.texted = ""
        self._simulator = simulator
        self._functions = functions
        self._texts = OutboundMessages(simulator, stack, name)
        self._tell = tell
        self._late_until = 0.0

    def prepare(self) -> None:
        """Loads the function with the variables of now."""
        self._functions.prepare(self.environment.variables())

    def invoke(self, event: Any, seconds: float, caller: str | None, action: str) -> dict[str, Any]:
        """What came of an event: see `ExecutionEnvironments.invoke`; or `silent`, when nothing did within that time."""
        self.environment.arrange(caller)
        self._tell("invoking", action=action, event=event)
        try:
            told = self._functions.invoke(self.environment.variables(), event, seconds)
        except NoAnswerError:
            told = {"silent": True, "log": []}
        self._tell("answered", **told)
        self.tell_texts()
        if self.environment.choices.has_queue:
            self._tell_queue()
        if self.environment.delays:
            self._late_until = time.monotonic() + FAULT_SECONDS + 1
        return told

    def process_queue(self, seconds: float, caller: str | None) -> None:
        """
        The records on the queue are taken, as Lambda does.

        Raises:
            ValueError: There are none.
        """
        sqs, url = resources.client(self._simulator, "sqs"), self.environment.queue_url()
        event = deferral_queue.received(sqs, url)
        if not event["Records"]:
            raise ValueError("Nothing is on the queue.")
        self._tell("batch")
        deferral_queue.delete_done(sqs, url, event, self.invoke(event, seconds, caller, ""))
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
            self._tell("text", **text, delivered=not (is_sms and self.environment.has_stopped(number)))

    def _tell_queue(self) -> None:
        sqs = resources.client(self._simulator, "sqs")
        self._tell("queue", records=deferral_queue.size(sqs, self.environment.queue_url()))
