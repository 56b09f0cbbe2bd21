from typing import Any

import pytest

from builders import contact, settings
from deflection import parameters
from deflection.contact import Endpoint
from deflection.request import build

DESTINATION = Endpoint("+14255550142")
TOKEN_OF_THE_CALL = "1fc6b1fc63ce5758963f457668f7ce68b81db5a68010e0da7850eb87d44cf629"


def token(given: dict[str, Any] | None = None, destination: Endpoint = DESTINATION, **changes: Any) -> Any:
    return build(contact(**changes), parameters.read(given or {}), destination, settings())["ClientToken"]


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
        ({"SegmentAttributes": {"connect:Subtype": "connect:WhatsApp"}}, DESTINATION, {}),
    ],
)
def test_another_call_number_or_subtype_has_another_token(
    given: dict[str, Any], destination: Endpoint, changes: dict[str, Any]
) -> None:
    assert token(given, destination, **changes) != TOKEN_OF_THE_CALL


def test_a_token_that_is_given_is_taken() -> None:
    assert token({"ClientToken": "second-text"}) == "second-text"


def test_without_a_text_the_request_has_none() -> None:
    assert "InitialSystemMessage" not in build(contact(), parameters.read({}), DESTINATION, settings())


def test_a_template_of_the_parameters_comes_before_the_text_of_the_settings() -> None:
    template = {
        "KnowledgeBaseId": "a",
        "MessageTemplateId": "b",
        "TemplateAttributes": {"CustomAttributes": {"c": "d"}},
    }
    wish = parameters.read({"InitialTemplatedSystemMessage": template})

    request = build(contact(), wish, DESTINATION, settings(INITIAL_MESSAGE="Hello"))

    assert request["InitialTemplatedSystemMessage"] == template
    assert "InitialSystemMessage" not in request


def test_the_text_of_the_settings_has_its_variables_filled_in() -> None:
    request = build(
        contact(attributes={"name": "Jane"}), parameters.read({}), DESTINATION, settings(INITIAL_MESSAGE="Hello $name")
    )

    assert request["InitialSystemMessage"] == {"ContentType": "text/plain", "Content": "Hello Jane"}


def test_parameters_come_before_settings() -> None:
    wish = parameters.read(
        {"ChatDurationInMinutes": "60", "ParticipantDetails_DisplayName": "Jane", "ContactFlowId": "f"}
    )

    request = build(contact(), wish, DESTINATION, settings(CHAT_DURATION_MINUTES="480", DISPLAY_NAME="Customer"))

    assert (request["ChatDurationInMinutes"], request["ContactFlowId"]) == (60, "f")
    assert request["ParticipantDetails"] == {"DisplayName": "Jane"}
