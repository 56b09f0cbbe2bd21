import json

import pytest

from connect_simulator import Fault, demo
from deflection_ops.checks.function import CHECKS
from deflection_ops.finding import Verdict
from ops.checks.test_documents import put
from ops.checks.test_instance import OTHER_INSTANCE
from ops.conftest import Deploy
from ops.reporting import WARNING, Case, assert_reported, by_name, codes
from ops.stack import OTHER_ACCOUNT, STACK, DeployedStack, PatchedAws, add_resources

FUNCTION_ARN = f"arn:aws:lambda:us-east-1:{demo.ACCOUNT}:function:{STACK}"
ALIAS_ARN = f"{FUNCTION_ARN}:live"


def remove_permission(stack: DeployedStack) -> None:
    stack.call("lambda", "remove_permission", FunctionName=STACK, Qualifier="live", StatementId="connect")


def raise_error(stack: DeployedStack) -> None:
    def fail(_event: object) -> None:
        raise ImportError("+14255550142")

    stack.simulator.functions[STACK] = fail


CASES = [
    Case("CONNECT_PERMISSION_MISSING", ALIAS_ARN, change=remove_permission),
    Case(
        "ALIAS_NOT_ASSOCIATED",
        ALIAS_ARN,
        change=lambda stack: stack.simulator.world.instance_config.functions.clear(),
    ),
    Case(
        "ONLY_FUNCTION_ASSOCIATED",
        ALIAS_ARN,
        change=lambda stack: stack.simulator.world.instance_config.functions.__setitem__(slice(None), [FUNCTION_ARN]),
    ),
    Case(
        "DRY_RUN_FAILED",
        "DECLINED COUNTRY_NOT_ALLOWED",
        change=lambda stack: stack.environment.update(ALLOWED_COUNTRIES="GB"),
    ),
    Case("DRY_RUN_FAILED", "ERROR", values=("ImportError",), change=raise_error),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_problem_is_reported(case: Case, deploy: Deploy) -> None:
    assert_reported(case, deploy, CHECKS)


def test_working_function_has_no_problems(deploy: Deploy) -> None:
    assert codes(deploy().aws, CHECKS) == {"OK"}


def test_missing_permission_is_restored_with_the_statement_id_of_the_stack(deploy: Deploy) -> None:
    stack = deploy()
    remove_permission(stack)
    aws = add_resources(stack, ConnectMayInvoke=("AWS::Lambda::Permission", "sms-ConnectMayInvoke-1A2B"))

    [finding] = by_name(aws, CHECKS, "permission")

    assert (
        "`aws lambda add-permission --region us-east-1 --function-name sms --qualifier live "
        "--statement-id sms-ConnectMayInvoke-1A2B --action lambda:InvokeFunction "
        f"--principal connect.amazonaws.com --source-arn {demo.INSTANCE_ARN} --source-account {demo.ACCOUNT}`"
    ) in finding.cure


STATEMENT = {
    "Effect": "Allow",
    "Principal": {"Service": "connect.amazonaws.com"},
    "Action": "lambda:InvokeFunction",
    "Condition": {"StringEquals": {"AWS:SourceAccount": demo.ACCOUNT}, "ArnLike": {"AWS:SourceArn": demo.INSTANCE_ARN}},
}
"""The template's permission as Lambda returns it."""


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({}, "OK"),
        ({"Action": "lambda:*"}, "OK"),
        ({"Condition": {}}, "OK"),
        ({"Condition": {"ArnLike": {"AWS:SourceArn": demo.INSTANCE_ARN}}}, "OK"),
        ({"Condition": {"ArnLike": {"AWS:SourceArn": OTHER_INSTANCE}}}, "CONNECT_PERMISSION_MISSING"),
        ({"Condition": {"StringEquals": {"AWS:SourceAccount": OTHER_ACCOUNT}}}, "CONNECT_PERMISSION_MISSING"),
        ({"Principal": {"Service": "events.amazonaws.com"}}, "CONNECT_PERMISSION_MISSING"),
        ({"Principal": "*"}, "CONNECT_PERMISSION_MISSING"),
        ({"Action": "lambda:GetFunction"}, "CONNECT_PERMISSION_MISSING"),
        ({"Effect": "Deny"}, "CONNECT_PERMISSION_MISSING"),
    ],
)
def test_permission_must_allow_this_instance_to_invoke(change: dict[str, object], code: str, deploy: Deploy) -> None:
    policy = json.dumps({"Version": "2012-10-17", "Statement": [STATEMENT | change]})

    [finding] = by_name(PatchedAws(deploy(), get_policy={"Policy": policy}), CHECKS, "permission")

    assert finding.code == code


def test_association_is_found_on_a_later_page(deploy: Deploy) -> None:
    stack = deploy()

    class Pages(PatchedAws):
        def read(self, service: str, operation: str, **request: object) -> object:
            if operation == "list_lambda_functions" and "NextToken" not in request:
                return {"LambdaFunctions": [], "NextToken": "more"}
            return stack.call(service, operation, **{k: v for k, v in request.items() if k != "NextToken"})

    [finding] = by_name(Pages(stack), CHECKS, "association")

    assert (finding.code, finding.subject) == ("OK", ALIAS_ARN)


def environment(**variables: str) -> dict[str, object]:
    return {"FunctionArn": FUNCTION_ARN, "Environment": {"Variables": variables}}


@pytest.mark.parametrize(
    ("value", "size", "code"),
    [
        ("a" * 3_892, "3,900", "OK"),  # with {"A":""} around it
        ("a" * 3_893, "3,901", "ENVIRONMENT_NEARLY_FULL"),
        ("\N{ARABIC LETTER FEH}" * 1_947, "3,902", "ENVIRONMENT_NEARLY_FULL"),
        ('"' * 1_947, "3,902", "ENVIRONMENT_NEARLY_FULL"),
        ("\n" * 1_947, "3,902", "ENVIRONMENT_NEARLY_FULL"),
    ],
    ids=["fits", "one byte more", "two bytes a character", "escaped quotes", "escaped line feeds"],
)
def test_environment_is_measured_as_json_in_utf8(value: str, size: str, code: str, deploy: Deploy) -> None:
    stack = deploy()
    small = stack.call("lambda", "get_function_configuration", FunctionName=STACK, Qualifier="live")

    class Large(PatchedAws):
        def read(self, service: str, operation: str, **request: object) -> object:
            if operation == "get_function_configuration":
                return small | {"Environment": {"Variables": {"A": value}}}
            return stack.call(service, operation, **request)

    check = next(check for check in CHECKS if check.name == "environment")
    [finding] = by_name(Large(stack), [check], "environment")

    assert (finding.code, finding.subject) == (code, size)
    assert finding.verdict is (Verdict.OK if code == "OK" else WARNING)


def test_dry_run_accepts_the_switch_that_is_off(deploy: Deploy) -> None:
    stack = deploy({"SWITCH_PARAMETER": "switch"})
    put("switch", "off")(stack)

    [finding] = by_name(stack.aws, CHECKS, "dry run")

    assert (finding.code, finding.subject) == ("OK", "DECLINED SWITCHED_OFF")


def test_dry_run_makes_no_carrier_lookup(deploy: Deploy) -> None:
    stack = deploy({"CARRIER_LOOKUP": "true"})
    stack.simulator.faults.add(Fault("CarrierLookup", "access_denied", times=None))

    [finding] = by_name(stack.aws, CHECKS, "dry run")

    assert (finding.code, finding.subject) == ("OK", "DECLINED CUSTOMER_NUMBER_MISSING")
    assert stack.simulator.faults.take("CarrierLookup") is not None


@pytest.mark.parametrize(
    ("countries", "answer"), [("AU", "DRY_RUN"), ("US,AU", "DRY_RUN"), ("GB", "DECLINED COUNTRY_NOT_ALLOWED")]
)
def test_dry_run_uses_a_fictional_number_of_an_allowed_country(countries: str, answer: str, deploy: Deploy) -> None:
    [finding] = by_name(deploy({"ALLOWED_COUNTRIES": countries}).aws, CHECKS, "dry run")

    assert (finding.code, finding.subject) == ("OK", answer)


@pytest.mark.parametrize(("payload", "code"), [(b"<html>", "ANSWER_LOST"), (b"[]", "DRY_RUN_FAILED")])
def test_dry_run_with_another_answer_than_a_json_object_is_reported(payload: bytes, code: str, deploy: Deploy) -> None:
    class Body:
        def read(self) -> bytes:
            return payload

    [finding] = by_name(PatchedAws(deploy(), invoke={"Payload": Body()}), CHECKS, "dry run")

    assert finding.code == code


def test_throttled_function_may_have_been_stopped(deploy: Deploy) -> None:
    stack = deploy()
    stack.simulator.faults.add(Fault("Invoke", "throttling", times=None))
    stack.simulator.faults.add(Fault("GetPolicy", "throttling", times=None))

    [permission] = by_name(stack.aws, CHECKS, "permission")
    [dry_run] = by_name(stack.aws, CHECKS, "dry run")

    assert (dry_run.code, dry_run.verdict) == ("INVOCATION_THROTTLED", Verdict.NOT_ASKED)
    assert "docs/operations.md#stop-all-messages-now" in dry_run.cure
    assert (permission.code, permission.verdict) == ("AWS_ERROR", Verdict.NOT_ASKED)
