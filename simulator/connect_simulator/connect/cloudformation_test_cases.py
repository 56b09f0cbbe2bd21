"""Test cases of a CloudFormation template, with their queue and its hours, which moto's stacks ignore."""

from typing import Any

from moto.core.common_models import CloudFormationModel

from connect_simulator.connect.cloudformation_resource import InstanceResource
from connect_simulator.connect.world import World
from connect_simulator.flows import Queue


class TestCase(InstanceResource, CloudFormationModel):
    """The resource AWS::Connect::TestCase."""

    __module__ = "moto.connect.models"  # Moto reads the service's name here.
    __test__ = False  # for pytest
    kind, segment = "TestCase", "test-case"

    def put(self, world: World, name: str, properties: dict[str, Any]) -> None:
        """Publish the test case."""
        del name
        world.test_cases.definitions[self.arn] = properties

    def remove(self, world: World) -> None:
        """Delete the test case."""
        world.test_cases.definitions.pop(self.arn, None)


class ConnectQueue(InstanceResource, CloudFormationModel):
    """The resource AWS::Connect::Queue."""

    __module__ = "moto.connect.models"
    kind, segment = "Queue", "queue"

    def put(self, world: World, name: str, properties: dict[str, Any]) -> None:
        """Open the queue."""
        del name
        world.center.queues[self.arn] = Queue(properties["Name"])

    def remove(self, world: World) -> None:
        """Delete the queue."""
        world.center.queues.pop(self.arn, None)


class HoursOfOperation(InstanceResource, CloudFormationModel):
    """The resource AWS::Connect::HoursOfOperation."""

    __module__ = "moto.connect.models"
    kind, segment = "HoursOfOperation", "operating-hours"
