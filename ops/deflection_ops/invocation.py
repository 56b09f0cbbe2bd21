"""Invokes the function as a flow does, about a call that never was."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from string import Template
from typing import Any
from uuid import uuid4

import phonenumbers

from deflection.errors import DeflectionError
from deflection.reasons import DeclineReason
from deflection.request.message_catalog import Message
from deflection_ops.aws import LostAnswerError
from deflection_ops.deployment import ALIAS, Deployment

FICTIONAL = ("+14255550100", "+61491570006")
"""Numbers that are nobody's. Source: https://www.nanpa.com, and https://www.acma.gov.au on numbers for drama."""
OUTCOME_UNKNOWN = {error.reason.code for error in DeflectionError.__subclasses__() if error.outcome_unknown}
"""Reasons with which Amazon Connect may have started the contact all the same."""


@dataclass(frozen=True)
class Answer:
    """
    What the function answered.

    Attributes:
        status: As in the response.
        reason: Likewise.
        message: Likewise; or what kind of error the function raised.
        contact_id: As in the response.
        subtype: Likewise.
    """

    status: str
    reason: str = ""
    message: str = ""
    contact_id: str = ""
    subtype: str = ""

    @property
    def is_open(self) -> bool:
        """Whether a text may have gone out although no contact is named."""
        return self.status == "ERROR" or (self.status == "FAILED" and self.reason in OUTCOME_UNKNOWN)

    def __str__(self) -> str:
        told = f"{self.status} {self.reason}".strip()
        return f"{told}: {self.message}" if self.message else told


def invoke(
    deployment: Deployment, parameters: Mapping[str, Any], number: str | None, call: str | None = None
) -> Answer:
    """
    What the function, by its alias, answers a flow that gives these parameters.

    Args:
        deployment: The function's.
        parameters: Those of the flow's block.
        number: Who calls; None for a withheld number.
        call: The contact id of the call; without one, that of a new call.

    Raises:
        AwsError: It could not be invoked.
    """
    answer = deployment.aws.send(
        "lambda",
        "invoke",
        FunctionName=deployment.function,
        Qualifier=ALIAS,
        Payload=json.dumps(event(deployment, parameters, number, call or str(uuid4()))).encode(),
    )
    told = _read(answer["Payload"].read())
    if "FunctionError" in answer:
        # The text of an error is not repeated, for it is not ours when the function could not even be loaded.
        return Answer("ERROR", "", f"{told.get('errorType', 'Unknown')} was raised; the function's log says more.")
    names = {"status": "Status", "reason": "Reason", "message": "Message", "contact_id": "ContactId"}
    return Answer(**{ours: str(told.get(theirs, "")) for ours, theirs in (names | {"subtype": "Subtype"}).items()})


def event(deployment: Deployment, parameters: Mapping[str, Any], number: str | None, call: str) -> dict[str, Any]:
    """
    A flow invocation that every rule about the contact lets pass.

    It has the consent, and a value for each variable of the operator's texts.
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
                "ContactId": call,
                "InitialContactId": call,
                "InitiationMethod": "INBOUND",
                "CustomerEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": number} if number else None,
                "SystemEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": FICTIONAL[0]},
                "Queue": {"ARN": f"{settings.instance_arn}/queue/{call}", "Name": "test", "OutboundCallerId": None},
                "Attributes": attributes,
            },
        },
    }


@dataclass(frozen=True)
class Rehearsal:
    """
    A dry run that costs nothing and is about nobody.

    Attributes:
        number: Whose; None for a withheld one.
        expected: The reason that is as good as a dry run, because the way on would not be free, or not be possible.
    """

    number: str | None
    expected: str = ""

    def is_good(self, answer: Answer) -> bool:
        """Whether the function answers as it should."""
        return answer.status == "DRY_RUN" if not self.expected else answer.reason == self.expected


def rehearsal(deployment: Deployment) -> Rehearsal:
    """The dry run that goes as far as it may: asking the carrier would be paid for."""
    settings = deployment.settings
    if settings.carrier_lookup:
        return Rehearsal(None, DeclineReason.CUSTOMER_NUMBER_MISSING.code)
    countries = settings.allowed_countries
    allowed = [number for number in FICTIONAL if not countries or _country(number) in countries]
    return Rehearsal(allowed[0]) if allowed else Rehearsal(FICTIONAL[0], DeclineReason.COUNTRY_NOT_ALLOWED.code)


def _variables(message: Message) -> list[str]:
    return Template(message.Content).get_identifiers()


def _country(number: str) -> str | None:
    return phonenumbers.region_code_for_number(phonenumbers.parse(number))


def _read(payload: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(payload)
    except ValueError as error:
        raise LostAnswerError("The function answered something that is not JSON.") from error
    return told if isinstance(told, dict) else {}
