import pytest

from connect_simulator import demo
from deflection_ops.checks.opt_outs import CHECKS
from deflection_ops.finding import exit_status
from ops.checks.test_sms_numbers import number
from ops.conftest import Deploy
from ops.reporting import WARNING, Case, assert_reported, by_name, codes, findings

CASES = [
    Case(
        "SELF_MANAGED_OPT_OUTS",
        demo.SMS_SOURCE_ARN,
        WARNING,
        values=("OPT_OUT_LIST_NAME",),
        change=number(SelfManagedOptOutsEnabled=True),
    ),
    Case("OPT_OUT_LIST_NOT_FOUND", "Marketing", environment={"OPT_OUT_LIST_NAME": "Marketing"}),
    Case(
        "OPT_OUT_LIST_DIFFERS",
        demo.SMS_SOURCE_ARN,
        WARNING,
        values=("Service",),
        environment={"OPT_OUT_LIST_NAME": "Default"},
        change=number(OptOutListName="Service"),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_problem_is_reported(case: Case, deploy: Deploy) -> None:
    assert_reported(case, deploy, CHECKS)


def test_self_managed_opt_outs_leave_the_exit_status_at_0(deploy: Deploy) -> None:
    stack = deploy()
    number(SelfManagedOptOutsEnabled=True)(stack)

    assert exit_status(findings(stack.aws, CHECKS)) == 0


def test_unknown_number_is_left_to_the_check_of_numbers(deploy: Deploy) -> None:
    stack = deploy({"OPT_OUT_LIST_NAME": "Default"})
    stack.simulator.world.sms.phone_numbers.clear()

    assert [finding.name for finding in findings(stack.aws, CHECKS)] == ["opt-out list"]


def test_lists_are_checked_only_when_the_function_reads_one(deploy: Deploy) -> None:
    stack = deploy()

    assert codes(stack.aws, CHECKS) == {"OK"}
    assert by_name(stack.aws, CHECKS, "opt-out list") == by_name(stack.aws, CHECKS, "number's opt-out list") == []
