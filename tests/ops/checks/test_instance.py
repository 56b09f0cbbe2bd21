import pytest

from connect_simulator import demo
from deflection_ops.checks.instance import CHECKS
from ops.conftest import Deploy
from ops.reporting import Case, assert_reported, by_name, codes
from ops.stack import FOREIGN_INSTANCE, remove_resources

OTHER_INSTANCE = demo.INSTANCE_ARN.replace("a1b2c3d4", "b1b2c3d4")
OTHER_QUEUE = demo.QUEUE_ARN.replace("7c1d2e3f", "8c1d2e3f")
FOREIGN_QUEUE = f"{FOREIGN_INSTANCE}/queue/{demo.QUEUE_ID}"

CASES = [
    Case("INSTANCE_NOT_FOUND", OTHER_INSTANCE, environment={"INSTANCE_ARN": OTHER_INSTANCE}),
    Case(
        "INSTANCE_NOT_ACTIVE",
        demo.INSTANCE_ARN,
        values=("CREATION_FAILED",),
        change=lambda stack: stack.simulator.world.instance_config.instance.update(InstanceStatus="CREATION_FAILED"),
    ),
    Case("QUEUE_NOT_FOUND", OTHER_QUEUE, parameters={"QueueArn": OTHER_QUEUE}),
    Case("QUEUE_OF_OTHER_INSTANCE", FOREIGN_QUEUE, parameters={"QueueArn": FOREIGN_QUEUE}),
    Case(
        "QUEUE_NOT_ENABLED",
        demo.QUEUE_ARN,
        values=("DISABLED",),
        change=lambda stack: stack.simulator.world.instance_config.queues.update(
            {demo.QUEUE_ARN: {"Status": "DISABLED"}}
        ),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_problem_is_reported(case: Case, deploy: Deploy) -> None:
    assert_reported(case, deploy, CHECKS)


def test_stack_without_flows_needs_no_queue(deploy: Deploy) -> None:
    stack = deploy(QueueArn=OTHER_QUEUE)

    assert by_name(remove_resources(stack, "AWS::Connect::ContactFlow"), CHECKS, "flows' queue") == []


def test_working_instance_has_no_problems(deploy: Deploy) -> None:
    assert codes(deploy().aws, CHECKS) == {"OK"}
