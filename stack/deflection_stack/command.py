"""What both commands share: their arguments, and how they end."""

import argparse
import sys

from deflection_stack.aws import Asks, Aws, CredentialsError

COULD_NOT_ASK = 2


def parser(name: str, description: str) -> argparse.ArgumentParser:
    """The arguments of both; an empty one counts as not given, as make passes it."""
    made = argparse.ArgumentParser(prog=name, description=description)
    made.add_argument("--stack", required=True, type=_given, help="the name of the CloudFormation stack")
    made.add_argument("--region", help="the Region of the stack; otherwise as the AWS CLI takes it")
    made.add_argument("--profile", help="the profile of your credentials; otherwise as the AWS CLI takes it")
    made.add_argument("--json", action="store_true", help="print one JSON object")
    return made


def connected(arguments: argparse.Namespace, aws: Asks | None) -> Asks:
    """
    AWS, as the arguments say, unless it is given.

    Raises:
        CredentialsError: There is no such profile, or no Region.
    """
    return aws or Aws(arguments.region, arguments.profile)


def complain(error: CredentialsError) -> int:
    """The exit status when nothing could be asked, after saying so."""
    sys.stderr.write(f"{error}\nLog in to AWS, or give PROFILE= and REGION=.\n")
    return COULD_NOT_ASK


def _given(name: str) -> str:
    if not name:
        raise argparse.ArgumentTypeError("give the name of the stack, as in STACK=sms-deflection")
    return name
