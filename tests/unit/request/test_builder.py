from typing import Any

import pytest

from builders import contact, settings
from deflection.contact import Endpoint
from deflection.request.builder import DeflectionRequest, StartChatRequest, build_request, request_sms_parts
from deflection.request.parameters import parse_parameters
from deflection.request.routes import Route

DESTINATION = Endpoint("+14255550142")
NUMBER = "arn:aws:connect:us-east-1:111122223333:phone-number/{}"
TEMPLATE = {"KnowledgeBaseId": "a", "MessageTemplateId": "b", "TemplateAttributes": {"CustomAttributes": {"c": "d"}}}
TOKEN_OF_THE_CALL = "1fc6b1fc63ce5758963f457668f7ce68b81db5a68010e0da7850eb87d44cf629"


def built(
    given: dict[str, Any] | None = None,
    destination: Endpoint = DESTINATION,
    route: Route | None = None,
    set_to: dict[str, str] | None = None,
    subtype: str = "connect:SMS",
    **changes: Any,
) -> StartChatRequest:
    wish = parse_parameters(given or {})
    return build_request(
        DeflectionRequest(contact(**changes), wish, destination, route or Route(), [], settings(**set_to or {})),
        subtype,
    )


def token(given: dict[str, Any] | None = None, destination: Endpoint = DESTINATION, **changes: Any) -> Any:
    return built(given, destination, **changes)["ClientToken"]


def test_the_token_of_a_known_call_never_changes() -> None:
    assert token() == TOKEN_OF_THE_CALL


@pytest.mark.parametrize(
    ("given", "changes"),
    [
        ({}, {"id": "the-leg-after-a-transfer"}),
        ({"RelatedContactId": "NONE"}, {}),
        ({"RelatedContactId": "0f7e1c9a-3b5d-4f6a-8c7b-9d0e1f2a3b4c"}, {"id": "guide", "initial_id": "guide"}),
        ({"InitialSystemMessage_Content": "another text", "Attributes": {"a": "b"}}, {"channel": "TASK"}),
        ({}, {"initial_id": ""}),
    ],
)
def test_the_same_call_to_the_same_number_has_the_same_token(given: dict[str, Any], changes: dict[str, Any]) -> None:
    assert token(given, **changes) == TOKEN_OF_THE_CALL


@pytest.mark.parametrize(
    ("given", "destination", "changes"),
    [
        ({}, Endpoint("+14255550143"), {}),
        ({}, DESTINATION, {"initial_id": "another-call"}),
        ({"RelatedContactId": "another-call"}, DESTINATION, {}),
        ({"InitialTemplatedSystemMessage": TEMPLATE}, DESTINATION, {"subtype": "connect:WhatsApp"}),
    ],
)
def test_another_call_number_or_subtype_has_another_token(
    given: dict[str, Any], destination: Endpoint, changes: dict[str, Any]
) -> None:
    assert token(given, destination, **changes) != TOKEN_OF_THE_CALL


def test_a_token_that_is_given_is_taken() -> None:
    assert token({"ClientToken": "second-text"}) == "second-text"


def test_without_a_text_the_request_has_none() -> None:
    assert "InitialSystemMessage" not in built()


def test_a_template_of_the_parameters_comes_before_the_text_of_the_settings() -> None:
    request = built({"InitialTemplatedSystemMessage": TEMPLATE}, set_to={"INITIAL_MESSAGE": "Hello"})

    assert request["InitialTemplatedSystemMessage"] == TEMPLATE
    assert "InitialSystemMessage" not in request


def test_the_text_of_the_settings_has_its_variables_filled_in() -> None:
    request = built(set_to={"INITIAL_MESSAGE": "Hello $name"}, attributes={"name": "Jane"})

    assert request["InitialSystemMessage"] == {"ContentType": "text/plain", "Content": "Hello Jane"}


ROUTE = Route.model_validate(
    {
        "SourceEndpoint_Address": NUMBER.format("1"),
        "ContactFlowId": "of the route",
        "ChatDurationInMinutes": 120,
        "Attributes": {"brand": "B", "language": "of the route"},
    }
)
SETTINGS = {"CHAT_DURATION_MINUTES": "480", "DISPLAY_NAME": "Customer", "ATTRIBUTES_TO_COPY": "*"}


def test_a_route_comes_before_the_settings_and_the_call() -> None:
    request = built(route=ROUTE, set_to=SETTINGS, attributes={"brand": "A", "name": "Jane"})

    assert request["SourceEndpoint"]["Address"] == NUMBER.format("1")
    assert (request["ContactFlowId"], request["ChatDurationInMinutes"]) == ("of the route", 120)
    assert request["Attributes"] == {"brand": "B", "language": "of the route", "name": "Jane"}


def test_parameters_come_before_a_route_and_the_settings() -> None:
    given = {
        "SourceEndpoint_Address": NUMBER.format("2"),
        "ChatDurationInMinutes": "60",
        "ParticipantDetails_DisplayName": "Jane",
        "ContactFlowId": "f",
        "Attributes": {"brand": "C"},
    }

    request = built(given, route=ROUTE, set_to=SETTINGS)

    assert request["SourceEndpoint"]["Address"] == NUMBER.format("2")
    assert (request["ChatDurationInMinutes"], request["ContactFlowId"]) == (60, "f")
    assert request["ParticipantDetails"] == {"DisplayName": "Jane"}
    assert request["Attributes"] == {"brand": "C", "language": "of the route"}


def test_a_route_may_have_a_source_for_each_subtype() -> None:
    route = Route.model_validate({"SourceEndpoint_Address": {"connect:WhatsApp": NUMBER.format("3")}})
    given = {"InitialTemplatedSystemMessage": TEMPLATE}

    sources = [
        built(given, route=route, subtype=subtype)["SourceEndpoint"]["Address"]
        for subtype in ("connect:SMS", "connect:WhatsApp")
    ]

    assert sources == [settings().source_phone_number_arn, NUMBER.format("3")]


@pytest.mark.parametrize(
    ("given", "subtype", "counted"),
    [
        ({"InitialSystemMessage_Content": "a" * 161}, "connect:SMS", 2),
        ({"InitialTemplatedSystemMessage": TEMPLATE}, "connect:SMS", 0),
        ({"InitialTemplatedSystemMessage": TEMPLATE}, "connect:WhatsApp", 0),
        ({}, "connect:SMS", 0),
    ],
)
def test_the_parts_of_a_text_by_sms_are_counted(given: dict[str, Any], subtype: str, counted: int) -> None:
    assert request_sms_parts(built(given, subtype=subtype)) == counted
