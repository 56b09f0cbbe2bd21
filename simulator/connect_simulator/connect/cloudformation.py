"""Flows and modules of a CloudFormation template, which moto's stacks ignore: add them to the instance as published."""

import json
from typing import Any, Final

from moto.core.common_models import CloudFormationModel

from connect_simulator.connect.cloudformation_resource import InstanceResource
from connect_simulator.connect.world import World
from connect_simulator.flows.acceptance import flow_findings

DESCRIBED_PROPERTIES: Final = ("Name", "Type", "Content", "Description", "State", "Settings")
"""The properties that have the name of a member of the description."""


class ContactFlow(InstanceResource, CloudFormationModel):
    """The resource AWS::Connect::ContactFlow; moto finds it among the subclasses of its base class."""

    __module__ = "moto.connect.models"  # Moto reads the service's name here.
    kind, segment = "ContactFlow", "contact-flow"

    def put(self, world: World, name: str, properties: dict[str, Any]) -> None:
        """Publish the flow, or refuse it as Amazon Connect does."""
        _require_accepted(name, properties)
        world.flows.add(self.arn)
        world.instance_config.flows.setdefault(self.arn, {}).update(_members(properties))

    def remove(self, world: World) -> None:
        """Delete the flow."""
        world.flows.discard(self.arn)
        world.instance_config.flows.pop(self.arn, None)


class ContactFlowModule(InstanceResource, CloudFormationModel):
    """The resource AWS::Connect::ContactFlowModule."""

    __module__ = "moto.connect.models"
    kind, segment = "ContactFlowModule", "flow-module"

    def put(self, world: World, name: str, properties: dict[str, Any]) -> None:
        """Publish the module, or refuse it as Amazon Connect does."""
        _require_accepted(name, properties)
        world.instance_config.modules.setdefault(self.arn, {}).update(_members(properties))

    def remove(self, world: World) -> None:
        """Delete the module."""
        world.instance_config.modules.pop(self.arn, None)


def _members(properties: dict[str, Any]) -> dict[str, Any]:
    """Return the members of the description of a flow with these properties."""
    members = {name: properties[name] for name in DESCRIBED_PROPERTIES if name in properties}
    tags = properties.get("Tags", [])
    return members | {"Tags": {each["Key"]: each["Value"] for each in tags}}


def _require_accepted(name: str, properties: dict[str, Any]) -> None:
    """Refuse a flow that CreateContactFlow refuses; CloudFormation itself would only say "Invalid request"."""
    if findings := flow_findings(json.loads(properties["Content"]), properties.get("Type", "MODULE")):
        from moto.cloudformation.exceptions import ValidationError  # noqa: PLC0415 -- it loads the SDK's profile

        raise ValidationError(name, f"Amazon Connect refuses the flow {name}: {'; '.join(findings)}.")
