"""A stack as the template deploys it, in the simulator; its function runs the real handler."""

import json
import time
from collections.abc import Mapping
from functools import cache
from typing import Any

from builders import LambdaContext
from connect_simulator import Simulator, demo
from deflection.aws.gateway import Application
from deflection.bootstrap import load_application
from deflection.errors import InvalidSettingsError
from deflection.handler import lambda_handler
from deflection_ops.aws import AwsApi

STACK = "sms"
OTHER_ACCOUNT = "444455556666"
FOREIGN_INSTANCE = demo.INSTANCE_ARN.replace(demo.ACCOUNT, OTHER_ACCOUNT)
"""An instance of another account."""
TO = "+14255550123"
COPY_ID = "0f1e2d3c-4b5a-4697-8879-6a5b4c3d2e1f"
COPY_ARN = f"{demo.INSTANCE_ARN}/flow-module/{COPY_ID}"
"""A flow module that the stack has not created, such as a copy of its own."""

ROLE = {"AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []}}
INVOCATION = {
    "InvocationTimeLimitSeconds": "3",
    "InvocationType": "SYNCHRONOUS",
    "ResponseValidation": {"ResponseType": "JSON"},
}
CATALOGUE = {"default": "Hello $customerName", "de": "Hallo $customerName"}


def flow(*functions: str) -> str:
    """A flow that invokes these functions, one after the other."""
    actions = [
        {
            "Identifier": f"a{index}",
            "Type": "InvokeLambdaFunction",
            "Parameters": INVOCATION | {"LambdaFunctionARN": arn},
            "Transitions": {
                "NextAction": f"a{index + 1}",
                "Errors": [{"NextAction": f"a{index + 1}", "ErrorType": "NoMatchingError"}],
            },
        }
        for index, arn in enumerate(functions)
    ]
    end = {"Identifier": f"a{len(actions)}", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}
    return json.dumps({"Version": "2019-10-30", "StartAction": "a0", "Metadata": {}, "Actions": [*actions, end]})


def flow_with_module(name: str) -> str:
    """A flow that invokes a flow module."""
    errors = [{"NextAction": "end", "ErrorType": name} for name in ("NoMatchingCondition", "NoMatchingError")]
    actions = [
        {
            "Identifier": "offer",
            "Type": "InvokeFlowModule",
            "Parameters": {"FlowModuleId": name},
            "Transitions": {"NextAction": "end", "Errors": errors},
        },
        {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}},
    ]
    return json.dumps({"Version": "2019-10-30", "StartAction": "offer", "Metadata": {}, "Actions": actions})


class DeployedStack:
    """The deployed stack, and ways to change it."""

    def __init__(self, simulator: Simulator, aws: AwsApi, environment: Mapping[str, str], **parameters: str) -> None:
        self.simulator = simulator
        self.aws: AwsApi = aws
        self.call = aws.call
        self._deploy(environment, {"QueueArn": demo.QUEUE_ARN} | parameters)

    def _deploy(self, environment: Mapping[str, str], parameters: Mapping[str, str]) -> None:
        queues = ["DeflectionQueue", "DeadLetterQueue", "UndeliveredEvents", "FailedInvocations"]
        resources: dict[str, Any] = {
            "Role": {"Type": "AWS::IAM::Role", "Properties": ROLE},
            **{name: {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}} for name in queues},
        }
        urls = {name: f"{self.simulator.url}/{demo.ACCOUNT}/{name}" for name in queues}
        self.environment = {
            **demo.ENVIRONMENT,
            "INSTANCE_ARN": demo.INSTANCE_ARN,
            "QUEUE_URL": urls["DeflectionQueue"],
            "DEAD_LETTER_QUEUE_URL": urls["DeadLetterQueue"],
            **environment,
        }
        resources["DeflectionFunction"] = {
            "Type": "AWS::Lambda::Function",
            "Properties": {
                "FunctionName": STACK,
                "Runtime": "python3.13",
                "Handler": "deflection.handler.lambda_handler",
                "Role": {"Fn::GetAtt": ["Role", "Arn"]},
                "Code": {"ZipFile": "pass"},
                "Environment": {"Variables": {k: v for k, v in self.environment.items() if v}},
            },
        }
        self.function_arn = f"arn:aws:lambda:{demo.REGION}:{demo.ACCOUNT}:function:{STACK}"
        self.alias_arn = f"{self.function_arn}:live"
        own = {"InstanceArn": demo.INSTANCE_ARN, "Name": "OfferModule", "Content": flow(self.alias_arn)}
        resources["OfferModule"] = {"Type": "AWS::Connect::ContactFlowModule", "Properties": own}
        arn = {"Fn::GetAtt": ["OfferModule", "ContactFlowModuleArn"]}
        module = {"Fn::Select": [3, {"Fn::Split": ["/", arn]}]}
        voice = {"Fn::Sub": [flow_with_module("${Module}"), {"Module": module}]}
        for name, kind, content in (
            ("VoiceFlow", "CONTACT_FLOW", voice),
            ("CustomerQueueFlow", "CUSTOMER_QUEUE", flow(self.alias_arn)),
        ):
            properties = {"InstanceArn": demo.INSTANCE_ARN, "Name": name, "Type": kind, "Content": content}
            resources[name] = {"Type": "AWS::Connect::ContactFlow", "Properties": properties}
        # On the queue itself, moto would start a container for each message.
        worker = {
            "FunctionName": {"Ref": "DeflectionFunction"},
            "EventSourceArn": {"Fn::GetAtt": ["UndeliveredEvents", "Arn"]},
        }
        resources["QueueWorker"] = {"Type": "AWS::Lambda::EventSourceMapping", "Properties": worker}
        template = {"Parameters": {name: {"Type": "String"} for name in parameters}, "Resources": resources}
        self.call(
            "cloudformation",
            "create_stack",
            StackName=STACK,
            TemplateBody=json.dumps(template),
            Parameters=[{"ParameterKey": name, "ParameterValue": value} for name, value in parameters.items()],
        )
        version = self.call("lambda", "publish_version", FunctionName=STACK)["Version"]
        self.call("lambda", "create_alias", FunctionName=STACK, Name="live", FunctionVersion=version)
        self.call(
            "lambda",
            "add_permission",
            FunctionName=STACK,
            Qualifier="live",
            StatementId="connect",
            Action="lambda:InvokeFunction",
            Principal="connect.amazonaws.com",
            SourceArn=demo.INSTANCE_ARN,
            SourceAccount=demo.ACCOUNT,
        )
        self.simulator.world.instance_config.functions.append(self.alias_arn)
        self.simulator.functions[STACK] = self._invoke

    def _invoke(self, event: Any) -> Any:
        return lambda_handler(event, LambdaContext(), application=_application(tuple(self.environment.items())))

    def answers(self, **answer: str) -> None:
        """Let the function answer this from now on."""
        self.simulator.functions[STACK] = lambda _event: answer

    def put_parameter(self, name: str, value: Any) -> None:
        text = value if isinstance(value, str) else json.dumps(value)
        self.call("ssm", "put_parameter", Name=name, Value=text, Type="String", Overwrite=True)

    def physical_id(self, logical_id: str) -> str:
        told = self.call("cloudformation", "describe_stack_resources", StackName=STACK)["StackResources"]
        return next(str(each["PhysicalResourceId"]) for each in told if each["LogicalResourceId"] == logical_id)


def _application(environment: tuple[tuple[str, str], ...]) -> Application | InvalidSettingsError:
    """Load the function; share it between tests unless it caches documents."""
    caches = any(value for name, value in environment if name.endswith("_PARAMETER"))
    return load_application(time.monotonic(), dict(environment)) if caches else _loaded(environment)


@cache
def _loaded(environment: tuple[tuple[str, str], ...]) -> Application | InvalidSettingsError:
    return load_application(time.monotonic(), dict(environment))


class UncachedAws:
    """Clients that all tests share, without the cache of their answers."""

    def __init__(self, aws: AwsApi) -> None:
        self.region = aws.region
        self.call = aws.call
        self.read = aws.call


class PatchedAws:
    """AWS with other answers to some operations."""

    def __init__(self, stack: DeployedStack, **answers: Any) -> None:
        self.region = stack.aws.region
        self.answers = answers
        self._stack = stack

    def call(self, service: str, operation: str, **request: object) -> object:
        answer = self.answers.get(operation, {})
        if isinstance(answer, Exception):
            raise answer
        return answer or self._stack.call(service, operation, **request)

    read = call


def patch_stack(stack: DeployedStack, status: str) -> PatchedAws:
    """Let CloudFormation answer this status of the stack."""
    return PatchedAws(stack, describe_stacks={"Stacks": [{"StackName": STACK, "StackStatus": status}]})


def add_resources(stack: DeployedStack, **more: tuple[str, str]) -> PatchedAws:
    """Add resources to the stack: type and physical id by logical id."""
    answer = stack.call("cloudformation", "describe_stack_resources", StackName=STACK)["StackResources"]
    resources = [
        {"LogicalResourceId": name, "ResourceType": kind, "PhysicalResourceId": id_}
        for name, (kind, id_) in more.items()
    ]
    return PatchedAws(stack, describe_stack_resources={"StackResources": answer + resources})


def remove_resources(stack: DeployedStack, *types: str) -> PatchedAws:
    """Remove the resources of these types from the stack."""
    answer = stack.call("cloudformation", "describe_stack_resources", StackName=STACK)["StackResources"]
    others = [each for each in answer if each["ResourceType"] not in types]
    return PatchedAws(stack, describe_stack_resources={"StackResources": others})
