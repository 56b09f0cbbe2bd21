"""What the simulator adds agrees with botocore's service model of Connect."""

import re
from collections.abc import Callable
from typing import Any

import botocore.session
import pytest
from moto.connect.responses import ConnectResponse
from moto.core.utils import camelcase_to_underscores

from connect_simulator import Simulator, demo, errors, sms
from connect_simulator.operations import PATHS

type RequestWith = Callable[..., dict[str, Any]]

MODEL = botocore.session.get_session().get_service_model("connect")
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


def test_the_sms_operations_are_in_the_model() -> None:
    model = botocore.session.get_session().get_service_model(sms.SERVICE)
    assert sms.OPERATIONS.keys() <= set(model.operation_names)


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
