from collections.abc import Callable

import pytest

from connect_simulator import demo
from deflection_ops.checks.source_numbers import CHECKS
from ops.checks.test_instance import OTHER_INSTANCE
from ops.conftest import Deploy
from ops.reporting import Case, assert_reported, codes
from ops.stack import DeployedStack

OTHER_NUMBER = demo.SMS_NUMBER_ARN.replace("2f9a6b3c", "4f9a6b3c")


def number(**members: object) -> Callable[[DeployedStack], object]:
    """Change the number in Amazon Connect."""
    return lambda stack: stack.simulator.world.instance_config.phone_numbers.update({demo.SMS_NUMBER_ARN: members})


CASES = [
    Case("NUMBER_NOT_FOUND", OTHER_NUMBER, environment={"SOURCE_PHONE_NUMBER_ARN": OTHER_NUMBER}),
    Case(
        "NUMBER_NOT_CLAIMED",
        demo.SMS_NUMBER_ARN,
        values=("IN_PROGRESS",),
        change=number(PhoneNumberStatus={"Status": "IN_PROGRESS"}),
    ),
    Case(
        "NUMBER_OF_OTHER_INSTANCE",
        demo.SMS_NUMBER_ARN,
        values=(OTHER_INSTANCE,),
        change=number(TargetArn=OTHER_INSTANCE),
    ),
    Case(
        "NUMBER_NOT_FOR_SMS",
        demo.SMS_NUMBER_ARN,
        change=number(PhoneNumberType="DID", SourcePhoneNumberArn=None),
    ),
    Case(
        "NUMBER_NOT_FOR_WHATSAPP",
        demo.SMS_NUMBER_ARN,
        environment={"SUBTYPES": "connect:SMS,connect:WhatsApp"},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_problem_is_reported(case: Case, deploy: Deploy) -> None:
    assert_reported(case, deploy, CHECKS)


def test_claimed_sms_number_has_no_problems(deploy: Deploy) -> None:
    assert codes(deploy().aws, CHECKS) == {"OK"}
