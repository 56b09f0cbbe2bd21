"""Flows and modules of a CloudFormation template, which moto's stacks ignore: add them to the instance as published."""

import json
from typing import Any, ClassVar, Final
from uuid import NAMESPACE_URL, uuid5

from moto.connect.models import connect_backends
from moto.core.common_models import CloudFormationModel

from connect_simulator.connect.operations import world_for
from connect_simulator.connect.world import World
from connect_simulator.flows.acceptance import flow_findings

DESCRIBED_PROPERTIES: Final = ("Name", "Type", "Content", "Description", "State", "Settings")
"""The properties that have the name of a member of the description."""


class ContactFlow(CloudFormationModel):
    """The resource AWS::Connect::ContactFlow; moto finds it among the subclasses of its base class."""

    __module__ = "moto.connect.models"  # Moto reads the service's name here.
    arn_type: ClassVar = "contact-flow"

    def __init__(self, arn: str) -> None:
        self.arn = arn

    @property
    def physical_resource_id(self) -> str:
        """The flow's ARN."""
        return self.arn

    @staticmethod
    def cloudformation_name_type() -> str:
        """Return the property with the resource's name."""
        return "Name"

    @staticmethod
    def cloudformation_type() -> str:
        """Return the resource's type."""
        return "AWS::Connect::ContactFlow"

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Check that Fn::GetAtt supports the attribute."""
        return attr == f"{cls.cloudformation_type().rpartition('::')[2]}Arn"

    def get_cfn_attribute(self, attribute_name: str) -> str:
        """Return the ARN, which is the only attribute."""
        del attribute_name
        return self.arn

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: dict[str, Any], account_id: str, region_name: str, **_: Any
    ) -> "ContactFlow":
        """Create the flow in the world."""
        properties = cloudformation_json["Properties"]
        _require_accepted(resource_name, properties)
        identifier = uuid5(NAMESPACE_URL, f"{account_id}/{resource_name}")
        arn = f"{properties['InstanceArn']}/{cls.arn_type}/{identifier}"
        world = world_for(connect_backends[account_id][region_name])
        cls._descriptions(world)[arn] = _members(properties)
        if cls is ContactFlow:
            world.flows.add(arn)
        return cls(arn)

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: "ContactFlow",
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> "ContactFlow":
        """Update the flow's name and content; the ARN stays the same."""
        properties = cloudformation_json["Properties"]
        _require_accepted(new_resource_name, properties)
        world = world_for(connect_backends[account_id][region_name])
        cls._descriptions(world)[original_resource.arn].update(_members(properties))
        return original_resource

    @classmethod
    def delete_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: dict[str, Any], account_id: str, region_name: str
    ) -> None:
        """Delete the flow from the world."""
        del cloudformation_json
        world = world_for(connect_backends[account_id][region_name])
        world.flows.discard(resource_name)
        cls._descriptions(world).pop(resource_name, None)

    @staticmethod
    def _descriptions(world: World) -> dict[str, dict[str, Any]]:
        return world.instance_config.flows


class ContactFlowModule(ContactFlow, CloudFormationModel):
    """The resource AWS::Connect::ContactFlowModule."""

    __module__ = "moto.connect.models"
    arn_type: ClassVar = "flow-module"

    @staticmethod
    def cloudformation_type() -> str:
        """Return the resource's type."""
        return "AWS::Connect::ContactFlowModule"

    @staticmethod
    def _descriptions(world: World) -> dict[str, dict[str, Any]]:
        return world.instance_config.modules


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
