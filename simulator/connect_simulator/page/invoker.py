"""Invoke the function of a session, and publish the result, its requests, its messages and the size of the queue."""

import time
from collections.abc import Callable
from typing import Any, Final

from connect_simulator.flows import FlowContact, FunctionTimeoutError
from connect_simulator.lambda_runtime.execution_environments import ExecutionEnvironments
from connect_simulator.lambda_runtime.worker import LAMBDA_SECONDS
from connect_simulator.page import deferral_queue
from connect_simulator.page.choices import FAULT_SECONDS
from connect_simulator.page.outbound_messages import OutboundMessages
from connect_simulator.page.request_log import RequestLog
from connect_simulator.page.result_tracker import ResultTracker, describe_event
from connect_simulator.page.session_environment import SessionEnvironment
from connect_simulator.page.stack import Stack
from connect_simulator.scenario.sdk_client import sdk_client
from connect_simulator.server import Simulator

SMS: Final = "connect:SMS"
POLL_SECONDS: Final = 0.1


class Invoker:
    """Invokes the function of one session.

    Attributes:
        environment: The function's variables and AWS resources.
        request_log: The requests to Amazon Connect.
        language: The language of the latest call.
        last_number: The number that got the latest SMS; empty before the first.
        results: What becomes of the messages.
    """

    def __init__(
        self,
        simulator: Simulator,
        stack: Stack,
        name: str,
        environments: ExecutionEnvironments,
        publish: Callable[..., None],
    ) -> None:
        self.environment = SessionEnvironment(simulator, stack, name)
        self.request_log = RequestLog()
        self.language = ""
        self.last_number = ""
        self.results = ResultTracker(lambda: simulator.world, self._invoke_function)
        self._simulator = simulator
        self._environments = environments
        self._stack = stack
        self._messages = self._new_messages()
        self._publish = publish
        self._late_until = 0.0

    def start_story(self) -> None:
        """Forget the previous story: its messages, also those that arrive late, and its AWS resources."""
        self.results.deliver_all()
        self.publish_counts()
        self.results.start_story()
        self.environment.start_story()
        self.request_log, self._messages = RequestLog(), self._new_messages()
        self.last_number = ""
        self._late_until = 0.0

    def start_call(self, contact: FlowContact) -> None:
        """Watch a call, and speak its language in the messages."""
        self.language = contact.language
        self.results.watch(contact.id)
        self.publish_counts()

    def prepare(self) -> None:
        """Load the function with the current variables."""
        self._environments.prepare(self.environment.variables())

    def invoke(self, event: Any, seconds: float, caller: str | None, action: str) -> dict[str, Any]:
        """Invoke the function with an event.

        Returns:
            See `ExecutionEnvironments.invoke`; with `timed_out` if the function did not respond within `seconds`.
        """
        self.environment.create_resources(caller)
        self._publish("invoking", action=action, event=event)
        result = self._invoke_function(event, seconds)
        self._publish("result", **result)
        if self.results.count(result["log"]):
            self.publish_counts()
        self.publish_messages()
        if self.environment.choices.has_queue:
            self._publish_queue()
        if self.environment.has_delay:
            self._late_until = time.monotonic() + FAULT_SECONDS + 1
        return result

    def process_queue(self, seconds: float, caller: str | None) -> None:
        """Give the records on the queue to the function, as Lambda does.

        Raises:
            ValueError: The queue is empty.
        """
        sqs, url = sdk_client(self._simulator, "sqs"), self.environment.queue_url()
        event = deferral_queue.receive_records(sqs, url)
        if not event["Records"]:
            raise ValueError("The queue is empty.")
        self._publish("batch")
        deferral_queue.delete_handled(sqs, url, event, self.invoke(event, seconds, caller, ""))
        self._publish_queue()

    @property
    def poll_seconds(self) -> float | None:
        """How often to look for late messages and events; None if none can be late."""
        return POLL_SECONDS if self.results.is_waiting or time.monotonic() < self._late_until else None

    def poll(self) -> None:
        """Publish what arrived since the last call of this method: messages, and an event about a message."""
        self.publish_messages()
        self.observe()
        if event := self.results.deliver():
            self.publish_counts(describe_event(event))

    def observe(self) -> None:
        """Send the events of what happened to the contacts."""
        self.results.observe(self.environment.choices.events)

    def publish_counts(self, event: str = "") -> None:
        """Publish what the function has counted in this session, and the event that it has counted last."""
        self._publish("funnel", counts=dict(self.results.counts), event=event)

    def publish_messages(self) -> None:
        """Publish the requests and messages since the last call of this method."""
        if requests := self.request_log.new_entries():
            self._publish("requests", requests=requests)
        for message in self._messages.new_messages(self.language, self.environment.choices):
            number, is_sms = message["contact"]["CustomerEndpoint"]["Address"], message["subtype"] == SMS
            self.last_number = number if is_sms else self.last_number
            delivered = not (is_sms and self.environment.is_opted_out(number))
            self._publish("message", **message, delivered=delivered)
            self.results.watch(message["contact"]["Id"])
            if delivered and not message["repeated"]:  # AWS does not say which status an opted-out number gets.
                self.results.send_deliveries(message["subtype"], self.environment.choices.events)

    def reply(self, text: str) -> None:
        """Send the customer's message to the latest contact, and publish what its flow does."""
        if conversation := self._messages.reply(text):
            self._publish("conversation", **conversation)

    def time_out_reply(self) -> None:
        """Let the time limit for a reply pass in the latest contact's flow.

        Raises:
            ValueError: The flow does not wait.
        """
        conversation = self._messages.time_out()
        if conversation is None:
            raise ValueError("No SMS flow waits for a reply.")
        self._publish("conversation", **conversation)

    def answer_text(self) -> None:
        """Let an agent answer the latest contact; raise ValueError if it does not wait for one."""
        self._publish("conversation", **self._messages.answer())

    def end_text(self) -> None:
        """Let the agent end the latest contact; raise ValueError if it has none."""
        self._publish("conversation", **self._messages.end())

    def _invoke_function(self, event: Any, seconds: float = LAMBDA_SECONDS) -> dict[str, Any]:
        try:
            return self._environments.invoke(self.environment.variables(), event, seconds)
        except FunctionTimeoutError:
            return {"timed_out": True, "log": []}

    def _new_messages(self) -> OutboundMessages:
        return OutboundMessages(self._simulator, self._stack, self.environment.access_key)

    def _publish_queue(self) -> None:
        sqs = sdk_client(self._simulator, "sqs")
        self._publish("queue", records=deferral_queue.size(sqs, self.environment.queue_url()))
