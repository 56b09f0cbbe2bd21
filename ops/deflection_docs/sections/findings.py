"""The findings of `make doctor` and `make smoke`, and the assumptions that the latter tries."""

import re

from deflection_docs.section import Row, Section, Table
from deflection_ops.checks import CHECKS
from deflection_ops.finding import CheckMessages, Problem
from deflection_ops.smoke_test.assumptions import ASSUMPTIONS
from deflection_ops.smoke_test.steps import STEPS


def doctor_findings() -> Section:
    """Return the problems that the doctor finds, in the order of its checks."""
    return Section(
        "Findings of the doctor",
        "finding",
        "A line of `make doctor` that reports a problem ends with one of these codes. The command fills in the names "
        "in angle brackets, and the parts that are left out here (…).",
        (_table(CHECKS),),
    )


def smoke_findings() -> Section:
    """Return the problems that the smoke test finds, in the order of its steps."""
    return Section(
        "Findings of the smoke test", "smoke", "The codes of `make smoke`, in the same form.", (_table(STEPS),)
    )


def assumptions() -> Section:
    """Return the behavior that AWS does not document, in the order of the smoke test's report."""
    rows = tuple(
        Row(name.lower().replace(" ", "-").replace("'", ""), (assumption.says, assumption.to_try))
        for name, assumption in ASSUMPTIONS.items()
    )
    return Section(
        "Assumptions",
        "assumption",
        "AWS does not fully document these points. For each, `make smoke` reports whether it held, failed or was not "
        "tried, with the evidence.",
        (Table(("Assumption", "What it says", "How to try it if the smoke test does not"), rows),),
        linked=False,
    )


def _table(lines: tuple[CheckMessages, ...]) -> Table:
    names: dict[Problem, list[str]] = {}
    for line in lines:
        for problem in line.problems:
            names.setdefault(problem, []).append(line.name)
    rows = tuple(
        Row(problem.code, (", ".join(found_by), problem.verdict, _words(problem.sentence), problem.cure))
        for problem, found_by in names.items()
    )
    return Table(("Code", "Line", "Verdict", "Meaning", "What to do"), rows)


def _words(sentence: str) -> str:
    return re.sub(r"\{\w+\}", "…", sentence)
