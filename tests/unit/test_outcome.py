"""A value that has the customer's number does not show it, also if a log line gets the value as a whole."""

import json
from typing import Any

import pytest

from builders import contact, settings
from deflection.contact import Endpoint
from deflection.errors import ThrottledError
from deflection.outcome import DryRun, Failed, OutcomeDetails, Started
from deflection.request.builder import NO_ROUTE, DeflectionRequest
from deflection.request.parameters import parse_parameters
from deflection.rules.eligibility import Eligible

NUMBER = "+14255550142"
CUSTOMER = Endpoint(NUMBER)
DETAILS = OutcomeDetails(destination=CUSTOMER)
PARAMETERS = parse_parameters({"DestinationEndpoint_Address": NUMBER, "Attributes": {"number": NUMBER}})


@pytest.mark.parametrize(
    "value",
    [
        CUSTOMER,
        DETAILS,
        Eligible(CUSTOMER, "US"),
        Started(DETAILS, "contact", selected=NUMBER),
        DryRun(DETAILS, selected=NUMBER),
        Failed(DETAILS, ThrottledError("Slow down."), {"DestinationEndpoint": {"Address": NUMBER}}),
        contact(attributes={"number": NUMBER}),
        DeflectionRequest(contact(), PARAMETERS, CUSTOMER, NO_ROUTE, [], settings()),
    ],
    ids=lambda value: type(value).__name__,
)
def test_value_with_the_number_does_not_show_it(value: Any) -> None:
    shown = [str(value), repr(value), json.dumps([value], default=str), json.dumps({"value": value}, default=repr)]

    assert not [text for text in shown if "4255550142" in text]
