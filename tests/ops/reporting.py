"""Cases of problems, and how a case is deployed and checked."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from deflection_ops.aws import AwsApi
from deflection_ops.checks import run_checks
from deflection_ops.deployment import Deployment
from deflection_ops.finding import Check, Finding, Verdict
from ops.stack import STACK, DeployedStack

NOT_OK, WARNING = Verdict.NOT_OK, Verdict.WARNING


@dataclass(frozen=True)
class Case:
    """A problem of a deployment, and the finding that reports it."""

    code: str
    subject: str
    verdict: Verdict = NOT_OK
    values: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    parameters: dict[str, str] = field(default_factory=dict)
    change: Callable[[DeployedStack], object] = lambda _stack: None

    def __str__(self) -> str:
        return f"{self.code}-{self.subject.rpartition('/')[2]}"


def findings(aws: AwsApi, checks: Iterable[Check]) -> list[Finding]:
    return list(run_checks(Deployment(aws, STACK), tuple(checks)))


def by_name(aws: AwsApi, checks: Iterable[Check], name: str) -> list[Finding]:
    return [finding for finding in findings(aws, checks) if finding.name == name]


def codes(aws: AwsApi, checks: Iterable[Check]) -> set[str]:
    return {finding.code for finding in findings(aws, checks)}


def assert_reported(case: Case, deploy: Callable[..., DeployedStack], checks: Iterable[Check]) -> None:
    stack = deploy(case.environment, **case.parameters)
    case.change(stack)

    found = [each for each in findings(stack.aws, checks) if (each.code, each.subject) == (case.code, case.subject)]

    assert [finding.verdict for finding in found] == [case.verdict]
    assert [value for value in case.values if value not in found[0].sentence] == []
    assert found[0].cure
