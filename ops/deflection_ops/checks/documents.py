"""Check the operator's documents in SSM parameters, with the function's own parsers."""

from collections.abc import Callable, Iterator

from deflection.aws.switch import parse_switch
from deflection.errors import InvalidSettingsError
from deflection_ops.deployment import Deployment
from deflection_ops.errors import NotFoundError
from deflection_ops.finding import Check, Observation, Problem, Verdict

SSM_PARAMETER_NOT_FOUND = Problem(
    "SSM_PARAMETER_NOT_FOUND",
    "SSM parameter {subject} of {detail} does not exist.",
    "Create it with `aws ssm put-parameter --region <region> --type String --name` (docs/messages.md), or clear the "
    "setting.",
)
DOCUMENT_INVALID = Problem(
    "DOCUMENT_INVALID",
    "The document is invalid: {detail}",
    "Correct the document with `aws ssm put-parameter --overwrite` (docs/messages.md). "
    "The function reads it again within 5 minutes.",
)
SWITCHED_OFF = Problem(
    "SWITCHED_OFF",
    "SSM parameter {subject} is off, so the function sends no messages.",
    "Switch the messages on again with the stack's output StartCommand.",
    Verdict.WARNING,
)
SWITCH_INVALID = Problem(
    "SWITCH_INVALID",
    "SSM parameter {subject} is neither on nor off. The function uses the last valid value that it has read, and sends "
    "messages if it has not read one.",
    "Set it to on or off with the stack's output StartCommand or StopCommand.",
)


def _documents(deployment: Deployment) -> Iterator[Observation]:
    settings = deployment.settings
    yield from _document("MESSAGES_PARAMETER", settings.messages_parameter, deployment.read_messages)
    yield from _document("ROUTES_PARAMETER", settings.routes_parameter, deployment.read_routes)
    switch = settings.switch_parameter
    yield from _document("SWITCH_PARAMETER", switch, lambda: deployment.read_ssm_parameter(switch or ""))


def _document(setting: str, name: str | None, read: Callable[[], object]) -> Iterator[Observation]:
    if name is None:
        return
    try:
        read()
    except NotFoundError:
        yield SSM_PARAMETER_NOT_FOUND.found(name, setting)
    except InvalidSettingsError as error:
        yield DOCUMENT_INVALID.found(name, str(error))
    else:
        yield Observation(name)


def _switch(deployment: Deployment) -> Iterator[Observation]:
    name = deployment.settings.switch_parameter
    if name is None:
        return
    try:
        value = deployment.read_ssm_parameter(name)
    except NotFoundError:
        return
    match parse_switch(value):
        case True:
            yield Observation(name)
        case False:
            yield SWITCHED_OFF.found(name)
        case _:
            yield SWITCH_INVALID.found(name)


CHECKS = (
    Check(
        "SSM parameter", "SSM parameter {subject} is valid.", (SSM_PARAMETER_NOT_FOUND, DOCUMENT_INVALID), _documents
    ),
    Check("switch", "SSM parameter {subject} allows messages.", (SWITCHED_OFF, SWITCH_INVALID), _switch),
)
