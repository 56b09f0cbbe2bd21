"""The way from a flow to the function: permission, association, the deployed flows, and an answer."""

import json
from collections.abc import Iterator
from typing import Any

from deflection.reasons import DeclineReason
from deflection_ops.aws import NotThereError
from deflection_ops.deployment import ALIAS, FLOW_TYPE, Deployment
from deflection_ops.finding import Check, Observation, Verdict
from deflection_ops.invocation import invoke, rehearsal

CALLING = ("VoiceFlow", "CustomerQueueFlow")
"""The flows of the template that invoke the function."""


def _permission(deployment: Deployment) -> Iterator[Observation]:
    try:
        answer = deployment.aws.ask("lambda", "get_policy", FunctionName=deployment.function, Qualifier=ALIAS)
    except NotThereError:
        statements = []
    else:
        statements = json.loads(answer["Policy"])["Statement"]
    may = any(_lets_in(statement, deployment.settings.instance_arn) for statement in statements)
    yield Observation(deployment.alias_arn, "" if may else "no statement for connect.amazonaws.com and this instance")


def _lets_in(statement: dict[str, Any], instance_arn: str) -> bool:
    principal = statement.get("Principal")
    service = principal.get("Service") if isinstance(principal, dict) else None
    wanted = {"aws:sourcearn": instance_arn, "aws:sourceaccount": instance_arn.split(":")[4]}
    conditions = [
        (name.lower(), value)
        for condition in statement.get("Condition", {}).values()
        for name, value in condition.items()
    ]
    return (
        statement.get("Effect") == "Allow"
        and service == "connect.amazonaws.com"
        and statement.get("Action") in ("lambda:InvokeFunction", "lambda:*")
        and all(value == wanted.get(name, value) for name, value in conditions)
    )


def _association(deployment: Deployment) -> Iterator[Observation]:
    instance_id = deployment.settings.instance_id
    functions: list[str] = []
    page: dict[str, Any] = {"NextToken": None}
    while "NextToken" in page:
        more = {"NextToken": page["NextToken"]} if page["NextToken"] else {}
        page = deployment.aws.ask("connect", "list_lambda_functions", InstanceId=instance_id, **more)
        functions += page["LambdaFunctions"]
    arn = deployment.alias_arn
    if arn in functions:
        yield Observation(arn)
    else:
        is_unqualified = arn.removesuffix(f":{ALIAS}") in functions
        yield Observation(arn, "only the function without its alias" if is_unqualified else "nothing of this function")


def _deployed_flows(deployment: Deployment) -> Iterator[Observation]:
    for logical_id, resource in deployment.resources.items():
        if resource.type != FLOW_TYPE:
            continue
        try:
            flow = deployment.flow(resource.id)
        except NotThereError as error:
            is_saved = error.code == "ContactFlowNotPublishedException"
            yield Observation(logical_id, "is not published" if is_saved else "is not on this instance any more")
            continue
        yield Observation(logical_id, _wrong_in(flow, deployment.alias_arn, must_invoke=logical_id in CALLING))


def _wrong_in(flow: Any, alias_arn: str, *, must_invoke: bool) -> str:
    if flow.get("State", "ACTIVE") != "ACTIVE":
        return f"is {flow['State']}"
    actions = [each for each in json.loads(flow["Content"])["Actions"] if each["Type"] == "InvokeLambdaFunction"]
    invoked = [str(action["Parameters"].get("LambdaFunctionARN")) for action in actions]
    function = alias_arn.removesuffix(f":{ALIAS}")
    others = [arn for arn in invoked if arn != alias_arn and arn.startswith(function)]
    if others:
        return f"invokes {others[0]}, which Amazon Connect may not"
    return "does not invoke the function" if must_invoke and alias_arn not in invoked else ""


def _keypad(deployment: Deployment) -> Iterator[Observation]:
    """The flows of the template ask for a number on the keypad, which has no + to begin one with."""
    if not deployment.resources.keys().isdisjoint(CALLING):
        country = deployment.settings.default_country
        yield Observation(country or "", "" if country else "there is no DefaultCountry")


def _dry_run(deployment: Deployment) -> Iterator[Observation]:
    planned = rehearsal(deployment)
    answer = invoke(deployment, {"DryRun": "true"}, planned.number)
    if planned.is_good(answer) or answer.reason == DeclineReason.SWITCHED_OFF.code:  # the switch has a check of its own
        yield Observation(f"{answer.status} {answer.reason}".strip())
    else:
        yield Observation("", str(answer).removesuffix("."))


CHECKS = (
    Check(
        "permission",
        "Amazon Connect may invoke {what}.",
        "Amazon Connect may not invoke {what}: its policy has {wrong}.",
        "`aws lambda add-permission --region <region> --function-name <function> --qualifier live "
        "--statement-id <statement-id> --action lambda:InvokeFunction --principal connect.amazonaws.com "
        "--source-arn <instance-arn> --source-account <account>`; a deployment without changes does not give it back. "
        "A flow that invokes without it takes its Error branch.",
        look=_permission,
    ),
    Check(
        "association",
        "The flow designer lists {what}.",
        "The flow designer does not list {what}, but {wrong}.",
        "`aws connect associate-lambda-function --region <region> --instance-id <instance-id> "
        "--function-arn <alias-arn>`; a deployment without changes does not do it.",
        look=_association,
    ),
    Check(
        "deployed flow",
        "{what} is published and as it should be.",
        "{what} {wrong}.",
        "Choose `<alias-arn>` on its Lambda blocks in the flow designer, restore it there if it is archived, and "
        "publish it. If it is gone, deploy with DeployFlows=false and a ContactFlowId, then as before, and give the "
        "phone number its flow again; a deployment without changes does not touch it.",
        look=_deployed_flows,
    ),
    Check(
        "keypad",
        "What callers type is read as a number of {what}.",
        "Callers are asked for a number, and whatever they type is refused: {wrong}.",
        "Deploy with DefaultCountry=US, or the country that your callers type numbers of.",
        Verdict.WARNING,
        _keypad,
    ),
    Check(
        "dry run",
        "The function answered {what}.",
        "The function answered {wrong}.",
        "Look the reason up in docs/troubleshooting.md.",
        look=_dry_run,
    ),
)
