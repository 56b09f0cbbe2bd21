from collections.abc import Callable

import pytest

from connect_simulator import demo
from deflection_ops.checks.sms_flows import CHECKS
from ops.conftest import Deploy
from ops.reporting import Case, assert_reported, codes
from ops.stack import DeployedStack, PatchedAws


def flow(**members: object) -> Callable[[DeployedStack], object]:
    """Change the flow of SMS contacts."""
    return lambda stack: stack.simulator.world.instance_config.flows.update({demo.SMS_FLOW_ARN: members})


CASES = [
    Case("SMS_FLOW_NOT_FOUND", "no-such-flow", environment={"CONTACT_FLOW_ID": "no-such-flow"}),
    Case("SMS_FLOW_NOT_PUBLISHED", demo.SMS_FLOW_ID, change=flow(Status="SAVED")),
    Case("SMS_FLOW_NOT_ACTIVE", demo.SMS_FLOW_ID, values=("ARCHIVED",), change=flow(State="ARCHIVED")),
    Case("SMS_FLOW_TYPE", demo.SMS_FLOW_ID, values=("CUSTOMER_QUEUE",), change=flow(Type="CUSTOMER_QUEUE")),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_problem_is_reported(case: Case, deploy: Deploy) -> None:
    assert_reported(case, deploy, CHECKS)


def test_published_inbound_flow_has_no_problems(deploy: Deploy) -> None:
    assert codes(deploy().aws, CHECKS) == {"OK"}


def test_flow_that_is_described_as_saved_is_not_published(deploy: Deploy) -> None:
    saved = {"ContactFlow": {"Status": "SAVED", "Type": "CONTACT_FLOW"}}

    assert codes(PatchedAws(deploy(), describe_contact_flow=saved), CHECKS) == {"SMS_FLOW_NOT_PUBLISHED", "OK"}
