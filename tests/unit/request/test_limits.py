from typing import Any

import pytest

from builders import CUSTOMER
from connect_simulator import demo
from deflection.errors import DeflectionError, InvalidMessageError, InvalidParameterError
from deflection.request.limits import LIMITS, MAX_CONTENT_CHARACTERS, check_limits, get_field, validate_field

INTERACTIVE = "application/vnd.amazonaws.connect.message.interactive.response"


def segments(**values: str) -> dict[str, Any]:
    subtype = {"connect:Subtype": {"ValueString": "connect:SMS"}}
    return subtype | {name: {"ValueString": value} for name, value in values.items()}


def message(content: str, content_type: str = "text/plain") -> dict[str, Any]:
    return {"InitialSystemMessage": {"Content": content, "ContentType": content_type}}


def template(**members: Any) -> dict[str, Any]:
    usual = {"KnowledgeBaseId": "a", "MessageTemplateId": "b", "TemplateAttributes": {}}
    return {"InitialTemplatedSystemMessage": usual | members}


def custom_attributes(**values: str) -> dict[str, Any]:
    return template(TemplateAttributes={"CustomAttributes": values})


@pytest.mark.parametrize(
    "request_parameters",
    [
        {},
        {"ContactFlowId": "x" * 500},
        {"SourceEndpoint": {"Address": demo.SMS_NUMBER_ARN}},
        {"DestinationEndpoint": {"Address": CUSTOMER}},
        {"SegmentAttributes": segments(**{"x" * 128: "y" * 1024})},
        {"Attributes": {"a": "x" * 32_767}},
        {"Attributes": {"aa": "é" * 16_383}},
        {"ChatDurationInMinutes": 60},
        {"ChatDurationInMinutes": 10_080},
        {"ParticipantDetails": {"DisplayName": "x" * 256}},
        {"RelatedContactId": "x" * 256},
        {"ClientToken": "x" * 500},
        {"SupportedMessagingContentTypes": ["text/plain", "x" * 100]},
        message("é" * 1024),
        message("x" * 1024, "text/markdown"),
        message("x" * 12_000, "application/json"),
        message("x" * 12_288, INTERACTIVE),
        template(KnowledgeBaseId="x" * 500, MessageTemplateId="x" * 500),
        custom_attributes(**{"x" * 32_767: "y" * 32_767}),
    ],
)
def test_request_at_its_limits_is_accepted(request_parameters: dict[str, Any]) -> None:
    check_limits(request_parameters)


@pytest.mark.parametrize(
    ("request_parameters", "error", "named"),
    [
        ({"ContactFlowId": "x" * 501}, InvalidParameterError, ["ContactFlowId", "500", "501"]),
        ({"SourceEndpoint": {"Address": "+14255550190"}}, InvalidParameterError, ["SourceEndpoint_Address", "ARN"]),
        (
            {"SourceEndpoint": {"Address": demo.SMS_NUMBER_ARN + "a" * 200}},
            InvalidParameterError,
            ["SourceEndpoint_Address", "256"],
        ),
        ({"DestinationEndpoint": {"Address": "14255550142"}}, InvalidParameterError, ["DestinationEndpoint_Address"]),
        ({"SegmentAttributes": segments(**{"x" * 129: "a"})}, InvalidParameterError, ["SegmentAttributes", "128"]),
        ({"SegmentAttributes": segments(a="x" * 1025)}, InvalidParameterError, ["SegmentAttributes", "1024"]),
        (
            {"SegmentAttributes": {"connect:Subtype": {"ValueString": "connect:Chat"}}},
            InvalidParameterError,
            ["connect:SMS", "connect:WhatsApp"],
        ),
        ({"Attributes": {"a": "x" * 32_768}}, InvalidParameterError, ["Attributes", "32768", "32769"]),
        ({"Attributes": {"a": "é" * 16_384}}, InvalidParameterError, ["Attributes", "32768", "32769"]),
        ({"Attributes": {"": "a"}}, InvalidParameterError, ["Attributes"]),
        ({"ChatDurationInMinutes": 59}, InvalidParameterError, ["ChatDurationInMinutes", "60", "10080", "59"]),
        ({"ChatDurationInMinutes": 10_081}, InvalidParameterError, ["60", "10080", "10081"]),
        ({"ParticipantDetails": {"DisplayName": "x" * 257}}, InvalidParameterError, ["DisplayName", "256", "257"]),
        ({"RelatedContactId": "x" * 257}, InvalidParameterError, ["RelatedContactId", "256", "257"]),
        ({"ClientToken": "x" * 501}, InvalidParameterError, ["ClientToken", "500", "501"]),
        ({"SupportedMessagingContentTypes": ["x"]}, InvalidParameterError, ["text/plain"]),
        ({"SupportedMessagingContentTypes": ["text/plain", "x" * 101]}, InvalidParameterError, ["100"]),
        (message("x" * 1025), InvalidMessageError, ["InitialSystemMessage_Content", "1024", "1025"]),
        (message("x" * 12_001, "application/json"), InvalidMessageError, ["12000", "12001"]),
        (message("x" * 12_289, INTERACTIVE), InvalidMessageError, ["12288", "12289"]),
        (message("Hello", "text/html"), InvalidMessageError, list(MAX_CONTENT_CHARACTERS)),
        (template(KnowledgeBaseId="x" * 501), InvalidMessageError, ["KnowledgeBaseId", "500", "501"]),
        (template(MessageTemplateId=""), InvalidMessageError, ["MessageTemplateId", "500"]),
        (custom_attributes(a="x" * 32_768), InvalidMessageError, ["CustomAttributes", "32767"]),
    ],
)
def test_error_names_the_field_its_limit_and_the_size_of_the_value(
    request_parameters: dict[str, Any], error: type[DeflectionError], named: list[str]
) -> None:
    with pytest.raises(error) as raised:
        check_limits(request_parameters)

    assert all(part in str(raised.value) for part in named)
    assert "425555" not in str(raised.value)


@pytest.mark.parametrize("flat_name", LIMITS)
def test_field_that_is_not_set_has_no_value(flat_name: str) -> None:
    assert get_field({}, flat_name) is None


def test_field_validator_returns_the_value_or_names_the_limit() -> None:
    validate = validate_field("ChatDurationInMinutes")

    assert validate(60) == 60
    with pytest.raises(ValueError, match=r"\b60\b.*\b10080\b.*\b59\b"):
        validate(59)
