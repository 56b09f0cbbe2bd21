"""What the simulator adds agrees with botocore's service models of Connect and of End User Messaging SMS."""

import json
import re
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import botocore.session
import pytest
from moto.connect.responses import ConnectResponse
from moto.core.utils import camelcase_to_underscores

from connect_simulator import Simulator, demo, errors, sms
from connect_simulator.operations import PATHS
from connect_simulator.shapes import violations

type RequestWith = Callable[..., dict[str, Any]]

MODEL = botocore.session.get_session().get_service_model("connect")
SMS_MODEL = botocore.session.get_session().get_service_model(sms.SERVICE)
ADDED = {
    "StartOutboundChatContact": ("PUT", "/contact/outbound-chat", PATHS[0]),
    "DescribeContact": ("GET", "/contacts/{InstanceId}/{ContactId}", PATHS[1]),
}


@pytest.mark.parametrize("name", ADDED)
def test_an_added_operation_is_in_the_model_with_its_method_and_path(name: str) -> None:
    method, path, pattern = ADDED[name]
    assert MODEL.operation_model(name).http == {"method": method, "requestUri": path}
    assert re.fullmatch(pattern.format(""), path)
    assert hasattr(ConnectResponse, camelcase_to_underscores(name))


def test_the_errors_are_those_of_the_model_with_their_statuses() -> None:
    shapes = MODEL.operation_model("StartOutboundChatContact").error_shapes
    declared = {shape.name: shape.metadata["error"]["httpStatusCode"] for shape in shapes}
    assert declared == errors.STATUS


def test_an_answer_holds_only_members_of_the_model(simulator: Simulator, request_with: RequestWith) -> None:
    world = simulator.world
    started = world.start_outbound_chat_contact(request_with(RelatedContactId="call", Attributes={"a": "b"}))
    world.end_chat(started)
    members = MODEL.operation_model("DescribeContact").output_shape.members["Contact"].members
    contact = world.describe_contact(demo.INSTANCE_ID, started)
    assert contact.keys() <= members.keys()
    assert contact["InitiationMethod"] in members["InitiationMethod"].enum
    assert contact["Channel"] in members["Channel"].enum
    for endpoint in ("CustomerEndpoint", "SystemEndpoint"):
        assert contact[endpoint].keys() <= members[endpoint].members.keys()


LISTED, OTHER = "+14255550101", "+14255550102"
ON_DEFAULT = {"OptOutListName": "Default"}
SMS_ANSWERS = [
    ("DescribeOptedOutNumbers", ON_DEFAULT),
    ("DescribeOptedOutNumbers", ON_DEFAULT | {"OptedOutNumbers": [OTHER]}),
    ("PutOptedOutNumber", ON_DEFAULT | {"OptedOutNumber": OTHER}),
    ("CarrierLookup", {"PhoneNumber": OTHER}),
    ("CarrierLookup", {"PhoneNumber": LISTED}),
]
SMS_REFUSALS = [
    ("DescribeOptedOutNumbers", {}, "ValidationException"),
    ("DescribeOptedOutNumbers", {"OptOutListName": "Ours"}, "ResourceNotFoundException"),
    ("DescribeOptedOutNumbers", ON_DEFAULT | {"OptedOutNumbers": [OTHER]}, "ResourceNotFoundException"),
    ("PutOptedOutNumber", ON_DEFAULT, "ValidationException"),
    ("PutOptedOutNumber", {"OptOutListName": "Ours", "OptedOutNumber": OTHER}, "ResourceNotFoundException"),
    ("CarrierLookup", {"PhoneNumber": 7}, "ValidationException"),
]


def sms_answer(simulator: Simulator, operation: str, request: dict[str, Any]) -> tuple[int, dict[str, Any]]:
    """The status and the body as they travel, before boto3 leaves out of them what the model does not have."""
    headers = {
        "Authorization": "AWS4-HMAC-SHA256 Credential=test/20260101/us-east-1/sms-voice/aws4_request",
        "Content-Type": f"application/x-amz-json-{SMS_MODEL.metadata['jsonVersion']}",
        "X-Amz-Target": f"{SMS_MODEL.metadata['targetPrefix']}.{operation}",
    }
    with closing(HTTPConnection(simulator.url.removeprefix("http://"), timeout=5)) as connection:
        connection.request("POST", "/", json.dumps(request), headers)
        answer = connection.getresponse()
        return answer.status, json.load(answer)


def test_every_sms_operation_is_tried() -> None:
    assert {name for name, _ in SMS_ANSWERS} == {name for name, *_ in SMS_REFUSALS} == set(sms.OPERATIONS)


@pytest.mark.parametrize(("operation", "request_body"), SMS_ANSWERS)
def test_an_answer_of_the_sms_service_is_as_the_model_says(
    operation: str, request_body: dict[str, Any], simulator: Simulator
) -> None:
    simulator.world.sms.opt_out_lists["Default"][LISTED] = 1_800_000_000.0
    simulator.world.sms.lookups[LISTED] = {"PhoneNumberType": "LANDLINE", "IsoCountryCode": "US", "Carrier": "Example"}
    status, body = sms_answer(simulator, operation, request_body)
    shape = SMS_MODEL.operation_model(operation).output_shape
    assert (status, list(violations(shape, body))) == (200, [])
    assert body


@pytest.mark.parametrize(("operation", "request_body", "name"), SMS_REFUSALS)
def test_a_refusal_of_the_sms_service_is_one_that_the_model_declares_for_the_operation(
    operation: str, request_body: dict[str, Any], name: str, simulator: Simulator
) -> None:
    simulator.world.sms.refuse_unlisted_numbers = True
    status, body = sms_answer(simulator, operation, request_body)
    declared = {shape.name: shape for shape in SMS_MODEL.operation_model(operation).error_shapes}
    assert (status, body.pop("__type")) == (400, name)
    assert list(violations(declared[name], body)) == []
    assert body["Message"]


def test_the_model_gives_the_errors_of_the_sms_service_no_status_of_their_own() -> None:
    errors_of = [shape for name in sms.OPERATIONS for shape in SMS_MODEL.operation_model(name).error_shapes]
    assert errors_of
    assert not any("httpStatusCode" in shape.metadata.get("error", {}) for shape in errors_of)
