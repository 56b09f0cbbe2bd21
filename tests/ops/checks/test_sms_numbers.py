from collections.abc import Callable

import pytest

from connect_simulator import demo
from deflection_ops.checks.sms_numbers import CHECKS
from ops.conftest import Deploy
from ops.reporting import WARNING, Case, assert_reported, codes
from ops.stack import DeployedStack

TOPIC = "arn:aws:sns:us-east-1:111122223333:texts"


def number(**members: object) -> Callable[[DeployedStack], object]:
    """Change the number in End User Messaging."""
    return lambda stack: stack.simulator.world.sms.phone_numbers[demo.SMS_SOURCE_ARN].update(members)


CASES = [
    Case(
        "SMS_NUMBER_NOT_FOUND",
        demo.SMS_SOURCE_ARN,
        change=lambda stack: stack.simulator.world.sms.phone_numbers.clear(),
    ),
    Case("SMS_NUMBER_NOT_ACTIVE", demo.SMS_SOURCE_ARN, values=("PENDING",), change=number(Status="PENDING")),
    Case("SMS_CAPABILITY_MISSING", demo.SMS_SOURCE_ARN, change=number(NumberCapabilities=["VOICE"])),
    Case("TWO_WAY_OFF", demo.SMS_SOURCE_ARN, change=number(TwoWayEnabled=False)),
    Case("TWO_WAY_DESTINATION", demo.SMS_SOURCE_ARN, WARNING, values=(TOPIC,), change=number(TwoWayChannelArn=TOPIC)),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_problem_is_reported(case: Case, deploy: Deploy) -> None:
    assert_reported(case, deploy, CHECKS)


def test_active_two_way_number_has_no_problems(deploy: Deploy) -> None:
    assert codes(deploy().aws, CHECKS) == {"OK"}


def test_whatsapp_numbers_are_not_checked_as_sms_numbers(deploy: Deploy) -> None:
    stack = deploy({"SUBTYPES": "connect:WhatsApp", "SOURCE_PHONE_NUMBER_ARN": demo.WHATSAPP_NUMBER_ARN})

    assert codes(stack.aws, CHECKS) == set()
