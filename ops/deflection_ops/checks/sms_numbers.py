"""Check the SMS numbers, as AWS End User Messaging describes them."""

from collections.abc import Iterator, Mapping
from typing import Any

from deflection.outcome import SMS
from deflection_ops.aws import SMS_VOICE
from deflection_ops.checks.source_numbers import describe_sources
from deflection_ops.deployment import Deployment
from deflection_ops.errors import NotFoundError
from deflection_ops.finding import Check, Observation, Problem, Verdict

SMS_NUMBER_NOT_FOUND = Problem(
    "SMS_NUMBER_NOT_FOUND",
    "AWS End User Messaging does not have {subject} in this account and Region.",
    "Use a number of this account and Region; `aws pinpoint-sms-voice-v2 describe-phone-numbers` lists them.",
)
SMS_NUMBER_NOT_ACTIVE = Problem(
    "SMS_NUMBER_NOT_ACTIVE",
    "Phone number {subject} is {detail}.",
    "Complete its registration in AWS End User Messaging and wait until it is ACTIVE.",
)
SMS_CAPABILITY_MISSING = Problem(
    "SMS_CAPABILITY_MISSING",
    "Phone number {subject} lacks the SMS capability.",
    "Request a number with the SMS capability in AWS End User Messaging and import it into Amazon Connect.",
)
TWO_WAY_OFF = Problem(
    "TWO_WAY_OFF",
    "Two-way messaging is off for {subject}, so nobody receives the customers' replies.",
    "Turn it on in AWS End User Messaging, with Amazon Connect as the destination.",
)
TWO_WAY_DESTINATION = Problem(
    "TWO_WAY_DESTINATION",
    "Replies to {subject} go to {detail}, which is probably not Amazon Connect.",
    "Choose Amazon Connect as the destination of two-way messages; AWS does not document the ARN of that destination.",
    Verdict.WARNING,
)


def describe_sms_numbers(deployment: Deployment) -> Iterator[tuple[str, Mapping[str, Any] | None]]:
    """Yield the ARN and description of each number that sends SMS; None when the number does not exist."""
    for source, number in describe_sources(deployment):
        arn = str(number.get("SourcePhoneNumberArn") or "")
        if source.subtype != SMS or ":sms-voice:" not in arn:
            continue
        try:
            answer = deployment.aws.read(SMS_VOICE, "describe_phone_numbers", PhoneNumberIds=[arn])
        except NotFoundError:
            yield arn, None
            continue
        yield arn, answer["PhoneNumbers"][0] if answer["PhoneNumbers"] else None


def _two_way(deployment: Deployment) -> Iterator[Observation]:
    for arn, number in describe_sms_numbers(deployment):
        yield _observe(arn, number)


def _observe(arn: str, number: Mapping[str, Any] | None) -> Observation:
    if number is None:
        return SMS_NUMBER_NOT_FOUND.found(arn)
    if number.get("Status") != "ACTIVE":
        return SMS_NUMBER_NOT_ACTIVE.found(arn, str(number.get("Status")))
    if "SMS" not in number.get("NumberCapabilities", ()):
        return SMS_CAPABILITY_MISSING.found(arn)
    return Observation(arn) if number.get("TwoWayEnabled") else TWO_WAY_OFF.found(arn)


def _destination(deployment: Deployment) -> Iterator[Observation]:
    for arn, number in describe_sms_numbers(deployment):
        if number and number.get("TwoWayEnabled"):
            destination = str(number.get("TwoWayChannelArn"))
            is_connect = "connect" in destination
            yield Observation(arn) if is_connect else TWO_WAY_DESTINATION.found(arn, destination)


CHECKS = (
    Check(
        "two-way SMS",
        "Phone number {subject} sends and receives SMS messages.",
        (SMS_NUMBER_NOT_FOUND, SMS_NUMBER_NOT_ACTIVE, SMS_CAPABILITY_MISSING, TWO_WAY_OFF),
        _two_way,
    ),
    Check("two-way destination", "Replies to {subject} go to Amazon Connect.", (TWO_WAY_DESTINATION,), _destination),
)
