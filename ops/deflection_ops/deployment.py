"""A deployed stack as AWS has it now; what the function itself reads is read by the function's own code."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from deflection.errors import InvalidSettingsError
from deflection.outcome import SMS, WHATSAPP
from deflection.request.document import parse_document
from deflection.request.message_catalog import Message, MessageCatalog
from deflection.request.parameters import MessageTemplate
from deflection.request.routes import EMPTY_ROUTE, Condition, Route, Routes
from deflection.settings import Settings, read_settings
from deflection_ops.aws import AwsApi, AwsError, NotAllowedError, NotThereError

FUNCTION = "DeflectionFunction"
ALIAS = "live"
FLOW_TYPE = "AWS::Connect::ContactFlow"


@dataclass(frozen=True)
class Resource:
    """A resource of the stack: its type, and the id that its service knows it by."""

    type: str
    id: str


@dataclass(frozen=True)
class Source:
    """A phone number that texts of this subtype may come from."""

    arn: str
    subtype: str


class Deployment:
    """The stack of this name. What is asked of AWS raises an AwsError when AWS does not answer."""

    def __init__(self, aws: AwsApi, name: str) -> None:
        self.aws = aws
        self.name = name

    @cached_property
    def account(self) -> str:
        """The account that the credentials are of."""
        return str(self.aws.ask("sts", "get_caller_identity")["Account"])

    @cached_property
    def stack(self) -> Mapping[str, Any]:
        """The stack, as the answer of DescribeStacks has it."""
        [stack] = self.aws.ask("cloudformation", "describe_stacks", StackName=self.name)["Stacks"]
        return dict(stack)

    @cached_property
    def parameters(self) -> Mapping[str, str]:
        """The template's parameters with their values."""
        return {each["ParameterKey"]: each.get("ParameterValue", "") for each in self.stack.get("Parameters", [])}

    @cached_property
    def resources(self) -> Mapping[str, Resource]:
        """The stack's resources under their logical ids."""
        told = self.aws.ask("cloudformation", "describe_stack_resources", StackName=self.name)["StackResources"]
        return {
            each["LogicalResourceId"]: Resource(each["ResourceType"], each["PhysicalResourceId"])
            for each in told
            if each.get("PhysicalResourceId")
        }

    @property
    def function(self) -> str:
        """The function's name."""
        if FUNCTION not in self.resources:
            raise NotThereError("no DeflectionFunction")
        return self.resources[FUNCTION].id

    @cached_property
    def configuration(self) -> Mapping[str, Any]:
        """The function's configuration, of the version that its alias is."""
        answer = self.aws.ask("lambda", "get_function_configuration", FunctionName=self.function, Qualifier=ALIAS)
        return dict(answer)

    @cached_property
    def alias_arn(self) -> str:
        """The ARN that flows invoke."""
        return f"{':'.join(str(self.configuration['FunctionArn']).split(':')[:7])}:{ALIAS}"

    @cached_property
    def settings(self) -> Settings:
        """
        The function's settings.

        Raises:
            InvalidSettingsError: They are wrong, as the function would find them.
        """
        environment = self.configuration.get("Environment", {})
        if "Error" in environment:
            raise NotAllowedError("Your credentials lack the permission kms:Decrypt for the function's environment.")
        return read_settings(environment.get("Variables", {}))

    def parameter(self, name: str) -> str:
        """The value of a parameter in SSM."""
        answer = self.aws.ask("ssm", "get_parameter", Name=name, WithDecryption=True)
        return str(answer["Parameter"]["Value"])

    def read_messages(self) -> MessageCatalog | None:
        """
        The messages by language, if there are any.

        Raises:
            InvalidSettingsError: The document is wrong.
        """
        name = self.settings.messages_parameter
        return parse_document(MessageCatalog, self.parameter(name), "MESSAGES_PARAMETER") if name else None

    def read_routes(self) -> Routes | None:
        """
        The routes, if there are any.

        Raises:
            InvalidSettingsError: The document is wrong.
        """
        name = self.settings.routes_parameter
        return parse_document(Routes, self.parameter(name), "ROUTES_PARAMETER") if name else None

    @cached_property
    def routes(self) -> Routes:
        """The routes; none when they cannot be read, which a check of its own tells."""
        try:
            return self.read_routes() or Routes([])
        except (AwsError, InvalidSettingsError):
            return Routes([])

    @cached_property
    def catalogues(self) -> list[MessageCatalog]:
        """The messages by language, of the settings and of routes; those that can be read."""
        try:
            own = self.read_messages()
        except (AwsError, InvalidSettingsError):
            own = None
        return [each for each in (own, *(route.Messages for route in self.routes.root)) if each]

    @property
    def messages(self) -> Iterator[Message | MessageTemplate]:
        """Every first text of the operator."""
        if self.settings.initial_message:
            yield Message(Content=self.settings.initial_message)
        for catalogue in self.catalogues:
            found = (catalogue.message(tag, subtype) for tag in catalogue.root for subtype in (SMS, WHATSAPP))
            yield from (message for message in found if message)

    @cached_property
    def sources(self) -> list[Source]:
        """The numbers of the settings and of the routes; that of the settings only if a contact can get it."""
        found = [
            Source(route.source_arn(subtype) or self.settings.source_phone_number_arn, subtype)
            for route in self._ways
            for subtype in route.Subtypes or self.settings.subtypes
        ]
        return list(dict.fromkeys(found))

    @cached_property
    def subtypes(self) -> set[str]:
        """The kinds of contact that are tried, by the settings or by a route."""
        return {source.subtype for source in self.sources}

    @property
    def _ways(self) -> list[Route]:
        """What a contact can get: the routes, and what there is without one unless a route is for every contact."""
        routes = self.routes.root
        return routes if any(route.Match == Condition() for route in routes) else [EMPTY_ROUTE, *routes]

    @cached_property
    def flow_ids(self) -> list[str]:
        """The flows of SMS contacts, of the settings and of the routes: ids or ARNs, each once."""
        named = [route.ContactFlowId for route in self.routes.root if route.ContactFlowId]
        return list(dict.fromkeys([self.settings.contact_flow_id, *named]))

    def number(self, arn: str) -> Mapping[str, Any]:
        """A phone number, as Amazon Connect describes it."""
        answer = self.aws.ask("connect", "describe_phone_number", PhoneNumberId=arn.rpartition("/")[2])
        return dict(answer["ClaimedPhoneNumberSummary"])

    def flow(self, identifier: str) -> Mapping[str, Any]:
        """A flow, as Amazon Connect describes it."""
        request = {"InstanceId": self.settings.instance_id, "ContactFlowId": identifier.rpartition("/")[2]}
        return dict(self.aws.ask("connect", "describe_contact_flow", **request)["ContactFlow"])
