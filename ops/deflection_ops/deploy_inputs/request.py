"""Read what the user asks for, and what the stack already has; refuse what no call to Amazon Connect can correct."""

import argparse
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from pathlib import Path

from deflection_ops import sam
from deflection_ops.aws import AwsApi, AwsClient
from deflection_ops.deploy_inputs import older_stack
from deflection_ops.deploy_inputs.languages import list_languages
from deflection_ops.deploy_inputs.values import VARIABLES, Place, RejectedValueError, check_value, reject
from deflection_ops.deployed_stack import NEVER_CREATED, Stack
from deflection_ops.errors import NotFoundError
from deflection_ops.finding import Finding

MUST_BE_DELETED = ("CREATE_FAILED", "DELETE_FAILED", "ROLLBACK_COMPLETE", "ROLLBACK_FAILED")


@dataclass(frozen=True)
class Request:
    """
    What the user asks for.

    Attributes:
        aws: The account and Region of the deployment.
        stack: The stack to create or update.
        options: The options of `sam deploy`.
        languages: The languages of the flows.
        given: The template parameters that the user gives; resources may be given by name.
        previous: The template parameters of the stack; empty for a new stack.
    """

    aws: AwsApi
    stack: Stack
    options: Mapping[str, str]
    languages: list[str]
    given: Mapping[str, str]
    previous: Mapping[str, str]

    @property
    def known(self) -> dict[str, str]:
        """The template parameters that are given, or that the stack has."""
        return dict(self.previous) | older_stack.translate(self.previous) | dict(self.given)


def read_request(arguments: argparse.Namespace, aws: AwsApi | None, root: Path) -> Request:
    """
    Read the arguments, samconfig.toml and the stack.

    Args:
        arguments: The arguments of the command.
        aws: Where to call AWS; None for the Region and profile that are given.
        root: The folder of the project.

    Raises:
        RejectedValueError: Values are wrong in themselves, or the stack cannot be changed.
        AwsError: The credentials cannot be used, or AWS did not answer.
    """
    try:
        config = sam.read_config(root / "samconfig.toml", arguments.config)
        parameters = dict(config.parameters) | sam.parse_parameters(arguments.parameters)
    except KeyError:
        cure = "Give CONFIG=default or CONFIG=arm64, or add it to that file."
        sentence = f"CONFIG must be an environment of samconfig.toml (got {arguments.config})."
        raise reject("CONFIG", "VALUE_INVALID", sentence, cure) from None
    except ValueError:
        cure = 'Give them such as PARAMETERS="AlarmTarget=you@example.com QuietHours=21:00-08:00".'
        sentence = "PARAMETERS must be template parameters with their values, separated by spaces."
        raise reject("PARAMETERS", "VALUE_INVALID", sentence, cure) from None
    profile = arguments.profile or config.profile
    aws = aws or AwsClient(arguments.region or config.region, profile)
    stack = Stack(aws, arguments.stack or config.stack)
    place = Place(stack.account, aws.region)
    previous = _read_previous(stack)
    languages = list_languages(root / "flows" / "prompts")
    given = parameters | {each.parameter: value for each in VARIABLES if (value := getattr(arguments, each.name))}
    options = {
        "--config-env": arguments.config,
        "--stack-name": stack.name,
        "--region": aws.region,
        "--profile": profile,
    }
    names = sam.read_parameter_names(root / "template.yaml")
    return Request(aws, stack, options, languages, _check(given, names, place, languages), previous)


def _read_previous(stack: Stack) -> Mapping[str, str]:
    """Return the parameters of a stack that can be updated; none for a stack that does not exist."""
    try:
        status = stack.status
    except NotFoundError:
        return {}
    name = stack.name
    if status == NEVER_CREATED:
        return {}
    if status in MUST_BE_DELETED:
        cure = f"Delete it with `sam delete --stack-name {name} --region {stack.aws.region}`, or give another STACK=."
        raise reject("STACK", "STACK_FAILED", f"Stack {name} is {status} and cannot be updated.", cure)
    if status.endswith("_IN_PROGRESS"):
        cure = "Wait until CloudFormation has finished, then run the command again."
        raise reject("STACK", "STACK_CHANGING", f"CloudFormation is changing stack {name} ({status}).", cure)
    return stack.parameters


def _check(
    given: Mapping[str, str], names: Collection[str], place: Place, languages: Collection[str]
) -> Mapping[str, str]:
    """Return the given parameters with each of the five values in its usual spelling; report all that is wrong."""
    checked = dict(given)
    findings: list[Finding] = [*_unknown(given, names)]
    for variable in VARIABLES:
        if value := given.get(variable.parameter):
            try:
                checked[variable.parameter] = check_value(variable, value, place, languages)
            except RejectedValueError as error:
                findings += error.findings
    if findings:
        raise RejectedValueError(*findings)
    return checked


def _unknown(given: Mapping[str, str], names: Collection[str]) -> Iterator[Finding]:
    """Yield the parameters that the template does not have; SAM would leave them out without a word."""
    for name in given:
        if name not in names:
            near = get_close_matches(name, names, n=1)
            cure = f"Did you mean {near[0]}?" if near else "docs/reference.md has all template parameters."
            sentence = f"The template does not have the parameter {name}."
            yield from reject("PARAMETERS", "PARAMETER_UNKNOWN", sentence, cure).findings
