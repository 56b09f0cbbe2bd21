"""Send messages through the function, describe the contacts that it starts, and record evidence."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from deflection.contact import Endpoint
from deflection.outcome import Status
from deflection_ops.deployment import Deployment
from deflection_ops.errors import LostAnswerError, NotFoundError
from deflection_ops.finding import Observation
from deflection_ops.invocation import Answer, invoke
from deflection_ops.smoke_test.assumptions import Judgement, judge
from deflection_ops.smoke_test.steps import ANSWER_LOST, MESSAGE_DEFERRED, OUTCOME_UNKNOWN

SECOND_MARK = {"deflectionSmokeSecond": "second"}
"""The attribute of the second SMS contact; its name differs, so a copy of the first attribute stays visible."""
DESCRIBE_ATTEMPTS = 10
"""How often a contact is described, once a second, until it has the fields that the step needs."""


@dataclass
class SmsSession:
    """
    The messages to one phone number.

    Attributes:
        deployment: The stack whose function sends them.
        to: The phone number.
        sleep: Wait for a number of seconds.
        evidence: The result and evidence of each assumption that was tried.
        open_contacts: The ids of the contacts that were started and not ended.
        left_open: Observations of messages and contacts that may outlast the command.
    """

    deployment: Deployment
    to: Endpoint
    sleep: Callable[[float], None]
    evidence: dict[str, tuple[Judgement, str]] = field(default_factory=dict)
    open_contacts: list[str] = field(default_factory=list)
    left_open: list[Observation] = field(default_factory=list)

    def send(self, call: str, **parameters: Any) -> Answer:
        """
        Invoke the function for this call, and return its response; a repeated call sends no second message.

        Args:
            call: The contact id of the call.
            **parameters: The flow parameters beside the destination.

        Raises:
            AwsError: Lambda did not run the function, or its response was lost.
        """
        flow_parameters = {"DestinationEndpoint_Address": self.to.address, **parameters}
        try:
            answer = invoke(self.deployment, flow_parameters, self.to.address, call)
        except (LostAnswerError, KeyboardInterrupt):
            self.left_open.append(ANSWER_LOST.found())
            raise
        if answer.is_outcome_unknown:
            self.left_open.append(OUTCOME_UNKNOWN.found(answer.code))
        if answer.status == Status.DEFERRED:
            self.left_open.append(MESSAGE_DEFERRED.found(str(self.deployment.settings.max_event_age_seconds)))
        self._record_answer(answer)
        return answer

    def _record_answer(self, answer: Answer) -> None:
        is_started = answer.status == Status.STARTED
        if is_started and answer.contact_id not in self.open_contacts:
            self.open_contacts.append(answer.contact_id)
        if is_started and ":" in self.deployment.settings.contact_flow_id:
            self.record("flow ARN", "StartOutboundChatContact accepted it.", held=True)

    def send_related(self, contact_id: str) -> Answer:
        """
        Invoke the function for another call, with a message related to this contact.

        Raises:
            AwsError: Lambda did not run the function, or its response was lost.
        """
        parameters = {"RelatedContactId": contact_id, "ClientToken": uuid4().hex, "Attributes": SECOND_MARK}
        return self.send(str(uuid4()), **parameters)

    def describe_contact(self, contact_id: str, is_ready: Callable[[Mapping[str, Any]], bool]) -> Mapping[str, Any]:
        """
        Describe the contact until it is ready, and return its last description.

        Raises:
            AwsError: The contact cannot be described.
        """
        for _ in range(DESCRIBE_ATTEMPTS - 1):
            try:
                contact = self._describe(contact_id)
            except NotFoundError:  # Connect may not show it at once
                contact = {}
            if contact and is_ready(contact):
                return contact
            self.sleep(1)
        return self._describe(contact_id)

    def stop(self, contact_id: str) -> None:
        """
        End a contact.

        Raises:
            AwsError: The contact was not ended.
        """
        request = {"InstanceId": self.deployment.settings.instance_id, "ContactId": contact_id}
        self.deployment.aws.call("connect", "stop_contact", **request)
        self.open_contacts.remove(contact_id)

    def record(self, assumption: str, evidence: str, *, held: bool) -> None:
        """Record the evidence for an assumption."""
        self.evidence[assumption] = (judge(held=held), evidence)

    def _describe(self, contact_id: str) -> Mapping[str, Any]:
        request = {"InstanceId": self.deployment.settings.instance_id, "ContactId": contact_id}
        return dict(self.deployment.aws.call("connect", "describe_contact", **request)["Contact"])
