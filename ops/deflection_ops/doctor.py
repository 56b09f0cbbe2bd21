"""`make doctor STACK=name` asks what usually goes wrong with a deployed stack, and changes nothing."""

import sys
from collections.abc import Sequence

from deflection_ops import cli, report
from deflection_ops.aws import AwsApi, CredentialsError
from deflection_ops.checks import examine
from deflection_ops.deployment import Deployment
from deflection_ops.finding import Finding, exit_status


def main(argv: Sequence[str] | None = None, aws: AwsApi | None = None) -> int:
    """The exit status: 0 all ok but for warnings, 1 something is not, 2 something could not be asked."""
    arguments = cli.parser("doctor", __doc__ or "").parse_args(argv)
    findings: list[Finding] = []
    try:
        for finding in examine(Deployment(cli.connected(arguments, aws), arguments.stack)):
            findings.append(finding)
            if not arguments.json:
                sys.stdout.write(f"{report.line(finding)}\n")
    except CredentialsError as error:
        return cli.complain(error, arguments, findings)
    told = report.as_json(arguments.stack, findings) if arguments.json else report.summary(findings)
    sys.stdout.write(f"{told}\n")
    return exit_status(findings)


if __name__ == "__main__":
    sys.exit(main())
