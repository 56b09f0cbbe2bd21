"""Parse the arguments of the commands, and end a command that cannot continue."""

import argparse
import sys
from collections.abc import Iterable

from deflection_ops import report
from deflection_ops.aws import AwsApi, AwsClient
from deflection_ops.errors import AwsError
from deflection_ops.finding import Finding

INCOMPLETE = 2
"""The exit status when a check or step could not run."""


def create_parser(name: str, description: str) -> argparse.ArgumentParser:
    """Create the parser of a command; `make` passes an empty value for an argument that is not given."""
    parser = argparse.ArgumentParser(prog=name, description=description)
    parser.add_argument("--stack", required=True, type=_stack_name, help="the name of the CloudFormation stack")
    parser.add_argument("--region", help="the Region of the stack; by default the AWS CLI's")
    parser.add_argument("--profile", help="the profile of your credentials; by default the AWS CLI's")
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    return parser


def connect(arguments: argparse.Namespace, aws: AwsApi | None) -> AwsApi:
    """
    Return the given API, or a client for the Region and profile of the arguments.

    Raises:
        SetupError: The profile or the Region is missing.
    """
    return aws or AwsClient(arguments.region, arguments.profile)


def end_with_error(error: AwsError, arguments: argparse.Namespace, findings: Iterable[Finding]) -> int:
    """Print why the command cannot continue, as JSON with --json, and return the exit status."""
    if arguments.json:
        sys.stdout.write(f"{report.to_json(arguments.stack, findings, error=f'{error} {error.cure}')}\n")
    else:
        sys.stderr.write(f"{error}\n-> {error.cure}\n")
    return INCOMPLETE


def _stack_name(name: str) -> str:
    if not name:
        raise argparse.ArgumentTypeError("give the name of the stack, such as STACK=connect-sms-deflection")
    return name
