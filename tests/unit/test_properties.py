"""What holds for every event, whatever is in it."""

import time
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from builders import CUSTOMER, LambdaContext, application, contact, flow_event, settings
from deflection.aws.deadline import Deadline
from deflection.aws.gateway import AwsGateway
from deflection.contact import Endpoint
from deflection.deflect import deflect
from deflection.errors import DeflectionError
from deflection.handler import lambda_handler
from deflection.inbound.parser import parse_event
from deflection.request.builder import DeflectionRequest, build_request
from deflection.request.parameters import NESTED_MEMBERS, PARAMETER_NAMES, SINGULAR_NAMES, parse_parameters
from deflection.request.routes import Route
from deflection.response import to_flow_response
from proof.declared import is_declared

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


def is_told(response: dict[str, str]) -> bool:
    """As declared, and without the customer's number."""
    return is_declared(response) and CUSTOMER[1:] not in response["Message"]


@given(ANY_JSON)
def test_any_json_is_answered_with_a_declared_outcome(event: Any) -> None:
    assert is_told(lambda_handler(event, LambdaContext(), application=application()))


@given(PARAMETERS, CONTACT_DATA)
def test_any_parameters_and_any_contact_data_come_to_a_declared_outcome(
    given_parameters: dict[str, Any], contact_data: dict[str, Any]
) -> None:
    try:
        arrived = parse_event(flow_event(given_parameters, **contact_data))
    except DeflectionError:
        return

    remote = AwsGateway(application(), Deadline(time.monotonic() + 9))
    outcome = deflect(arrived, settings(ATTRIBUTES_TO_COPY="*"), remote, now=0)

    assert is_told(to_flow_response(outcome))


@given(st.dictionaries(st.text(), st.text()), st.from_regex(r"\+1425555[0-9]{4}", fullmatch=True))
def test_the_same_wish_makes_the_same_request(attributes: dict[str, str], number: str) -> None:
    def request() -> Any:
        try:
            wish = parse_parameters({"Attributes": attributes, "InitialSystemMessage_Content": "Hello"})
            return build_request(
                DeflectionRequest(contact(), wish, Endpoint(number), Route(), [], settings()), "connect:SMS"
            )
        except DeflectionError as error:
            return error.code, str(error)

    assert request() == request()
