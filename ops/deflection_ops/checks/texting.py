"""AWS End User Messaging, from which the texts go out, and the message templates."""

from collections.abc import Iterator, Mapping
from typing import Any

from deflection.outcome import SMS, WHATSAPP
from deflection.request.parameters import MessageTemplate
from deflection_ops.aws import SMS_VOICE, NotThereError
from deflection_ops.checks.instance import described
from deflection_ops.deployment import Deployment
from deflection_ops.finding import Check, Observation, Verdict

LEAST_DOLLARS = 1
"""The monthly limit that AWS gives to begin with; it is used up after some dozens of texts."""


def _numbers(deployment: Deployment) -> Iterator[tuple[str, Mapping[str, Any] | None]]:
    """The numbers that text by SMS, as End User Messaging describes them; None for one that it does not know."""
    for source, number in described(deployment):
        arn = str(number.get("SourcePhoneNumberArn") or "")
        if source.subtype != SMS or ":sms-voice:" not in arn:
            continue
        try:
            answer = deployment.aws.ask(SMS_VOICE, "describe_phone_numbers", PhoneNumberIds=[arn])
        except NotThereError:
            yield arn, None
            continue
        yield arn, answer["PhoneNumbers"][0] if answer["PhoneNumbers"] else None


def _two_way(deployment: Deployment) -> Iterator[Observation]:
    for arn, number in _numbers(deployment):
        yield Observation(arn, _wrong(number))


def _wrong(number: Mapping[str, Any] | None) -> str:
    if number is None:
        return "is not known to End User Messaging in this account and Region"
    if number.get("Status") != "ACTIVE":
        return f"is {number.get('Status')}"
    if "SMS" not in number.get("NumberCapabilities", ()):
        return "has no SMS capability"
    if not number.get("TwoWayEnabled"):
        return "has two-way messages off"
    if number.get("SelfManagedOptOutsEnabled"):
        return "has self-managed opt-outs on, which Amazon Connect does not support"
    return ""


def _destination(deployment: Deployment) -> Iterator[Observation]:
    for arn, number in _numbers(deployment):
        if number is not None and not _wrong(number):
            destination = str(number.get("TwoWayChannelArn"))
            yield Observation(arn, "" if "connect" in destination else destination)


def _list_of_number(deployment: Deployment) -> Iterator[Observation]:
    asked = (deployment.settings.opt_out_list_name or "").rpartition("/")[2]
    for arn, number in _numbers(deployment) if asked else ():
        if number is not None:
            name = str(number.get("OptOutListName")).rpartition("/")[2]
            yield Observation(arn, "" if name == asked else f"{name}, and {asked} is asked")


def _opt_out_list(deployment: Deployment) -> Iterator[Observation]:
    name = deployment.settings.opt_out_list_name
    if not name:
        return
    try:
        deployment.aws.ask(SMS_VOICE, "describe_opt_out_lists", OptOutListNames=[name])
    except NotThereError:
        yield Observation(name, "is not there")
        return
    yield Observation(name)


def _sandbox(deployment: Deployment) -> Iterator[Observation]:
    if SMS not in deployment.subtypes:
        return
    attributes = deployment.aws.ask(SMS_VOICE, "describe_account_attributes")["AccountAttributes"]
    [tier] = [each["Value"] for each in attributes if each["Name"] == "ACCOUNT_TIER"] or ["unknown"]
    yield Observation(tier, "" if tier == "PRODUCTION" else tier)


def _spending(deployment: Deployment) -> Iterator[Observation]:
    if SMS not in deployment.subtypes:
        return
    for limit in deployment.aws.ask(SMS_VOICE, "describe_spend_limits")["SpendLimits"]:
        if limit["Name"] == "TEXT_MESSAGE_MONTHLY_SPEND_LIMIT":
            dollars = limit["EnforcedLimit"]
            yield Observation(str(dollars), "" if dollars > LEAST_DOLLARS else str(dollars))


def _templates(deployment: Deployment) -> Iterator[Observation]:
    templates = [each for each in deployment.messages if isinstance(each, MessageTemplate)]
    for base, template in dict.fromkeys((each.KnowledgeBaseId, each.MessageTemplateId) for each in templates):
        what = f"{base}/{template}"
        if deployment.parameters.get("AllowMessageTemplates") != "true":
            yield Observation(what, "may not be read by the function, because AllowMessageTemplates is not true")
            continue
        try:
            deployment.aws.ask("qconnect", "get_message_template", knowledgeBaseId=base, messageTemplateId=template)
        except NotThereError:
            yield Observation(what, "is not there")
            continue
        yield Observation(what)


def _whatsapp(deployment: Deployment) -> Iterator[Observation]:
    if WHATSAPP not in deployment.subtypes:
        return
    has_template = any(isinstance(each, MessageTemplate) for each in deployment.messages)
    yield Observation("", "" if has_template else "none")


CHECKS = (
    Check(
        "two-way texts",
        "{what} texts both ways.",
        "{what} {wrong}.",
        "Set it right in AWS End User Messaging: registered and active, with SMS, two-way on to Amazon Connect, "
        "self-managed opt-outs off.",
        look=_two_way,
    ),
    Check(
        "two-way destination",
        "Answers to {what} go to Amazon Connect.",
        "Answers to {what} go to {wrong}, which does not look like Amazon Connect.",
        "Choose Amazon Connect as the destination of two-way messages; how AWS names it is not documented.",
        Verdict.WARNING,
        _destination,
    ),
    Check(
        "opt-out list",
        "{what} is there.",
        "{what} {wrong}.",
        "OptOutListName must name a list of this account and Region: "
        "`aws pinpoint-sms-voice-v2 describe-opt-out-lists`.",
        look=_opt_out_list,
    ),
    Check(
        "number's opt-out list",
        "STOP to {what} goes onto the list that is asked.",
        "STOP to {what} goes onto the list {wrong}.",
        "Name the number's list in OptOutListName, or give the number that list in AWS End User Messaging.",
        Verdict.WARNING,
        _list_of_number,
    ),
    Check(
        "SMS sandbox",
        "The account is out of it.",
        "The account is in it ({wrong}): only verified numbers are texted.",
        "Request production access in AWS End User Messaging; until then verify the numbers that you try.",
        look=_sandbox,
    ),
    Check(
        "spend limit",
        "Texts may cost {what} dollars a month.",
        "Texts may cost no more than {wrong} dollars a month; then none is sent.",
        "Ask for more in Service Quotas or by AWS Support, before callers need it.",
        Verdict.WARNING,
        _spending,
    ),
    Check(
        "message template",
        "{what} is there.",
        "{what} {wrong}.",
        "Correct its ids in the messages or routes, or AllowMessageTemplates, and look at docs/messages.md.",
        look=_templates,
    ),
    Check(
        "WhatsApp",
        "The messages have a template for it.",
        "No message has a template, so only flows that give one can use WhatsApp.",
        "Give one in the messages (docs/messages.md), or take connect:WhatsApp out of Subtypes.",
        Verdict.WARNING,
        _whatsapp,
    ),
)
