"""Let a CloudFormation template create resources of an instance that moto's stacks ignore."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from moto.connect.models import connect_backends

from connect_simulator.connect.operations import world_for
from connect_simulator.connect.world import World


class InstanceResource:
    """A resource of an instance whose only attribute is its ARN."""

    kind = ""
    segment = ""

    def __init__(self, arn: str) -> None:
        self.arn = arn

    @property
    def physical_resource_id(self) -> str:
        """The ARN."""
        return self.arn

    @staticmethod
    def cloudformation_name_type() -> str:
        """Return the property with the resource's name."""
        return "Name"

    @classmethod
    def cloudformation_type(cls) -> str:
        """Return the resource's type."""
        return f"AWS::Connect::{cls.kind}"

    @classmethod
    def has_cfn_attr(cls, attr: str) -> bool:
        """Check that Fn::GetAtt supports the attribute."""
        return attr == f"{cls.kind}Arn"

    def get_cfn_attribute(self, attribute_name: str) -> str:
        """Return the ARN, which is the only attribute."""
        del attribute_name
        return self.arn

    @classmethod
    def create_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: dict[str, Any], account_id: str, region_name: str, **_: Any
    ) -> "InstanceResource":
        """Create the resource in the world."""
        properties = cloudformation_json["Properties"]
        identifier = uuid5(NAMESPACE_URL, f"{account_id}/{resource_name}")
        created = cls(f"{properties['InstanceArn']}/{cls.segment}/{identifier}")
        created.put(world_for(connect_backends[account_id][region_name]), resource_name, properties)
        return created

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: "InstanceResource",
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> "InstanceResource":
        """Update the resource; the ARN stays the same."""
        world = world_for(connect_backends[account_id][region_name])
        original_resource.put(world, new_resource_name, cloudformation_json["Properties"])
        return original_resource

    @classmethod
    def delete_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: dict[str, Any], account_id: str, region_name: str
    ) -> None:
        """Delete the resource from the world."""
        del cloudformation_json
        cls(resource_name).remove(world_for(connect_backends[account_id][region_name]))

    def put(self, world: World, name: str, properties: dict[str, Any]) -> None:
        """Create or update the resource in the world; `name` is its name in the template."""

    def remove(self, world: World) -> None:
        """Delete the resource from the world."""
