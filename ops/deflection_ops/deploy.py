"""Check the values of a deployment, ask for those that are missing, build and deploy: `make deploy`."""

import argparse
import shlex
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from deflection_ops import cli, report, sam
from deflection_ops.aws import AwsApi
from deflection_ops.checks import instance, run_checks, sms_numbers, source_numbers
from deflection_ops.deploy_inputs.completion import Completion
from deflection_ops.deploy_inputs.plan import PlannedDeployment
from deflection_ops.deploy_inputs.request import Request, read_request
from deflection_ops.deploy_inputs.values import COUNTRY, LANGUAGE, VARIABLES, RejectedValueError, reject
from deflection_ops.errors import AwsError
from deflection_ops.finding import Finding, Verdict, exit_status
from deflection_ops.terminal import Terminal

ROOT = Path(__file__).parents[2]
NO = ("no", "n", "false", "0")
CHOOSE = "Correct that, or leave out INSTANCE=, NUMBER= or QUEUE= to choose another from a list.\n"

type Run = Callable[[Sequence[str]], int]


def main(
    argv: Sequence[str] | None = None,
    aws: AwsApi | None = None,
    terminal: Terminal | None = None,
    run: Run = subprocess.call,
) -> int:
    """Build, deploy and return SAM's exit status; 1 when a value is wrong or missing, 2 when AWS did not answer."""
    arguments = _create_parser().parse_args(argv)
    try:
        request = read_request(arguments, aws, ROOT)
        values = _complete(request, terminal or Terminal(), is_confirming=_is_confirming(arguments))
        status = _check(PlannedDeployment(request.aws, request.stack.name, values))
        status = status or _run(run, shlex.split(arguments.build))
    except RejectedValueError as error:
        sys.stderr.write("".join(f"{report.format_finding(finding)}\n" for finding in error.findings))
        status = 1
    except AwsError as error:
        sys.stderr.write(f"{error}\n-> {error.cure}\n")
        status = cli.INCOMPLETE
    except (EOFError, KeyboardInterrupt):
        sys.stderr.write("\nInterrupted.\n")
        status = cli.INCOMPLETE
    if status:
        sys.stderr.write("Nothing was changed.\n")
        return status
    return _deploy(request, values, arguments, run)


def _create_parser() -> argparse.ArgumentParser:
    """Create the parser; `make` passes an empty value for an argument that is not given."""
    parser = argparse.ArgumentParser(prog="deploy", description=__doc__)
    for variable in VARIABLES:
        parser.add_argument(f"--{variable.name.lower()}", dest=variable.name, default="", help=variable.meaning)
    parser.add_argument("--stack", default="", help="the name of the CloudFormation stack; by default samconfig.toml's")
    parser.add_argument("--region", default="", help="the Region of the instance; by default samconfig.toml's or yours")
    parser.add_argument("--profile", default="", help="the profile of your credentials; by default the AWS CLI's")
    parser.add_argument("--config", default="default", help="the environment of samconfig.toml")
    parser.add_argument(
        "--parameters", default="", help="more template parameters, such as AlarmTarget=you@example.com"
    )
    parser.add_argument("--confirm", default="", help="`no` deploys without asking whether the changes are right")
    parser.add_argument("--build", required=True, help="the command that builds the function")
    parser.add_argument("--sam", default="sam", help="the path of the SAM CLI")
    return parser


def _is_confirming(arguments: argparse.Namespace) -> bool:
    return arguments.confirm.lower() not in NO


def _complete(request: Request, terminal: Terminal, *, is_confirming: bool) -> dict[str, str]:
    """Return the template parameters of the deployment; ask for those that are missing."""
    sys.stdout.write(f"Account {request.stack.account}, Region {request.aws.region}, stack {request.stack.name}.\n")
    completion = Completion(request.aws, terminal, request.languages, request.known)
    names = [*(f"{variable.name}=" for variable in completion.missing), *(["CONFIRM=no"] if is_confirming else [])]
    if names and not terminal.is_interactive():
        sentence = f"Without a terminal, the command cannot ask for {', '.join(names)}."
        meanings = "; ".join(f"{variable.name}= is {variable.meaning}" for variable in completion.missing)
        cure = f"Give them: {meanings}." if meanings else "Give it to deploy without confirming the changes."
        raise reject("values", "VALUE_MISSING", sentence, cure)
    values = completion.complete()
    if not request.known.get(LANGUAGE.parameter) and COUNTRY not in completion.missing:
        sys.stdout.write(f"The language is {values[LANGUAGE.parameter]}; LANGUAGE= chooses another.\n")
    return values


def _check(planned: PlannedDeployment) -> int:
    """Print the findings about the deployment and return 0 when it may be made."""
    required = [_print(each) for each in run_checks(planned, (*instance.CHECKS, *source_numbers.CHECKS))]
    optional = [_print(each) for each in run_checks(planned, sms_numbers.CHECKS)]
    status = exit_status(required) or int(any(each.verdict is Verdict.NOT_OK for each in optional))
    if status == 1:
        sys.stderr.write(CHOOSE)
    return status


def _print(finding: Finding) -> Finding:
    sys.stdout.write(f"{report.format_finding(finding)}\n")
    return finding


def _deploy(request: Request, values: Mapping[str, str], arguments: argparse.Namespace, run: Run) -> int:
    """Let SAM deploy; a parameter that is not given keeps the value that the stack has."""
    changed = {name: each for name, each in values.items() if request.previous.get(name) != each}
    command = sam.deploy_command(request.options, changed, is_confirming=_is_confirming(arguments))
    former = request.stack.read_revision()
    status = _run(run, [arguments.sam, *command])
    if status == 0 and request.stack.read_revision() not in ("", former):
        location = f"STACK={request.stack.name} REGION={request.aws.region}"
        sys.stdout.write(f"\nLook for common problems: make doctor {location}\n")
    return status


def _run(run: Run, command: Sequence[str]) -> int:
    sys.stdout.flush()
    try:
        return run(command)
    except KeyboardInterrupt:  # the command got it, too, and says what it did
        return cli.INCOMPLETE


if __name__ == "__main__":
    sys.exit(main())
