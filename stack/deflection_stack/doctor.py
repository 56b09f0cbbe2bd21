"""`make doctor STACK=name` asks what usually goes wrong with a deployed stack, and changes nothing."""

import sys
from collections.abc import Sequence

from deflection_stack import command, show
from deflection_stack.aws import Asks, CredentialsError
from deflection_stack.checks import examine
from deflection_stack.deployment import Deployment
from deflection_stack.finding import Finding, exit_status


def main(argv: Sequence[str] | None = None, aws: Asks | None = None) -> int:
    """The exit status: 0 all ok but for warnings, 1 something is not, 2 something could not be asked."""
    arguments = command.parser("doctor", __doc__ or "").parse_args(argv)
    findings: list[Finding] = []
    try:
        for finding in examine(Deployment(command.connected(arguments, aws), arguments.stack)):
            findings.append(finding)
            if not arguments.json:
                sys.stdout.write(f"{show.line(finding)}\n")
    except CredentialsError as error:
        return command.complain(error, arguments, findings)
    told = show.as_json(arguments.stack, findings) if arguments.json else show.summary(findings)
    sys.stdout.write(f"{told}\n")
    return exit_status(findings)


if __name__ == "__main__":
    sys.exit(main())
