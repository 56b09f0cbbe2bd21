import pytest
from pydantic import ValidationError

from deflection.request.message_catalog import Message, MessageCatalog
from deflection.request.parameters import MessageTemplate

TEMPLATE = {"KnowledgeBaseId": "a", "MessageTemplateId": "b", "TemplateAttributes": {}}
CATALOG = MessageCatalog.model_validate(
    {
        "en": "Hello",
        "EN-gb": "Good day",
        "zh-Hant": "您好",
        "it": {"connect:SMS": "Ciao", "connect:WhatsApp": TEMPLATE},
        "es": {"connect:WhatsApp": TEMPLATE},
        "default": "Hi",
    }
)


@pytest.mark.parametrize(
    ("language", "content"),
    [
        ("en", "Hello"),
        ("en-US", "Hello"),
        ("en-GB", "Good day"),
        ("EN", "Hello"),
        ("it-IT", "Ciao"),
        ("es-MX", "Hi"),
        ("zh-Hant-TW", "您好"),
        ("zh-TW", "Hi"),
        ("pt-BR", "Hi"),
        ("", "Hi"),
    ],
)
def test_language_falls_back_to_its_base_and_then_to_the_default(language: str, content: str) -> None:
    assert CATALOG.message(language, "connect:SMS") == Message(Content=content)


def test_language_may_have_a_message_for_each_channel() -> None:
    assert isinstance(CATALOG.message("it", "connect:SMS"), Message)
    assert isinstance(CATALOG.message("it", "connect:WhatsApp"), MessageTemplate)


def test_catalog_without_a_default_has_no_message_for_other_languages() -> None:
    assert MessageCatalog.model_validate({"en": "Hello"}).message("de", "connect:SMS") is None


def test_text_of_1025_characters_is_refused_and_json_is_accepted() -> None:
    def parse(content_type: str) -> MessageCatalog:
        return MessageCatalog.model_validate({"en": {"Content": "x" * 1025, "ContentType": content_type}})

    with pytest.raises(ValidationError):
        parse("text/plain")
    assert parse("application/json").message("en", "connect:SMS")


def test_long_template_is_accepted_because_its_variables_may_make_it_shorter() -> None:
    template = "${" + "x" * 1024 + "}"

    assert MessageCatalog.model_validate({"en": template}).message("en", "connect:SMS") == Message(Content=template)
