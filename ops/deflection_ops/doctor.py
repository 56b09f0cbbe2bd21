"""Check a deployed stack for common problems and print their cures; `make doctor STACK=name` changes nothing."""

import sys
from collections.abc import Sequence

from deflection_ops import cli, report
from deflection_ops.aws import AwsApi
from deflection_ops.checks import run_checks
from deflection_ops.deployment import Deployment
from deflection_ops.errors import SetupError
from deflection_ops.finding import Finding, exit_status


def main(argv: Sequence[str] | None = None, aws: AwsApi | None = None) -> int:
    """Run all checks and return the exit status: 0 ok or warnings, 1 a check is not ok, 2 a check could not ask AWS."""
    arguments = cli.create_parser("doctor", __doc__ or "").parse_args(argv)
    findings: list[Finding] = []
    try:
        for finding in run_checks(Deployment(cli.connect(arguments, aws), arguments.stack)):
            findings.append(finding)
            if not arguments.json:
                sys.stdout.write(f"{report.format_finding(finding)}\n")
    except SetupError as error:
        return cli.end_with_error(error, arguments, findings)
    ending = report.to_json(arguments.stack, findings) if arguments.json else report.format_summary(findings)
    sys.stdout.write(f"{ending}\n")
    return exit_status(findings)


if __name__ == "__main__":
    sys.exit(main())
