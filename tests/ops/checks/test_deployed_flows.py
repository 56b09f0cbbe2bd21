from collections.abc import Callable

import pytest

from deflection_ops.checks.deployed_flows import CHECKS
from ops.checks.test_function import ALIAS_ARN, FUNCTION_ARN
from ops.conftest import Deploy
from ops.reporting import WARNING, Case, assert_reported, by_name, codes
from ops.stack import DeployedStack, flow, remove_resources


def change(name: str, **members: object) -> Callable[[DeployedStack], object]:
    """Change a flow of the template in Amazon Connect."""
    return lambda stack: stack.simulator.world.instance_config.flows[stack.physical_id(name)].update(members)


CASES = [
    Case(
        "FLOW_WITHOUT_ALIAS",
        "VoiceFlow",
        values=(FUNCTION_ARN,),
        change=change("VoiceFlow", Content=flow(FUNCTION_ARN)),
    ),
    Case("FLOW_WITHOUT_FUNCTION", "CustomerQueueFlow", change=change("CustomerQueueFlow", Content=flow())),
    Case("FLOW_NOT_PUBLISHED", "VoiceFlow", change=change("VoiceFlow", Status="SAVED")),
    Case("FLOW_NOT_ACTIVE", "VoiceFlow", values=("ARCHIVED",), change=change("VoiceFlow", State="ARCHIVED")),
    Case(
        "FLOW_NOT_FOUND",
        "VoiceFlow",
        change=lambda stack: stack.simulator.world.flows.discard(stack.physical_id("VoiceFlow")),
    ),
    Case("KEYPAD_COUNTRY_MISSING", "", WARNING, values=("DefaultCountry",), environment={"DEFAULT_COUNTRY": ""}),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_problem_is_reported(case: Case, deploy: Deploy) -> None:
    assert_reported(case, deploy, CHECKS)


def test_published_flows_have_no_problems(deploy: Deploy) -> None:
    assert codes(deploy().aws, CHECKS) == {"OK"}


def test_cure_names_the_alias(deploy: Deploy) -> None:
    stack = deploy()
    change("CustomerQueueFlow", Content=flow())(stack)

    assert ALIAS_ARN in "".join(finding.cure for finding in by_name(stack.aws, CHECKS, "deployed flow"))


def test_other_flows_of_the_stack_need_not_invoke_the_function(deploy: Deploy) -> None:
    stack = deploy()
    change("VoiceFlow", Content=flow())(stack)
    change("CustomerQueueFlow", Content=flow())(stack)

    found = {finding.subject: finding.code for finding in by_name(stack.aws, CHECKS, "deployed flow")}

    assert (found["VoiceFlow"], found["CustomerQueueFlow"]) == ("OK", "FLOW_WITHOUT_FUNCTION")


def test_stack_without_flows_has_no_keypad(deploy: Deploy) -> None:
    stack = deploy({"DEFAULT_COUNTRY": ""})

    assert codes(remove_resources(stack, "AWS::Connect::ContactFlow"), CHECKS) == set()
