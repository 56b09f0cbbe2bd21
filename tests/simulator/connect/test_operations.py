"""The added operations of Connect match botocore's service model."""

import re
from collections.abc import Callable
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ClientError
from moto.connect.responses import ConnectResponse
from moto.core.utils import camelcase_to_underscores

from connect_simulator import Simulator, demo
from connect_simulator.aws.service_model import validation_errors
from connect_simulator.connect import errors, test_case_operations
from connect_simulator.connect.operations import PATHS

type RequestWith = Callable[..., dict[str, Any]]


MODEL = botocore.session.get_session().get_service_model("connect")


ADDED = {
    "StartOutboundChatContact": ("PUT", "/contact/outbound-chat", PATHS[0]),
    "DescribeContact": ("GET", "/contacts/{InstanceId}/{ContactId}", PATHS[1]),
    "StopContact": ("POST", "/contact/stop", PATHS[2]),
    "DescribeContactFlow": ("GET", "/contact-flows/{InstanceId}/{ContactFlowId}", PATHS[3]),
    "DescribePhoneNumber": ("GET", "/phone-number/{PhoneNumberId}", PATHS[4]),
    "ListLambdaFunctions": ("GET", "/instance/{InstanceId}/lambda-functions", PATHS[5]),
    "DescribeQueue": ("GET", "/queues/{InstanceId}/{QueueId}", PATHS[6]),
    "ListPhoneNumbersV2": ("POST", "/phone-number/list", PATHS[4]),
    "ListQueues": ("GET", "/queues-summary/{InstanceId}", PATHS[7]),
    "DescribeContactFlowModule": ("GET", "/contact-flow-modules/{InstanceId}/{ContactFlowModuleId}", PATHS[8]),
    "GetContactAttributes": ("GET", "/contact/attributes/{InstanceId}/{InitialContactId}", PATHS[9]),
    "StartTestCaseExecution": (
        "PUT",
        "/test-cases/{InstanceId}/{TestCaseId}/start-execution",
        test_case_operations.PATHS[0],
    ),
    "GetTestCaseExecutionSummary": (
        "GET",
        "/test-cases/{InstanceId}/{TestCaseId}/{TestCaseExecutionId}/summary",
        test_case_operations.PATHS[1],
    ),
    "ListTestCaseExecutionRecords": (
        "GET",
        "/test-cases/{InstanceId}/{TestCaseId}/{TestCaseExecutionId}/records",
        test_case_operations.PATHS[2],
    ),
    "StopTestCaseExecution": (
        "POST",
        "/test-cases/{InstanceId}/{TestCaseId}/{TestCaseExecutionId}/stop-execution",
        test_case_operations.PATHS[3],
    ),
}


@pytest.mark.parametrize("name", ADDED)
def test_added_operation_has_the_method_and_path_of_the_model(name: str) -> None:
    method, path, pattern = ADDED[name]
    assert MODEL.operation_model(name).http == {"method": method, "requestUri": path}
    assert re.fullmatch(pattern.format(""), path)
    assert hasattr(ConnectResponse, camelcase_to_underscores(name))


def test_errors_have_the_statuses_of_the_model() -> None:
    shapes = [shape for name in ADDED for shape in MODEL.operation_model(name).error_shapes]
    declared = {shape.name: shape.metadata["error"]["httpStatusCode"] for shape in shapes}
    started = {shape.name for shape in MODEL.operation_model("StartOutboundChatContact").error_shapes}
    assert started <= errors.STATUS.keys()
    assert declared | errors.STATUS == declared


def test_responses_have_only_members_of_the_model(simulator: Simulator, request_with: RequestWith) -> None:
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


DESCRIPTIONS: list[tuple[str, str, dict[str, Any]]] = [
    ("connect", "DescribeInstance", {"InstanceId": demo.INSTANCE_ID}),
    ("connect", "DescribeContactFlow", {"InstanceId": demo.INSTANCE_ID, "ContactFlowId": demo.SMS_FLOW_ID}),
    ("connect", "DescribeContactFlowModule", {"InstanceId": demo.INSTANCE_ID, "ContactFlowModuleId": "module:$LATEST"}),
    ("connect", "DescribePhoneNumber", {"PhoneNumberId": demo.SMS_NUMBER_ARN}),
    ("connect", "DescribeQueue", {"InstanceId": demo.INSTANCE_ID, "QueueId": demo.QUEUE_ID}),
    ("connect", "ListLambdaFunctions", {"InstanceId": demo.INSTANCE_ID}),
    ("connect", "ListInstances", {}),
    ("connect", "ListPhoneNumbersV2", {"TargetArn": demo.INSTANCE_ARN}),
    ("connect", "ListQueues", {"InstanceId": demo.INSTANCE_ID, "QueueTypes": ["STANDARD"]}),
    ("pinpoint-sms-voice-v2", "DescribePhoneNumbers", {"PhoneNumberIds": [demo.SMS_SOURCE_ARN]}),
    ("pinpoint-sms-voice-v2", "DescribeOptOutLists", {"OptOutListNames": ["Default"]}),
    ("pinpoint-sms-voice-v2", "DescribeAccountAttributes", {}),
    ("pinpoint-sms-voice-v2", "DescribeSpendLimits", {}),
    ("qconnect", "GetMessageTemplate", {"knowledgeBaseId": "base", "messageTemplateId": "template"}),
]


@pytest.mark.parametrize(("service", "operation", "request_"), DESCRIPTIONS, ids=[row[1] for row in DESCRIPTIONS])
def test_description_matches_the_model(
    service: str, operation: str, request_: dict[str, Any], client_of: Callable[..., Any], simulator: Simulator
) -> None:
    simulator.world.instance_config.functions.append("arn:aws:lambda:us-east-1:111122223333:function:deflection:live")
    simulator.world.instance_config.modules[f"{demo.INSTANCE_ARN}/flow-module/module"] = {}
    simulator.world.templates.add(("base", "template"))
    shape = botocore.session.get_session().get_service_model(service).operation_model(operation).output_shape

    answer = getattr(client_of(service), camelcase_to_underscores(operation))(**request_)

    del answer["ResponseMetadata"]
    assert answer
    assert list(validation_errors(shape, answer)) == []


UNKNOWN: list[tuple[str, str, dict[str, Any], str]] = [
    ("connect", "DescribeInstance", {"InstanceId": "none"}, "ResourceNotFoundException"),
    (
        "connect",
        "DescribeContactFlow",
        {"InstanceId": demo.INSTANCE_ID, "ContactFlowId": "none"},
        "ResourceNotFoundException",
    ),
    (
        "connect",
        "DescribeContactFlow",
        {"InstanceId": "none", "ContactFlowId": demo.SMS_FLOW_ID},
        "ResourceNotFoundException",
    ),
    (
        "connect",
        "DescribeContactFlowModule",
        {"InstanceId": demo.INSTANCE_ID, "ContactFlowModuleId": "none"},
        "ResourceNotFoundException",
    ),
    ("connect", "DescribePhoneNumber", {"PhoneNumberId": "none"}, "ResourceNotFoundException"),
    ("connect", "DescribeQueue", {"InstanceId": demo.INSTANCE_ID, "QueueId": "none"}, "ResourceNotFoundException"),
    ("connect", "DescribeQueue", {"InstanceId": "none", "QueueId": demo.QUEUE_ID}, "ResourceNotFoundException"),
    ("connect", "ListLambdaFunctions", {"InstanceId": "none"}, "ResourceNotFoundException"),
    ("connect", "ListPhoneNumbersV2", {"InstanceId": "none"}, "ResourceNotFoundException"),
    ("connect", "ListQueues", {"InstanceId": "none"}, "ResourceNotFoundException"),
    ("connect", "StopContact", {"InstanceId": demo.INSTANCE_ID, "ContactId": "none"}, "ContactNotFoundException"),
    ("pinpoint-sms-voice-v2", "DescribePhoneNumbers", {"PhoneNumberIds": ["none"]}, "ResourceNotFoundException"),
    ("pinpoint-sms-voice-v2", "DescribeOptOutLists", {"OptOutListNames": ["none"]}, "ResourceNotFoundException"),
    (
        "qconnect",
        "GetMessageTemplate",
        {"knowledgeBaseId": "base", "messageTemplateId": "none"},
        "ResourceNotFoundException",
    ),
]


@pytest.mark.parametrize(("service", "operation", "request_", "error"), UNKNOWN)
def test_unknown_resource_is_rejected_with_an_error_of_the_model(
    service: str, operation: str, request_: dict[str, Any], error: str, client_of: Callable[..., Any]
) -> None:
    shapes = botocore.session.get_session().get_service_model(service).operation_model(operation).error_shapes
    assert error in {shape.name for shape in shapes}

    with pytest.raises(ClientError) as result:
        getattr(client_of(service), camelcase_to_underscores(operation))(**request_)

    assert result.value.response["Error"]["Code"] == error


def test_saved_flow_is_described_only_with_the_saved_suffix(connect: Any, simulator: Simulator) -> None:
    simulator.world.instance_config.flows[demo.SMS_FLOW_ARN] = {"Status": "SAVED"}

    with pytest.raises(connect.exceptions.ContactFlowNotPublishedException):
        connect.describe_contact_flow(InstanceId=demo.INSTANCE_ID, ContactFlowId=demo.SMS_FLOW_ID)
    saved = connect.describe_contact_flow(InstanceId=demo.INSTANCE_ID, ContactFlowId=f"{demo.SMS_FLOW_ARN}:$SAVED")

    assert saved["ContactFlow"]["Status"] == "SAVED"


def test_stop_contact_ends_a_chat(connect: Any, simulator: Simulator, request_with: RequestWith) -> None:
    started = simulator.world.start_outbound_chat_contact(request_with())

    connect.stop_contact(InstanceId=demo.INSTANCE_ID, ContactId=started)

    contact = connect.describe_contact(InstanceId=demo.INSTANCE_ID, ContactId=started)["Contact"]
    assert contact["DisconnectTimestamp"]


def test_moto_describes_its_own_instance(connect: Any) -> None:
    made = connect.create_instance(
        IdentityManagementType="CONNECT_MANAGED", InboundCallsEnabled=True, OutboundCallsEnabled=True
    )

    assert connect.describe_instance(InstanceId=made["Id"])["Instance"]["Id"] == made["Id"]
