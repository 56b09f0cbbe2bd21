"""The messages by language, and which of them a contact gets."""

from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, RootModel, Tag

from deflection.outcome import SMS
from deflection.parameters import MessageTemplate
from deflection.text import Text, is_short, is_template

_Template = Annotated[Text, AfterValidator(is_template)]
_Short = Annotated[_Template, AfterValidator(is_short)]


class _Strict(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid", hide_input_in_errors=True)


class Message(_Strict):
    """A text with `$name` variables, of a content type of the API."""

    Content: _Template
    ContentType: Text = "text/plain"


def _kind(entry: Any) -> str:
    if isinstance(entry, str):
        return "text"
    if isinstance(entry, dict) and any(key.startswith("connect:") for key in entry):
        return "by subtype"
    return (
        "template" if isinstance(entry, dict) and {"KnowledgeBaseId", "MessageTemplateId"} & set(entry) else "message"
    )


_Entry = (
    Annotated[_Short, Tag("text")] | Annotated[Message, Tag("message")] | Annotated[MessageTemplate, Tag("template")]
)


class BySubtype(_Strict):
    """A message for each kind of contact."""

    sms: Annotated[Annotated[_Entry, Discriminator(_kind)] | None, Field(alias="connect:SMS")] = None
    whatsapp: Annotated[Annotated[_Entry, Discriminator(_kind)] | None, Field(alias="connect:WhatsApp")] = None


class Catalogue(
    RootModel[dict[str, Annotated[_Entry | Annotated[BySubtype, Tag("by subtype")], Discriminator(_kind)]]]
):
    """Messages under BCP 47 language tags, and under `default` for all other languages."""

    model_config = ConfigDict(hide_input_in_errors=True)

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
        for tag in [*shorter_and_shorter, "default"]:
            entry = by_tag.get(tag)
            if isinstance(entry, BySubtype):
                entry = entry.sms if subtype == SMS else entry.whatsapp
            if entry:
                return Message(Content=entry) if isinstance(entry, str) else entry
        return None
