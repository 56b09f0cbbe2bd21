"""Test cases of a CloudFormation template, with their queue and its hours, which moto's stacks ignore."""

from typing import Any
from uuid import NAMESPACE_URL, uuid5

from moto.connect.models import connect_backends
from moto.core.common_models import CloudFormationModel

from connect_simulator.connect.operations import world_for
from connect_simulator.connect.world import World
from connect_simulator.flows import Queue


class _Named:
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
    ) -> "_Named":
        """Create the resource in the world."""
        properties = cloudformation_json["Properties"]
        identifier = uuid5(NAMESPACE_URL, f"{account_id}/{resource_name}")
        created = cls(f"{properties['InstanceArn']}/{cls.segment}/{identifier}")
        created.put(world_for(connect_backends[account_id][region_name]), properties)
        return created

    @classmethod
    def update_from_cloudformation_json(
        cls,
        original_resource: "_Named",
        new_resource_name: str,
        cloudformation_json: dict[str, Any],
        account_id: str,
        region_name: str,
    ) -> "_Named":
        """Update the resource; the ARN stays the same."""
        del new_resource_name
        world = world_for(connect_backends[account_id][region_name])
        original_resource.put(world, cloudformation_json["Properties"])
        return original_resource

    @classmethod
    def delete_from_cloudformation_json(
        cls, resource_name: str, cloudformation_json: dict[str, Any], account_id: str, region_name: str
    ) -> None:
        """Delete the resource from the world."""
        del cloudformation_json
        world = world_for(connect_backends[account_id][region_name])
        world.test_cases.definitions.pop(resource_name, None)
        world.center.queues.pop(resource_name, None)

    def put(self, world: World, properties: dict[str, Any]) -> None:
        """Describe the resource in the world."""


class TestCase(_Named, CloudFormationModel):
    """The resource AWS::Connect::TestCase."""

    __module__ = "moto.connect.models"  # Moto reads the service's name here.
    __test__ = False  # for pytest
    kind, segment = "TestCase", "test-case"

    def put(self, world: World, properties: dict[str, Any]) -> None:
        """Publish the test case."""
        world.test_cases.definitions[self.arn] = properties


class ConnectQueue(_Named, CloudFormationModel):
    """The resource AWS::Connect::Queue."""

    __module__ = "moto.connect.models"
    kind, segment = "Queue", "queue"

    def put(self, world: World, properties: dict[str, Any]) -> None:
        """Open the queue."""
        world.center.queues[self.arn] = Queue(properties["Name"])


class HoursOfOperation(_Named, CloudFormationModel):
    """The resource AWS::Connect::HoursOfOperation."""

    __module__ = "moto.connect.models"
    kind, segment = "HoursOfOperation", "operating-hours"
