"""Read everything that the function's settings refer to, with the function's own parsers."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from deflection.environment import read_settings
from deflection.errors import InvalidSettingsError
from deflection.outcome import SMS, WHATSAPP
from deflection.request.document import parse_document
from deflection.request.message_catalog import Message, MessageCatalog
from deflection.request.parameters import MessageTemplate
from deflection.request.routes import EMPTY_ROUTE, Condition, Route, Routes
from deflection.settings import Settings
from deflection_ops.deployed_stack import Stack
from deflection_ops.errors import AwsError


@dataclass(frozen=True)
class Source:
    """A phone number that sends messages of this subtype."""

    arn: str
    subtype: str


class Deployment(Stack):
    """A stack with its settings, SSM parameters, phone numbers and flows."""

    @cached_property
    def settings(self) -> Settings:
        """
        The function's settings.

        Raises:
            InvalidSettingsError: The settings are invalid; the function rejects them, too.
        """
        return read_settings(self.environment)

    def read_ssm_parameter(self, name: str) -> str:
        """Return the value of an SSM parameter."""
        answer = self.aws.read("ssm", "get_parameter", Name=name, WithDecryption=True)
        return str(answer["Parameter"]["Value"])

    def read_messages(self) -> MessageCatalog | None:
        """
        Return the messages by language of MESSAGES_PARAMETER, or None when it is not set.

        Raises:
            InvalidSettingsError: The document is invalid.
        """
        name = self.settings.messages_parameter
        return parse_document(MessageCatalog, self.read_ssm_parameter(name), "MESSAGES_PARAMETER") if name else None

    def read_routes(self) -> Routes | None:
        """
        Return the routes of ROUTES_PARAMETER, or None when it is not set.

        Raises:
            InvalidSettingsError: The document is invalid.
        """
        name = self.settings.routes_parameter
        return parse_document(Routes, self.read_ssm_parameter(name), "ROUTES_PARAMETER") if name else None

    @cached_property
    def routes(self) -> Routes:
        """The routes; empty when they cannot be read, which another check reports."""
        try:
            return self.read_routes() or Routes([])
        except (AwsError, InvalidSettingsError):
            return Routes([])

    @cached_property
    def catalogs(self) -> list[MessageCatalog]:
        """The readable message catalogs of the settings and of the routes."""
        try:
            own = self.read_messages()
        except (AwsError, InvalidSettingsError):
            own = None
        return [each for each in (own, *(route.Messages for route in self.routes.root)) if each]

    @property
    def messages(self) -> Iterator[Message | MessageTemplate]:
        """Every first message that the operator has written."""
        if self.settings.initial_message:
            yield Message(Content=self.settings.initial_message)
        for catalog in self.catalogs:
            found = (catalog.message(tag, subtype) for tag in catalog.root for subtype in (SMS, WHATSAPP))
            yield from (message for message in found if message)

    @cached_property
    def sources(self) -> list[Source]:
        """The phone numbers of the settings and of the routes that a contact can get."""
        found = [
            Source(route.source_arn(subtype) or self.settings.source_phone_number_arn, subtype)
            for route in self._reachable_routes
            for subtype in route.Subtypes or self.settings.subtypes
        ]
        return list(dict.fromkeys(found))

    @cached_property
    def subtypes(self) -> set[str]:
        """The subtypes that the settings or a route try."""
        return {source.subtype for source in self.sources}

    @property
    def _reachable_routes(self) -> list[Route]:
        """The routes, and the settings alone unless a route matches every contact."""
        routes = self.routes.root
        return routes if any(route.Match == Condition() for route in routes) else [EMPTY_ROUTE, *routes]

    @cached_property
    def flow_ids(self) -> list[str]:
        """The flows for SMS contacts, of the settings and of the routes: ids or ARNs, each once."""
        named = [route.ContactFlowId for route in self.routes.root if route.ContactFlowId]
        return list(dict.fromkeys([self.settings.contact_flow_id, *named]))

    def describe_number(self, arn: str) -> Mapping[str, Any]:
        """Return Amazon Connect's description of a phone number."""
        answer = self.aws.read("connect", "describe_phone_number", PhoneNumberId=arn.rpartition("/")[2])
        return dict(answer["ClaimedPhoneNumberSummary"])

    def describe_flow(self, identifier: str) -> Mapping[str, Any]:
        """Return Amazon Connect's description of a flow."""
        request = {"InstanceId": self.settings.instance_id, "ContactFlowId": identifier.rpartition("/")[2]}
        return dict(self.aws.read("connect", "describe_contact_flow", **request)["ContactFlow"])

    def describe_module(self, identifier: str) -> Mapping[str, Any]:
        """Return Amazon Connect's description of a flow module."""
        request = {"InstanceId": self.settings.instance_id, "ContactFlowModuleId": identifier}
        return dict(self.aws.read("connect", "describe_contact_flow_module", **request)["ContactFlowModule"])
