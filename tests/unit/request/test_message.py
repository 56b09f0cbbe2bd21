import json
from typing import Any

import pytest

from builders import contact, settings
from deflection.errors import InvalidMessageError
from deflection.request.message import build_initial_message, count_sms_parts
from deflection.request.message_catalog import MessageCatalog
from deflection.request.parameters import parse_parameters

TEMPLATE = {"KnowledgeBaseId": "a", "MessageTemplateId": "b", "TemplateAttributes": {"CustomAttributes": {"c": "d"}}}
CATALOG = MessageCatalog.model_validate(
    {
        "en": "Hello",
        "de": {"Content": "Guten *Tag*", "ContentType": "text/markdown"},
        "fr": TEMPLATE,
        "pl": {"Content": "{}", "ContentType": "application/json"},
        "it": {"connect:SMS": "Ciao", "connect:WhatsApp": TEMPLATE},
    }
)


def fill_in(template: str, flow_parameters: dict[str, Any] | None = None, **changes: Any) -> Any:
    message = build_initial_message(
        contact(**changes),
        parse_parameters(flow_parameters or {}),
        settings(INITIAL_MESSAGE=template),
        [],
        "connect:SMS",
    )
    return message["InitialSystemMessage"]["Content"]


def message_for(language: str, subtype: str = "connect:SMS", catalogs: Any = (CATALOG,)) -> Any:
    return build_initial_message(
        contact(language=language),
        parse_parameters({}),
        settings(INITIAL_MESSAGE="Message of the settings"),
        list(catalogs),
        subtype,
    )


def test_variables_are_filled_in_from_attributes_queue_and_dialled_number() -> None:
    content = fill_in(
        "Hello ${name}, $Queue_Name at $SystemEndpoint_Address owes you $$5.", attributes={"name": "Jane"}
    )

    assert content == "Hello Jane, Billing at +14255550190 owes you $5."


def test_variable_may_be_in_braces_or_followed_by_a_letter_without_case() -> None:
    assert fill_in("$name様、${name}ß", attributes={"name": "Jane"}) == "Jane様、Janeß"


def test_attribute_of_the_flow_parameters_overrides_the_contact_attribute() -> None:
    assert fill_in("$name", {"Attributes": {"name": "Jo"}}, attributes={"name": "Jane"}) == "Jo"


def test_variable_inside_an_attribute_value_is_not_filled_in() -> None:
    assert fill_in("$name", attributes={"name": "$secret", "secret": "s"}) == "$secret"


@pytest.mark.parametrize("attributes", [{}, {"name": ""}, {"name": "  "}])
def test_error_names_the_variable_without_a_value(attributes: dict[str, str]) -> None:
    with pytest.raises(InvalidMessageError, match=r"\$name\b"):
        fill_in("Hello $name", attributes=attributes)


@pytest.mark.parametrize("variable", ["Queue_Name", "SystemEndpoint_Address"])
def test_error_names_the_queue_or_dialled_number_that_the_contact_lacks(variable: str) -> None:
    with pytest.raises(InvalidMessageError, match=variable):
        fill_in(f"${variable}", queue_name="", system_endpoint=None)


@pytest.mark.parametrize("variable", ["Queue_Name", "SystemEndpoint_Address"])
def test_contact_attribute_does_not_replace_the_queue_or_dialled_number(variable: str) -> None:
    attributes = {variable: "value of an attribute"}

    assert fill_in(f"${variable}", attributes=attributes) in ("Billing", "+14255550190")
    with pytest.raises(InvalidMessageError, match=variable):
        fill_in(f"${variable}", queue_name="", system_endpoint=None, attributes=attributes)


INTERACTIVE = "application/vnd.amazonaws.connect.message.interactive.response"


@pytest.mark.parametrize("content_type", ["application/json", INTERACTIVE])
@pytest.mark.parametrize("name", ['Jane "JJ" Doe', "C:\\new\nline", 'x", "admin": "yes', "Zoë"])
def test_value_is_escaped_in_a_json_message(content_type: str, name: str) -> None:
    template = {"Content": '{"title": "Hi $name"}', "ContentType": content_type}
    message = build_initial_message(
        contact(attributes={"name": name}),
        parse_parameters({}),
        settings(),
        [MessageCatalog.model_validate({"default": template})],
        "connect:SMS",
    )

    assert json.loads(message["InitialSystemMessage"]["Content"]) == {"title": f"Hi {name}"}


def test_value_is_not_escaped_in_a_plain_message() -> None:
    assert fill_in("Hi $name", attributes={"name": 'Jane "JJ" Doe'}) == 'Hi Jane "JJ" Doe'


def test_value_is_escaped_if_the_flow_parameters_set_a_json_content_type() -> None:
    flow_parameters = {"InitialSystemMessage_ContentType": "application/json"}

    assert json.loads(fill_in('["$name"]', flow_parameters, attributes={"name": '"'})) == ['"']


@pytest.mark.parametrize("flow_parameters", [{}, {"InitialTemplatedSystemMessage": TEMPLATE}])
@pytest.mark.parametrize("language", ["fr", "es"])
def test_content_type_without_content_is_refused(flow_parameters: dict[str, Any], language: str) -> None:
    parameters = parse_parameters(flow_parameters | {"InitialSystemMessage_ContentType": "text/markdown"})
    catalog = MessageCatalog.model_validate({"fr": TEMPLATE})

    with pytest.raises(InvalidMessageError, match="InitialSystemMessage"):
        build_initial_message(contact(language=language), parameters, settings(), [catalog], "connect:SMS")


def test_catalog_message_has_a_content_type_or_is_a_template() -> None:
    assert message_for("de-AT") == {"InitialSystemMessage": {"ContentType": "text/markdown", "Content": "Guten *Tag*"}}
    assert message_for("pl") == {"InitialSystemMessage": {"ContentType": "application/json", "Content": "{}"}}
    assert message_for("fr") == {"InitialTemplatedSystemMessage": TEMPLATE}
    assert message_for("it", "connect:WhatsApp") == {"InitialTemplatedSystemMessage": TEMPLATE}


def test_first_catalog_with_a_message_wins_and_the_setting_comes_last() -> None:
    route, empty = MessageCatalog.model_validate({"en": "Message of the route"}), MessageCatalog.model_validate({})
    contents = [
        message_for("en", catalogs=catalogs)["InitialSystemMessage"]["Content"]
        for catalogs in ([route, CATALOG], [empty, CATALOG], [empty])
    ]

    assert contents == ["Message of the route", "Hello", "Message of the settings"]


@pytest.mark.parametrize("language", ["en", "de"])
def test_whatsapp_requires_a_message_template(language: str) -> None:
    with pytest.raises(InvalidMessageError, match="WhatsApp"):
        message_for(language, "connect:WhatsApp")


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
def test_message_is_split_into_gsm_7_or_ucs_2_parts(text: str, count: int) -> None:
    assert count_sms_parts(text) == count


GSM_7 = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./09:;<=>?¡AZÄÖÑÜ§¿azäöñüà"
GSM_7_EXTENSION = "\f^{}\\[~]|€"
OTHER = "áíóúêãçâôõîûëïœÁÍÓÚ\u2019\u201c\u2013`\t"


def test_gsm_7_character_takes_one_unit() -> None:
    assert [character for character in GSM_7 if count_sms_parts(character * 160) != 1] == []
    assert [character for character in GSM_7 if count_sms_parts(character * 161) != 2] == []


def test_gsm_7_extension_character_takes_two_units() -> None:
    assert [character for character in GSM_7_EXTENSION if count_sms_parts(character * 80) != 1] == []
    assert [character for character in GSM_7_EXTENSION if count_sms_parts(character * 81) != 2] == []


def test_any_other_character_makes_the_message_ucs_2() -> None:
    assert [character for character in OTHER if count_sms_parts(character + "a" * 69) != 1] == []
    assert [character for character in OTHER if count_sms_parts(character + "a" * 70) != 2] == []
