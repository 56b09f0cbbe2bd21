"""All checks of the doctor, in their order."""

from collections.abc import Iterator

from deflection_ops.checks import (
    deployed_flows,
    documents,
    flow_modules,
    function,
    instance,
    opt_outs,
    queues,
    routes,
    sms_account,
    sms_flows,
    sms_numbers,
    source_numbers,
    stack,
    templates,
)
from deflection_ops.deployment import Deployment
from deflection_ops.finding import Check, Finding, Verdict

STACK_CHECKS: tuple[Check, ...] = stack.CHECKS
"""The checks that must succeed before anything else can be checked or sent."""
CHECKS: tuple[Check, ...] = (
    *STACK_CHECKS,
    *instance.CHECKS,
    *source_numbers.CHECKS,
    *sms_flows.CHECKS,
    *sms_numbers.CHECKS,
    *opt_outs.CHECKS,
    *sms_account.CHECKS,
    *templates.CHECKS,
    *documents.CHECKS,
    *routes.CHECKS,
    *function.CHECKS,
    *deployed_flows.CHECKS,
    *flow_modules.CHECKS,
    *queues.CHECKS,
)


def run_checks(deployment: Deployment, checks: tuple[Check, ...] = CHECKS) -> Iterator[Finding]:
    """
    Yield the findings of the checks; stop after an essential check that is not ok.

    Raises:
        SetupError: No call to AWS can succeed.
    """
    for check in checks:
        is_ok = True
        for finding in check.run(deployment):
            yield finding
            is_ok = is_ok and finding.verdict is Verdict.OK
        if check.essential and not is_ok:
            return
