from collections.abc import Callable

import pytest

from deflection_ops.checks.flow_modules import CHECKS
from ops.checks.test_function import ALIAS_ARN, FUNCTION_ARN
from ops.conftest import Deploy
from ops.reporting import Case, assert_reported, by_name, codes
from ops.stack import COPY_ARN, COPY_ID, DeployedStack, flow, flow_with_module, remove_resources


def change(**members: object) -> Callable[[DeployedStack], object]:
    """Change the module of the template in Amazon Connect."""
    return lambda stack: stack.simulator.world.instance_config.modules[stack.physical_id("OfferModule")].update(members)


def delete(stack: DeployedStack) -> None:
    del stack.simulator.world.instance_config.modules[stack.physical_id("OfferModule")]


def invoke(name: str, content: str | None = None) -> Callable[[DeployedStack], object]:
    """Let the voice flow invoke this module, and add the copy with this content."""

    def run(stack: DeployedStack) -> None:
        config = stack.simulator.world.instance_config
        config.flows[stack.physical_id("VoiceFlow")]["Content"] = flow_with_module(name)
        if content:
            config.modules[COPY_ARN] = {"Content": content}

    return run


OTHER_VERSION, OTHER_FUNCTION = f"{FUNCTION_ARN}:7", FUNCTION_ARN.replace("function:", "function:another-")
CASES = [
    Case("MODULE_NOT_FOUND", "OfferModule", values=("VoiceFlow",), change=delete),
    Case("MODULE_NOT_FOUND", COPY_ID, values=("VoiceFlow",), change=invoke(COPY_ID)),
    Case("MODULE_NOT_PUBLISHED", "OfferModule", change=change(Status="SAVED")),
    Case("MODULE_NOT_ACTIVE", "OfferModule", values=("ARCHIVED",), change=change(State="ARCHIVED")),
    Case(
        "MODULE_WITHOUT_ALIAS",
        "OfferModule",
        values=(OTHER_VERSION,),
        change=change(Content=flow(ALIAS_ARN, OTHER_VERSION)),
    ),
    Case("MODULE_WITHOUT_ALIAS", COPY_ID, values=(FUNCTION_ARN,), change=invoke(COPY_ARN, flow(FUNCTION_ARN))),
    Case("MODULE_WITHOUT_FUNCTION", "OfferModule", change=change(Content=flow(OTHER_FUNCTION))),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_problem_is_reported(case: Case, deploy: Deploy) -> None:
    assert_reported(case, deploy, CHECKS)


@pytest.mark.parametrize("name", [COPY_ID, f"{COPY_ID}:$LATEST", f"{COPY_ARN}:3"])
def test_module_of_a_flow_is_checked_beside_that_of_the_stack(name: str, deploy: Deploy) -> None:
    stack = deploy()
    invoke(name, flow(OTHER_FUNCTION))(stack)

    found = [(each.subject, each.code) for each in by_name(stack.aws, CHECKS, "flow module")]

    assert found == [("OfferModule", "OK"), (COPY_ID, "OK")]


def test_status_in_lower_case_counts(deploy: Deploy) -> None:
    stack = deploy()
    change(Status="published", State="active")(stack)

    assert codes(stack.aws, CHECKS) == {"OK"}


def test_module_that_an_attribute_names_is_not_checked(deploy: Deploy) -> None:
    stack = deploy()
    invoke("$.Attributes.module")(stack)

    assert [each.subject for each in by_name(stack.aws, CHECKS, "flow module")] == ["OfferModule"]


def test_flow_that_does_not_exist_invokes_no_module(deploy: Deploy) -> None:
    stack = deploy()
    stack.simulator.world.flows.discard(stack.physical_id("VoiceFlow"))

    assert codes(stack.aws, CHECKS) == {"OK"}


def test_stack_without_flows_needs_no_module(deploy: Deploy) -> None:
    types = ("AWS::Connect::ContactFlow", "AWS::Connect::ContactFlowModule")

    assert codes(remove_resources(deploy(), *types), CHECKS) == set()
