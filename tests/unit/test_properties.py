"""Properties that every event has, whatever it contains."""

import time
from collections.abc import Mapping
from typing import Any

import botocore.session
from botocore.validate import ParamValidator
from hypothesis import given
from hypothesis import strategies as st

from builders import CUSTOMER, LambdaContext, application, contact, flow_event, read_flow, settings
from deflection.aws.deadline import Deadline
from deflection.aws.gateway import AwsGateway
from deflection.contact import Endpoint
from deflection.deflect import deflect
from deflection.errors import DeflectionError
from deflection.handler import lambda_handler
from deflection.inbound.parser import parse_event
from deflection.request.builder import NO_ROUTE, DeflectionRequest, build_request, resolve_subtypes
from deflection.request.parameters import NESTED_MEMBERS, PARAMETER_NAMES, SINGULAR_NAMES, parse_parameters
from deflection.request.routes import Route
from deflection.response import to_flow_response
from proof.declared import is_declared

START = botocore.session.get_session().get_service_model("connect").operation_model("StartOutboundChatContact")
ANY_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters(codec=None))
    | st.sampled_from([CUSTOMER, "x" * 33_000]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)
NAMES = st.sampled_from([*PARAMETER_NAMES, *NESTED_MEMBERS, *SINGULAR_NAMES])
PARAMETERS = st.dictionaries(NAMES | st.text(max_size=8), ANY_JSON, max_size=4)
CONTACT_DATA = st.dictionaries(st.sampled_from(sorted(flow_event()["Details"]["ContactData"])), ANY_JSON, max_size=4)


def is_valid_response(response: Mapping[str, Any]) -> bool:
    """Whether a response is declared and does not show the customer's number."""
    return is_declared(response) and CUSTOMER[1:] not in response["Message"]


@given(ANY_JSON)
def test_any_json_gets_a_declared_response(event: Any) -> None:
    assert is_valid_response(lambda_handler(event, LambdaContext(), application=application()))


@given(PARAMETERS, CONTACT_DATA)
def test_any_flow_parameters_and_contact_data_get_a_declared_response(
    flow_parameters: dict[str, Any], contact_data: dict[str, Any]
) -> None:
    try:
        arrived = parse_event(flow_event(flow_parameters, **contact_data))
    except DeflectionError:
        return

    gateway = AwsGateway(application(), Deadline(time.monotonic() + 9))
    outcome = deflect(arrived, settings(ATTRIBUTES_TO_COPY="*"), gateway, now=0)

    assert is_valid_response(to_flow_response(outcome))


@given(PARAMETERS, CONTACT_DATA)
def test_no_request_is_built_that_the_sdk_would_refuse(
    flow_parameters: dict[str, Any], contact_data: dict[str, Any]
) -> None:
    try:
        caller = read_flow(flow_event(flow_parameters, **contact_data)).contact
        parameters = parse_parameters(flow_parameters)
        deflection = DeflectionRequest(
            caller, parameters, Endpoint(CUSTOMER), NO_ROUTE, [], settings(ATTRIBUTES_TO_COPY="*")
        )
        request = build_request(deflection, resolve_subtypes(parameters, NO_ROUTE, deflection.settings)[0])
    except DeflectionError:
        return

    assert ParamValidator().validate(request, START.input_shape).generate_report() == ""


@given(st.dictionaries(st.text(), st.text()), st.from_regex(r"\+1425555[0-9]{4}", fullmatch=True))
def test_same_input_builds_the_same_request(attributes: dict[str, str], number: str) -> None:
    def request() -> Any:
        try:
            parameters = parse_parameters({"Attributes": attributes, "InitialSystemMessage_Content": "Hello"})
            return build_request(
                DeflectionRequest(contact(), parameters, Endpoint(number), Route(), [], settings()), "connect:SMS"
            )
        except DeflectionError as error:
            return error.code, str(error)

    assert request() == request()
