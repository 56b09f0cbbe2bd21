"""Read a CloudFormation stack and its function."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from deflection_ops.aws import AwsApi
from deflection_ops.errors import AwsError, NotFoundError, PermissionMissingError

FUNCTION = "DeflectionFunction"
"""The function's logical id."""
NEVER_CREATED = "REVIEW_IN_PROGRESS"
"""The status of a stack whose first change set was not executed; its parameters are not known."""
ALIAS = "live"
"""The alias of the function that flows and the queue invoke."""
FLOW_TYPE = "AWS::Connect::ContactFlow"
MODULE_TYPE = "AWS::Connect::ContactFlowModule"


@dataclass(frozen=True)
class Resource:
    """A resource of the stack: its CloudFormation type and its physical id."""

    type: str
    id: str


class Stack:
    """
    The stack of this name; each property reads AWS once.

    All properties raise an AwsError when AWS does not answer.
    """

    def __init__(self, aws: AwsApi, name: str) -> None:
        self.aws = aws
        self.name = name

    @cached_property
    def account(self) -> str:
        """The account of the credentials."""
        return str(self.aws.read("sts", "get_caller_identity")["Account"])

    @cached_property
    def description(self) -> Mapping[str, Any]:
        """The answer of DescribeStacks."""
        [stack] = self.aws.read("cloudformation", "describe_stacks", StackName=self.name)["Stacks"]
        return dict(stack)

    @property
    def status(self) -> str:
        """The status of the stack, such as UPDATE_COMPLETE."""
        return str(self.description["StackStatus"])

    def read_revision(self) -> str:
        """
        Return a string that changes with every deployment; call AWS each time.

        It is empty when the stack was never created, and when AWS does not answer.
        """
        try:
            [stack] = self.aws.call("cloudformation", "describe_stacks", StackName=self.name)["Stacks"]
        except AwsError:
            return ""
        if stack["StackStatus"] == NEVER_CREATED:
            return ""
        return f"{stack.get('StackId')} {stack.get('LastUpdatedTime')}"

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """The values of the template parameters."""
        given = self.description.get("Parameters", [])
        return {each["ParameterKey"]: each.get("ParameterValue", "") for each in given}

    @cached_property
    def resources(self) -> Mapping[str, Resource]:
        """The resources by logical id; a resource without a physical id is left out."""
        answer = self.aws.read("cloudformation", "describe_stack_resources", StackName=self.name)
        return {
            each["LogicalResourceId"]: Resource(each["ResourceType"], each["PhysicalResourceId"])
            for each in answer["StackResources"]
            if each.get("PhysicalResourceId")
        }

    @property
    def function(self) -> str:
        """The function's name."""
        if FUNCTION not in self.resources:
            raise NotFoundError("no DeflectionFunction")
        return self.resources[FUNCTION].id

    @cached_property
    def configuration(self) -> Mapping[str, Any]:
        """The function's configuration, in the version behind the alias."""
        answer = self.aws.read("lambda", "get_function_configuration", FunctionName=self.function, Qualifier=ALIAS)
        return dict(answer)

    @cached_property
    def alias_arn(self) -> str:
        """The ARN of the function's alias."""
        return f"{':'.join(str(self.configuration['FunctionArn']).split(':')[:7])}:{ALIAS}"

    @property
    def environment(self) -> Mapping[str, str]:
        """
        The function's environment variables.

        Raises:
            PermissionMissingError: Lambda could not decrypt them for these credentials.
        """
        environment = self.configuration.get("Environment", {})
        if "Error" in environment:
            raise PermissionMissingError(
                "Your credentials lack the permission kms:Decrypt for the function's environment."
            )
        return dict(environment.get("Variables", {}))
