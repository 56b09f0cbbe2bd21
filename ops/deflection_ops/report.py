"""Format findings as lines for a person, or as JSON for a script."""

import json
from collections.abc import Iterable
from dataclasses import asdict

from deflection_ops.finding import Finding, Verdict
from deflection_ops.smoke_test.assumptions import JudgedAssumption


def format_finding(finding: Finding) -> str:
    """Format a finding as one line, with its code and its cure when something is wrong."""
    line = f"{finding.verdict:<10}{finding.name}: {finding.sentence}"
    return f"{line} [{finding.code}]\n{'':<10}-> {finding.cure}" if finding.cure else line


def format_summary(findings: Iterable[Finding]) -> str:
    """Count the findings of each verdict."""
    verdicts = [finding.verdict for finding in findings]
    return ", ".join(f"{verdicts.count(verdict)} {verdict}" for verdict in Verdict if verdict in verdicts) + "."


def format_assumption(assumption: JudgedAssumption) -> str:
    """Format an assumption as one line, and its evidence under it."""
    return f"{assumption.judgement:<10}{assumption.says}\n{'':<10}-> {assumption.evidence}"


def to_json(
    stack: str, findings: Iterable[Finding], assumptions: Iterable[JudgedAssumption] = (), error: str = ""
) -> str:
    """Format everything as one JSON object; `error` is there only when the command could not finish."""
    report: dict[str, object] = {
        "stack": stack,
        "findings": [asdict(finding) for finding in findings],
        "assumptions": [asdict(assumption) for assumption in assumptions],
    }
    if error:
        report["error"] = error
    return json.dumps(report, indent=2)
