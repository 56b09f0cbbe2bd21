import pytest

from connect_simulator import demo
from deflection_ops.checks.instance import CHECKS
from ops.conftest import Deploy
from ops.reporting import Case, assert_reported, by_name, codes
from ops.stack import INSTANCE_ARN, QUEUE_ARN, remove_resources

OTHER_INSTANCE = INSTANCE_ARN.replace("a1b2c3d4", "b1b2c3d4")
OTHER_QUEUE = QUEUE_ARN.replace("7c1d2e3f", "8c1d2e3f")

CASES = [
    Case("INSTANCE_NOT_FOUND", OTHER_INSTANCE, environment={"INSTANCE_ARN": OTHER_INSTANCE}),
    Case(
        "INSTANCE_NOT_ACTIVE",
        INSTANCE_ARN,
        values=("CREATION_FAILED",),
        change=lambda stack: stack.simulator.world.instance_config.instance.update(InstanceStatus="CREATION_FAILED"),
    ),
    Case("QUEUE_NOT_FOUND", OTHER_QUEUE, parameters={"QueueArn": OTHER_QUEUE}),
    Case("QUEUE_OF_OTHER_INSTANCE", demo.QUEUE_ARN, parameters={"QueueArn": demo.QUEUE_ARN}),
    Case(
        "QUEUE_NOT_ENABLED",
        QUEUE_ARN,
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
