"""Evaluate the policies of the translated template as IAM does."""

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from cloudformation import GIVEN, OPTIONS, TEMPLATE, deployed, translated
from connect_simulator import demo

PREFIXES = {"pinpoint-sms-voice-v2": "sms-voice"}
"""The IAM prefix of a service, where the SDK's name differs."""
MANAGED = {"service-role/AWSLambdaBasicExecutionRole", "AWSXrayWriteOnlyAccess", "AWSXRayDaemonWriteAccess"}
"""The AWS managed policies that the function may have, for its log and its traces."""

type Statement = Mapping[str, Any]


@cache
def resources() -> dict[str, Any]:
    """Return the resources of the template after SAM's translation."""
    made: dict[str, Any] = translated()["Resources"]
    return made


def role_of(function: str) -> dict[str, Any]:
    """Return the properties of a function's role."""
    role = resources()[function]["Properties"]["Role"]["Fn::GetAtt"][0]
    properties: dict[str, Any] = resources()[role]["Properties"]
    return properties


def functions() -> list[str]:
    """Return the names of all functions of the template."""
    return [name for name, each in resources().items() if each["Type"] == "AWS::Lambda::Function"]


def statements(function: str, given: Mapping[str, str]) -> list[Statement]:
    """Return the statements of a function's role with these template parameters."""
    policies = deployed(role_of(function).get("Policies", []), GIVEN | dict(given))
    return [statement for policy in policies for statement in _listed(policy["PolicyDocument"]["Statement"])]


def arn_of(name: str) -> str:
    """Build a fictional ARN for a resource of the template."""
    service = TEMPLATE["Resources"][name]["Type"].split("::")[1].lower()
    return f"arn:aws:{service}:{demo.REGION}:{demo.ACCOUNT}:{name}"


def allows(stated: Sequence[Statement], action: str, resource: str, **context: str) -> bool:
    """
    Return whether an action on a resource is allowed: a statement allows it, and no statement denies it.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
    """
    effects = {each["Effect"] for each in stated if _applies(each, action, resource, context)}
    return effects == {"Allow"}


def is_allowed_somewhere(call: str) -> bool:
    """Return whether a statement allows the action of an SDK call such as `sqs.SendMessage`."""
    service, _, operation = call.partition(".")
    action = f"{PREFIXES.get(service, service)}:{operation.removesuffix('Batch')}"  # SQS has one action for both
    options = OPTIONS
    return any(_matches(each, "Action", action) for each in statements("DeflectionFunction", options))


def _applies(statement: Statement, action: str, resource: str, context: Mapping[str, str]) -> bool:
    return (
        _matches(statement, "Action", action)
        and _matches(statement, "Resource", resource)
        and all(
            _holds(operator, context.get(key, ""), values)
            for operator, conditions in statement.get("Condition", {}).items()
            for key, values in conditions.items()
        )
    )


def _matches(statement: Statement, element: str, value: str) -> bool:
    """Match with wildcards; actions ignore case, resources do not."""
    flags = re.IGNORECASE if element == "Action" else 0
    if f"Not{element}" in statement:
        return not any(_is_like(value, each, flags) for each in _texts(statement[f"Not{element}"]))
    return any(_is_like(value, each, flags) for each in _texts(statement[element]))


def _holds(operator: str, value: str, wanted: Any) -> bool:
    match operator:
        case "StringEquals":
            return value in _texts(wanted)
        case "StringLike" | "ArnLike" | "ArnEquals":
            return any(_is_like(value, each, 0) for each in _texts(wanted))
        case _:
            raise NotImplementedError(operator)


def _is_like(value: str, pattern: str, flags: int) -> bool:
    wildcards = {"*": ".*", "?": "."}
    return re.fullmatch("".join(wildcards.get(each, re.escape(each)) for each in pattern), value, flags) is not None


def _texts(value: Any) -> list[str]:
    return [arn_of(each["Fn::GetAtt"][0]) if isinstance(each, Mapping) else each for each in _listed(value)]


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
