"""Sends real texts through the function, looks at the contacts they start, and remembers what was seen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from deflection.contact import Endpoint
from deflection_ops.aws import LostAnswerError, NotThereError
from deflection_ops.deployment import Deployment
from deflection_ops.invocation import Answer, invoke
from deflection_ops.smoke_test.assumptions import Judgement, held

SECOND_MARK = {"deflectionSmokeSecond": "second"}
"""The attribute of the second SMS contact; a name of its own, so that it hides no copy of the first one's."""
TRIES = 10
"""How often a contact is described, a second apart, until it shows what it must."""


@dataclass
class SmsSession:
    """
    All texts to one number.

    Attributes:
        deployment: The stack whose function sends them.
        to: Whom.
        pause: Waits for a number of seconds.
        evidence: What was seen of the assumptions so far.
        open: The ids of the contacts that were started and not stopped.
        left_over: What else may be open, or may go out yet: sentences.
    """

    deployment: Deployment
    to: Endpoint
    pause: Callable[[float], None]
    evidence: dict[str, tuple[Judgement, str]] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)
    left_over: list[str] = field(default_factory=list)

    def send(self, call: str, **parameters: Any) -> Answer:
        """
        What the function answers a flow in this call; it texts, unless it knows the call already.

        Raises:
            AwsError: It could not be invoked, or its answer was lost.
        """
        wanted = {"DestinationEndpoint_Address": self.to.address, **parameters}
        try:
            answer = invoke(self.deployment, wanted, self.to.address, call)
        except (LostAnswerError, KeyboardInterrupt):
            self.left_over.append("An answer of the function was lost: a contact may be open.")
            raise
        self._remember_left_over(answer)
        is_started = answer.status == "STARTED"
        if is_started and answer.contact_id not in self.open:
            self.open.append(answer.contact_id)
        if is_started and ":" in self.deployment.settings.contact_flow_id:
            self.saw("flow ARN", "StartOutboundChatContact took it.", is_so=True)
        if self._has_condition and (is_started or answer.reason == "ACCESS_DENIED"):
            self.saw("subtype condition", f"The function answered {answer}", is_so=is_started)
        return answer

    def _remember_left_over(self, answer: Answer) -> None:
        if answer.is_open:
            told = f"{answer.status} {answer.reason}".strip()
            self.left_over.append(f"The function answered {told}: a contact may be open.")
        if answer.status == "DEFERRED":
            seconds = self.deployment.settings.max_event_age_seconds
            self.left_over.append(
                f"A text waits on the queue: it is sent within {seconds} seconds, after this command has ended."
            )

    def send_related(self, contact_id: str) -> Answer:
        """What it answers in another call, to a text that is related to this contact."""
        wanted = {"RelatedContactId": contact_id, "ClientToken": uuid4().hex, "Attributes": SECOND_MARK}
        return self.send(str(uuid4()), **wanted)

    def contact(self, contact_id: str, shows: Callable[[Mapping[str, Any]], bool]) -> Mapping[str, Any]:
        """
        The contact, once it shows what it must; or as it is, when that takes too long.

        Raises:
            AwsError: It cannot be described.
        """
        for _ in range(TRIES - 1):
            try:
                contact = self._described(contact_id)
            except NotThereError:  # not yet, perhaps
                contact = {}
            if contact and shows(contact):
                return contact
            self.pause(1)
        return self._described(contact_id)

    def stop(self, contact_id: str) -> None:
        """
        Ends a contact.

        Raises:
            AwsError: It could not be ended.
        """
        request = {"InstanceId": self.deployment.settings.instance_id, "ContactId": contact_id}
        self.deployment.aws.send("connect", "stop_contact", **request)
        self.open.remove(contact_id)

    def saw(self, name: str, evidence: str, *, is_so: bool) -> None:
        """Remembers what was seen of the assumption of this name."""
        self.evidence[name] = (held(is_so=is_so), evidence)

    @property
    def _has_condition(self) -> bool:
        return self.deployment.parameters.get("EnforceSubtypeCondition") == "true"

    def _described(self, contact_id: str) -> Mapping[str, Any]:
        request = {"InstanceId": self.deployment.settings.instance_id, "ContactId": contact_id}
        return dict(self.deployment.aws.send("connect", "describe_contact", **request)["Contact"])
