import pytest

from connect_simulator import demo
from deflection_ops.checks.sms_account import CHECKS
from ops.conftest import Deploy
from ops.reporting import WARNING, Case, assert_reported, codes, findings
from ops.stack import PatchedAws

CASES = [
    Case(
        "SMS_SANDBOX",
        "SANDBOX",
        change=lambda stack: setattr(stack.simulator.world.sms, "account_tier", "SANDBOX"),
    ),
    Case(
        "SPEND_LIMIT",
        "1",
        WARNING,
        change=lambda stack: setattr(stack.simulator.world.sms, "monthly_spend_limit", 1),
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_problem_is_reported(case: Case, deploy: Deploy) -> None:
    assert_reported(case, deploy, CHECKS)


def test_account_without_a_tier_counts_as_in_the_sandbox(deploy: Deploy) -> None:
    aws = PatchedAws(
        deploy(),
        describe_account_attributes={"AccountAttributes": [{"Name": "OTHER", "Value": "1"}]},
        describe_spend_limits={"SpendLimits": [{"Name": "VOICE_MESSAGE_MONTHLY_SPEND_LIMIT", "EnforcedLimit": 1}]},
    )

    assert [(each.code, each.subject) for each in findings(aws, CHECKS)] == [("SMS_SANDBOX", "unknown")]


def test_account_is_not_checked_when_no_sms_is_sent(deploy: Deploy) -> None:
    stack = deploy({"SUBTYPES": "connect:WhatsApp", "SOURCE_PHONE_NUMBER_ARN": demo.WHATSAPP_NUMBER_ARN})

    assert findings(stack.aws, CHECKS) == []


def test_production_account_has_no_problems(deploy: Deploy) -> None:
    assert codes(deploy().aws, CHECKS) == {"OK"}
