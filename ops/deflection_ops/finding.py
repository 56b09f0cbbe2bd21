"""Define findings: lines of a report, with a stable code and the cure of a problem."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from deflection_ops.deployment import Deployment
from deflection_ops.errors import AwsError, SetupError
from deflection_ops.remediation import fill_placeholders


class Verdict(StrEnum):
    """The first word of a line."""

    OK = "ok"
    WARNING = "warning"
    NOT_OK = "not ok"
    NOT_ASKED = "not asked"


@dataclass(frozen=True)
class Finding:
    """
    One line of a report.

    Attributes:
        name: The check or step.
        code: A stable code such as TWO_WAY_OFF; OK when all is well.
        verdict: How bad it is.
        subject: The ARN, id or name of the checked resource; may be empty.
        sentence: The finding in words.
        cure: What to do; empty when nothing is wrong.
    """

    name: str
    code: str
    verdict: Verdict
    subject: str
    sentence: str
    cure: str = ""


@dataclass(frozen=True)
class Problem:
    """
    A problem that a check or step can find.

    Attributes:
        code: A stable code such as TWO_WAY_OFF.
        sentence: The problem in words, with `{subject}` and `{detail}`.
        cure: What to do about it; may have placeholders such as `<function>`.
        verdict: How bad it is.
    """

    code: str
    sentence: str
    cure: str
    verdict: Verdict = Verdict.NOT_OK

    def found(self, subject: str = "", detail: str = "") -> "Observation":
        """Return the observation of this problem."""
        return Observation(subject, self, detail)


@dataclass(frozen=True)
class Observation:
    """
    The result of checking one resource or setting.

    Attributes:
        subject: The ARN, id or name of the resource.
        problem: The problem with it; None when all is well.
        detail: A value for the problem's sentence, such as a state.
    """

    subject: str = ""
    problem: Problem | None = None
    detail: str = ""


@dataclass(frozen=True)
class CheckMessages:
    """
    The messages of a check or step.

    Attributes:
        name: The name at the beginning of its lines.
        ok: The sentence when all is well, with `{subject}`.
        problems: All problems that it can find.
    """

    name: str
    ok: str
    problems: tuple[Problem, ...]

    def report(self, observation: Observation) -> Finding:
        """Turn an observation into a finding."""
        subject, problem = observation.subject, observation.problem
        if problem is None:
            return Finding(self.name, "OK", Verdict.OK, subject, self.ok.format(subject=subject))
        sentence = problem.sentence.format(subject=subject, detail=observation.detail)
        return Finding(self.name, problem.code, problem.verdict, subject, sentence, problem.cure)

    def not_asked(self, error: AwsError) -> Finding:
        """Report that AWS did not answer."""
        return Finding(self.name, error.code, Verdict.NOT_ASKED, "", str(error), error.cure)


@dataclass(frozen=True)
class Check(CheckMessages):
    """
    One check of the doctor.

    Attributes:
        look: Return the observations of a deployment.
        essential: Whether the checks after it need it to succeed.
    """

    look: Callable[[Deployment], Iterable[Observation]] = lambda _deployment: ()
    essential: bool = False

    def run(self, deployment: Deployment) -> Iterator[Finding]:
        """
        Yield the findings about a deployment.

        Raises:
            SetupError: No call to AWS can succeed.
        """
        try:
            for observation in self.look(deployment):
                finding = self.report(observation)
                yield replace(finding, cure=fill_placeholders(finding.cure, deployment))
        except SetupError:
            raise
        except AwsError as error:
            yield self.not_asked(error)


def exit_status(findings: Iterable[Finding]) -> int:
    """Return 1 when a finding is not ok, 2 when a check was not asked, and 0 otherwise."""
    verdicts = {finding.verdict for finding in findings}
    return 1 if Verdict.NOT_OK in verdicts else 2 if Verdict.NOT_ASKED in verdicts else 0
