"""Invoke the function as a flow does, with a fictional call."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from string import Template
from typing import Any
from uuid import uuid4

import phonenumbers

from deflection.errors import DeflectionError
from deflection.outcome import Status
from deflection.reasons import DeclineReason
from deflection.request.message_catalog import Message
from deflection_ops.deployed_stack import ALIAS
from deflection_ops.deployment import Deployment
from deflection_ops.errors import LostAnswerError

FICTIONAL = ("+14255550100", "+61491570006")
"""Numbers that belong to nobody. Sources: https://www.nanpa.com, and https://www.acma.gov.au on numbers for drama."""
OUTCOME_UNKNOWN = {error.reason.name for error in DeflectionError.__subclasses__() if error.outcome_unknown}
"""Reasons that are possible although Amazon Connect has started the contact."""
RESPONSE_KEYS = {
    "status": "Status",
    "reason": "Reason",
    "message": "Message",
    "contact_id": "ContactId",
    "subtype": "Subtype",
}


@dataclass(frozen=True)
class Answer:
    """
    The function's response to a flow.

    When the function raised an error, status is ERROR and message names the type of the error.
    """

    status: str
    reason: str = ""
    message: str = ""
    contact_id: str = ""
    subtype: str = ""

    @property
    def is_outcome_unknown(self) -> bool:
        """Whether a message may have been sent although the response lacks a contact id."""
        return self.status == "ERROR" or (self.status == Status.FAILED and self.reason in OUTCOME_UNKNOWN)

    @property
    def code(self) -> str:
        """Status and reason, such as DECLINED OPTED_OUT."""
        return f"{self.status} {self.reason}".strip()

    def __str__(self) -> str:
        return f"{self.code}: {self.message.removesuffix('.')}" if self.message else self.code


def invoke(
    deployment: Deployment, parameters: Mapping[str, Any], number: str | None, contact_id: str | None = None
) -> Answer:
    """
    Invoke the function's alias as a flow does, and return its response.

    Args:
        deployment: The deployment of the function.
        parameters: The flow parameters.
        number: The caller's number; None for a withheld number.
        contact_id: The contact id of the call; None for a new call.

    Raises:
        AwsError: Lambda did not run the function, or its response was lost.
    """
    event = flow_event(deployment, parameters, number, contact_id or str(uuid4()))
    answer = deployment.aws.call(
        "lambda",
        "invoke",
        FunctionName=deployment.function,
        Qualifier=ALIAS,
        Payload=json.dumps(event).encode(),
    )
    response = _parse(answer["Payload"].read())
    if "FunctionError" in answer:
        # The error's own text may contain anything when the function could not even be loaded.
        error = response.get("errorType", "Unknown")
        return Answer("ERROR", "", f"The function raised {error}; its log has the details.")
    return Answer(**{name: str(response.get(key, "")) for name, key in RESPONSE_KEYS.items()})


def flow_event(
    deployment: Deployment, parameters: Mapping[str, Any], number: str | None, contact_id: str
) -> dict[str, Any]:
    """
    Build a flow invocation that passes every rule about the contact.

    The contact has the consent attribute, and a value for each variable of the operator's messages.
    """
    settings = deployment.settings
    variables = {name for each in deployment.messages if isinstance(each, Message) for name in _variables(each)}
    attributes = dict.fromkeys(sorted(variables), "test")
    if settings.consent_attribute:
        attributes[settings.consent_attribute] = "yes"
    return {
        "Name": "ContactFlowEvent",
        "Details": {
            "Parameters": dict(parameters),
            "ContactData": {
                "InstanceARN": settings.instance_arn,
                "Channel": settings.allowed_channels[0],
                "ContactId": contact_id,
                "InitialContactId": contact_id,
                "InitiationMethod": "INBOUND",
                "CustomerEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": number} if number else None,
                "SystemEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": FICTIONAL[0]},
                "Queue": {
                    "ARN": f"{settings.instance_arn}/queue/{contact_id}",
                    "Name": "test",
                    "OutboundCallerId": None,
                },
                "Attributes": attributes,
            },
        },
    }


@dataclass(frozen=True)
class DryRun:
    """
    A dry run that costs nothing and uses no real person's number.

    Attributes:
        number: The caller's number; None for a withheld number.
        expected_reason: The reason to expect when the settings allow no complete dry run; empty when they do.
    """

    number: str | None
    expected_reason: str = ""

    def is_as_expected(self, answer: Answer) -> bool:
        """Return whether the response is the expected one."""
        return answer.reason == self.expected_reason if self.expected_reason else answer.status == Status.DRY_RUN


def plan_dry_run(deployment: Deployment) -> DryRun:
    """Plan the most complete dry run that is free: the carrier lookup costs money."""
    settings = deployment.settings
    if settings.carrier_lookup:
        return DryRun(None, DeclineReason.CUSTOMER_NUMBER_MISSING.name)
    countries = settings.allowed_countries
    allowed = [number for number in FICTIONAL if not countries or _country(number) in countries]
    return DryRun(allowed[0]) if allowed else DryRun(FICTIONAL[0], DeclineReason.COUNTRY_NOT_ALLOWED.name)


def _variables(message: Message) -> list[str]:
    return Template(message.Content).get_identifiers()


def _country(number: str) -> str | None:
    return phonenumbers.region_code_for_number(phonenumbers.parse(number))


def _parse(payload: bytes) -> Mapping[str, Any]:
    try:
        response = json.loads(payload)
    except ValueError as error:
        raise LostAnswerError("The function's answer is not JSON.") from error
    return response if isinstance(response, dict) else {}
