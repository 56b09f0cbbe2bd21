"""The stack that SAM's transform and moto's CloudFormation create from the template."""

import io
import json
import zipfile
from ast import literal_eval
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from cloudformation import BUCKET, GIVEN, translated
from connect_simulator import demo

NAME = "deflection"
EVERYTHING = {
    "ContactFlowId": demo.SMS_FLOW_ID,  # moto cannot create flows
    "AlarmTarget": "operator@example.com",
    "RepeatWindowMinutes": "60",
    "SnapStart": "PublishedVersions",
}
MOTO_MAKES = {
    "AWS::CloudWatch::Dashboard",
    "AWS::DynamoDB::Table",
    "AWS::IAM::Role",
    "AWS::KMS::Key",
    "AWS::Lambda::Function",
    "AWS::Logs::LogGroup",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::SSM::Parameter",
}
"""Moto does not create aliases and what depends on them, alarms, policies of queues and topics, or AppConfig."""
SESSION = boto3.Session(aws_access_key_id="none", aws_secret_access_key="none", region_name=demo.REGION)


class Stack:
    """The created resources of a stack by their logical ids."""

    def __init__(self, given: dict[str, str]) -> None:
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as opened:
            opened.writestr("deflection/handler.py", "")
        template = translated(**given)
        del template["Outputs"]
        template["Resources"] = {
            name: made for name, made in template["Resources"].items() if made["Type"] in MOTO_MAKES
        }
        template["Resources"]["DeflectionFunction"]["Properties"]["Description"] = "names a number of AppConfig's"
        SESSION.client("s3").create_bucket(Bucket=BUCKET)
        SESSION.client("s3").put_object(Bucket=BUCKET, Key="code.zip", Body=archive.getvalue())
        cloudformation = SESSION.client("cloudformation")
        cloudformation.create_stack(
            StackName=NAME,
            TemplateBody=json.dumps(template),
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in (GIVEN | given).items()],
        )
        resources = cloudformation.describe_stack_resources(StackName=NAME)["StackResources"]
        self.ids: dict[str, str] = {made["LogicalResourceId"]: made["PhysicalResourceId"] for made in resources}
        [key] = SESSION.client("kms").list_keys()["Keys"]
        self.key: str = key["KeyArn"]

    def queue(self, name: str) -> dict[str, str]:
        attributes: dict[str, str] = SESSION.client("sqs").get_queue_attributes(
            QueueUrl=self.ids[name], AttributeNames=["All"]
        )["Attributes"]
        return attributes


@pytest.fixture(scope="module")
def stack() -> Iterator[Stack]:
    with mock_aws():
        yield Stack(EVERYTHING)


QUEUES = ("DeflectionQueue", "DeadLetterQueue", "UndeliveredEvents", "FailedInvocations")


@pytest.mark.parametrize("name", QUEUES)
def test_created_queue_is_encrypted_with_the_key_of_the_stack(name: str, stack: Stack) -> None:
    assert stack.queue(name)["KmsMasterKeyId"] == stack.key


@pytest.mark.parametrize(("name", "days"), list(zip(QUEUES, (4, 14, 14, 14), strict=True)))
def test_created_queue_has_its_retention_period(name: str, days: int, stack: Stack) -> None:
    assert stack.queue(name)["MessageRetentionPeriod"] == str(days * 24 * 60 * 60)


def test_created_queue_redrives_to_the_dead_letter_queue(stack: Stack) -> None:
    assert json.loads(stack.queue("DeflectionQueue")["RedrivePolicy"]) == {
        "deadLetterTargetArn": stack.queue("DeadLetterQueue")["QueueArn"],
        "maxReceiveCount": 1000,
    }


@pytest.mark.usefixtures("stack")
def test_created_log_group_has_the_name_of_the_stack_and_a_retention() -> None:
    [group] = SESSION.client("logs").describe_log_groups()["logGroups"]

    assert (group["logGroupName"], group["retentionInDays"]) == (f"/aws/lambda/{NAME}", 30)


def test_created_alarm_topic_is_encrypted_and_has_the_email_subscription(stack: Stack) -> None:
    sns = SESSION.client("sns")
    [subscription] = sns.list_subscriptions()["Subscriptions"]

    attributes = sns.get_topic_attributes(TopicArn=stack.ids["AlarmTopic"])["Attributes"]
    assert attributes["KmsMasterKeyId"] == stack.key
    assert (subscription["Protocol"], subscription["Endpoint"]) == ("email", EVERYTHING["AlarmTarget"])


def test_created_role_has_no_wildcard_resource_and_no_wildcard_action(stack: Stack) -> None:
    iam = SESSION.client("iam")
    role = stack.ids["DeflectionFunctionRole"]
    statements = [
        statement
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]
        for statement in _document(iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"])["Statement"]
        if statement  # moto leaves None where nothing is
    ]

    assert "*" not in [resource for statement in statements for resource in _list(statement["Resource"])]
    assert [a for statement in statements for a in _list(statement["Action"]) if a.endswith(":*") or a == "*"] == []
    assert {
        a
        for each in statements
        if each["Resource"] == stack.queue("FailedInvocations")["QueueArn"]
        for a in _list(each["Action"])
    } == {"sqs:SendMessage"}


def _document(policy: Any) -> Any:
    return literal_eval(policy) if isinstance(policy, str) else policy  # moto keeps the words of Python


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


@pytest.mark.usefixtures("stack")
def test_created_dashboard_is_valid_json_of_this_stack() -> None:
    body = SESSION.client("cloudwatch").get_dashboard(DashboardName=NAME)["DashboardBody"]

    widgets = json.loads(body)["widgets"]
    assert {widget["properties"].get("region", demo.REGION) for widget in widgets} == {demo.REGION}
    assert "${PROP('Dim.reason')}" in body
    assert "${AWS" not in body


def test_invokers_use_the_live_alias_with_its_failure_destination() -> None:
    resources = translated()["Resources"]
    by_type = {each["Type"]: each["Properties"] for each in resources.values()}
    alias = {"Ref": "DeflectionFunctionAliaslive"}

    assert resources["ConnectMayInvoke"]["Properties"]["FunctionName"] == alias
    assert resources["QueueWorker"]["Properties"]["FunctionName"] == alias
    assert resources["InstanceAssociation"]["Properties"]["IntegrationArn"] == alias
    assert by_type["AWS::Lambda::Version"]["Description"] == {"Fn::Sub": "Settings ${SettingsVersion.VersionNumber}"}
    assert by_type["AWS::Lambda::EventInvokeConfig"] == {
        "FunctionName": {"Ref": "DeflectionFunction"},
        "Qualifier": "live",
        "MaximumEventAgeInSeconds": 300,
        "MaximumRetryAttempts": 2,
        "DestinationConfig": {"OnFailure": {"Destination": {"Fn::GetAtt": ["FailedInvocations", "Arn"]}}},
    }


def test_sam_alone_does_not_publish_a_version_for_a_changed_parameter() -> None:
    versions = [
        [name for name, each in translated(**given)["Resources"].items() if each["Type"] == "AWS::Lambda::Version"]
        for given in ({}, {"InitialMessage": "Hello"})
    ]

    assert versions[0] == versions[1], "else SettingsVersion may go"
