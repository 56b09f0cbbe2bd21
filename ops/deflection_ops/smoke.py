"""Send at most two real messages through a deployed stack: `make smoke STACK=name TO=+number`."""

import argparse
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import phonenumbers

from deflection.contact import Endpoint
from deflection_ops import cli, report
from deflection_ops.aws import AwsApi
from deflection_ops.checks import CHECKS, STACK_CHECKS, run_checks
from deflection_ops.deployment import Deployment
from deflection_ops.errors import SetupError
from deflection_ops.finding import Finding, Verdict, exit_status
from deflection_ops.smoke_test.assumptions import judge_all
from deflection_ops.smoke_test.counted_events import await_events, expected_rules
from deflection_ops.smoke_test.scenario import SmokeTest
from deflection_ops.smoke_test.sms_session import SmsSession
from deflection_ops.smoke_test.steps import CLEAN_UP, CONTACT_LEFT_OPEN, LEFT_OPEN
from deflection_ops.smoke_test.test_cases import run_test_cases
from deflection_ops.terminal import Terminal

ASSUMPTION_OF_CHECK = {"association": "association", "two-way destination": "destination"}
"""The checks of the doctor that show whether an assumption holds."""
type Clock = Callable[[], datetime]
NOTHING_SENT = "No message was sent. Correct the last line above and run the command again."


@dataclass
class Output:
    """The findings so far; each is printed at once, unless the output is JSON."""

    is_json: bool
    findings: list[Finding] = field(default_factory=list)

    def add(self, finding: Finding) -> None:
        """Keep a finding and print it."""
        self.findings.append(finding)
        if not self.is_json:
            sys.stdout.write(f"{report.format_finding(finding)}\n")
            sys.stdout.flush()


def main(
    argv: Sequence[str] | None = None,
    aws: AwsApi | None = None,
    terminal: Terminal | None = None,
    now: Clock = lambda: datetime.now(UTC),
) -> int:
    """Run the smoke test and return the exit status: 0 ok, 1 a step is not ok, 2 a step was not tried or confirmed."""
    arguments = _create_parser().parse_args(argv)
    terminal = terminal or Terminal()
    if not arguments.force and not terminal.is_interactive():
        sys.stderr.write("This command sends real messages and needs a terminal to confirm it; or give FORCE=1.\n")
        return cli.INCOMPLETE
    output = Output(arguments.json)
    try:
        deployment = Deployment(cli.connect(arguments, aws), arguments.stack)
        session = SmsSession(deployment, Endpoint(arguments.to), terminal.sleep)
        try:
            is_ready = _run(session, arguments, output, terminal, now)
        except KeyboardInterrupt:
            return _end_interrupted(session)
    except SetupError as error:
        return cli.end_with_error(error, arguments, output.findings)
    assumptions = list(judge_all(session.evidence)) if is_ready else []
    if arguments.json:
        sys.stdout.write(f"{report.to_json(arguments.stack, output.findings, assumptions)}\n")
    else:
        lines = (
            ["Not documented by AWS:", *map(report.format_assumption, assumptions), ""] if is_ready else [NOTHING_SENT]
        )
        sys.stdout.write("".join(f"{line}\n" for line in ("", *lines, report.format_summary(output.findings))))
    return exit_status(output.findings)


def _run(session: SmsSession, arguments: argparse.Namespace, output: Output, terminal: Terminal, now: Clock) -> bool:
    """Run the checks and steps; return whether the stack was ready for the steps."""
    deployment = session.deployment
    started_at = now() - timedelta(minutes=1)  # CloudWatch counts by the minute
    for finding in run_checks(deployment, STACK_CHECKS):
        output.add(finding)
    if exit_status(output.findings) != 0:
        return False
    _record_assumptions(session)
    for finding in run_test_cases(session):
        output.add(finding)
    ask = None if arguments.force else terminal.ask
    steps = SmokeTest(session, arguments.related or None, lambda: _confirm(arguments, deployment, terminal), ask)
    for finding in steps.run():
        output.add(finding)
    for finding in await_events(session, expected_rules(session, output.findings), started_at):
        output.add(finding)
    return True


def _end_interrupted(session: SmsSession) -> int:
    """Print the contacts that may still be open, and return the exit status."""
    sys.stderr.write("\nInterrupted.\n")
    for contact_id in session.open_contacts:
        finding = CLEAN_UP.report(CONTACT_LEFT_OPEN.found(contact_id))
        sys.stderr.write(f"{report.format_finding(finding)}\n")
    for observation in session.left_open:
        sys.stderr.write(f"{report.format_finding(LEFT_OPEN.report(observation))}\n")
    return cli.INCOMPLETE


def _create_parser() -> argparse.ArgumentParser:
    parser = cli.create_parser("smoke", __doc__ or "")
    parser.add_argument("--to", required=True, type=_phone_number, help="the phone to send to, such as +14255550100")
    parser.add_argument("--related", help="the id of a contact that has ended, such as a call of a minute ago")
    parser.add_argument("--force", nargs="?", const="1", default="", help="send without asking")
    return parser


def _phone_number(text: str) -> str:
    """Return a valid number in E.164; the error does not repeat the input."""
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise argparse.ArgumentTypeError("give a valid phone number with its country code, such as TO=+14255550100")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _record_assumptions(session: SmsSession) -> None:
    """Record the evidence that two checks of the doctor give for assumptions."""
    for check in CHECKS:
        for finding in check.run(session.deployment) if check.name in ASSUMPTION_OF_CHECK else ():
            if finding.verdict in (Verdict.OK, Verdict.WARNING):
                is_ok = finding.verdict is Verdict.OK
                session.record(ASSUMPTION_OF_CHECK[check.name], finding.sentence, held=is_ok)


def _confirm(arguments: argparse.Namespace, deployment: Deployment, terminal: Terminal) -> bool:
    """Print what AWS charges for, and ask whether to send the messages."""
    settings = deployment.settings
    number = Endpoint(arguments.to).masked if arguments.force else arguments.to
    lookup = ", and for a carrier lookup at each invocation" if settings.carrier_lookup else ""
    sys.stderr.write(
        f"At most two real messages go to {number} from {settings.source_phone_number_arn}.\n"
        f"AWS charges for each message part{lookup}; Amazon Connect may charge for each contact.\n"
        "Both contacts are ended afterwards.\n"
    )
    if arguments.force:
        return True
    try:
        return terminal.ask("Type yes to send them").lower() == "yes"
    except EOFError:
        return False


if __name__ == "__main__":
    sys.exit(main())
