"""The messages by language, and which of them a contact gets."""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, PlainValidator, RootModel, model_validator

from deflection.coercion import as_members
from deflection.json_document import Object
from deflection.limits import kept
from deflection.outcome import SMS
from deflection.parameters import MessageTemplate, TemplateAttributes
from deflection.text import Text, is_language, is_short, is_template

DEFAULT = "default"


class Message(Object):
    """A text with `$name` variables, of a content type of the API."""

    Content: Annotated[Text, AfterValidator(is_template)]
    ContentType: Annotated[Text, AfterValidator(kept("InitialSystemMessage_ContentType"))] = "text/plain"

    @model_validator(mode="after")
    def _is_short(self) -> Self:
        if self.ContentType.startswith("text/"):
            is_short(self.Content)
        return self


def text(template: str) -> Message:
    """A message of a text that was checked already."""
    return Message.model_construct(Content=template)


class _Attributes(Object, TemplateAttributes):
    """What fills in a message template, as a document has it."""


class _Template(Object, MessageTemplate):
    """A message template, as a document has it."""

    KnowledgeBaseId: Annotated[Text, AfterValidator(kept("InitialTemplatedSystemMessage_KnowledgeBaseId"))]
    MessageTemplateId: Annotated[Text, AfterValidator(kept("InitialTemplatedSystemMessage_MessageTemplateId"))]
    TemplateAttributes: Annotated[_Attributes, BeforeValidator(as_members)]


def _message(given: Any) -> Message | MessageTemplate:
    match given:
        case str():
            return Message.model_validate({"Content": given})
        case dict() if given.keys() & _Template.model_fields and given.keys() & Message.model_fields:
            raise ValueError("it must be a text or a message template, not both")
        case dict() if given.keys() & _Template.model_fields:
            return _Template.model_validate(given)
        case dict():
            return Message.model_validate(given)
        case _:
            raise ValueError("it must be a text, or an object that has one")


_Message = Annotated[Message | MessageTemplate, PlainValidator(_message)]


class BySubtype(Object):
    """A message for each kind of contact."""

    sms: Annotated[_Message | None, Field(alias="connect:SMS")] = None
    whatsapp: Annotated[_Message | None, Field(alias="connect:WhatsApp")] = None


def _entry(given: Any) -> Message | MessageTemplate | BySubtype:
    if isinstance(given, dict) and any(name.startswith("connect:") for name in given):
        return BySubtype.model_validate(given)
    return _message(given)


def _tag(key: str) -> str:
    return key if key.lower() == DEFAULT else is_language(key)


class Catalogue(RootModel[Any]):
    """Messages under BCP 47 language tags, and under `default` for all other languages."""

    model_config = ConfigDict(defer_build=True, hide_input_in_errors=True)

    root: dict[
        Annotated[str, AfterValidator(_tag)],
        Annotated[Message | MessageTemplate | BySubtype, PlainValidator(_entry)],
    ]

    @model_validator(mode="after")
    def _each_language_once(self) -> Self:
        tags = [tag.lower() for tag in self.root]
        twice = [tag for tag in self.root if tags.count(tag.lower()) > 1]
        if twice:
            raise ValueError(f"{' and '.join(twice)} are the same language")
        return self

    def message(self, language: str, subtype: str) -> Message | MessageTemplate | None:
        """
        The message for a contact, or None.

        Args:
            language: A BCP 47 tag: `de-AT` falls back to `de`, and that to `default` (RFC 4647, section 3.4). May be
                empty.
            subtype: `connect:SMS` or `connect:WhatsApp`.
        """
        by_tag = {tag.lower(): entry for tag, entry in self.root.items()}
        parts = language.lower().split("-")
        shorter_and_shorter = ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
        for tag in [*shorter_and_shorter, DEFAULT]:
            entry = by_tag.get(tag)
            if isinstance(entry, BySubtype):
                entry = entry.sms if subtype == SMS else entry.whatsapp
            if entry:
                return entry
        return None
