"""The first text that the customer reads: which one, with its variables filled in, and in how many parts it is sent."""

import json
from math import ceil
from string import Template
from typing import Any

from deflection.contact import Contact
from deflection.errors import InvalidMessageError
from deflection.outcome import WHATSAPP
from deflection.request.message_catalog import Message, MessageCatalog, create_message
from deflection.request.parameters import MessageTemplate, Parameters
from deflection.settings import Settings

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_EXTENSION = frozenset("\f^{}\\[~]|€")


def build_initial_message(
    contact: Contact, parameters: Parameters, settings: Settings, catalogues: list[MessageCatalog], subtype: str
) -> dict[str, Any]:
    """
    The request's InitialSystemMessage or InitialTemplatedSystemMessage, or nothing.

    It is the parameters', else the catalogues' for the contact's language, else that of the settings. What the flow
    itself gives has no variables: the flow fills in its own references, and what a customer said must not become one
    of ours.

    Raises:
        InvalidMessageError: A message and a template exclude each other, a variable has no value, a content type has
            no text, or WhatsApp has no template.
    """
    content, template = parameters.InitialSystemMessage_Content, parameters.InitialTemplatedSystemMessage
    content_type = parameters.InitialSystemMessage_ContentType
    if template and (content or content_type):
        raise InvalidMessageError(
            "InitialSystemMessage and InitialTemplatedSystemMessage exclude each other; give one."
        )
    found: Message | MessageTemplate | None = template
    if not content and not template:
        found = _localized_message(contact.language, catalogues, subtype) or _default_message(settings)
    if isinstance(found, MessageTemplate) and not content_type:
        return {"InitialTemplatedSystemMessage": found.model_dump(exclude_unset=True)}
    if isinstance(found, Message):
        content_type = content_type or found.ContentType
        content = _fill_in(found.Content, content_type, contact, parameters)
    if content_type and not content:
        raise InvalidMessageError(
            "InitialSystemMessage_ContentType is given, and there is no text that it could be of."
        )
    if subtype == WHATSAPP:
        raise InvalidMessageError("WhatsApp wants a message template; a text alone reaches no customer.")
    return (
        {"InitialSystemMessage": {"ContentType": content_type or "text/plain", "Content": content}} if content else {}
    )


def count_sms_parts(text: str) -> int:
    """
    In how many parts a text is sent; each one is paid for.

    Source: https://docs.aws.amazon.com/sms-voice/latest/userguide/sms-limitations-character.html
    """
    if set(text) <= GSM_7 | GSM_7_EXTENSION:
        units, alone, together = len(text) + sum(character in GSM_7_EXTENSION for character in text), 160, 153
    else:
        units, alone, together = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if units <= alone else ceil(units / together)


def _localized_message(
    language: str, catalogues: list[MessageCatalog], subtype: str
) -> Message | MessageTemplate | None:
    messages = (catalogue.message(language, subtype) for catalogue in catalogues)
    return next((message for message in messages if message), None)


def _default_message(settings: Settings) -> Message | None:
    return create_message(settings.initial_message) if settings.initial_message else None


def _fill_in(template: str, content_type: str, contact: Contact, parameters: Parameters) -> str:
    """
    A text of the operator with its `$name` variables filled in.

    A variable is a contact attribute (the parameters' before the contact's), or `$Queue_Name`, or
    `$SystemEndpoint_Address` (what was dialled). In JSON, as interactive messages are, a value stays within its string.
    """
    variables = {
        **contact.attributes,
        **(parameters.Attributes or {}),
        "Queue_Name": contact.queue_name,
        "SystemEndpoint_Address": contact.system_endpoint.address if contact.system_endpoint else "",
    }
    there = {name: value for name, value in variables.items() if value.strip()}
    if content_type.startswith("application/"):
        there = {name: json.dumps(value, ensure_ascii=False)[1:-1] for name, value in there.items()}
    try:
        return Template(template).substitute(there)
    except KeyError as error:
        raise InvalidMessageError(f"The message has the variable ${error.args[0]}, which has no value.") from error
