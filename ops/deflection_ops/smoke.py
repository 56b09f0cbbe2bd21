"""`make smoke STACK=name TO=+number` sends at most two real texts, and tells which assumptions held."""

import argparse
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import phonenumbers

from deflection.contact import Endpoint
from deflection_ops import cli, report
from deflection_ops.aws import AwsApi, CredentialsError
from deflection_ops.checks import CHECKS, ESSENTIAL, examine
from deflection_ops.deployment import Deployment
from deflection_ops.finding import Finding, Verdict, exit_status
from deflection_ops.smoke_test import steps
from deflection_ops.smoke_test.assumptions import Judgement, judged
from deflection_ops.smoke_test.scenario import SmokeTest
from deflection_ops.smoke_test.sms_session import SmsSession

TELLING = {"association": "association", "two-way destination": "destination"}
"""The checks of the doctor that tell of an assumption, and its name."""
NOTHING_TRIED = "No text was sent, and nothing was tried: correct the line above, and run it again."


@dataclass(frozen=True)
class Person:
    """Who sits at the terminal.

    Attributes:
        is_there: Whether anybody does.
        answer: Reads a line.
        pause: Waits for a number of seconds.
    """

    is_there: Callable[[], bool] = sys.stdin.isatty
    answer: Callable[[], str] = input
    pause: Callable[[float], None] = time.sleep


def main(argv: Sequence[str] | None = None, aws: AwsApi | None = None, person: Person | None = None) -> int:
    """The exit status: 0 all ok, 1 a step is not, 2 something could not be tried, or nobody agreed."""
    arguments = _parser().parse_args(argv)
    person = person or Person()
    if not arguments.force and not person.is_there():
        sys.stderr.write("This sends real texts, and nobody is there to agree; give FORCE=1.\n")
        return cli.COULD_NOT_ASK
    findings: list[Finding] = []
    evidence: dict[str, tuple[Judgement, str]] = {}
    open_contacts: list[str] = []
    left_over: list[str] = []
    try:
        deployment = Deployment(cli.connected(arguments, aws), arguments.stack)
        texts = SmsSession(deployment, Endpoint(arguments.to), person.pause, evidence, open_contacts, left_over)
        for finding in examine(deployment, ESSENTIAL):
            _tell(finding, findings, arguments)
        if can_work := exit_status(findings) == 0:
            _look_before(deployment, texts)
            hour = SmokeTest(texts, arguments.related or None, lambda: _agreed(arguments, deployment, person))
            for finding in hour.walk():
                _tell(finding, findings, arguments)
    except CredentialsError as error:
        return cli.complain(error, arguments, findings)
    except KeyboardInterrupt:
        sys.stderr.write("\nInterrupted.\n")
        for contact_id in open_contacts:
            sys.stderr.write(f"Left open: {contact_id}. `aws connect stop-contact` ends it.\n")
        sys.stderr.write("".join(f"{sentence} {steps.LEFT_OVER.cure}\n" for sentence in left_over))
        return cli.COULD_NOT_ASK
    assumptions = list(judged(evidence)) if can_work else []
    if arguments.json:
        sys.stdout.write(f"{report.as_json(arguments.stack, findings, assumptions)}\n")
    else:
        told = ["What AWS does not document:", *map(report.judged, assumptions), ""] if can_work else [NOTHING_TRIED]
        sys.stdout.write("".join(f"{line}\n" for line in ("", *told, report.summary(findings))))
    return exit_status(findings)


def _parser() -> argparse.ArgumentParser:
    parser = cli.parser("smoke", __doc__ or "")
    parser.add_argument("--to", required=True, type=_number, help="whom to text, such as +14255550100")
    parser.add_argument("--related", help="the id of a contact that has ended, such as a call of a minute ago")
    parser.add_argument("--force", nargs="?", const="1", default="", help="do not ask before texting")
    return parser


def _number(text: str) -> str:
    """A valid number in E.164; what was typed is not repeated."""
    try:
        number = phonenumbers.parse(text)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise argparse.ArgumentTypeError("give a valid number with its country, as in TO=+14255550100")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _tell(finding: Finding, findings: list[Finding], arguments: argparse.Namespace) -> None:
    findings.append(finding)
    if not arguments.json:
        sys.stdout.write(f"{report.line(finding)}\n")
        sys.stdout.flush()


def _look_before(deployment: Deployment, texts: SmsSession) -> None:
    """What two questions of the doctor say about assumptions."""
    for check in CHECKS:
        for finding in check.findings(deployment) if check.name in TELLING else ():
            if finding.verdict in (Verdict.OK, Verdict.WARNING):
                texts.saw(TELLING[check.name], finding.sentence, is_so=finding.verdict is Verdict.OK)


def _agreed(arguments: argparse.Namespace, deployment: Deployment, person: Person) -> bool:
    settings = deployment.settings
    lookups = ", and for the carrier's answer each time" if settings.carrier_lookup else ""
    number = Endpoint(arguments.to).masked if arguments.force else arguments.to
    sys.stderr.write(
        f"At most two real texts go to {number} from {settings.source_phone_number_arn}.\n"
        f"AWS charges for each part of a text{lookups}; Amazon Connect may charge for each contact.\n"
        "Both contacts are ended afterwards.\n"
    )
    if arguments.force:
        return True
    sys.stderr.write("Type yes to send them: ")
    sys.stderr.flush()
    try:
        return person.answer().strip().lower() == "yes"
    except EOFError:
        return False


if __name__ == "__main__":
    sys.exit(main())
