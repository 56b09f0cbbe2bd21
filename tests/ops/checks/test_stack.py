import pytest

from connect_simulator import demo
from deflection_ops.checks.stack import CHECKS
from deflection_ops.finding import Verdict
from ops.conftest import Deploy
from ops.reporting import Case, assert_reported, by_name, codes, findings
from ops.stack import (
    FOREIGN_INSTANCE,
    OTHER_ACCOUNT,
    STACK,
    DeployedStack,
    PatchedAws,
    add_resources,
    patch_stack,
)


def remove_alias(stack: DeployedStack) -> None:
    stack.call("lambda", "delete_alias", FunctionName=STACK, Name="live")


def remove_stack(stack: DeployedStack) -> None:
    stack.call("cloudformation", "delete_stack", StackName=STACK)


CASES = [
    Case("STACK_NOT_FOUND", STACK, change=remove_stack),
    Case("FUNCTION_NOT_FOUND", "live", change=remove_alias),
    Case(
        "SETTINGS_INVALID",
        "",
        values=("SOURCE_PHONE_NUMBER_ARN",),
        environment={"SOURCE_PHONE_NUMBER_ARN": demo.SMS_SOURCE_ARN},
    ),
    Case(
        "INSTANCE_ELSEWHERE",
        f"{OTHER_ACCOUNT}, us-east-1",
        values=(f"{demo.ACCOUNT}, us-east-1",),
        environment={"INSTANCE_ARN": FOREIGN_INSTANCE},
    ),
    Case(
        "INSTANCE_ELSEWHERE",
        f"{demo.ACCOUNT}, eu-west-2",
        values=(f"{demo.ACCOUNT}, us-east-1",),
        environment={"INSTANCE_ARN": demo.INSTANCE_ARN.replace("us-east-1", "eu-west-2")},
    ),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_problem_is_reported(case: Case, deploy: Deploy) -> None:
    assert_reported(case, deploy, CHECKS)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_no_check_runs_after_an_essential_problem(case: Case, deploy: Deploy) -> None:
    stack = deploy(case.environment)
    case.change(stack)

    assert findings(stack.aws, CHECKS)[-1].code == case.code


@pytest.mark.parametrize(
    ("status", "problems"),
    [
        ("CREATE_COMPLETE", set()),
        ("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", set()),
        ("CREATE_IN_PROGRESS", {"STACK_CHANGING"}),
        ("UPDATE_IN_PROGRESS", {"STACK_CHANGING"}),
        ("DELETE_IN_PROGRESS", {"STACK_CHANGING"}),
        ("ROLLBACK_IN_PROGRESS", {"STACK_CHANGING", "DEPLOYMENT_FAILED"}),
        ("UPDATE_ROLLBACK_IN_PROGRESS", {"STACK_CHANGING", "DEPLOYMENT_FAILED"}),
        ("UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS", {"STACK_CHANGING", "DEPLOYMENT_FAILED"}),
        ("UPDATE_ROLLBACK_COMPLETE", {"DEPLOYMENT_FAILED"}),
        ("CREATE_FAILED", {"DEPLOYMENT_FAILED"}),
    ],
)
def test_failed_deployments_and_changes_in_progress_are_reported_by_status(
    status: str, problems: set[str], deploy: Deploy
) -> None:
    found = findings(patch_stack(deploy(), status), CHECKS)

    assert {(each.code, each.subject) for each in found if each.verdict is not Verdict.OK} == {
        (code, status) for code in problems
    }


def test_stack_in_review_ends_the_checks_and_its_cure_can_be_pasted(deploy: Deploy) -> None:
    *_, last = findings(patch_stack(deploy(), "REVIEW_IN_PROGRESS"), CHECKS)

    assert (last.code, last.subject, last.verdict) == ("STACK_IN_REVIEW", STACK, Verdict.NOT_OK)
    assert f"aws cloudformation delete-stack --region us-east-1 --stack-name {STACK}" in last.cure


def test_stack_without_the_function_is_reported(deploy: Deploy) -> None:
    other = PatchedAws(deploy(), describe_stack_resources={"StackResources": [{"LogicalResourceId": "A"}]})

    assert findings(other, CHECKS)[-1].code == "FUNCTION_NOT_FOUND"


def test_function_that_is_not_active_is_reported(deploy: Deploy) -> None:
    stack = deploy()
    pending = {"FunctionArn": stack.function_arn, "State": "Pending", "Environment": {"Variables": {}}}

    last = findings(PatchedAws(stack, get_function_configuration=pending), CHECKS)[-1]

    assert (last.code, last.subject) == ("FUNCTION_NOT_ACTIVE", stack.alias_arn)
    assert "Pending" in last.sentence


def test_missing_alias_is_restored_with_the_deployed_version(deploy: Deploy) -> None:
    stack = deploy()
    remove_alias(stack)
    aws = add_resources(stack, DeflectionFunctionVersion1a2b=("AWS::Lambda::Version", f"{stack.function_arn}:7"))

    [finding] = by_name(aws, CHECKS, "function")

    command = "aws lambda create-alias --region us-east-1 --function-name sms --name live --function-version 7"
    assert f"`{command}`" in finding.cure


def test_environment_that_cannot_be_decrypted_names_the_permission(deploy: Deploy) -> None:
    stack = deploy()
    hidden = {"FunctionArn": stack.function_arn, "Environment": {"Error": {"ErrorCode": "AccessDeniedException"}}}

    [finding] = by_name(PatchedAws(stack, get_function_configuration=hidden), CHECKS, "settings")

    assert (finding.code, finding.verdict) == ("PERMISSION_MISSING", Verdict.NOT_ASKED)
    assert "kms:Decrypt" in finding.sentence


def test_working_stack_has_no_problems(deploy: Deploy) -> None:
    assert codes(deploy().aws, CHECKS) == {"OK"}
