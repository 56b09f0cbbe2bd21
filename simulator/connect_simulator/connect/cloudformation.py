"""Flows and modules of a CloudFormation template, which moto's stacks ignore: add them to the instance as published."""

import json
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from moto.connect.models import connect_backends
from moto.core.common_models import CloudFormationModel

from connect_simulator.connect.operations import world_for
from connect_simulator.flows.acceptance import flow_findings


class ContactFlow(CloudFormationModel):
    """The resource AWS::Connect::ContactFlow; moto finds it among the subclasses of its base class."""

    __module__ = "moto.connect.models"  # Moto reads the service's name here.

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
        is_module = cls is ContactFlowModule
        arn = f"{properties['InstanceArn']}/{'flow-module' if is_module else 'contact-flow'}/{identifier}"
        world = world_for(connect_backends[account_id][region_name])
        world.flows.add(arn)
        described = {name: properties[name] for name in ("Name", "Content")}
        world.instance_config.flows[arn] = described if is_module else described | {"Type": properties["Type"]}
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
        described = world_for(connect_backends[account_id][region_name]).instance_config.flows[original_resource.arn]
        described.update({name: properties[name] for name in ("Name", "Content")})
        return original_resource

    @classmethod
    def delete_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: dict[str, Any], account_id: str, region_name: str
    ) -> None:
        """Delete the flow from the world."""
        del cloudformation_json
        world = world_for(connect_backends[account_id][region_name])
        world.flows.discard(resource_name)
        world.instance_config.flows.pop(resource_name, None)


class ContactFlowModule(ContactFlow, CloudFormationModel):
    """The resource AWS::Connect::ContactFlowModule."""

    __module__ = "moto.connect.models"

    @staticmethod
    def cloudformation_type() -> str:
        """Return the resource's type."""
        return "AWS::Connect::ContactFlowModule"


def _require_accepted(name: str, properties: dict[str, Any]) -> None:
    """Refuse a flow that CreateContactFlow refuses; CloudFormation itself would only say "Invalid request"."""
    if findings := flow_findings(json.loads(properties["Content"]), properties.get("Type", "MODULE")):
        from moto.cloudformation.exceptions import ValidationError  # noqa: PLC0415 -- it loads the SDK's profile

        raise ValidationError(name, f"Amazon Connect refuses the flow {name}: {'; '.join(findings)}.")
