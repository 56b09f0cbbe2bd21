"""The simulated End User Messaging SMS matches botocore's service model."""

import json
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import botocore.session
import pytest

from connect_simulator import Simulator
from connect_simulator.aws.service_model import validation_errors
from connect_simulator.sms import sms_operations

SMS_MODEL = botocore.session.get_session().get_service_model(sms_operations.SERVICE)


LISTED, OTHER = "+14255550101", "+14255550102"


ON_DEFAULT = {"OptOutListName": "Default"}


SMS_ANSWERS = [
    ("DescribeOptedOutNumbers", ON_DEFAULT),
    ("DescribeOptedOutNumbers", ON_DEFAULT | {"OptedOutNumbers": [OTHER]}),
    ("PutOptedOutNumber", ON_DEFAULT | {"OptedOutNumber": OTHER}),
    ("CarrierLookup", {"PhoneNumber": OTHER}),
    ("CarrierLookup", {"PhoneNumber": LISTED}),
    ("DescribePhoneNumbers", {}),
    ("DescribeOptOutLists", {}),
    ("DescribeAccountAttributes", {}),
    ("DescribeSpendLimits", {}),
]


SMS_REFUSALS = [
    ("DescribeOptedOutNumbers", {}, "ValidationException"),
    ("DescribeOptedOutNumbers", {"OptOutListName": "Ours"}, "ResourceNotFoundException"),
    ("DescribeOptedOutNumbers", ON_DEFAULT | {"OptedOutNumbers": [OTHER]}, "ResourceNotFoundException"),
    ("PutOptedOutNumber", ON_DEFAULT, "ValidationException"),
    ("PutOptedOutNumber", {"OptOutListName": "Ours", "OptedOutNumber": OTHER}, "ResourceNotFoundException"),
    ("CarrierLookup", {"PhoneNumber": 7}, "ValidationException"),
    ("DescribePhoneNumbers", {"PhoneNumberIds": ["none"]}, "ResourceNotFoundException"),
    ("DescribeOptOutLists", {"OptOutListNames": ["none"]}, "ResourceNotFoundException"),
    ("DescribeAccountAttributes", {"MaxResults": 0}, "ValidationException"),
    ("DescribeSpendLimits", {"MaxResults": 0}, "ValidationException"),
]


def sms_answer(simulator: Simulator, operation: str, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """Return the status and the body before boto3 removes members that are not in the model."""
    headers = {
        "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sms-voice/aws4_request",
        "Content-Type": f"application/x-amz-json-{SMS_MODEL.metadata['jsonVersion']}",
        "X-Amz-Target": f"{SMS_MODEL.metadata['targetPrefix']}.{operation}",
    }
    with closing(HTTPConnection(simulator.url.removeprefix("http://"), timeout=5)) as connection:
        connection.request("POST", "/", json.dumps(request), headers)
        answer = connection.getresponse()
        return answer.status, json.load(answer)


def test_every_sms_operation_has_a_case() -> None:
    assert {name for name, _ in SMS_ANSWERS} == {name for name, *_ in SMS_REFUSALS} == set(sms_operations.OPERATIONS)


@pytest.mark.parametrize(("operation", "request_body"), SMS_ANSWERS)
def test_sms_response_matches_the_model(operation: str, request_body: dict[str, Any], simulator: Simulator) -> None:
    simulator.world.sms.opt_out_lists["Default"][LISTED] = 1_800_000_000.0
    simulator.world.sms.lookups[LISTED] = {"PhoneNumberType": "LANDLINE", "IsoCountryCode": "US", "Carrier": "Example"}
    status, body = sms_answer(simulator, operation, request_body)
    shape = SMS_MODEL.operation_model(operation).output_shape
    assert (status, list(validation_errors(shape, body))) == (200, [])
    assert body


@pytest.mark.parametrize(("operation", "request_body", "name"), SMS_REFUSALS)
def test_sms_error_is_declared_for_its_operation(
    operation: str, request_body: dict[str, Any], name: str, simulator: Simulator
) -> None:
    simulator.world.sms.refuse_unlisted_numbers = True
    status, body = sms_answer(simulator, operation, request_body)
    declared = {shape.name: shape for shape in SMS_MODEL.operation_model(operation).error_shapes}
    assert (status, body.pop("__type")) == (400, name)
    assert list(validation_errors(declared[name], body)) == []
    assert body["Message"]


def test_sms_errors_have_no_status_in_the_model() -> None:
    errors_of = [shape for name in sms_operations.OPERATIONS for shape in SMS_MODEL.operation_model(name).error_shapes]
    assert errors_of
    assert not any("httpStatusCode" in shape.metadata.get("error", {}) for shape in errors_of)
