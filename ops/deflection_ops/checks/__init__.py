"""The table of all that is checked, in the order in which it is asked and told."""

from collections.abc import Iterator

from deflection_ops.checks import documents, function, instance, queues, stack, texting
from deflection_ops.deployment import Deployment
from deflection_ops.finding import Check, Finding, Verdict

ESSENTIAL: tuple[Check, ...] = stack.CHECKS
CHECKS: tuple[Check, ...] = (
    *ESSENTIAL,
    *instance.CHECKS,
    *texting.CHECKS,
    *documents.CHECKS,
    *function.CHECKS,
    *queues.CHECKS,
)


def examine(deployment: Deployment, checks: tuple[Check, ...] = CHECKS) -> Iterator[Finding]:
    """
    What there is to tell about a deployment; nothing more after an essential check that is not ok.

    Raises:
        CredentialsError: Nothing can be asked at all.
    """
    for check in checks:
        is_ok = True
        for finding in check.findings(deployment):
            yield finding
            is_ok = is_ok and finding.verdict is Verdict.OK
        if check.essential and not is_ok:
            return
