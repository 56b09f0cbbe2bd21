"""Contact flows of a CloudFormation template."""

import json
from collections.abc import Callable
from hashlib import sha256
from typing import Any

import pytest
from botocore.exceptions import ClientError

from connect_simulator import demo
from flow_language import action, when


def test_flow_of_a_template_exists_until_its_stack_is_deleted(client_of: Callable[..., Any], connect: Any) -> None:
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


@pytest.mark.parametrize("is_update", [False, True])
def test_flow_that_amazon_connect_refuses_is_not_created(client_of: Callable[..., Any], *, is_update: bool) -> None:
    cloudformation = client_of("cloudformation")
    conditions = when(WaitCompleted="end", CustomerReturned="end")
    wait = action("Wait", {"TimeoutSeconds": "900", "Events": ["CustomerReturned"]}, Conditions=conditions)
    properties = {"InstanceArn": demo.INSTANCE_ARN, "Name": "SMS", "Type": "CONTACT_FLOW", "Content": "{}"}
    template = {"Resources": {"SmsFlow": {"Type": "AWS::Connect::ContactFlow", "Properties": properties}}}
    if is_update:
        cloudformation.create_stack(StackName="flows", TemplateBody=json.dumps(template))
    properties["Content"] = json.dumps({"Actions": [wait, action("ShowView", {}, "unknown")]})

    change = cloudformation.update_stack if is_update else cloudformation.create_stack
    with pytest.raises(ClientError, match="TimeLimitSeconds is missing; a: TimeoutSeconds is refused"):
        change(StackName="flows", TemplateBody=json.dumps(template))


def test_module_of_a_template_exists_until_its_stack_is_deleted(client_of: Callable[..., Any], connect: Any) -> None:
    cloudformation = client_of("cloudformation")
    tags = [{"Key": "team", "Value": "billing"}]
    properties = {"InstanceArn": demo.INSTANCE_ARN, "Name": "Offer", "Content": "{}", "Settings": "{}", "Tags": tags}
    template = {
        "Resources": {"OfferModule": {"Type": "AWS::Connect::ContactFlowModule", "Properties": properties}},
        "Outputs": {"Arn": {"Value": {"Fn::GetAtt": ["OfferModule", "ContactFlowModuleArn"]}}},
    }

    cloudformation.create_stack(StackName="modules", TemplateBody=json.dumps(template))
    [stack] = cloudformation.describe_stacks(StackName="modules")["Stacks"]
    arn = stack["Outputs"][0]["OutputValue"]
    named = {"InstanceId": demo.INSTANCE_ID, "ContactFlowModuleId": arn}
    module = connect.describe_contact_flow_module(**named)["ContactFlowModule"]
    properties["Content"] = '{"changed": true}'
    cloudformation.update_stack(StackName="modules", TemplateBody=json.dumps(template))
    changed = connect.describe_contact_flow_module(**named)["ContactFlowModule"]
    cloudformation.delete_stack(StackName="modules")

    assert arn == f"{demo.INSTANCE_ARN}/flow-module/{module['Id']}"
    assert module == {
        "Arn": arn,
        "Id": arn.rpartition("/")[2],
        "Name": "Offer",
        "Content": "{}",
        "State": "ACTIVE",
        "Status": "PUBLISHED",
        "Tags": {"team": "billing"},
        "FlowModuleContentSha256": sha256(b"{}").hexdigest(),
        "Settings": "{}",
        "ExternalInvocationConfiguration": {"Enabled": False},
    }
    assert changed["Content"] == '{"changed": true}'
    with pytest.raises(connect.exceptions.ResourceNotFoundException):
        connect.describe_contact_flow_module(**named)


def test_module_that_amazon_connect_refuses_is_not_created(client_of: Callable[..., Any]) -> None:
    wait = action("Wait", {"TimeLimitSeconds": "900", "Events": ["CustomerReturned"]})
    properties = {"InstanceArn": demo.INSTANCE_ARN, "Name": "Offer", "Content": json.dumps({"Actions": [wait]})}
    template = {"Resources": {"OfferModule": {"Type": "AWS::Connect::ContactFlowModule", "Properties": properties}}}

    with pytest.raises(ClientError, match="a: not in a MODULE"):
        client_of("cloudformation").create_stack(StackName="modules", TemplateBody=json.dumps(template))
