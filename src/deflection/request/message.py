"""Choose the first message, fill in its variables and count its message parts."""

import json
from math import ceil
from string import Template
from typing import TYPE_CHECKING, Any, NamedTuple

from deflection.contact import Contact
from deflection.errors import InvalidMessageError
from deflection.outcome import WHATSAPP
from deflection.request.parameters import MessageTemplate, Parameters
from deflection.settings import Settings

if TYPE_CHECKING:  # few operators have documents, and loading their models delays init
    from deflection.request.message_catalog import Message, MessageCatalog

GSM_7 = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM_7_EXTENSION = frozenset("\f^{}\\[~]|€")
GSM_7_CHARACTERS = GSM_7 | GSM_7_EXTENSION


class DefaultMessage(NamedTuple):
    """The message of the settings, which is already validated."""

    Content: str
    ContentType: str = "text/plain"


def build_initial_message(
    contact: Contact, parameters: Parameters, settings: Settings, catalogs: "list[MessageCatalog]", subtype: str
) -> dict[str, Any]:
    """
    Return the request's InitialSystemMessage or InitialTemplatedSystemMessage, or nothing.

    The message of the parameters comes first, then that of the catalogs for the contact's language, then that of the
    settings. Variables in a message from the flow are not replaced: the flow fills in its own references, and a
    customer's input must not be treated as a variable.

    Raises:
        InvalidMessageError: Both a message and a template are given, the value of a variable is missing, a content type
            is given without a message, or a WhatsApp message lacks its template.
    """
    content, template = parameters.InitialSystemMessage_Content, parameters.InitialTemplatedSystemMessage
    content_type = parameters.InitialSystemMessage_ContentType
    if template and (content or content_type):
        raise InvalidMessageError(
            "InitialSystemMessage and InitialTemplatedSystemMessage must not be given together; remove one of them."
        )
    found: Message | MessageTemplate | DefaultMessage | None = template
    if not content and not template:
        found = _localized_message(contact.language, catalogs, subtype) or _default_message(settings)
    if isinstance(found, MessageTemplate) and not content_type:
        return {"InitialTemplatedSystemMessage": found.model_dump(exclude_unset=True)}
    if found and not isinstance(found, MessageTemplate):
        content_type = content_type or found.ContentType
        content = _fill_in(found.Content, content_type, contact, parameters)
    if content_type and not content:
        raise InvalidMessageError(
            "InitialSystemMessage_ContentType must be given with a message; give InitialSystemMessage_Content."
        )
    if subtype == WHATSAPP:
        raise InvalidMessageError("InitialTemplatedSystemMessage must be given for WhatsApp; add a message template.")
    return (
        {"InitialSystemMessage": {"ContentType": content_type or "text/plain", "Content": content}} if content else {}
    )


def count_sms_parts(text: str) -> int:
    """
    Return the number of parts of a message; AWS charges for each part.

    Source: https://docs.aws.amazon.com/sms-voice/latest/userguide/sms-limitations-character.html
    """
    if GSM_7_CHARACTERS.issuperset(text):
        units, single_limit, part_limit = len(text) + sum(character in GSM_7_EXTENSION for character in text), 160, 153
    else:
        units, single_limit, part_limit = len(text.encode("utf-16-le")) // 2, 70, 67
    return 1 if units <= single_limit else ceil(units / part_limit)


def _localized_message(
    language: str, catalogs: "list[MessageCatalog]", subtype: str
) -> "Message | MessageTemplate | None":
    messages = (catalog.message(language, subtype) for catalog in catalogs)
    return next((message for message in messages if message), None)


def _default_message(settings: Settings) -> DefaultMessage | None:
    return DefaultMessage(settings.initial_message) if settings.initial_message else None


def _fill_in(template: str, content_type: str, contact: Contact, parameters: Parameters) -> str:
    """
    Fill in the `$name` variables of the operator's message.

    A variable is `$Queue_Name`, `$SystemEndpoint_Address` (the dialed number) or a contact attribute; the attributes
    of the parameters replace those of the contact. In JSON content, values are escaped.
    """
    variables = {
        **contact.attributes,
        **(parameters.Attributes or {}),
        "Queue_Name": contact.queue_name,
        "SystemEndpoint_Address": contact.system_endpoint.address if contact.system_endpoint else "",
    }
    values = {name: value for name, value in variables.items() if value.strip()}
    if content_type.startswith("application/"):
        values = {name: json.dumps(value, ensure_ascii=False)[1:-1] for name, value in values.items()}
    try:
        return Template(template).substitute(values)
    except KeyError as error:
        raise InvalidMessageError(
            f"Variable ${error.args[0]} of the message must have a value; set the contact attribute in the flow."
        ) from error
