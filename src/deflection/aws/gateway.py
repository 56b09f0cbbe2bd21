"""Offer AWS to one invocation or one queue record: traced, measured, within its deadline and rate."""

from collections.abc import Callable
from dataclasses import dataclass, field

from deflection.aws.connect import ConnectClient, describe_contact, start_contact, start_contact_once
from deflection.aws.deadline import Clock, ColdStartTimer, Deadline
from deflection.aws.dynamodb import RepeatWindow
from deflection.aws.parameter_store import ParameterProvider, is_switched_off, load_messages, load_routes
from deflection.aws.rate_limiter import RateLimiter
from deflection.aws.sms_voice import SmsVoiceClient, screen_number
from deflection.aws.sqs import Queue
from deflection.contact import Contact, Endpoint
from deflection.observability import trace_call, warn_not_remembered
from deflection.outcome import StartedContact
from deflection.reasons import DeclineReason
from deflection.request.builder import StartChatRequest
from deflection.request.limits import SUBTYPE_KEY
from deflection.request.message_catalog import MessageCatalog
from deflection.request.routes import EMPTY_ROUTE, Route
from deflection.settings import Settings

CHECK_TIMEOUT_SECONDS = 1.0
"""The longest time for reading a document, the opt-out list or the carrier."""
CHECK_SHARE = 0.4
"""The share of the remaining time that a carrier may take; its answer is optional."""
REPEAT_WINDOW_RESERVE_SECONDS = 0.2
"""Reserved for writing a started contact to the repeat-window table."""
RECORD_CALL_TIMEOUT_SECONDS = 5.0
"""The longest time for a call to Amazon Connect that no flow waits for."""


@dataclass(frozen=True)
class QueueWorker:
    """
    What a worker of the queue has of its own.

    Attributes:
        connect: Returns its Connect client, which is created for the first record.
        starts: When it may start the next contact.
        describes: When it may describe the next contact.
        at_once: How many records it processes at the same time.
    """

    connect: Callable[[], ConnectClient]
    starts: RateLimiter
    describes: RateLimiter
    at_once: int


@dataclass(frozen=True)
class Application:
    """The operator's settings and the clients that they need."""

    settings: Settings
    connect: ConnectClient
    queue: Queue | None
    dead_letter_queue: Queue | None
    worker: QueueWorker
    cold_start: ColdStartTimer
    provider: ParameterProvider | None = None
    sms: SmsVoiceClient | None = None
    repeat_window: RepeatWindow | None = None
    clock: Clock = field(default_factory=Clock)


@dataclass(frozen=True)
class AwsGateway:
    """AWS for a flow or an event; a start is retried as long as the deadline allows."""

    application: Application
    deadline: Deadline

    def is_switched_off(self) -> bool:
        """Return whether the operator's switch stops all messages."""
        name, provider = self.application.settings.switch_parameter, self.application.provider
        if provider is None or name is None:
            return False
        return is_switched_off(provider, name, self.deadline.capped(CHECK_TIMEOUT_SECONDS))

    def describe(self, contact_id: str) -> Contact:
        """Return the contact as Amazon Connect knows it now."""
        instance_arn = self.application.settings.instance_arn
        with trace_call("DescribeContact", "DescribeLatency"):
            deadline = self.deadline.capped(RECORD_CALL_TIMEOUT_SECONDS)
            return describe_contact(self._connect, instance_arn, contact_id, deadline)

    def find_route(self, contact: Contact, country: str) -> Route:
        """Return the operator's route for a contact whose number belongs to this country."""
        name, provider = self.application.settings.routes_parameter, self.application.provider
        if provider is None or name is None:
            return EMPTY_ROUTE
        return load_routes(provider, name, self.deadline.capped(CHECK_TIMEOUT_SECONDS)).find_route(contact, country)

    def messages(self) -> MessageCatalog | None:
        """Return the operator's messages by language."""
        name, provider = self.application.settings.messages_parameter, self.application.provider
        if provider is None or name is None:
            return None
        return load_messages(provider, name, self.deadline.capped(CHECK_TIMEOUT_SECONDS))

    def screen(self, destination: Endpoint) -> DeclineReason | None:
        """Return why the opt-out list or the carrier does not allow a number, or None."""
        settings, client = self.application.settings, self.application.sms
        if client is None:
            return None
        with trace_call("screening", "ScreeningLatency"):
            seconds = min(CHECK_TIMEOUT_SECONDS, CHECK_SHARE * self.deadline.remaining)
            return screen_number(client, destination.address, settings, self.deadline.capped(seconds))

    def start(self, request: StartChatRequest) -> StartedContact:
        """Return the contact that the request started, or one started for this customer a short while ago."""
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
            warn_not_remembered()
        return started

    @property
    def _connect(self) -> ConnectClient:
        return self.application.connect

    def _start(self, request: StartChatRequest, reserve: float = 0.0) -> str:
        deadline = self.deadline.minus(reserve)
        with trace_call("StartOutboundChatContact", "ConnectLatency"):
            return start_contact(self._connect, request, deadline, self.application.clock.sleep)


@dataclass(frozen=True)
class PacedGateway(AwsGateway):
    """
    AWS for the records of the queue: each call to Amazon Connect waits for its turn and is made once; SQS retries.

    A call raises RateLimitTimeoutError if its turn comes too late: every call has its full time, so that nothing is
    requested again while the answer may still arrive.
    """

    def turns(self) -> int:
        """Return how many contacts can be started until the deadline."""
        return self.application.worker.starts.turns(self._last_turn)

    def describe(self, contact_id: str) -> Contact:
        """Describe a contact in its turn."""
        self.application.worker.describes.acquire(self._last_turn)
        return super().describe(contact_id)

    def start(self, request: StartChatRequest) -> StartedContact:
        """Start a contact in its turn, or return the one that was started a short while ago."""
        self.application.worker.starts.acquire(self._last_turn)
        return super().start(request)

    @property
    def _last_turn(self) -> float:
        return self.deadline.minus(RECORD_CALL_TIMEOUT_SECONDS).at

    @property
    def _connect(self) -> ConnectClient:
        return self.application.worker.connect()

    def _start(self, request: StartChatRequest, reserve: float = 0.0) -> str:
        deadline = self.deadline.minus(reserve).capped(RECORD_CALL_TIMEOUT_SECONDS)
        with trace_call("StartOutboundChatContact", "ConnectLatency"):
            return start_contact_once(self._connect, request, deadline)
