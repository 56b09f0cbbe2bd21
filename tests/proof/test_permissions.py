"""Foreign events, foreign parameters and hostile attributes are refused; policies allow only the needed actions."""

import io
import json
from contextlib import redirect_stdout
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from builders import CALL, Deflect, LambdaContext, application, event, flow_event
from cloudformation import OPTIONS, RESOURCES
from connect_simulator import Simulator, World, demo
from deflection.handler import lambda_handler
from deflection.observability import logger
from eventbridge import matched_by
from proof.policies import MANAGED, allows, arn_of, functions, role_of, statements
from proof.world_client import WorldClient

FUNCTION = "DeflectionFunction"
ALL = OPTIONS
OTHER_INSTANCE = demo.INSTANCE_ARN.replace("a1b2c3d4", "b1b2c3d4")
OTHER_FLOW = demo.SMS_FLOW_ARN.replace("contact-flow/5", "contact-flow/8")
OTHER_NUMBER = demo.SMS_NUMBER_ARN.replace("phone-number/2", "phone-number/8")
PARAMETER = f"arn:aws:ssm:{demo.REGION}:{demo.ACCOUNT}:parameter/"
VIA_DYNAMODB = {"kms:ViaService": f"dynamodb.{demo.REGION}.amazonaws.com"}

CALLS: dict[str, list[str]] = {
    "connect:StartOutboundChatContact": [demo.INSTANCE_ARN, demo.SMS_FLOW_ARN, demo.SMS_NUMBER_ARN],
    "connect:DescribeContact": [f"{demo.INSTANCE_ARN}/contact/{CALL}"],
    "ssm:GetParameter": [f"{PARAMETER}connect-sms-deflection/deflection/switch"],
    "sqs:SendMessage": [arn_of("DeflectionQueue"), arn_of("DeadLetterQueue")],
    "sqs:ChangeMessageVisibility": [arn_of("DeflectionQueue")],
}
"""The actions that the function uses by default, and their resources."""
CALLS_ASKED_FOR: dict[str, list[str]] = {
    "ssm:GetParameter": [f"{PARAMETER}sms/messages", f"{PARAMETER}sms/routes"],
    "sms-voice:DescribeOptedOutNumbers": [f"arn:aws:sms-voice:{demo.REGION}:{demo.ACCOUNT}:opt-out-list/Default"],
    "sms-voice:CarrierLookup": ["*"],
    "dynamodb:PutItem": [arn_of("RecentTexts")],
    "dynamodb:GetItem": [arn_of("RecentTexts")],
}
"""The actions that it uses if template parameters turn them on."""
LAMBDAS_OWN = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}
"""The actions that Lambda's event source mapping uses with the function's role."""
FOR_ENCRYPTION = {"kms:Decrypt", "kms:GenerateDataKey"}
FOR_WHAT_IS_ASKED_FOR = {
    "kms:DescribeKey",
    "kms:Encrypt",
    "kms:GenerateDataKey*",
    "kms:ReEncrypt*",
    "wisdom:GetMessageTemplate",
    "wisdom:RenderMessageTemplate",
}
"""The actions that DynamoDB and Connect use with the function's role."""


def operations(service: str) -> list[str]:
    return list(boto3.client(service, region_name=demo.REGION).meta.service_model.operation_names)


@pytest.mark.parametrize(("action", "resources"), CALLS.items(), ids=list(CALLS))
def test_the_function_may_make_the_calls_that_it_makes(action: str, resources: list[str]) -> None:
    assert [resource for resource in resources if not allows(statements(FUNCTION, {}), action, resource)] == []


@pytest.mark.parametrize(("action", "resources"), CALLS_ASKED_FOR.items(), ids=list(CALLS_ASKED_FOR))
def test_role_allows_a_call_only_if_its_setting_needs_it(action: str, resources: list[str]) -> None:
    for resource in resources:
        assert allows(statements(FUNCTION, ALL), action, resource)
        assert not allows(statements(FUNCTION, {}), action, resource)


@pytest.mark.parametrize("given", [{}, ALL], ids=["by default", "with everything"])
def test_role_allows_no_other_connect_operation(given: dict[str, str]) -> None:
    stated = statements(FUNCTION, given)
    resources = ["*", demo.INSTANCE_ARN, f"{demo.INSTANCE_ARN}/contact/{CALL}", demo.SMS_FLOW_ARN, demo.SMS_NUMBER_ARN]
    names = operations("connect")

    allowed = {name for name in names for each in resources if allows(stated, f"connect:{name}", each)}

    assert len(names) > 300
    assert allowed == {"StartOutboundChatContact", "DescribeContact"}


@pytest.mark.parametrize("given", [{}, ALL], ids=["by default", "with everything"])
def test_every_action_that_is_allowed_is_one_that_is_called(given: dict[str, str]) -> None:
    actions = {
        action
        for statement in statements(FUNCTION, given)
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }

    asked_for = {*CALLS_ASKED_FOR, *FOR_WHAT_IS_ASKED_FOR} if given else set()
    assert actions == {*CALLS, *LAMBDAS_OWN, *FOR_ENCRYPTION, *asked_for}


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("connect:StartOutboundChatContact", OTHER_INSTANCE),
        ("connect:StartOutboundChatContact", OTHER_FLOW),
        ("connect:StartOutboundChatContact", OTHER_NUMBER),
        ("connect:DescribeContact", f"{OTHER_INSTANCE}/contact/{CALL}"),
        ("sqs:SendMessage", arn_of("UndeliveredEvents")),
        ("sqs:ReceiveMessage", arn_of("DeadLetterQueue")),
        ("ssm:GetParameter", f"{PARAMETER}sms/messages2"),
        ("dynamodb:Scan", arn_of("RecentTexts")),
        ("dynamodb:Query", arn_of("RecentTexts")),
        ("kms:ScheduleKeyDeletion", arn_of("DataKey")),
        ("iam:PassRole", "*"),
    ],
)
def test_role_allows_no_unneeded_action_with_all_settings(action: str, resource: str) -> None:
    assert not allows(statements(FUNCTION, ALL), action, resource, **VIA_DYNAMODB)


def test_of_awss_own_policies_a_function_has_those_for_its_log_and_its_traces_only() -> None:
    attached = {arn.partition(":policy/")[2] for name in functions() for arn in role_of(name)["ManagedPolicyArns"]}

    assert attached <= MANAGED


def test_no_function_but_the_one_that_deflects_may_start_a_contact() -> None:
    others = [name for name in functions() if name != FUNCTION]

    assert [
        name for name in others if allows(statements(name, ALL), "connect:StartOutboundChatContact", demo.SMS_FLOW_ARN)
    ] == []


def test_only_this_instance_and_this_account_may_invoke_the_function() -> None:
    permissions = [each["Properties"] for each in RESOURCES.values() if each["Type"] == "AWS::Lambda::Permission"]
    of_connect = [each for each in permissions if each["Principal"] == "connect.amazonaws.com"]

    assert of_connect
    for each in of_connect:
        assert (each["SourceArn"], each["SourceAccount"]) == ({"Ref": "InstanceArn"}, {"Ref": "AWS::AccountId"})


class Guarded(WorldClient):
    """A fake Connect that enforces the template's policies."""

    def start_outbound_chat_contact(self, **request: Any) -> Any:
        flow = request["ContactFlowId"].rpartition("/")[2]
        resources = [
            demo.INSTANCE_ARN,
            f"{demo.INSTANCE_ARN}/contact-flow/{flow}",
            request["SourceEndpoint"]["Address"],
        ]
        stated = statements(FUNCTION, {})
        if not all(allows(stated, "connect:StartOutboundChatContact", resource) for resource in resources):
            response = {"Error": {"Code": "AccessDeniedException"}, "ResponseMetadata": {"HTTPStatusCode": 403}}
            raise ClientError(response, "StartOutboundChatContact")
        return super().start_outbound_chat_contact(**request)


@pytest.mark.parametrize(
    ("parameters", "status", "reason"),
    [
        ({}, "STARTED", ""),
        ({"ContactFlowId": OTHER_FLOW}, "FAILED", "ACCESS_DENIED"),
        ({"ContactFlowId": OTHER_FLOW.rpartition("/")[2]}, "FAILED", "ACCESS_DENIED"),
        ({"SourceEndpoint_Address": OTHER_NUMBER}, "FAILED", "ACCESS_DENIED"),
        ({"InstanceId": OTHER_INSTANCE}, "DECLINED", "INSTANCE_NOT_ALLOWED"),
        ({"InstanceId": f"{demo.INSTANCE_ID}/../x"}, "DECLINED", "INSTANCE_NOT_ALLOWED"),
    ],
)
def test_parameter_cannot_reach_other_resources(parameters: dict[str, str], status: str, reason: str) -> None:
    world = World()
    world.flows.add(OTHER_FLOW)
    world.phone_numbers.add(OTHER_NUMBER)

    answer = lambda_handler(flow_event(parameters), LambdaContext(), application=application(Guarded(world)))

    assert (answer["Status"], answer["Reason"]) == (status, reason)
    assert len(world.contacts) == (status == "STARTED")


def test_a_call_of_another_instance_is_declined_and_connect_is_not_asked(
    deflect: Deflect, simulator: Simulator
) -> None:
    flow = flow_event(InstanceARN=OTHER_INSTANCE)
    asked_for = event("deflection_requested")
    asked_for["detail"]["instanceArn"] = OTHER_INSTANCE

    answers = [deflect(arrived) for arrived in (flow, asked_for)]

    assert [answer["Reason"] for answer in answers] == ["INSTANCE_NOT_ALLOWED"] * 2
    assert simulator.world.requests == []


@pytest.mark.parametrize(
    "changes",
    [{"account": "444455556666"}, {"source": "aws.connect"}, {"source": "aws.events"}, {"detail-type": "Deflection"}],
    ids=["another account", "in the name of Connect", "in the name of AWS", "something else"],
)
def test_request_of_another_account_is_matched_by_no_rule(changes: dict[str, str]) -> None:
    assert matched_by(event("deflection_requested")) == ["REQUESTED"]
    assert matched_by(event("deflection_requested") | changes) == []


INJECTED = {
    "Queue_Name": "a queue of the customer's",
    "SystemEndpoint_Address": "+14255550199",
    "customerName": "$orderNumber ${Queue_Name} $$ %s {0}",
    "orderNumber": "A-1001",
    "status": "FAILED",
    "reason": "injected",
    "service": "injected",
    "level": "injected",
    "_aws": '{"CloudWatchMetrics": []}',
    "\nStarted": "1",
}


def test_an_attribute_stays_data_in_a_text(simulator: Simulator, deflect: Deflect) -> None:
    arrived = flow_event(Attributes=INJECTED, Queue={"Name": "Billing"})

    deflect(arrived, INITIAL_MESSAGE="$customerName, $Queue_Name", ATTRIBUTES_TO_COPY="*")

    sent = simulator.world.requests[0].body
    assert sent["InitialSystemMessage"]["Content"] == f"{INJECTED['customerName']}, Billing"
    assert sent["Attributes"] == INJECTED


def test_a_text_of_the_flow_has_no_variables(simulator: Simulator, deflect: Deflect) -> None:
    deflect(flow_event({"InitialSystemMessage_Content": "$orderNumber"}, Attributes=INJECTED))

    assert simulator.world.requests[0].body["InitialSystemMessage"]["Content"] == "$orderNumber"


def test_an_attribute_becomes_no_field_of_the_log_and_no_dimension_of_a_metric() -> None:
    written: list[list[dict[str, Any]]] = []
    handler: Any = logger.registered_handler
    for attributes in (INJECTED, {}):
        kept = io.StringIO()
        before, handler.stream = handler.stream, kept
        try:
            with redirect_stdout(kept):
                arrived = flow_event({"Attributes": attributes}, Attributes=attributes)
                lambda_handler(arrived, LambdaContext(), application=application(WorldClient(World())))
        finally:
            handler.stream = before
        written.append([json.loads(line) for line in kept.getvalue().splitlines() if "ColdStart" not in line])

    injected, plain = written
    assert [line.keys() for line in injected] == [line.keys() for line in plain]
    assert [line.get("status") for line in injected] == [line.get("status") for line in plain]
    dimensions = [line["_aws"]["CloudWatchMetrics"][0]["Dimensions"] for line in injected if "_aws" in line]
    assert dimensions == [[["status", "service"], ["service"]]]
    assert {line["service"] for line in injected} == {"connect-sms-deflection"}
