from collections.abc import Callable

import pytest

from deflection_ops.checks.deployed_flows import CHECKS
from ops.checks.test_function import ALIAS_ARN, FUNCTION_ARN
from ops.conftest import Deploy
from ops.reporting import WARNING, Case, assert_reported, by_name, codes
from ops.stack import COPY_ARN, COPY_ID, DeployedStack, flow, flow_with_module, remove_resources


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


def found(stack: DeployedStack) -> dict[str, str]:
    """Return the code by the flow that it is about."""
    return {finding.subject: finding.code for finding in by_name(stack.aws, CHECKS, "deployed flow")}


def test_voice_flow_must_invoke_the_function_too(deploy: Deploy) -> None:
    stack = deploy()
    change("VoiceFlow", Content=flow())(stack)

    assert found(stack) == {"VoiceFlow": "FLOW_WITHOUT_FUNCTION", "CustomerQueueFlow": "OK"}


def test_voice_flow_may_invoke_the_function_itself(deploy: Deploy) -> None:
    stack = deploy()
    change("VoiceFlow", Content=flow(ALIAS_ARN))(stack)

    assert found(stack)["VoiceFlow"] == "OK"


@pytest.mark.parametrize(
    ("modules", "code"),
    [
        ({COPY_ARN: {"Content": flow(ALIAS_ARN)}}, "OK"),
        ({COPY_ARN: {"Content": flow()}}, "FLOW_WITHOUT_FUNCTION"),
        ({}, "FLOW_WITHOUT_FUNCTION"),
    ],
    ids=["a copy of the module", "another module", "no module"],
)
def test_voice_flow_may_invoke_any_module_that_invokes_the_function(
    modules: dict[str, dict[str, str]], code: str, deploy: Deploy
) -> None:
    stack = deploy()
    change("VoiceFlow", Content=flow_with_module(COPY_ID))(stack)
    stack.simulator.world.instance_config.modules.update(modules)

    assert found(stack)["VoiceFlow"] == code


def test_stack_without_flows_has_no_keypad(deploy: Deploy) -> None:
    stack = deploy({"DEFAULT_COUNTRY": ""})

    assert codes(remove_resources(stack, "AWS::Connect::ContactFlow"), CHECKS) == set()
