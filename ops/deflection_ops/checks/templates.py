"""Check the message templates of the operator's messages."""

from collections.abc import Iterator

from deflection.outcome import WHATSAPP
from deflection.request.parameters import MessageTemplate
from deflection_ops.deployment import Deployment
from deflection_ops.errors import NotFoundError
from deflection_ops.finding import Check, Observation, Problem, Verdict

TEMPLATE_NOT_ALLOWED = Problem(
    "TEMPLATE_NOT_ALLOWED",
    "The function is not allowed to read message template {subject}: KnowledgeBaseId is empty.",
    "Deploy with KnowledgeBaseId, the id of the template's knowledge base.",
)
TEMPLATE_NOT_FOUND = Problem(
    "TEMPLATE_NOT_FOUND",
    "Message template {subject} does not exist.",
    "Correct KnowledgeBaseId and MessageTemplateId in the messages or the routes (docs/messages.md).",
)
WHATSAPP_TEMPLATE_MISSING = Problem(
    "WHATSAPP_TEMPLATE_MISSING",
    "WhatsApp requires a message template, but the messages do not have one.",
    "Add one to the messages (docs/messages.md), give one in the flow, or remove connect:WhatsApp from Subtypes.",
    Verdict.WARNING,
)


def _templates(deployment: Deployment) -> Iterator[Observation]:
    templates = [each for each in deployment.messages if isinstance(each, MessageTemplate)]
    for base, template in dict.fromkeys((each.KnowledgeBaseId, each.MessageTemplateId) for each in templates):
        subject = f"{base}/{template}"
        if not deployment.parameters.get("KnowledgeBaseId"):
            yield TEMPLATE_NOT_ALLOWED.found(subject)
            continue
        try:
            deployment.aws.read("qconnect", "get_message_template", knowledgeBaseId=base, messageTemplateId=template)
        except NotFoundError:
            yield TEMPLATE_NOT_FOUND.found(subject)
            continue
        yield Observation(subject)


def _whatsapp(deployment: Deployment) -> Iterator[Observation]:
    if WHATSAPP not in deployment.subtypes:
        return
    has_template = any(isinstance(each, MessageTemplate) for each in deployment.messages)
    yield Observation() if has_template else WHATSAPP_TEMPLATE_MISSING.found()


CHECKS = (
    Check(
        "message template",
        "Message template {subject} exists.",
        (TEMPLATE_NOT_ALLOWED, TEMPLATE_NOT_FOUND),
        _templates,
    ),
    Check("WhatsApp", "The messages have a template for WhatsApp.", (WHATSAPP_TEMPLATE_MISSING,), _whatsapp),
)
