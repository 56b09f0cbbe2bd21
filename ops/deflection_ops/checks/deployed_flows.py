"""Check the flows that the template deploys."""

from collections.abc import Iterator, Mapping
from typing import Any

from deflection_ops.checks.flow_modules import CHOOSE_ALIAS
from deflection_ops.deployed_stack import FLOW_TYPE, MODULE_TYPE
from deflection_ops.deployment import Deployment
from deflection_ops.errors import NotFoundError
from deflection_ops.finding import Check, Observation, Problem, Verdict
from deflection_ops.flow_content import find_unusable_function, invoked_functions, invoked_modules, module_id

INVOKING_FLOWS = ("VoiceFlow", "CustomerQueueFlow")
"""The template's flows that invoke the function, themselves or in a flow module."""

RESTORE_FLOW = (
    "Deploy with DeployFlows=false and a ContactFlowId, then as before, and assign the flow to the phone number again; "
    "a deployment without changes does not restore it."
)
CHOOSE_MODULE = (
    "In the flow designer, choose `<alias-arn>` in its AWS Lambda function blocks, or the module `<stack> offer` in "
    "the Invoke module blocks of an inbound flow, and publish it."
)
FLOW_NOT_FOUND = Problem("FLOW_NOT_FOUND", "{subject} no longer exists on this instance.", RESTORE_FLOW)
FLOW_NOT_PUBLISHED = Problem("FLOW_NOT_PUBLISHED", "{subject} is not published.", "Publish it in the flow designer.")
FLOW_NOT_ACTIVE = Problem(
    "FLOW_NOT_ACTIVE", "{subject} is {detail}.", "Restore it in the flow designer and publish it."
)
FLOW_WITHOUT_ALIAS = Problem(
    "FLOW_WITHOUT_ALIAS", "{subject} invokes {detail}, which Amazon Connect is not allowed to invoke.", CHOOSE_ALIAS
)
FLOW_WITHOUT_FUNCTION = Problem(
    "FLOW_WITHOUT_FUNCTION", "{subject} invokes neither the function nor a flow module that does.", CHOOSE_MODULE
)
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
        yield _observe(logical_id, flow, deployment)


def _observe(logical_id: str, flow: Mapping[str, Any], deployment: Deployment) -> Observation:
    if flow.get("State", "ACTIVE") != "ACTIVE":
        return FLOW_NOT_ACTIVE.found(logical_id, flow["State"])
    if unusable := find_unusable_function(flow, deployment.alias_arn):
        return FLOW_WITHOUT_ALIAS.found(logical_id, unusable)
    invokes = deployment.alias_arn in invoked_functions(flow) or any(
        _module_invokes(deployment, module) for module in invoked_modules(flow)
    )
    is_missing = logical_id in INVOKING_FLOWS and not invokes
    return FLOW_WITHOUT_FUNCTION.found(logical_id) if is_missing else Observation(logical_id)


def _module_invokes(deployment: Deployment, module: str) -> bool:
    """Return whether a module is the stack's, which another check looks at, or invokes the function."""
    if module in {module_id(each.id) for each in deployment.resources.values() if each.type == MODULE_TYPE}:
        return True
    try:
        return deployment.alias_arn in invoked_functions(deployment.describe_module(module))
    except NotFoundError:
        return False


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
