"""Define the message catalog: messages by language."""

from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, ConfigDict, Field, PlainValidator, RootModel, model_validator

from deflection.outcome import SMS
from deflection.parsing import drop_blank_members
from deflection.request.document import StrictModel
from deflection.request.limits import validate_field
from deflection.request.parameters import MessageTemplate, TemplateAttributes
from deflection.validators import Text, validate_language, validate_length, validate_template

DEFAULT_LANGUAGE = "default"


class Message(StrictModel):
    """A message with `$name` variables, and its content type."""

    Content: Annotated[Text, AfterValidator(validate_template)]
    ContentType: Annotated[Text, AfterValidator(validate_field("InitialSystemMessage_ContentType"))] = "text/plain"

    @model_validator(mode="after")
    def _check_length(self) -> Self:
        if self.ContentType.startswith("text/"):
            validate_length(self.Content)
        return self


class _Attributes(StrictModel, TemplateAttributes):
    """The values for the placeholders of a message template, in a document."""


class _Template(StrictModel, MessageTemplate):
    """A message template in a document."""

    KnowledgeBaseId: Annotated[Text, AfterValidator(validate_field("InitialTemplatedSystemMessage_KnowledgeBaseId"))]
    MessageTemplateId: Annotated[
        Text, AfterValidator(validate_field("InitialTemplatedSystemMessage_MessageTemplateId"))
    ]
    TemplateAttributes: Annotated[_Attributes, BeforeValidator(drop_blank_members)]


def _message(given: Any) -> Message | MessageTemplate:
    match given:
        case str():
            return Message.model_validate({"Content": given})
        case dict() if given.keys() & _Template.model_fields and given.keys() & Message.model_fields:
            raise ValueError("it must be a message or a message template, not both")
        case dict() if given.keys() & _Template.model_fields:
            return _Template.model_validate(given)
        case dict():
            return Message.model_validate(given)
        case _:
            raise ValueError("it must be a string or an object with Content")


_Message = Annotated[Message | MessageTemplate, PlainValidator(_message)]


class MessagesBySubtype(StrictModel):
    """A message for each subtype."""

    sms: Annotated[_Message | None, Field(alias="connect:SMS")] = None
    whatsapp: Annotated[_Message | None, Field(alias="connect:WhatsApp")] = None


def _entry(given: Any) -> Message | MessageTemplate | MessagesBySubtype:
    if isinstance(given, dict) and any(name.startswith("connect:") for name in given):
        return MessagesBySubtype.model_validate(given)
    return _message(given)


def _validate_tag(key: str) -> str:
    return key if key.lower() == DEFAULT_LANGUAGE else validate_language(key)


class MessageCatalog(RootModel[Any]):
    """Messages by BCP 47 language tag, with `default` for all other languages."""

    model_config = ConfigDict(defer_build=True, hide_input_in_errors=True)

    root: dict[
        Annotated[str, AfterValidator(_validate_tag)],
        Annotated[Message | MessageTemplate | MessagesBySubtype, PlainValidator(_entry)],
    ]

    @model_validator(mode="after")
    def _check_languages(self) -> Self:
        tags = [tag.lower() for tag in self.root]
        twice = [tag for tag in self.root if tags.count(tag.lower()) > 1]
        if twice:
            raise ValueError(f"{' and '.join(twice)} are the same language; keep one")
        return self

    def message(self, language: str, subtype: str) -> Message | MessageTemplate | None:
        """
        Return the message for a contact, or None.

        Args:
            language: A BCP 47 tag, or empty. `de-AT` falls back to `de`, then to `default` (RFC 4647, section 3.4).
            subtype: `connect:SMS` or `connect:WhatsApp`.
        """
        by_tag = {tag.lower(): entry for tag, entry in self.root.items()}
        parts = language.lower().split("-")
        fallbacks = ["-".join(parts[:length]) for length in range(len(parts), 0, -1)]
        for tag in [*fallbacks, DEFAULT_LANGUAGE]:
            entry = by_tag.get(tag)
            if isinstance(entry, MessagesBySubtype):
                entry = entry.sms if subtype == SMS else entry.whatsapp
            if entry:
                return entry
        return None
