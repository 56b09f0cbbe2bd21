"""Check the operator's routes, and that the function's role may use what they name."""

from collections.abc import Iterator, Mapping

from deflection.request.routes import Condition
from deflection_ops.deployment import Deployment
from deflection_ops.finding import Check, Observation, Problem, Verdict

ROUTE_UNREACHABLE = Problem(
    "ROUTE_UNREACHABLE",
    "Route {subject} (the first one is 0) matches every contact, so the function never uses the routes after it.",
    "Move that route to the end; the first route that matches is used.",
    Verdict.WARNING,
)
NOT_IN_ROLE = Problem(
    "NOT_IN_ROLE",
    "The function's role is not allowed to use {subject}, because the template parameter {detail} does not contain it.",
    "Add it to that template parameter and deploy again, or remove it from the routes.",
)


def _order(deployment: Deployment) -> Iterator[Observation]:
    routes = deployment.routes.root
    hiding = [number for number, route in enumerate(routes[:-1]) if route.Match == Condition()]
    if hiding:
        yield ROUTE_UNREACHABLE.found(str(hiding[0]))
    elif routes:
        yield Observation(str(len(routes)))


def _role(deployment: Deployment) -> Iterator[Observation]:
    parameters, settings = deployment.parameters, deployment.settings
    arns = {settings.source_phone_number_arn, *_list(parameters, "MoreConnectPhoneNumberArns")}
    for arn in dict.fromkeys(source.arn for source in deployment.sources):
        yield Observation(arn) if arn in arns else NOT_IN_ROLE.found(arn, "MoreConnectPhoneNumberArns")
    flows = [settings.contact_flow_id, *_list(parameters, "MoreContactFlowArns")]
    ids = {flow.rpartition("/")[2] for flow in flows}
    for flow in deployment.flow_ids:
        is_allowed = flow.rpartition("/")[2] in ids
        yield Observation(flow) if is_allowed else NOT_IN_ROLE.found(flow, "MoreContactFlowArns")


def _list(parameters: Mapping[str, str], name: str) -> list[str]:
    """Split a CommaDelimitedList, which may have spaces around its values."""
    return [value.strip() for value in parameters.get(name, "").split(",")]


CHECKS = (
    Check("routes", "All {subject} routes can be reached.", (ROUTE_UNREACHABLE,), _order),
    Check("role", "The function's role may use {subject}.", (NOT_IN_ROLE,), _role),
)
