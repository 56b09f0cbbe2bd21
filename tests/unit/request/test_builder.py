from typing import Any

import pytest

from builders import contact, settings
from deflection.contact import Endpoint
from deflection.errors import InvalidParameterError
from deflection.request.builder import DeflectionRequest, StartChatRequest, build_request, request_sms_parts
from deflection.request.parameters import parse_parameters
from deflection.request.routes import Route

DESTINATION = Endpoint("+14255550142")
NUMBER = "arn:aws:connect:us-east-1:111122223333:phone-number/{}"
TEMPLATE = {"KnowledgeBaseId": "a", "MessageTemplateId": "b", "TemplateAttributes": {"CustomAttributes": {"c": "d"}}}
CLIENT_TOKEN = "1fc6b1fc63ce5758963f457668f7ce68b81db5a68010e0da7850eb87d44cf629"


def build(
    flow_parameters: dict[str, Any] | None = None,
    destination: Endpoint = DESTINATION,
    route: Route | None = None,
    environment: dict[str, str] | None = None,
    subtype: str = "connect:SMS",
    **changes: Any,
) -> StartChatRequest:
    return build_request(
        DeflectionRequest(
            contact(**changes),
            parse_parameters(flow_parameters or {}),
            destination,
            route or Route(),
            [],
            settings(**environment or {}),
        ),
        subtype,
    )


def client_token(
    flow_parameters: dict[str, Any] | None = None, destination: Endpoint = DESTINATION, **changes: Any
) -> Any:
    return build(flow_parameters, destination, **changes)["ClientToken"]


def test_client_token_of_a_call_never_changes() -> None:
    assert client_token() == CLIENT_TOKEN


@pytest.mark.parametrize(
    ("flow_parameters", "changes"),
    [
        ({}, {"id": "the-leg-after-a-transfer"}),
        ({"RelatedContactId": "NONE"}, {}),
        ({"RelatedContactId": "0f7e1c9a-3b5d-4f6a-8c7b-9d0e1f2a3b4c"}, {"id": "guide", "initial_id": "guide"}),
        ({"InitialSystemMessage_Content": "another message", "Attributes": {"a": "b"}}, {"channel": "TASK"}),
        ({}, {"initial_id": ""}),
    ],
)
def test_client_token_is_the_same_for_one_call_number_and_channel(
    flow_parameters: dict[str, Any], changes: dict[str, Any]
) -> None:
    assert client_token(flow_parameters, **changes) == CLIENT_TOKEN


@pytest.mark.parametrize(
    ("flow_parameters", "destination", "changes"),
    [
        ({}, Endpoint("+14255550143"), {}),
        ({}, DESTINATION, {"initial_id": "another-call"}),
        ({"RelatedContactId": "another-call"}, DESTINATION, {}),
        ({"InitialTemplatedSystemMessage": TEMPLATE}, DESTINATION, {"subtype": "connect:WhatsApp"}),
    ],
)
def test_client_token_differs_for_another_call_number_or_channel(
    flow_parameters: dict[str, Any], destination: Endpoint, changes: dict[str, Any]
) -> None:
    assert client_token(flow_parameters, destination, **changes) != CLIENT_TOKEN


def test_client_token_of_the_flow_parameters_is_used() -> None:
    assert client_token({"ClientToken": "second-message"}) == "second-message"


def test_request_has_no_message_by_default() -> None:
    assert "InitialSystemMessage" not in build()


def test_template_of_the_flow_parameters_overrides_the_message_of_the_settings() -> None:
    request = build({"InitialTemplatedSystemMessage": TEMPLATE}, environment={"INITIAL_MESSAGE": "Hello"})

    assert request["InitialTemplatedSystemMessage"] == TEMPLATE
    assert "InitialSystemMessage" not in request


def test_variables_in_the_message_of_the_settings_are_filled_in() -> None:
    request = build(environment={"INITIAL_MESSAGE": "Hello $name"}, attributes={"name": "Jane"})

    assert request["InitialSystemMessage"] == {"ContentType": "text/plain", "Content": "Hello Jane"}


ROUTE = Route.model_validate(
    {
        "SourceEndpoint_Address": NUMBER.format("1"),
        "ContactFlowId": "flow of the route",
        "ChatDurationInMinutes": 120,
        "Attributes": {"brand": "B", "topic": "sales"},
    }
)
SETTINGS = {"CHAT_DURATION_MINUTES": "480", "DISPLAY_NAME": "Customer", "ATTRIBUTES_TO_COPY": "*"}


def test_route_overrides_the_settings_and_the_contact_attributes() -> None:
    request = build(route=ROUTE, environment=SETTINGS, attributes={"brand": "A", "name": "Jane"})

    assert request["SourceEndpoint"]["Address"] == NUMBER.format("1")
    assert (request["ContactFlowId"], request["ChatDurationInMinutes"]) == ("flow of the route", 120)
    assert request["Attributes"] == {"brand": "B", "topic": "sales", "name": "Jane"}


def test_flow_parameters_override_the_route_and_the_settings() -> None:
    flow_parameters = {
        "SourceEndpoint_Address": NUMBER.format("2"),
        "ChatDurationInMinutes": "60",
        "ParticipantDetails_DisplayName": "Jane",
        "ContactFlowId": "f",
        "Attributes": {"brand": "C"},
    }

    request = build(flow_parameters, route=ROUTE, environment=SETTINGS)

    assert request["SourceEndpoint"]["Address"] == NUMBER.format("2")
    assert (request["ChatDurationInMinutes"], request["ContactFlowId"]) == (60, "f")
    assert request["ParticipantDetails"] == {"DisplayName": "Jane"}
    assert request["Attributes"] == {"brand": "C", "topic": "sales"}


def test_route_may_have_a_source_number_for_each_channel() -> None:
    route = Route.model_validate({"SourceEndpoint_Address": {"connect:WhatsApp": NUMBER.format("3")}})
    flow_parameters = {"InitialTemplatedSystemMessage": TEMPLATE}

    sources = [
        build(flow_parameters, route=route, subtype=subtype)["SourceEndpoint"]["Address"]
        for subtype in ("connect:SMS", "connect:WhatsApp")
    ]

    assert sources == [settings().source_phone_number_arn, NUMBER.format("3")]


@pytest.mark.parametrize(
    ("flow_parameters", "subtype", "sms_parts"),
    [
        ({"InitialSystemMessage_Content": "a" * 161}, "connect:SMS", 2),
        ({"InitialTemplatedSystemMessage": TEMPLATE}, "connect:SMS", 0),
        ({"InitialTemplatedSystemMessage": TEMPLATE}, "connect:WhatsApp", 0),
        ({}, "connect:SMS", 0),
    ],
)
def test_sms_parts_are_counted_for_a_message_without_a_template(
    flow_parameters: dict[str, Any], subtype: str, sms_parts: int
) -> None:
    assert request_sms_parts(build(flow_parameters, subtype=subtype)) == sms_parts


def test_related_contact_id_is_the_contact_id_or_the_given_one_or_none() -> None:
    requests = [build(given) for given in ({}, {"RelatedContactId": "another-call"}, {"RelatedContactId": "none"})]

    assert [request.get("RelatedContactId") for request in requests] == [contact().id, "another-call", None]


@pytest.mark.parametrize(
    ("names", "copied"), [("", None), ("a", {"a": "1"}), ("a, missing", {"a": "1"}), ("*", {"a": "1", "b": "2"})]
)
def test_only_the_named_contact_attributes_are_copied(names: str, copied: dict[str, str] | None) -> None:
    request = build(environment={"ATTRIBUTES_TO_COPY": names}, attributes={"a": "1", "b": "2"})

    assert request.get("Attributes") == copied


def test_given_client_token_is_used_for_the_first_channel_and_derived_for_the_others() -> None:
    environment = {"SUBTYPES": "connect:WhatsApp, connect:SMS"}
    flow_parameters = {"ClientToken": "token", "InitialTemplatedSystemMessage": TEMPLATE}

    first, second, again = (
        build(flow_parameters, environment=environment, subtype=subtype)["ClientToken"]
        for subtype in ("connect:WhatsApp", "connect:SMS", "connect:SMS")
    )

    assert first == "token"
    assert second == again != "token"


def test_value_beyond_a_limit_of_the_api_is_refused() -> None:
    with pytest.raises(InvalidParameterError, match=r"ChatDurationInMinutes.*\b60\b.*\b10080\b.*\b59\b"):
        build({"ChatDurationInMinutes": "59"})


NAMED = Route(Name="brand-b")
TABLE = {"TABLE_NAME": "texts"}


@pytest.mark.parametrize(
    ("language", "route", "environment", "attributes"),
    [
        ("es-us", NAMED, TABLE, {"deflectionLanguage": "es-US", "deflectionRoute": "brand-b"}),
        ("es-US", None, TABLE, {"deflectionLanguage": "es-US"}),
        ("Jane", None, TABLE, {"deflectionLanguage": "OTHER"}),
        ("", None, TABLE, None),
        ("es-US", NAMED, {}, None),
    ],
)
def test_contact_whose_result_is_counted_has_its_language_and_route(
    language: str, route: Route | None, environment: dict[str, str], attributes: Any
) -> None:
    assert build({}, route=route, environment=environment, language=language).get("Attributes") == attributes


def test_given_attribute_takes_precedence_over_the_language_and_route() -> None:
    request = build({"Attributes": {"deflectionRoute": "mine"}}, route=NAMED, environment=TABLE)

    assert request["Attributes"] == {"deflectionRoute": "mine"}


def test_language_and_route_never_make_the_attributes_too_long() -> None:
    longest = {"a": "x" * 32_767}

    assert build({"Attributes": longest}, route=NAMED, environment=TABLE)["Attributes"] == longest
