"""The documents that the operator keeps in SSM, read by the function's own parsers."""

from collections.abc import Callable, Iterator, Mapping

from deflection.errors import InvalidSettingsError
from deflection.request.routes import Condition
from deflection_ops.aws import NotThereError
from deflection_ops.deployment import Deployment
from deflection_ops.finding import Check, Observation, Verdict


def _documents(deployment: Deployment) -> Iterator[Observation]:
    settings = deployment.settings
    yield from _document("MESSAGES_PARAMETER", settings.messages_parameter, deployment.read_messages)
    yield from _document("ROUTES_PARAMETER", settings.routes_parameter, deployment.read_routes)
    switch = settings.switch_parameter
    yield from _document("SWITCH_PARAMETER", switch, lambda: deployment.parameter(switch or ""))


def _document(setting: str, name: str | None, read: Callable[[], object]) -> Iterator[Observation]:
    if name is None:
        return
    try:
        read()
    except NotThereError:
        yield Observation(name, f"{setting} names no parameter of SSM: {name}.")
    except InvalidSettingsError as error:
        yield Observation(name, str(error))
    else:
        yield Observation(name)


def _routes(deployment: Deployment) -> Iterator[Observation]:
    """The first route that matches counts, so one for every contact hides those behind it."""
    routes = deployment.routes.root
    hiding = [number for number, route in enumerate(routes[:-1]) if route.Match == Condition()]
    if routes:
        yield Observation(str(len(routes)), str(hiding[0]) if hiding else "")


def _switch(deployment: Deployment) -> Iterator[Observation]:
    name = deployment.settings.switch_parameter
    if name is None:
        return
    try:
        value = deployment.parameter(name)
    except NotThereError:
        return
    yield Observation(name, "off" if value.strip().lower() == "off" else "")


def _allowed(deployment: Deployment) -> Iterator[Observation]:
    """Routes may name only numbers and flows that the function's role may use."""
    given, settings = deployment.parameters, deployment.settings
    arns = {settings.source_phone_number_arn, *_listed(given, "MoreSourcePhoneNumberArns")}
    for arn in dict.fromkeys(source.arn for source in deployment.sources):
        yield Observation(arn, "" if arn in arns else "MoreSourcePhoneNumberArns")
    flows = [settings.contact_flow_id, *_listed(given, "MoreContactFlowArns")]
    ids = {flow.rpartition("/")[2] for flow in flows}
    for flow in deployment.flow_ids:
        yield Observation(flow, "" if flow.rpartition("/")[2] in ids else "MoreContactFlowArns")


def _listed(parameters: Mapping[str, str], name: str) -> list[str]:
    """The values of a CommaDelimitedList, which may have spaces around them."""
    return [value.strip() for value in parameters.get(name, "").split(",")]


CHECKS = (
    Check(
        "document",
        "{what} is read and understood.",
        "{wrong}",
        "Put or correct it with `aws ssm put-parameter --overwrite`; docs/messages.md shows what it looks like. "
        "It is read anew within 5 minutes.",
        look=_documents,
    ),
    Check(
        "routes",
        "Each of them can be reached: {what}.",
        "Route {wrong}, counted from 0, has no Match, or an empty one, so no route after it is ever reached.",
        "Put the route for every contact at the end of the routes: the first that matches counts.",
        Verdict.WARNING,
        _routes,
    ),
    Check(
        "switch",
        "{what} lets texts go out.",
        "{what} is {wrong}: nobody is texted.",
        "When they shall be again: `aws ssm put-parameter --overwrite --value on --name` and that name.",
        Verdict.WARNING,
        _switch,
    ),
    Check(
        "role",
        "The function may use {what}.",
        "The function may not use {what}: it is not in {wrong}.",
        "Add it to that template parameter and deploy again, or take it out of the routes.",
        look=_allowed,
    ),
)
