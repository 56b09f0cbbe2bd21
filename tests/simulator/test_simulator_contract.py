"""What the simulator adds agrees with botocore's service models of Connect and of End User Messaging SMS."""

import json
import re
from collections.abc import Callable
from contextlib import closing
from http.client import HTTPConnection
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ClientError
from moto.connect.responses import ConnectResponse
from moto.core.utils import camelcase_to_underscores

from connect_simulator import Simulator, demo
from connect_simulator.aws.service_model import validation_errors
from connect_simulator.connect import errors
from connect_simulator.connect.operations import PATHS
from connect_simulator.sms import sms_operations

type RequestWith = Callable[..., dict[str, Any]]

MODEL = botocore.session.get_session().get_service_model("connect")
SMS_MODEL = botocore.session.get_session().get_service_model(sms_operations.SERVICE)
ADDED = {
    "StartOutboundChatContact": ("PUT", "/contact/outbound-chat", PATHS[0]),
    "DescribeContact": ("GET", "/contacts/{InstanceId}/{ContactId}", PATHS[1]),
    "StopContact": ("POST", "/contact/stop", PATHS[2]),
    "DescribeContactFlow": ("GET", "/contact-flows/{InstanceId}/{ContactFlowId}", PATHS[3]),
    "DescribePhoneNumber": ("GET", "/phone-number/{PhoneNumberId}", PATHS[4]),
    "ListLambdaFunctions": ("GET", "/instance/{InstanceId}/lambda-functions", PATHS[5]),
    "DescribeQueue": ("GET", "/queues/{InstanceId}/{QueueId}", PATHS[6]),
}


@pytest.mark.parametrize("name", ADDED)
def test_an_added_operation_is_in_the_model_with_its_method_and_path(name: str) -> None:
    method, path, pattern = ADDED[name]
    assert MODEL.operation_model(name).http == {"method": method, "requestUri": path}
    assert re.fullmatch(pattern.format(""), path)
    assert hasattr(ConnectResponse, camelcase_to_underscores(name))


def test_the_errors_are_those_of_the_model_with_their_statuses() -> None:
    shapes = [shape for name in ADDED for shape in MODEL.operation_model(name).error_shapes]
    declared = {shape.name: shape.metadata["error"]["httpStatusCode"] for shape in shapes}
    started = {shape.name for shape in MODEL.operation_model("StartOutboundChatContact").error_shapes}
    assert started <= errors.STATUS.keys()
    assert declared | errors.STATUS == declared


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
    assert {name for name, _ in SMS_ANSWERS} == {name for name, *_ in SMS_REFUSALS} == set(sms_operations.OPERATIONS)


@pytest.mark.parametrize(("operation", "request_body"), SMS_ANSWERS)
def test_an_answer_of_the_sms_service_is_as_the_model_says(
    operation: str, request_body: dict[str, Any], simulator: Simulator
) -> None:
    simulator.world.sms.opt_out_lists["Default"][LISTED] = 1_800_000_000.0
    simulator.world.sms.lookups[LISTED] = {"PhoneNumberType": "LANDLINE", "IsoCountryCode": "US", "Carrier": "Example"}
    status, body = sms_answer(simulator, operation, request_body)
    shape = SMS_MODEL.operation_model(operation).output_shape
    assert (status, list(validation_errors(shape, body))) == (200, [])
    assert body


@pytest.mark.parametrize(("operation", "request_body", "name"), SMS_REFUSALS)
def test_a_refusal_of_the_sms_service_is_one_that_the_model_declares_for_the_operation(
    operation: str, request_body: dict[str, Any], name: str, simulator: Simulator
) -> None:
    simulator.world.sms.refuse_unlisted_numbers = True
    status, body = sms_answer(simulator, operation, request_body)
    declared = {shape.name: shape for shape in SMS_MODEL.operation_model(operation).error_shapes}
    assert (status, body.pop("__type")) == (400, name)
    assert list(validation_errors(declared[name], body)) == []
    assert body["Message"]


def test_the_model_gives_the_errors_of_the_sms_service_no_status_of_their_own() -> None:
    errors_of = [shape for name in sms_operations.OPERATIONS for shape in SMS_MODEL.operation_model(name).error_shapes]
    assert errors_of
    assert not any("httpStatusCode" in shape.metadata.get("error", {}) for shape in errors_of)


DESCRIPTIONS: list[tuple[str, str, dict[str, Any]]] = [
    ("connect", "DescribeInstance", {"InstanceId": demo.INSTANCE_ID}),
    ("connect", "DescribeContactFlow", {"InstanceId": demo.INSTANCE_ID, "ContactFlowId": demo.SMS_FLOW_ID}),
    ("connect", "DescribePhoneNumber", {"PhoneNumberId": demo.SMS_NUMBER_ARN}),
    ("connect", "DescribeQueue", {"InstanceId": demo.INSTANCE_ID, "QueueId": demo.QUEUE_ID}),
    ("connect", "ListLambdaFunctions", {"InstanceId": demo.INSTANCE_ID}),
    ("pinpoint-sms-voice-v2", "DescribePhoneNumbers", {"PhoneNumberIds": [demo.SMS_SOURCE_ARN]}),
    ("pinpoint-sms-voice-v2", "DescribeOptOutLists", {"OptOutListNames": ["Default"]}),
    ("pinpoint-sms-voice-v2", "DescribeAccountAttributes", {}),
    ("pinpoint-sms-voice-v2", "DescribeSpendLimits", {}),
    ("qconnect", "GetMessageTemplate", {"knowledgeBaseId": "base", "messageTemplateId": "template"}),
]


@pytest.mark.parametrize(("service", "operation", "request_"), DESCRIPTIONS, ids=[row[1] for row in DESCRIPTIONS])
def test_a_description_keeps_to_the_model(
    service: str, operation: str, request_: dict[str, Any], client_of: Callable[..., Any], simulator: Simulator
) -> None:
    simulator.world.instance_config.functions.append("arn:aws:lambda:us-east-1:111122223333:function:deflection:live")
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
    ("connect", "DescribePhoneNumber", {"PhoneNumberId": "none"}, "ResourceNotFoundException"),
    ("connect", "DescribeQueue", {"InstanceId": demo.INSTANCE_ID, "QueueId": "none"}, "ResourceNotFoundException"),
    ("connect", "DescribeQueue", {"InstanceId": "none", "QueueId": demo.QUEUE_ID}, "ResourceNotFoundException"),
    ("connect", "ListLambdaFunctions", {"InstanceId": "none"}, "ResourceNotFoundException"),
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
def test_what_is_not_there_is_refused_with_an_error_of_the_model(
    service: str, operation: str, request_: dict[str, Any], error: str, client_of: Callable[..., Any]
) -> None:
    shapes = botocore.session.get_session().get_service_model(service).operation_model(operation).error_shapes
    assert error in {shape.name for shape in shapes}

    with pytest.raises(ClientError) as told:
        getattr(client_of(service), camelcase_to_underscores(operation))(**request_)

    assert told.value.response["Error"]["Code"] == error


def test_a_flow_that_is_only_saved_is_described_when_that_is_asked_for(connect: Any, simulator: Simulator) -> None:
    simulator.world.instance_config.flows[demo.SMS_FLOW_ARN] = {"Status": "SAVED"}

    with pytest.raises(connect.exceptions.ContactFlowNotPublishedException):
        connect.describe_contact_flow(InstanceId=demo.INSTANCE_ID, ContactFlowId=demo.SMS_FLOW_ID)
    saved = connect.describe_contact_flow(InstanceId=demo.INSTANCE_ID, ContactFlowId=f"{demo.SMS_FLOW_ARN}:$SAVED")

    assert saved["ContactFlow"]["Status"] == "SAVED"


def test_a_stopped_chat_has_ended(connect: Any, simulator: Simulator, request_with: RequestWith) -> None:
    started = simulator.world.start_outbound_chat_contact(request_with())

    connect.stop_contact(InstanceId=demo.INSTANCE_ID, ContactId=started)

    contact = connect.describe_contact(InstanceId=demo.INSTANCE_ID, ContactId=started)["Contact"]
    assert contact["DisconnectTimestamp"]


def test_an_instance_made_in_moto_is_described_by_moto(connect: Any) -> None:
    made = connect.create_instance(
        IdentityManagementType="CONNECT_MANAGED", InboundCallsEnabled=True, OutboundCallsEnabled=True
    )

    assert connect.describe_instance(InstanceId=made["Id"])["Instance"]["Id"] == made["Id"]


def test_a_function_with_a_handler_answers_its_invocations(client_of: Callable[..., Any], simulator: Simulator) -> None:
    simulator.functions["deflection"] = lambda event: {"got": event}

    answers = [
        client_of("lambda").invoke(FunctionName=name, Qualifier="live", Payload=b'{"a": 1}')
        for name in ("deflection", "arn:aws:lambda:us-east-1:111122223333:function:deflection")
    ]

    assert [json.loads(answer["Payload"].read()) for answer in answers] == [{"got": {"a": 1}}] * 2
    assert "FunctionError" not in answers[0]


def test_a_handler_that_raises_is_told_as_lambda_tells_it(client_of: Callable[..., Any], simulator: Simulator) -> None:
    def fail(event: Any) -> None:
        raise ValueError(f"no {event}")

    simulator.functions["deflection"] = fail

    answer = client_of("lambda").invoke(FunctionName="deflection", Payload=b'"event"')

    assert answer["FunctionError"] == "Unhandled"
    assert json.loads(answer["Payload"].read()) == {"errorMessage": "no event", "errorType": "ValueError"}


def test_a_function_without_a_handler_is_left_to_moto(client_of: Callable[..., Any]) -> None:
    with pytest.raises(ClientError) as told:
        client_of("lambda").invoke(FunctionName="none")

    assert told.value.response["Error"]["Code"] == "ResourceNotFoundException"


def test_a_flow_of_a_template_is_on_the_instance_until_its_stack_is_gone(
    client_of: Callable[..., Any], connect: Any
) -> None:
    cloudformation = client_of("cloudformation")
    properties = {"InstanceArn": demo.INSTANCE_ARN, "Name": "Voice", "Type": "CONTACT_FLOW", "Content": "{}"}
    template = {
        "Resources": {"VoiceFlow": {"Type": "AWS::Connect::ContactFlow", "Properties": properties}},
        "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["VoiceFlow", "ContactFlowArn"]}}},
    }

    cloudformation.create_stack(StackName="flows", TemplateBody=json.dumps(template))
    [resource] = cloudformation.describe_stack_resources(StackName="flows")["StackResources"]
    [stack] = cloudformation.describe_stacks(StackName="flows")["Stacks"]
    named = {"InstanceId": demo.INSTANCE_ID, "ContactFlowId": resource["PhysicalResourceId"]}
    flow = connect.describe_contact_flow(**named)["ContactFlow"]
    properties["Content"] = '{"changed": true}'
    cloudformation.update_stack(StackName="flows", TemplateBody=json.dumps(template))
    changed = connect.describe_contact_flow(**named)["ContactFlow"]
    cloudformation.delete_stack(StackName="flows")

    assert (flow["Name"], flow["Content"], changed["Content"]) == ("Voice", "{}", '{"changed": true}')
    assert stack["Outputs"][0]["OutputValue"] == flow["Arn"] == resource["PhysicalResourceId"] == changed["Arn"]
    with pytest.raises(connect.exceptions.ResourceNotFoundException):
        connect.describe_contact_flow(**named)
