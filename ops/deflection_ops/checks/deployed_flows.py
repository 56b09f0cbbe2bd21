"""Check the flows that the template deploys."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from deflection_ops.deployed_stack import ALIAS, FLOW_TYPE
from deflection_ops.deployment import Deployment
from deflection_ops.errors import NotFoundError
from deflection_ops.finding import Check, Observation, Problem, Verdict

INVOKING_FLOWS = ("CustomerQueueFlow",)
"""The template's flows that invoke the function themselves; the voice flow invokes a module that does."""

RESTORE_FLOW = (
    "Deploy with DeployFlows=false and a ContactFlowId, then as before, and assign the flow to the phone number again; "
    "a deployment without changes does not restore it."
)
CHOOSE_ALIAS = "Choose `<alias-arn>` in its AWS Lambda function blocks in the flow designer and publish it."
FLOW_NOT_FOUND = Problem("FLOW_NOT_FOUND", "{subject} no longer exists on this instance.", RESTORE_FLOW)
FLOW_NOT_PUBLISHED = Problem("FLOW_NOT_PUBLISHED", "{subject} is not published.", "Publish it in the flow designer.")
FLOW_NOT_ACTIVE = Problem(
    "FLOW_NOT_ACTIVE", "{subject} is {detail}.", "Restore it in the flow designer and publish it."
)
FLOW_WITHOUT_ALIAS = Problem(
    "FLOW_WITHOUT_ALIAS", "{subject} invokes {detail}, which Amazon Connect is not allowed to invoke.", CHOOSE_ALIAS
)
FLOW_WITHOUT_FUNCTION = Problem("FLOW_WITHOUT_FUNCTION", "{subject} does not invoke the function.", CHOOSE_ALIAS)
KEYPAD_COUNTRY_MISSING = Problem(
    "KEYPAD_COUNTRY_MISSING",
    "The flows ask callers to type a phone number, but DefaultCountry is not set, so every typed number is invalid.",
    "Deploy with DefaultCountry set to the country of your callers, such as DefaultCountry=US.",
    Verdict.WARNING,
)


def _flows(deployment: Deployment) -> Iterator[Observation]:
    for logical_id, resource in deployment.resources.items():
        if resource.type != FLOW_TYPE:
            continue
        try:
            flow = deployment.describe_flow(resource.id)
        except NotFoundError as error:
            is_saved = error.aws_code == "ContactFlowNotPublishedException"
            yield (FLOW_NOT_PUBLISHED if is_saved else FLOW_NOT_FOUND).found(logical_id)
            continue
        yield _observe(logical_id, flow, deployment.alias_arn)


def _observe(logical_id: str, flow: Mapping[str, Any], alias_arn: str) -> Observation:
    if flow.get("State", "ACTIVE") != "ACTIVE":
        return FLOW_NOT_ACTIVE.found(logical_id, flow["State"])
    actions = [each for each in json.loads(flow["Content"])["Actions"] if each["Type"] == "InvokeLambdaFunction"]
    invoked = [str(action["Parameters"].get("LambdaFunctionARN")) for action in actions]
    function = alias_arn.removesuffix(f":{ALIAS}")
    others = [arn for arn in invoked if arn != alias_arn and arn.startswith(function)]
    if others:
        return FLOW_WITHOUT_ALIAS.found(logical_id, others[0])
    is_missing = logical_id in INVOKING_FLOWS and alias_arn not in invoked
    return FLOW_WITHOUT_FUNCTION.found(logical_id) if is_missing else Observation(logical_id)


def _keypad(deployment: Deployment) -> Iterator[Observation]:
    """Look at DEFAULT_COUNTRY; callers type numbers without a country code."""
    if not deployment.resources.keys().isdisjoint(INVOKING_FLOWS):
        country = deployment.settings.default_country
        yield Observation(country) if country else KEYPAD_COUNTRY_MISSING.found()


CHECKS = (
    Check(
        "deployed flow",
        "{subject} is published and correct.",
        (FLOW_NOT_FOUND, FLOW_NOT_PUBLISHED, FLOW_NOT_ACTIVE, FLOW_WITHOUT_ALIAS, FLOW_WITHOUT_FUNCTION),
        _flows,
    ),
    Check("keypad", "A number that a caller types belongs to {subject}.", (KEYPAD_COUNTRY_MISSING,), _keypad),
)
