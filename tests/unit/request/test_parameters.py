import json
from typing import Any

import pytest

from deflection.errors import DeflectionError, InvalidMessageError, InvalidParameterError
from deflection.request.parameters import NESTED_MEMBERS, PARAMETER_NAMES, SINGULAR_NAMES, Parameters, parse_parameters

TEMPLATE = {
    "KnowledgeBaseId": "a",
    "MessageTemplateId": "b",
    "TemplateAttributes": {"CustomAttributes": {"c": 1}, "CustomerProfileAttributes": {"FirstName": "Jane"}},
}


def parse_error(flow_parameters: dict[str, Any]) -> DeflectionError:
    with pytest.raises(DeflectionError) as raised:
        parse_parameters(flow_parameters)
    return raised.value


@pytest.mark.parametrize(
    "flow_parameters",
    [
        {"DestinationEndpoint_Address": "+14255550142"},
        {"DestinationEndpoint": {"Address": "+14255550142"}},
        {"DestinationEndpoint": '{"Address": "+14255550142"}'},
    ],
    ids=["flat", "nested", "nested as JSON"],
)
def test_flow_parameter_may_be_flat_or_nested(flow_parameters: dict[str, Any]) -> None:
    assert parse_parameters(flow_parameters).DestinationEndpoint_Address == "+14255550142"


@pytest.mark.parametrize(("singular", "plural"), SINGULAR_NAMES.items())
def test_flow_parameter_may_be_singular(singular: str, plural: str) -> None:
    value: Any = {"Attributes": {"a": "b"}, "SegmentAttributes": {"a": "b"}, "ChatDurationInMinutes": "90"}.get(
        plural, "text/plain"
    )

    assert parse_parameters({singular: value}) == parse_parameters({plural: value}) != Parameters()


@pytest.mark.parametrize(
    ("flow_parameters", "name", "value"),
    [
        ({"ChatDurationInMinutes": "90"}, "ChatDurationInMinutes", 90),
        ({"ClientToken": 12345}, "ClientToken", "12345"),
        ({"DryRun": "True"}, "DryRun", True),
        ({"Attributes": '{"a": 1, "b": true, "c": ""}'}, "Attributes", {"a": "1", "b": "true"}),
        ({"SegmentAttributes": {"a": {"ValueString": "b"}}}, "SegmentAttributes", {"a": "b"}),
        ({"SupportedMessagingContentTypes": "a, b"}, "SupportedMessagingContentTypes", ["a", "b"]),
    ],
)
def test_string_is_turned_into_the_type_of_the_api(flow_parameters: dict[str, Any], name: str, value: Any) -> None:
    assert getattr(parse_parameters(flow_parameters), name) == value


@pytest.mark.parametrize("template", [TEMPLATE, json.dumps(TEMPLATE)])
def test_message_template_may_be_json(template: Any) -> None:
    parsed = parse_parameters({"InitialTemplatedSystemMessage": template}).InitialTemplatedSystemMessage

    assert parsed
    assert parsed.model_dump() == {
        "KnowledgeBaseId": "a",
        "MessageTemplateId": "b",
        "TemplateAttributes": {"CustomAttributes": {"c": "1"}, "CustomerProfileAttributes": '{"FirstName": "Jane"}'},
    }


@pytest.mark.parametrize("blank", ["", "  ", None, {}, []])
def test_blank_flow_parameter_counts_as_not_set(blank: Any) -> None:
    names = {*PARAMETER_NAMES, *NESTED_MEMBERS, *SINGULAR_NAMES}

    assert parse_parameters(dict.fromkeys(names, blank)) == Parameters()


@pytest.mark.parametrize(
    ("name", "nearest"),
    [
        ("Atributes", "Attributes"),
        ("DestinationEndpont", "DestinationEndpoint"),
        ("SourceEndpoint", "SourceEndpoint_Type"),
    ],
)
def test_error_names_the_unknown_flow_parameter_and_the_nearest_one(name: str, nearest: str) -> None:
    error = parse_error({name: {"Typ": "x"}})

    assert isinstance(error, InvalidParameterError)
    assert name in str(error)
    assert nearest in str(error)


@pytest.mark.parametrize("name", ["+14255550142", "Jane Doe"])
def test_unknown_name_that_may_be_personal_is_not_repeated(name: str) -> None:
    assert name not in str(parse_error({name: "x"}))


@pytest.mark.parametrize(
    ("flow_parameters", "name"),
    [
        ({"Attribute": {"a": 1}, "Attributes": {"a": 1}}, "Attributes"),
        ({"SourceEndpoint": {"Type": "x"}, "SourceEndpoint_Type": "x"}, "SourceEndpoint_Type"),
    ],
)
def test_flow_parameter_in_two_spellings_is_refused(flow_parameters: dict[str, Any], name: str) -> None:
    error = parse_error(flow_parameters)

    assert isinstance(error, InvalidParameterError)
    assert name in str(error)


@pytest.mark.parametrize(
    ("flow_parameters", "named"),
    [
        ({"ChatDurationInMinutes": "an hour"}, ["ChatDurationInMinutes", "7"]),
        ({"ChatDurationInMinutes": 90.5}, ["ChatDurationInMinutes", "90.5"]),
        ({"DestinationEndpoint": "+14255550142"}, ["DestinationEndpoint", "Address", "Type", "12"]),
        ({"DestinationEndpoint_Type": "VOIP"}, ["DestinationEndpoint_Type", "TELEPHONE_NUMBER"]),
        ({"SourceEndpoint_Type": "x"}, ["SourceEndpoint_Type", "CONNECT_PHONENUMBER_ARN"]),
        ({"Attributes": {"a": {"b": "c"}}}, ["Attributes"]),
        ({"SegmentAttributes": "autumn"}, ["SegmentAttributes", "ValueString"]),
        ({"DryRun": "perhaps"}, ["DryRun", "true", "false"]),
    ],
)
def test_error_names_the_flow_parameter_its_type_and_the_size_of_the_value(
    flow_parameters: dict[str, Any], named: list[str]
) -> None:
    error = parse_error(flow_parameters)

    assert isinstance(error, InvalidParameterError)
    assert all(part in str(error) for part in named)
    assert "4255550142" not in str(error)


@pytest.mark.parametrize(
    ("flow_parameters", "named"),
    [
        ({"InitialSystemMessage_Content": ["Hello"]}, ["InitialSystemMessage_Content"]),
        ({"InitialTemplatedSystemMessage": {"KnowledgeBaseId": "a"}}, ["MessageTemplateId"]),
        ({"InitialTemplatedSystemMessage": {**TEMPLATE, "KnowledgeBaseID": "a"}}, ["KnowledgeBaseID"]),
    ],
)
def test_invalid_message_has_its_own_error(flow_parameters: dict[str, Any], named: list[str]) -> None:
    error = parse_error(flow_parameters)

    assert isinstance(error, InvalidMessageError)
    assert all(part in str(error) for part in named)


def test_parameters_repr_has_no_personal_value() -> None:
    parameters = parse_parameters(
        {
            "Attributes": {"name": "Jane"},
            "DestinationEndpoint_Address": "+14255550142",
            "InitialSystemMessage_Content": "Hello Jane",
            "ParticipantDetails_DisplayName": "Jane",
            "SegmentAttributes": {"name": "Jane"},
        }
    )

    assert "Jane" not in repr(parameters)
    assert "4255550142" not in repr(parameters)
