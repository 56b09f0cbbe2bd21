"""Check the account's limits in AWS End User Messaging."""

from collections.abc import Iterator

from deflection.outcome import SMS
from deflection_ops.aws import SMS_VOICE
from deflection_ops.deployment import Deployment
from deflection_ops.finding import Check, Observation, Problem, Verdict

DEFAULT_LIMIT = 1
"""The monthly spend limit of a new account in US dollars; it lasts for some dozens of messages."""

SMS_SANDBOX = Problem(
    "SMS_SANDBOX",
    "The account tier is {subject}: in the SMS sandbox AWS sends messages to verified numbers only.",
    "Request production access in AWS End User Messaging; until then, verify the numbers that you test with.",
)
SPEND_LIMIT = Problem(
    "SPEND_LIMIT",
    "AWS stops sending SMS messages after {subject} US dollars a month.",
    "Request a higher limit in Service Quotas or from AWS Support before you reach this one.",
    Verdict.WARNING,
)


def _sandbox(deployment: Deployment) -> Iterator[Observation]:
    if SMS not in deployment.subtypes:
        return
    attributes = deployment.aws.read(SMS_VOICE, "describe_account_attributes")["AccountAttributes"]
    [tier] = [each["Value"] for each in attributes if each["Name"] == "ACCOUNT_TIER"] or ["unknown"]
    yield Observation(tier) if tier == "PRODUCTION" else SMS_SANDBOX.found(tier)


def _spend_limit(deployment: Deployment) -> Iterator[Observation]:
    if SMS not in deployment.subtypes:
        return
    for limit in deployment.aws.read(SMS_VOICE, "describe_spend_limits")["SpendLimits"]:
        if limit["Name"] == "TEXT_MESSAGE_MONTHLY_SPEND_LIMIT":
            dollars = limit["EnforcedLimit"]
            subject = str(dollars)
            yield Observation(subject) if dollars > DEFAULT_LIMIT else SPEND_LIMIT.found(subject)


CHECKS = (
    Check("SMS sandbox", "The account is not in the SMS sandbox.", (SMS_SANDBOX,), _sandbox),
    Check("spend limit", "The monthly spend limit is {subject} US dollars.", (SPEND_LIMIT,), _spend_limit),
)
