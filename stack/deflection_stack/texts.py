"""Sends real texts through the function, looks at the contacts they start, and remembers what was seen."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import uuid4

from deflection.contact import Endpoint
from deflection_stack.assumptions import Judgement, held
from deflection_stack.aws import NotThereError
from deflection_stack.deployment import Deployment
from deflection_stack.invocation import Answer, invoke

TRIES = 10
"""How often a contact is described, a second apart, until it shows what it must."""


@dataclass
class Texts:
    """
    All texts to one number.

    Attributes:
        deployment: The stack whose function sends them.
        to: Whom.
        pause: Waits for a number of seconds.
        evidence: What was seen of the assumptions so far.
        open: The ids of the contacts that were started and not stopped.
    """

    deployment: Deployment
    to: Endpoint
    pause: Callable[[float], None]
    evidence: dict[str, tuple[Judgement, str]] = field(default_factory=dict)
    open: list[str] = field(default_factory=list)

    def send(self, call: str, **parameters: Any) -> Answer:
        """What the function answers a flow in this call; it texts, unless it knows the call already."""
        wanted = {"DestinationEndpoint_Address": self.to.address, **parameters}
        answer = invoke(self.deployment, wanted, self.to.address, call)
        is_started = answer.status == "STARTED"
        if is_started and answer.contact_id not in self.open:
            self.open.append(answer.contact_id)
        if is_started and ":" in self.deployment.settings.contact_flow_id:
            self.saw("flow ARN", "StartOutboundChatContact took it.", is_so=True)
        if self._has_condition and (is_started or answer.reason == "ACCESS_DENIED"):
            self.saw("subtype condition", f"The function answered {answer}", is_so=is_started)
        return answer

    def send_related(self, contact_id: str) -> Answer:
        """What it answers in another call, to a text that is related to this contact."""
        return self.send(str(uuid4()), RelatedContactId=contact_id, ClientToken=uuid4().hex)

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
