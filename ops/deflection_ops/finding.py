"""What a look at a deployment comes to: a line for a person at 2 am, with the cure under what is wrong."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum

from deflection_ops.aws import AwsError, CredentialsError, NotAllowedError, ThrottledError
from deflection_ops.deployment import Deployment
from deflection_ops.remediation import filled

LACKING = "Get that permission, or have somebody ask who has it."
STOPPED = (
    "Ask again in a minute. If it stays so, somebody may have stopped the function "
    "(docs/operator.md#stop-all-texts-now), or other functions use up the account's concurrency."
)
CURES = {NotAllowedError: LACKING, ThrottledError: STOPPED}
"""What to do about an error; about others, ask again."""


class Verdict(StrEnum):
    """The first word of a line."""

    OK = "ok"
    WARNING = "warning"
    NOT_OK = "not ok"
    NOT_ASKED = "not asked"


@dataclass(frozen=True)
class Finding:
    """
    One line.

    Attributes:
        name: What was looked at.
        verdict: What it came to.
        sentence: What there is to know of it.
        cure: What to do; empty when nothing is wrong.
    """

    name: str
    verdict: Verdict
    sentence: str
    cure: str = ""


@dataclass(frozen=True)
class Observation:
    """What was looked at, and what is wrong with it; empty when nothing is."""

    what: str = ""
    wrong: str = ""


@dataclass(frozen=True)
class CheckMessages:
    """
    How facts of one kind are told.

    Attributes:
        name: What is looked at.
        ok: The sentence when nothing is wrong, with `{what}`.
        problem: The sentence when something is, with `{what}` and `{wrong}`.
        cure: What to do then; a check's may have blanks such as `<function>`, for names of the stack.
        verdict: How bad it is then.
    """

    name: str
    ok: str
    problem: str
    cure: str
    verdict: Verdict = Verdict.NOT_OK

    def tell(self, fact: Observation) -> Finding:
        """The finding that a fact comes to."""
        if fact.wrong:
            sentence = self.problem.format(what=fact.what, wrong=fact.wrong)
            return Finding(self.name, self.verdict, sentence, self.cure)
        return Finding(self.name, Verdict.OK, self.ok.format(what=fact.what))

    def not_asked(self, error: AwsError) -> Finding:
        """The finding when it cannot be known."""
        return Finding(self.name, Verdict.NOT_ASKED, str(error), CURES.get(type(error), "Ask again in a minute."))


@dataclass(frozen=True)
class Check(CheckMessages):
    """
    A line of the doctor.

    Attributes:
        look: The facts about a deployment.
        essential: Whether nothing else can be asked when it is not ok.
    """

    look: Callable[[Deployment], Iterable[Observation]] = lambda _deployment: ()
    essential: bool = False

    def findings(self, deployment: Deployment) -> Iterator[Finding]:
        """What there is to tell about a deployment.

        Raises:
            CredentialsError: Nothing can be asked at all.
        """
        try:
            for fact in self.look(deployment):
                finding = self.tell(fact)
                yield replace(finding, cure=filled(finding.cure, deployment))
        except CredentialsError:
            raise
        except AwsError as error:
            yield self.not_asked(error)


def exit_status(findings: Iterable[Finding]) -> int:
    """0 when all is ok but for warnings, 1 when something is not, 2 when something could not be asked."""
    verdicts = {finding.verdict for finding in findings}
    return 1 if Verdict.NOT_OK in verdicts else 2 if Verdict.NOT_ASKED in verdicts else 0
