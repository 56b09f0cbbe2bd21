"""Check that Amazon Connect can invoke the function, and that a dry run succeeds."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from deflection.reasons import DeclineReason, FailureReason, IgnoreReason
from deflection_ops.deployed_stack import ALIAS
from deflection_ops.deployment import Deployment
from deflection_ops.errors import NotFoundError
from deflection_ops.finding import Check, Observation, Problem, Verdict
from deflection_ops.invocation import invoke, plan_dry_run

ENVIRONMENT_LIMIT = 4_096
"""Bytes. Source: https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html, 4 KB for all variables."""
ENVIRONMENT_WARNING = 3_900
"""Bytes; AWS does not document where exactly the limit is."""

CONNECT_PERMISSION_MISSING = Problem(
    "CONNECT_PERMISSION_MISSING",
    "Amazon Connect is not allowed to invoke {subject}: a statement for connect.amazonaws.com and "
    "this instance is missing from the resource policy. Flows take the Error branch of the block.",
    "`aws lambda add-permission --region <region> --function-name <function> --qualifier live "
    "--statement-id <statement-id> --action lambda:InvokeFunction --principal connect.amazonaws.com "
    "--source-arn <instance-arn> --source-account <account>`; a deployment without changes does not restore it.",
)
ALIAS_NOT_ASSOCIATED = Problem(
    "ALIAS_NOT_ASSOCIATED",
    "{subject} is not associated with the instance, so the flow designer does not list it.",
    "`aws connect associate-lambda-function --region <region> --instance-id <instance-id> "
    "--function-arn <alias-arn>`; a deployment without changes does not restore it.",
)
ONLY_FUNCTION_ASSOCIATED = Problem(
    "ONLY_FUNCTION_ASSOCIATED",
    "Only the function without its alias is associated with the instance; the flow designer does not list {subject}.",
    ALIAS_NOT_ASSOCIATED.cure,
)
ENVIRONMENT_NEARLY_FULL = Problem(
    "ENVIRONMENT_NEARLY_FULL",
    f"The function's environment variables take {{subject}} of {ENVIRONMENT_LIMIT:,} bytes.",
    "Move InitialMessage to MessagesParameter (docs/messages.md), or shorten AttributesToCopy and other lists; "
    "above the limit, the deployment fails.",
    Verdict.WARNING,
)
DRY_RUN_FAILED = Problem(
    "DRY_RUN_FAILED", "The function returned {detail}.", "Look up the reason in docs/reference.md#reasons."
)


def _permission(deployment: Deployment) -> Iterator[Observation]:
    try:
        answer = deployment.aws.read("lambda", "get_policy", FunctionName=deployment.function, Qualifier=ALIAS)
    except NotFoundError:
        statements = []
    else:
        statements = json.loads(answer["Policy"])["Statement"]
    arn = deployment.alias_arn
    is_allowed = any(_allows_connect(statement, deployment.settings.instance_arn) for statement in statements)
    yield Observation(arn) if is_allowed else CONNECT_PERMISSION_MISSING.found(arn)


def _allows_connect(statement: dict[str, Any], instance_arn: str) -> bool:
    principal = statement.get("Principal")
    service = principal.get("Service") if isinstance(principal, dict) else None
    required = {"aws:sourcearn": instance_arn, "aws:sourceaccount": instance_arn.split(":")[4]}
    conditions = [
        (name.lower(), value)
        for condition in statement.get("Condition", {}).values()
        for name, value in condition.items()
    ]
    return (
        statement.get("Effect") == "Allow"
        and service == "connect.amazonaws.com"
        and statement.get("Action") in ("lambda:InvokeFunction", "lambda:*")
        and all(value == required.get(name, value) for name, value in conditions)
    )


def _association(deployment: Deployment) -> Iterator[Observation]:
    instance_id = deployment.settings.instance_id
    functions: list[str] = []
    page: dict[str, Any] = {"NextToken": None}
    while "NextToken" in page:
        more = {"NextToken": page["NextToken"]} if page["NextToken"] else {}
        page = deployment.aws.read("connect", "list_lambda_functions", InstanceId=instance_id, **more)
        functions += page["LambdaFunctions"]
    arn = deployment.alias_arn
    if arn in functions:
        yield Observation(arn)
    elif arn.removesuffix(f":{ALIAS}") in functions:
        yield ONLY_FUNCTION_ASSOCIATED.found(arn)
    else:
        yield ALIAS_NOT_ASSOCIATED.found(arn)


def _environment(deployment: Deployment) -> Iterator[Observation]:
    """Measure the environment as Lambda does: the JSON object of all names and values."""
    variables = json.dumps(dict(deployment.environment), ensure_ascii=False, separators=(",", ":"))
    size = len(variables.encode())
    subject = f"{size:,}"
    yield Observation(subject) if size <= ENVIRONMENT_WARNING else ENVIRONMENT_NEARLY_FULL.found(subject)


def _dry_run(deployment: Deployment) -> Iterator[Observation]:
    dry_run = plan_dry_run(deployment)
    answer = invoke(deployment, {"DryRun": "true"}, dry_run.number)
    # The switch has a check of its own.
    is_ok = dry_run.is_as_expected(answer) or answer.reason == DeclineReason.SWITCHED_OFF.name
    yield Observation(answer.code) if is_ok else _failed_dry_run(answer.reason).found(answer.code, str(answer))


def _failed_dry_run(code: str) -> Problem:
    reasons = {reason.name: reason for reason in (*DeclineReason, *IgnoreReason, *FailureReason)}
    return replace(DRY_RUN_FAILED, cure=reasons[code].cure) if code in reasons else DRY_RUN_FAILED


CHECKS = (
    Check("permission", "Amazon Connect may invoke {subject}.", (CONNECT_PERMISSION_MISSING,), _permission),
    Check(
        "association",
        "The flow designer lists {subject}.",
        (ALIAS_NOT_ASSOCIATED, ONLY_FUNCTION_ASSOCIATED),
        _association,
    ),
    Check(
        "environment",
        f"The environment variables take {{subject}} of {ENVIRONMENT_LIMIT:,} bytes.",
        (ENVIRONMENT_NEARLY_FULL,),
        _environment,
    ),
    Check("dry run", "The function returned {subject}.", (DRY_RUN_FAILED,), _dry_run),
)
