import json
from typing import Any

import pytest

from builders import contact, settings
from deflection.errors import InvalidMessageError
from deflection.request.message import build_initial_message, count_sms_parts
from deflection.request.message_catalog import MessageCatalog
from deflection.request.parameters import parse_parameters

TEMPLATE = {"KnowledgeBaseId": "a", "MessageTemplateId": "b", "TemplateAttributes": {"CustomAttributes": {"c": "d"}}}
CATALOGUE = MessageCatalog.model_validate(
    {
        "en": "Hello",
        "EN-gb": "Good day",
        "de": {"Content": "Guten *Tag*", "ContentType": "text/markdown"},
        "fr": TEMPLATE,
        "pl": {"Content": "{}", "ContentType": "application/json"},
        "zh-Hant": "您好",
        "it": {"connect:SMS": "Ciao", "connect:WhatsApp": TEMPLATE},
        "default": "Hi",
    }
)


def text_of(template: str, given: dict[str, Any] | None = None, **changes: Any) -> Any:
    found = build_initial_message(
        contact(**changes), parse_parameters(given or {}), settings(INITIAL_MESSAGE=template), [], "connect:SMS"
    )
    return found["InitialSystemMessage"]["Content"]


def of_language(language: str, subtype: str = "connect:SMS", catalogues: Any = (CATALOGUE,)) -> Any:
    wish = parse_parameters({})
    return build_initial_message(
        contact(language=language), wish, settings(INITIAL_MESSAGE="Of the settings"), list(catalogues), subtype
    )


def test_variables_are_attributes_the_queue_and_what_was_dialled() -> None:
    text = text_of("Hello ${name}, $Queue_Name at $SystemEndpoint_Address owes you $$5.", attributes={"name": "Jane"})

    assert text == "Hello Jane, Billing at +14255550190 owes you $5."


def test_a_script_without_capitals_may_go_on_after_a_name_and_any_after_braces() -> None:
    assert text_of("$name様、${name}ß", attributes={"name": "Jane"}) == "Jane様、Janeß"


def test_an_attribute_of_the_parameters_comes_before_one_of_the_contact() -> None:
    assert text_of("$name", {"Attributes": {"name": "Jo"}}, attributes={"name": "Jane"}) == "Jo"


def test_an_attribute_that_looks_like_a_variable_stays_as_it_is() -> None:
    assert text_of("$name", attributes={"name": "$secret", "secret": "s"}) == "$secret"


@pytest.mark.parametrize("attributes", [{}, {"name": ""}, {"name": "  "}])
def test_a_variable_without_a_value_is_named(attributes: dict[str, str]) -> None:
    with pytest.raises(InvalidMessageError, match=r"^The message has the variable \$name, which has no value\.$"):
        text_of("Hello $name", attributes=attributes)


@pytest.mark.parametrize("variable", ["Queue_Name", "SystemEndpoint_Address"])
def test_what_the_contact_does_not_have_has_no_value(variable: str) -> None:
    with pytest.raises(InvalidMessageError, match=variable):
        text_of(f"${variable}", queue_name="", system_endpoint=None)


@pytest.mark.parametrize("variable", ["Queue_Name", "SystemEndpoint_Address"])
def test_an_attribute_of_the_same_name_does_not_count(variable: str) -> None:
    own = {"attributes": {variable: "of an attribute"}}

    assert text_of(f"${variable}", **own) in ("Billing", "+14255550190")
    with pytest.raises(InvalidMessageError, match=variable):
        text_of(f"${variable}", queue_name="", system_endpoint=None, **own)


INTERACTIVE = "application/vnd.amazonaws.connect.message.interactive.response"


@pytest.mark.parametrize("content_type", ["application/json", INTERACTIVE])
@pytest.mark.parametrize("name", ['Jane "JJ" Doe', "C:\\new\nline", 'x", "admin": "yes', "Zoë"])
def test_in_json_a_value_stays_a_text(content_type: str, name: str) -> None:
    template = {"Content": '{"title": "Hi $name"}', "ContentType": content_type}
    found = build_initial_message(
        contact(attributes={"name": name}),
        parse_parameters({}),
        settings(),
        [MessageCatalog.model_validate({"default": template})],
        "connect:SMS",
    )

    assert json.loads(found["InitialSystemMessage"]["Content"]) == {"title": f"Hi {name}"}


def test_in_a_text_a_value_stays_as_it_is() -> None:
    assert text_of("Hi $name", attributes={"name": 'Jane "JJ" Doe'}) == 'Hi Jane "JJ" Doe'


def test_a_type_of_the_parameters_makes_json_of_a_text_of_the_operator() -> None:
    given = {"InitialSystemMessage_ContentType": "application/json"}

    assert json.loads(text_of('["$name"]', given, attributes={"name": '"'})) == ['"']


@pytest.mark.parametrize("given", [{}, {"InitialTemplatedSystemMessage": TEMPLATE}])
@pytest.mark.parametrize("language", ["fr", "none"])
def test_a_content_type_without_a_text_is_refused(given: dict[str, Any], language: str) -> None:
    wish = parse_parameters(given | {"InitialSystemMessage_ContentType": "text/markdown"})
    own = MessageCatalog.model_validate({"fr": TEMPLATE})

    with pytest.raises(InvalidMessageError, match="InitialSystemMessage"):
        build_initial_message(contact(language=language), wish, settings(), [own], "connect:SMS")


@pytest.mark.parametrize(
    ("language", "content"),
    [
        ("en", "Hello"),
        ("en-US", "Hello"),
        ("en-GB", "Good day"),
        ("EN", "Hello"),
        ("it-IT", "Ciao"),
        ("zh-Hant-TW", "您好"),
        ("zh-TW", "Hi"),
        ("pt-BR", "Hi"),
        ("", "Hi"),
    ],
)
def test_a_text_is_found_by_language_then_by_its_base_then_by_default(language: str, content: str) -> None:
    assert of_language(language) == {"InitialSystemMessage": {"ContentType": "text/plain", "Content": content}}


def test_a_message_may_have_a_type_or_be_a_template() -> None:
    assert of_language("de-AT") == {"InitialSystemMessage": {"ContentType": "text/markdown", "Content": "Guten *Tag*"}}
    assert of_language("pl") == {"InitialSystemMessage": {"ContentType": "application/json", "Content": "{}"}}
    assert of_language("fr") == {"InitialTemplatedSystemMessage": TEMPLATE}
    assert of_language("it", "connect:WhatsApp") == {"InitialTemplatedSystemMessage": TEMPLATE}


def test_the_first_catalogue_that_has_a_message_counts_and_the_settings_come_last() -> None:
    own, empty = MessageCatalog.model_validate({"en": "Of the route"}), MessageCatalog.model_validate({})
    contents = [
        of_language("en", catalogues=catalogues)["InitialSystemMessage"]["Content"]
        for catalogues in ([own, CATALOGUE], [empty, CATALOGUE], [empty])
    ]

    assert contents == ["Of the route", "Hello", "Of the settings"]


@pytest.mark.parametrize("language", ["en", "de"])
def test_whatsapp_wants_a_template(language: str) -> None:
    with pytest.raises(InvalidMessageError, match="template"):
        of_language(language, "connect:WhatsApp")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ç" * 70, 1),
        ("ç" * 71, 2),
        ("ç" * 134, 2),
        ("ç" * 135, 3),
        ("\N{GRINNING FACE}" * 35, 1),
        ("\N{GRINNING FACE}" * 36, 2),
        ("a" * 1024, 7),
    ],
)
def test_a_text_is_sent_in_parts_of_gsm_7_or_of_ucs_2(text: str, count: int) -> None:
    assert count_sms_parts(text) == count


@pytest.mark.parametrize("character", "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./09:;<=>?¡AZÄÖÑÜ§¿azäöñüà")
def test_a_character_of_gsm_7_counts_one(character: str) -> None:
    assert [count_sms_parts(character * count) for count in (160, 161)] == [1, 2]


@pytest.mark.parametrize("character", "\f^{}\\[~]|€")
def test_a_character_of_the_extension_counts_two(character: str) -> None:
    assert [count_sms_parts(character * count) for count in (80, 81)] == [1, 2]


@pytest.mark.parametrize("character", "áíóúêãçâôõîûëïœÁÍÓÚ\u2019\u201c\u2013`\t")
def test_any_other_character_makes_a_text_of_ucs_2(character: str) -> None:
    assert [count_sms_parts(character + "a" * count) for count in (69, 70)] == [1, 2]
