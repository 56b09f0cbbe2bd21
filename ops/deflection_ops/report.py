"""Findings as lines for a person, or as JSON for a script."""

import json
from collections.abc import Iterable
from dataclasses import asdict

from deflection_ops.finding import Finding, Verdict
from deflection_ops.smoke_test.assumptions import Judged


def line(finding: Finding) -> str:
    """One line, and the cure under it when there is something to do."""
    told = f"{finding.verdict:<10}{finding.name}: {finding.sentence}"
    return f"{told}\n{'':<10}-> {finding.cure}" if finding.cure else told


def summary(findings: Iterable[Finding]) -> str:
    """How many lines of each kind there were."""
    verdicts = [finding.verdict for finding in findings]
    return ", ".join(f"{verdicts.count(verdict)} {verdict}" for verdict in Verdict if verdict in verdicts) + "."


def judged(assumption: Judged) -> str:
    """One line about an assumption, and under it what it was seen by."""
    return f"{assumption.judgement:<10}{assumption.says}\n{'':<10}-> {assumption.evidence}"


def as_json(stack: str, findings: Iterable[Finding], assumptions: Iterable[Judged] = (), error: str = "") -> str:
    """All of it, as one JSON object; it has the error that ended it, if one did."""
    told: dict[str, object] = {
        "stack": stack,
        "findings": [asdict(finding) for finding in findings],
        "assumptions": [asdict(assumption) for assumption in assumptions],
    }
    if error:
        told["error"] = error
    return json.dumps(told, indent=2)
