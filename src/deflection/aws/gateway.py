"""Call AWS for one invocation or one queue record: traced, measured, within the deadline and the rate."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from deflection.aws.connect import ConnectClient, describe_contact, start_contact, start_contact_once
from deflection.aws.deadline import Clock, ColdStartTimer, Deadline
from deflection.aws.dynamodb import RepeatWindow, ResultTable
from deflection.aws.parameter_store import ParameterProvider, load_messages, load_routes
from deflection.aws.rate_limiter import RateLimiter
from deflection.aws.sms_voice import SmsVoiceClient, screen_number
from deflection.aws.sqs import Queue
from deflection.aws.switch import Switch
from deflection.contact import Contact, Endpoint
from deflection.observability import report_invalid_switch, trace_call, warn_repeat_window_not_updated
from deflection.outcome import StartedContact
from deflection.reasons import DeclineReason
from deflection.request.builder import NO_ROUTE, NoRoute, StartChatRequest
from deflection.request.limits import SUBTYPE_KEY
from deflection.settings import Settings
from deflection.telemetry import Metric

if TYPE_CHECKING:  # few operators have documents, and loading their models delays init
    from deflection.request.message_catalog import MessageCatalog
    from deflection.request.routes import Route

CHECK_TIMEOUT_SECONDS = 1.0
"""The time limit of reading an SSM parameter, the opt-out list or the carrier lookup."""
CHECK_SHARE = 0.4
"""The share of the remaining time for the opt-out list and the carrier lookup."""
REPEAT_WINDOW_RESERVE_SECONDS = 0.2
"""Reserved for writing the started contact to the repeat-window table."""
RECORD_CALL_TIMEOUT_SECONDS = 5.0
"""The time limit of a call to Amazon Connect when no flow waits for it."""


class QueueWorker(NamedTuple):
    """
    The client and the rate limits of one queue worker.

    Attributes:
        connect: Return the Connect client; it is created for the first record.
        start_limiter: Limits StartOutboundChatContact.
        describe_limiter: Limits DescribeContact.
        max_concurrency: How many records are processed at the same time.
    """

    connect: Callable[[], ConnectClient]
    start_limiter: RateLimiter
    describe_limiter: RateLimiter
    max_concurrency: int


@dataclass(frozen=True)
class Application:
    """The operator's settings, and the clients for them."""

    settings: Settings
    connect: ConnectClient
    queue: Queue | None
    dead_letter_queue: Queue | None
    worker: QueueWorker
    cold_start: ColdStartTimer
    provider: ParameterProvider | None = None
    switch: Switch | None = None
    sms: SmsVoiceClient | None = None
    repeat_window: RepeatWindow | None = None
    results: ResultTable | None = None
    clock: Clock = field(default_factory=Clock)


@dataclass(frozen=True)
class AwsGateway:
    """The calls to AWS for a flow or an event; a start is retried until the deadline."""

    application: Application
    deadline: Deadline

    def is_switched_off(self) -> bool:
        """Return whether the operator's switch stops all messages."""
        switch = self.application.switch
        if switch is None:
            return False
        return not switch.is_on(self.deadline.capped(CHECK_TIMEOUT_SECONDS), report_invalid_switch)

    def describe(self, contact_id: str) -> Contact:
        """Return the contact as Amazon Connect knows it now."""
        instance_arn = self.application.settings.instance_arn
        with trace_call("DescribeContact", Metric.DESCRIBE_LATENCY):
            deadline = self.deadline.capped(RECORD_CALL_TIMEOUT_SECONDS)
            return describe_contact(self._connect, instance_arn, contact_id, deadline)

    def claim_result(self, key: str, value: str) -> bool:
        """Remember a result; return whether it is new. Without a table, every result counts as new."""
        table = self.application.results
        return table is None or table.claim(key, value, self.application.clock.now(), self.deadline)

    def find_result(self, key: str) -> str | None:
        """Return the value of a result that was claimed earlier."""
        table = self.application.results
        return table.find(key, self.deadline) if table else None

    def find_route(self, contact: Contact, country: str) -> "Route | NoRoute":
        """Return the operator's route for a contact and the country of the customer's number."""
        name, provider = self.application.settings.routes_parameter, self.application.provider
        if provider is None or name is None:
            return NO_ROUTE
        return load_routes(provider, name, self.deadline.capped(CHECK_TIMEOUT_SECONDS)).find_route(contact, country)

    def messages(self) -> "MessageCatalog | None":
        """Return the operator's messages by language."""
        name, provider = self.application.settings.messages_parameter, self.application.provider
        if provider is None or name is None:
            return None
        return load_messages(provider, name, self.deadline.capped(CHECK_TIMEOUT_SECONDS))

    def screen(self, destination: Endpoint) -> DeclineReason | None:
        """Return why the opt-out list or the carrier does not allow a message to a number, or None."""
        settings, client = self.application.settings, self.application.sms
        if client is None:
            return None
        with trace_call("screening", Metric.SCREENING_LATENCY):
            seconds = min(CHECK_TIMEOUT_SECONDS, CHECK_SHARE * self.deadline.remaining)
            return screen_number(client, destination.address, settings, self.deadline.capped(seconds))

    def start(self, request: StartChatRequest) -> StartedContact:
        """Return the new contact, or the one started for this customer within the repeat window."""
        window, client_token = self.application.repeat_window, request["ClientToken"]
        if window is None:
            return StartedContact(self._start(request), client_token)
        subtype = request["SegmentAttributes"][SUBTYPE_KEY]["ValueString"]
        recipient = [request["InstanceId"], request["DestinationEndpoint"]["Address"], subtype]
        clock = self.application.clock
        found = window.find(recipient, clock.now(), self.deadline)
        if found:
            return found
        started = StartedContact(self._start(request, REPEAT_WINDOW_RESERVE_SECONDS), client_token)
        if not window.remember(recipient, started, clock.now(), self.deadline, clock.sleep):
            warn_repeat_window_not_updated()
        return started

    @property
    def _connect(self) -> ConnectClient:
        return self.application.connect

    def _start(self, request: StartChatRequest, reserve: float = 0.0) -> str:
        deadline = self.deadline.minus(reserve)
        with trace_call("StartOutboundChatContact", Metric.CONNECT_LATENCY):
            return start_contact(self._connect, request, deadline, self.application.clock.sleep)


class RateLimitedGateway(AwsGateway):
    """
    The calls to AWS for the records of the queue: each call to Amazon Connect is rate-limited and not retried.

    A call raises RateLimitTimeoutError if there is not enough time left for it. SQS delivers the record again.
    """

    def count_starts(self) -> int:
        """Return how many contacts can be started until the deadline."""
        return self.application.worker.start_limiter.count_tokens(self._latest_call)

    def describe(self, contact_id: str) -> Contact:
        """Describe a contact when the rate allows it."""
        self.application.worker.describe_limiter.acquire(self._latest_call)
        return super().describe(contact_id)

    def start(self, request: StartChatRequest) -> StartedContact:
        """Start a contact when the rate allows it, or return the one started within the repeat window."""
        self.application.worker.start_limiter.acquire(self._latest_call)
        return super().start(request)

    @property
    def _latest_call(self) -> float:
        return self.deadline.minus(RECORD_CALL_TIMEOUT_SECONDS).at

    @property
    def _connect(self) -> ConnectClient:
        return self.application.worker.connect()

    def _start(self, request: StartChatRequest, reserve: float = 0.0) -> str:
        deadline = self.deadline.minus(reserve).capped(RECORD_CALL_TIMEOUT_SECONDS)
        with trace_call("StartOutboundChatContact", Metric.CONNECT_LATENCY):
            return start_contact_once(self._connect, request, deadline)
