"""AWS as one invocation or one record sees it: traced, timed, within its deadline, and at its pace."""

from dataclasses import dataclass

from deflection import connect, documents, screening, telling
from deflection.catalogue import Catalogue
from deflection.contact import Contact, Endpoint
from deflection.deadline import Deadline
from deflection.limits import SUBTYPE
from deflection.outcome import DeclineReason, Remembered
from deflection.request import Request
from deflection.routes import NO_ROUTE, Route
from deflection.wiring import Application

CHECK_SECONDS = 1.0
"""What asking for a document, an opt-out or a carrier may take."""
CHECK_SHARE = 0.4
"""What share of the time left a carrier that hangs may cost, which need not be waited for."""
REMEMBERING_SECONDS = 0.2
"""What is kept back for writing to the table of the repeat window that a start succeeded."""
RECORD_SECONDS = 5.0
"""What a call for a record of the queue may take."""
LEAST_SECONDS = 1.2
"""What such a call must have left of the invocation; one that it is too little for is made again, with its token."""


@dataclass(frozen=True)
class Remote:
    """For a flow or an event: a start is tried again as long as the deadline allows."""

    application: Application
    deadline: Deadline

    def is_switched_off(self) -> bool:
        """Whether the operator's switch stops all texts."""
        name, provider = self.application.settings.switch_parameter, self.application.provider
        if provider is None or name is None:
            return False
        return documents.is_off(provider, name, self.deadline.at_most(CHECK_SECONDS))

    def describe(self, contact_id: str) -> Contact:
        """The contact as Amazon Connect knows it now."""
        application = self.application
        with telling.call("DescribeContact", "DescribeLatency"):
            return connect.describe(
                application.connect,
                application.settings.instance_arn,
                contact_id,
                self.deadline.at_most(RECORD_SECONDS),
            )

    def route(self, contact: Contact, country: str) -> Route:
        """What the operator's routes give a contact whose number is of this country."""
        name, provider = self.application.settings.routes_parameter, self.application.provider
        if provider is None or name is None:
            return NO_ROUTE
        return documents.routes(provider, name, self.deadline.at_most(CHECK_SECONDS)).route(contact, country)

    def messages(self) -> Catalogue | None:
        """The operator's messages by language."""
        name, provider = self.application.settings.messages_parameter, self.application.provider
        if provider is None or name is None:
            return None
        return documents.messages(provider, name, self.deadline.at_most(CHECK_SECONDS))

    def screen(self, destination: Endpoint) -> DeclineReason | None:
        """Why a number may not be texted, as those say who must be asked."""
        settings, client = self.application.settings, self.application.sms
        if client is None:
            return None
        with telling.call("screening", "ScreeningLatency"):
            seconds = min(CHECK_SECONDS, CHECK_SHARE * self.deadline.left)
            return screening.screen(client, destination.address, settings, self.deadline.at_most(seconds))

    def start(self, request: Request) -> Remembered:
        """The contact that the request started, or that was started for the same customer a short while ago."""
        window, client_token = self.application.repeat_window, request["ClientToken"]
        if window is None:
            return Remembered(self._start(request), client_token)
        subtype = request["SegmentAttributes"][SUBTYPE]["ValueString"]
        whom = [request["InstanceId"], request["DestinationEndpoint"]["Address"], subtype]
        return window.once(whom, client_token, lambda: self._start(request, REMEMBERING_SECONDS), self.deadline)

    def _start(self, request: Request, kept_back: float = 0.0) -> str:
        deadline = self.deadline.sooner(kept_back)
        with telling.call("StartOutboundChatContact", "ConnectLatency"):
            return connect.start(self.application.connect, request, deadline, self.application.clock.sleep)


@dataclass(frozen=True)
class PacedRemote(Remote):
    """
    For a record of the queue: each start waits for its turn and is tried once, for SQS gives the record again.

    A start raises a NoTurnError when the batch ends before its turn comes.
    """

    def start(self, request: Request) -> Remembered:
        """The contact that the request started in its turn, or that was started a short while ago."""
        self.application.pace.wait(self.deadline.sooner(LEAST_SECONDS).at)
        return super().start(request)

    def _start(self, request: Request, kept_back: float = 0.0) -> str:
        deadline = self.deadline.sooner(kept_back).at_most(RECORD_SECONDS)
        with telling.call("StartOutboundChatContact", "ConnectLatency"):
            return connect.start_once(self.application.connect, request, deadline)
