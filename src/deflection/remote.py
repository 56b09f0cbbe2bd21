"""Amazon Connect as one invocation or one record sees it: traced, timed, within its deadline, and at its pace."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from deflection import connect, telling
from deflection.contact import Contact
from deflection.deadline import Deadline
from deflection.wiring import Application

RECORD_SECONDS = 5.0
"""What a call for a record of the queue may take."""
LEAST_SECONDS = 1.0
"""What such a call must have left of the invocation; one that it is too little for is made again, with its token."""


@dataclass(frozen=True)
class Remote:
    """For a flow or an event: started texts are tried again as long as the deadline allows."""

    application: Application
    deadline: Deadline

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

    def start(self, request: Mapping[str, Any]) -> str:
        """The contact id of the SMS contact."""
        with telling.call("StartOutboundChatContact", "ConnectLatency"):
            return connect.start(self.application.connect, request, self.deadline, self.application.clock.sleep)


@dataclass(frozen=True)
class PacedRemote(Remote):
    """For a record of the queue: each text waits for its turn and is tried once, for SQS gives the record again."""

    def start(self, request: Mapping[str, Any]) -> str:
        """
        The contact id of the SMS contact.

        Raises:
            NoTurnError: The batch ends before its turn comes.
        """
        self.application.pace.wait(self.deadline.sooner(LEAST_SECONDS).at)
        with telling.call("StartOutboundChatContact", "ConnectLatency"):
            return connect.start_once(self.application.connect, request, self.deadline.at_most(RECORD_SECONDS))
