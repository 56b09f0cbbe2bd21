"""What both commands share: their arguments, and how they end."""

import argparse
import sys
from collections.abc import Iterable

from deflection_ops import report
from deflection_ops.aws import Aws, AwsApi, CredentialsError
from deflection_ops.finding import Finding

COULD_NOT_ASK = 2
LOG_IN = "Log in to AWS, or give PROFILE= and REGION=; `aws configure list-profiles` lists the profiles."


def parser(name: str, description: str) -> argparse.ArgumentParser:
    """The arguments of both; an empty one counts as not given, as make passes it."""
    made = argparse.ArgumentParser(prog=name, description=description)
    made.add_argument("--stack", required=True, type=_given, help="the name of the CloudFormation stack")
    made.add_argument("--region", help="the Region of the stack; otherwise as the AWS CLI takes it")
    made.add_argument("--profile", help="the profile of your credentials; otherwise as the AWS CLI takes it")
    made.add_argument("--json", action="store_true", help="print one JSON object")
    return made


def connected(arguments: argparse.Namespace, aws: AwsApi | None) -> AwsApi:
    """
    AWS, as the arguments say, unless it is given.

    Raises:
        CredentialsError: There is no such profile, or no Region.
    """
    return aws or Aws(arguments.region, arguments.profile)


def complain(error: CredentialsError, arguments: argparse.Namespace, findings: Iterable[Finding]) -> int:
    """The exit status when nothing more could be asked, after saying so; a script gets JSON even so."""
    if arguments.json:
        sys.stdout.write(f"{report.as_json(arguments.stack, findings, error=str(error))}\n")
    else:
        sys.stderr.write(f"{error}\n{LOG_IN}\n")
    return COULD_NOT_ASK


def _given(name: str) -> str:
    if not name:
        raise argparse.ArgumentTypeError("give the name of the stack, as in STACK=connect-sms-deflection")
    return name
