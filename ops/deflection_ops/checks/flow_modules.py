"""Check the deployed flow module, and every module that the deployed flows invoke."""

from collections.abc import Iterator

from deflection_ops.deployed_stack import FLOW_TYPE, MODULE_TYPE
from deflection_ops.deployment import Deployment
from deflection_ops.errors import NotFoundError
from deflection_ops.finding import Check, Observation, Problem
from deflection_ops.flow_content import find_unusable_function, invoked_functions, invoked_modules, module_id

CHOOSE_ALIAS = "Choose `<alias-arn>` in its AWS Lambda function blocks in the flow designer and publish it."
MODULE_NOT_FOUND = Problem(
    "MODULE_NOT_FOUND",
    "Flow module {subject} does not exist on this instance; {detail} needs it.",
    "Choose the module `<stack> offer` in the Invoke module blocks of the flow. If that one is missing, deploy with "
    "DeployFlows=false and a ContactFlowId, then as before, and assign the flow to the phone number again.",
)
MODULE_NOT_PUBLISHED = Problem(
    "MODULE_NOT_PUBLISHED", "Flow module {subject} is saved but not published.", "Publish it in the flow designer."
)
MODULE_NOT_ACTIVE = Problem(
    "MODULE_NOT_ACTIVE", "Flow module {subject} is {detail}.", "Restore it in the flow designer and publish it."
)
MODULE_WITHOUT_ALIAS = Problem(
    "MODULE_WITHOUT_ALIAS",
    "Flow module {subject} invokes {detail}, which Amazon Connect is not allowed to invoke.",
    CHOOSE_ALIAS,
)
MODULE_WITHOUT_FUNCTION = Problem(
    "MODULE_WITHOUT_FUNCTION", "Flow module {subject} does not invoke the function.", CHOOSE_ALIAS
)


def _modules(deployment: Deployment) -> Iterator[Observation]:
    deployed = {module_id(each.id): name for name, each in deployment.resources.items() if each.type == MODULE_TYPE}
    for identifier, needed_by in (dict.fromkeys(deployed, "the stack") | _invoked(deployment)).items():
        subject = deployed.get(identifier, identifier)
        try:
            module = deployment.describe_module(identifier)
        except NotFoundError:
            yield MODULE_NOT_FOUND.found(subject, needed_by)
            continue
        # Amazon Connect was seen to write the status of a module in lower case.
        if module.get("Status", "PUBLISHED").upper() != "PUBLISHED":
            yield MODULE_NOT_PUBLISHED.found(subject)
        elif module.get("State", "ACTIVE").upper() != "ACTIVE":
            yield MODULE_NOT_ACTIVE.found(subject, module["State"])
        elif unusable := find_unusable_function(module, deployment.alias_arn):
            yield MODULE_WITHOUT_ALIAS.found(subject, unusable)
        elif identifier in deployed and deployment.alias_arn not in invoked_functions(module):
            yield MODULE_WITHOUT_FUNCTION.found(subject)
        else:
            yield Observation(subject)


def _invoked(deployment: Deployment) -> dict[str, str]:
    """Return the id of each module that a flow of the stack invokes, with the flow's name."""
    found: dict[str, str] = {}
    for name, resource in deployment.resources.items():
        if resource.type == FLOW_TYPE:
            try:
                flow = deployment.describe_flow(resource.id)
            except NotFoundError:  # another check reports it
                continue
            found |= dict.fromkeys(invoked_modules(flow), name)
    return found


CHECKS = (
    Check(
        "flow module",
        "Flow module {subject} is published and correct.",
        (
            MODULE_NOT_FOUND,
            MODULE_NOT_PUBLISHED,
            MODULE_NOT_ACTIVE,
            MODULE_WITHOUT_ALIAS,
            MODULE_WITHOUT_FUNCTION,
        ),
        _modules,
    ),
)
