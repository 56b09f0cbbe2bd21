"""Check the phone numbers that messages are sent from, as Amazon Connect describes them."""

from collections.abc import Iterator, Mapping
from typing import Any

from deflection.outcome import SMS, WHATSAPP
from deflection_ops.deployment import Deployment, Source
from deflection_ops.errors import AwsError, NotFoundError
from deflection_ops.finding import Check, Observation, Problem

IMPORTED_FROM = {SMS: "sms-voice", WHATSAPP: "social-messaging"}
"""The service in the ARN that a number of this subtype is imported from."""

IMPORT_NUMBER = (
    "Import the number from AWS End User Messaging into Amazon Connect and use the ARN that it has there: "
    "`aws connect list-phone-numbers-v2 --region <region> --target-arn <instance-arn>`."
)
NUMBER_NOT_FOUND = Problem(
    "NUMBER_NOT_FOUND", "Phone number {subject} does not exist in this account and Region.", IMPORT_NUMBER
)
NUMBER_NOT_CLAIMED = Problem("NUMBER_NOT_CLAIMED", "Phone number {subject} is {detail}.", IMPORT_NUMBER)
NUMBER_OF_OTHER_INSTANCE = Problem(
    "NUMBER_OF_OTHER_INSTANCE",
    "Phone number {subject} belongs to {detail}.",
    "Use a number of this instance, or move the number to it: `aws connect update-phone-number`.",
)
NUMBER_NOT_FOR_SMS = Problem(
    "NUMBER_NOT_FOR_SMS",
    "Phone number {subject} cannot send SMS messages.",
    "Request an SMS number in AWS End User Messaging and import it into Amazon Connect; a voice number cannot send "
    "SMS messages.",
)
NUMBER_NOT_FOR_WHATSAPP = Problem(
    "NUMBER_NOT_FOR_WHATSAPP",
    "Phone number {subject} cannot send WhatsApp messages.",
    "Use a number that was imported from AWS End User Messaging Social, or remove connect:WhatsApp from Subtypes and "
    "the routes.",
)


def describe_sources(deployment: Deployment) -> Iterator[tuple[Source, Mapping[str, Any]]]:
    """Yield each source with its description; skip numbers that cannot be described, which another check reports."""
    for source in deployment.sources:
        try:
            number = deployment.describe_number(source.arn)
        except AwsError:
            continue
        yield source, number


def _claimed(deployment: Deployment) -> Iterator[Observation]:
    for arn in dict.fromkeys(source.arn for source in deployment.sources):
        try:
            status = deployment.describe_number(arn).get("PhoneNumberStatus", {}).get("Status", "CLAIMED")
        except NotFoundError:
            yield NUMBER_NOT_FOUND.found(arn)
            continue
        yield Observation(arn) if status == "CLAIMED" else NUMBER_NOT_CLAIMED.found(arn, status)


def _instance(deployment: Deployment) -> Iterator[Observation]:
    for source, number in describe_sources(deployment):
        target = str(number.get("TargetArn") or number.get("InstanceId"))
        is_ours = target.rpartition("/")[2] == deployment.settings.instance_id
        yield Observation(source.arn) if is_ours else NUMBER_OF_OTHER_INSTANCE.found(source.arn, target)


def _capability(deployment: Deployment) -> Iterator[Observation]:
    for source, number in describe_sources(deployment):
        imported_from = str(number.get("SourcePhoneNumberArn") or "")
        is_right = f":{IMPORTED_FROM[source.subtype]}:" in imported_from
        problem = NUMBER_NOT_FOR_SMS if source.subtype == SMS else NUMBER_NOT_FOR_WHATSAPP
        yield Observation(source.arn) if is_right else problem.found(source.arn)


CHECKS = (
    Check("source number", "Phone number {subject} is claimed.", (NUMBER_NOT_FOUND, NUMBER_NOT_CLAIMED), _claimed),
    Check(
        "number's instance",
        "Phone number {subject} belongs to this instance.",
        (NUMBER_OF_OTHER_INSTANCE,),
        _instance,
    ),
    Check(
        "number's type",
        "Phone number {subject} can send messages.",
        (NUMBER_NOT_FOR_SMS, NUMBER_NOT_FOR_WHATSAPP),
        _capability,
    ),
)
