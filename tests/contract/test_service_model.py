"""Limits, parameters and errors agree with the service model that botocore ships."""

from typing import Any

import botocore.session
import pytest
from botocore import exceptions as sdk
from botocore.validate import ParamValidator

import artifact
from builders import contact, flow_event, read_flow, settings
from deflection.aws.client import SDK_ERRORS, SERVICE_ERRORS, STATUS_ERRORS
from deflection.aws.response_validation import REQUIRED_MEMBERS, Members
from deflection.aws.sms_voice import NOT_TEXTABLE_LINE_TYPES
from deflection.contact import Endpoint
from deflection.errors import CredentialsRefusedError
from deflection.request.builder import DeflectionRequest, build_request
from deflection.request.limits import LIMITS, check_limits
from deflection.request.parameters import PARAMETER_NAMES, parse_parameters
from deflection.request.routes import Route

OPERATION = botocore.session.get_session().get_service_model("connect").operation_model("StartOutboundChatContact")
WIDER_IN_THE_MODEL = {"InitialSystemMessage_Content": 16_384, "InitialSystemMessage_ContentType": 100}
GIVEN = {
    "Attributes": {"a": "b"},
    "ChatDurationInMinutes": 90,
    "InitialSystemMessage_Content": "Hello",
    "ParticipantDetails_DisplayName": "Jane",
    "SupportedMessagingContentTypes": ["text/plain"],
}


def complete_request() -> dict[str, Any]:
    request = DeflectionRequest(contact(), parse_parameters(GIVEN), Endpoint("+14255550142"), Route(), [], settings())
    return dict(build_request(request, "connect:SMS"))


def members(shape: Any, prefix: str = "") -> dict[str, Any]:
    """Return the shape of each flow parameter by its flat name."""
    found: dict[str, Any] = {}
    for name, member in shape.members.items():
        if member.type_name == "structure" and name != "InitialTemplatedSystemMessage":
            found |= members(member, f"{prefix}{name}_")
        else:
            found[prefix + name] = member
    return found


def test_every_error_of_the_operation_is_translated() -> None:
    of_any = {name for name, error in SERVICE_ERRORS.items() if error is CredentialsRefusedError}

    assert {shape.name for shape in OPERATION.error_shapes} == set(SERVICE_ERRORS) - of_any


@pytest.mark.parametrize("shape", OPERATION.error_shapes, ids=lambda shape: shape.name)
def test_error_of_the_operation_agrees_with_its_http_status(shape: Any) -> None:
    status = shape.metadata["error"]["httpStatusCode"]

    assert status in (400, 429, 500) or SERVICE_ERRORS[shape.name] is STATUS_ERRORS[status]


def test_every_connection_error_of_the_sdk_is_translated() -> None:
    raised_by_connections = [
        error
        for name, error in vars(sdk).items()
        if isinstance(error, type)
        and issubclass(error, sdk.BotoCoreError)
        and (
            issubclass(error, sdk.ConnectionError | sdk.HTTPClientError) or name.endswith(("TimeoutError", "ReadError"))
        )
    ]

    assert len(raised_by_connections) > 8
    assert [error for error in raised_by_connections if not issubclass(error, tuple(SDK_ERRORS))] == []


def test_specific_sdk_errors_come_before_general_ones() -> None:
    rows = list(SDK_ERRORS)

    assert not [
        (general, particular)
        for index, general in enumerate(rows)
        for particular in rows[index + 1 :]
        if issubclass(particular, general)
    ]


def test_every_member_of_the_operation_is_a_flow_parameter() -> None:
    assert set(members(OPERATION.input_shape)) == set(PARAMETER_NAMES) - {"DryRun", "Select"}


def test_complete_request_satisfies_the_service_model() -> None:
    request = complete_request()

    assert ParamValidator().validate(request, OPERATION.input_shape).generate_report() == ""
    assert set(OPERATION.input_shape.required_members) <= set(request)


@pytest.mark.parametrize(
    ("name", "shape"),
    [
        (name, shape)
        for name, shape in members(OPERATION.input_shape).items()
        if shape.type_name == "string" and name in LIMITS and name != "DestinationEndpoint_Address"
    ],
)
def test_length_limit_equals_the_one_of_the_service_model(name: str, shape: Any) -> None:
    most = shape.metadata["max"]
    if name == "InitialSystemMessage_ContentType":
        assert most == WIDER_IN_THE_MODEL[name]
        return
    text = settings().source_phone_number_arn if name == "SourceEndpoint_Address" else ""
    longest = text + "a" * (most - len(text))

    assert LIMITS[name].allows(longest)
    assert not LIMITS[name].allows(longest + "a")


def test_message_limit_is_stricter_than_the_service_model() -> None:
    shape = members(OPERATION.input_shape)["InitialSystemMessage_Content"]
    request = complete_request()
    request["InitialSystemMessage"] = {"ContentType": "text/plain", "Content": "a" * 1024}

    assert shape.metadata == {"min": 1, "max": WIDER_IN_THE_MODEL["InitialSystemMessage_Content"]}
    check_limits(request)


def test_duration_limits_equal_those_of_the_service_model() -> None:
    shape = members(OPERATION.input_shape)["ChatDurationInMinutes"]
    holds = LIMITS["ChatDurationInMinutes"].allows

    assert [holds(shape.metadata["min"] + step) for step in (-1, 0)] == [False, True]
    assert [holds(shape.metadata["max"] + step) for step in (0, 1)] == [True, False]


def test_flow_event_of_every_channel_and_initiation_method_is_parsed() -> None:
    model = botocore.session.get_session().get_service_model("connect")
    kinds = [
        (channel, method)
        for channel in model.shape_for("Channel").enum
        for method in model.shape_for("ContactInitiationMethod").enum
    ]

    assert len(kinds) > 40
    for channel, method in kinds:
        assert read_flow(flow_event(Channel=channel, InitiationMethod=method)).contact.channel == channel


def test_each_operation_in_use_says_what_its_answer_must_have() -> None:
    in_use = {operation for operations in artifact.OPERATIONS.values() for operation in operations}

    assert REQUIRED_MEMBERS.keys() == in_use


def lacking(shape: Any, needed: Members) -> list[str]:
    """The needed members that a shape does not have."""
    shape = shape.member if shape.type_name == "list" else shape
    members = shape.members if needed else {}
    return [name for name in needed if name not in members] + [
        inner for name in needed if name in members for inner in lacking(members[name], needed[name])
    ]


@pytest.mark.parametrize("service", artifact.OPERATIONS)
def test_each_member_that_an_answer_must_have_is_one_of_the_operation(service: str) -> None:
    model = botocore.session.get_session().get_service_model(service)

    for operation in artifact.OPERATIONS[service]:
        shape = model.operation_model(operation).output_shape
        assert lacking(shape, REQUIRED_MEMBERS[operation]) == [] if shape else REQUIRED_MEMBERS[operation] == {}


def test_each_type_of_line_is_one_that_the_carrier_can_answer() -> None:
    model = botocore.session.get_session().get_service_model("pinpoint-sms-voice-v2")

    assert set(model.shape_for("PhoneNumberType").enum) > NOT_TEXTABLE_LINE_TYPES
