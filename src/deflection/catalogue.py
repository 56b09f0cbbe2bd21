"""The messages by language, and which of them a contact gets."""

from typing import Annotated, Any, Self

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    RootModel,
    Tag,
    model_validator,
)

from deflection.outcome import SMS
from deflection.parameters import MessageTemplate
from deflection.text import Text, is_language, is_short, is_template

_Template = Annotated[Text, AfterValidator(is_template)]
_Short = Annotated[_Template, AfterValidator(is_short)]


DEFAULT = "default"


class _Strict(BaseModel):
    # Models are built with the first document; few operators keep one, and every start would wait for them.
    model_config = ConfigDict(defer_build=True, strict=True, extra="forbid", hide_input_in_errors=True)


class Message(_Strict):
    """A text with `$name` variables, of a content type of the API."""

    Content: _Template
    ContentType: Text = "text/plain"

    @model_validator(mode="after")
    def _is_short(self) -> Self:
        if self.ContentType.startswith("text/"):
            is_short(self.Content)
        return self


def text(template: str) -> Message:
    """A message of a text that was checked already."""
    return Message.model_construct(Content=template)


def _kind(entry: Any) -> str | None:
    match entry:
        case str():
            return "text"
        case dict() if any(key.startswith("connect:") for key in entry):
            return "by subtype"
        case {"KnowledgeBaseId": _} | {"MessageTemplateId": _}:
            return "template"
        case dict() | Message() | MessageTemplate():
            return "message"
        case _:
            return None


_Kind = Discriminator(
    _kind, custom_error_type="no_entry", custom_error_message="it must be a text, or an object that has one"
)
_Entry = (
    Annotated[_Short, Tag("text")] | Annotated[Message, Tag("message")] | Annotated[MessageTemplate, Tag("template")]
)


def _tag(key: str) -> str:
    return key if key.lower() == DEFAULT else is_language(key)


class BySubtype(_Strict):
    """A message for each kind of contact."""

    sms: Annotated[Annotated[_Entry, _Kind] | None, Field(alias="connect:SMS")] = None
    whatsapp: Annotated[Annotated[_Entry, _Kind] | None, Field(alias="connect:WhatsApp")] = None


class Catalogue(RootModel[Any]):
    """Messages under BCP 47 language tags, and under `default` for all other languages."""

    model_config = ConfigDict(defer_build=True, hide_input_in_errors=True)

    root: dict[
        Annotated[str, AfterValidator(_tag)],
        Annotated[_Entry | Annotated[BySubtype, Tag("by subtype")], _Kind],
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
                return text(entry) if isinstance(entry, str) else entry
        return None
