"""The flows of a CloudFormation template, which moto's stacks do not know: each is on the instance, published."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from moto.connect.models import connect_backends
from moto.core.common_models import CloudFormationModel

from connect_simulator.connect.operations import world_for


class ContactFlow(CloudFormationModel):
    """AWS::Connect::ContactFlow; moto finds it among the subclasses."""

    __module__ = "moto.connect.models"  # Moto takes the service's name from here.

    def __init__(self, arn: str) -> None:
        self.arn = arn

    @property
    def physical_resource_id(self) -> str:
        """The flow's ARN."""
        return self.arn

    @staticmethod
    def cloudformation_name_type() -> str:
        """The property that names it."""
        return "Name"

    @staticmethod
    def cloudformation_type() -> str:
        """The resource's type."""
        return "AWS::Connect::ContactFlow"

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Whether Fn::GetAtt knows the attribute."""
        return attr == "ContactFlowArn"

    def get_cfn_attribute(self, attribute_name: str) -> str:
        """What Fn::GetAtt gives: the ARN is the only one."""
        del attribute_name
        return self.arn

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: dict[str, Any], account_id: str, region_name: str, **_: Any
    ) -> "ContactFlow":
        """The flow, which the world knows from now on."""
        properties = cloudformation_json["Properties"]
        identifier = uuid5(NAMESPACE_URL, f"{account_id}/{resource_name}")
        arn = f"{properties['InstanceArn']}/contact-flow/{identifier}"
        known = world_for(connect_backends[account_id][region_name])
        known.flows.add(arn)
        known.instance_config.flows[arn] = {name: properties[name] for name in ("Name", "Type", "Content")}
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
        """The flow with its new content, under the same ARN."""
        del new_resource_name
        properties = cloudformation_json["Properties"]
        described = world_for(connect_backends[account_id][region_name]).instance_config.flows[original_resource.arn]
        described.update({name: properties[name] for name in ("Name", "Content")})
        return original_resource

    @classmethod
    def delete_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: dict[str, Any], account_id: str, region_name: str
    ) -> None:
        """The world forgets it."""
        del cloudformation_json
        known = world_for(connect_backends[account_id][region_name])
        known.flows.discard(resource_name)
        known.instance_config.flows.pop(resource_name, None)
