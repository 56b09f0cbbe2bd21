"""The reference has every name of the code, once, and its links lead somewhere."""

import json
import re
from collections import Counter
from pathlib import Path

import pytest

from cloudformation import PARAMETERS, RESOURCES, TEMPLATE
from deflection.reasons import DeclineReason, FailureReason, IgnoreReason
from deflection.request.parameters import PARAMETER_NAMES, parse_parameters
from deflection.settings import Settings
from deflection_docs.__main__ import main
from deflection_docs.page import render
from deflection_docs.section import Row
from deflection_docs.sections import flow_parameters, read_sections, stack
from deflection_docs.template import Template
from deflection_ops.checks import CHECKS
from deflection_ops.permissions import COMMANDS
from deflection_ops.smoke_test.assumptions import ASSUMPTIONS
from deflection_ops.smoke_test.steps import STEPS
from pages import PAGES, TARGETS, anchors, anchors_in
from telemetry import EXCEPTION_KEYS, LINE_KEYS, METRICS, RECORD_KEYS, RESPONSE_KEYS, STATUSES

SECTIONS = {section.kind: section for section in read_sections(Template())}
PAGE = render(tuple(SECTIONS.values()))
POLICIES = json.dumps(RESOURCES["DeflectionFunction"]["Properties"]["Policies"])
STATEMENTS = set(re.findall(r'"Sid": "(\w+)"', POLICIES))
NAMES: dict[str, set[str]] = {
    "template": set(PARAMETERS),
    "rule": set(TEMPLATE["Rules"]),
    "setting": {name.upper() for name in Settings.model_fields},
    "parameter": set(PARAMETER_NAMES),
    "response": set(RESPONSE_KEYS),
    "status": STATUSES,
    "reason": {reason.name for reason in (*DeclineReason, *IgnoreReason, *FailureReason)},
    "metric": METRICS,
    "log": LINE_KEYS | EXCEPTION_KEYS,
    "record": RECORD_KEYS,
    "alarm": {name for name, each in RESOURCES.items() if each["Type"] == "AWS::CloudWatch::Alarm"},
    "output": set(TEMPLATE["Outputs"]),
    "finding": {problem.code for check in CHECKS for problem in check.problems},
    "smoke": {problem.code for step in STEPS for problem in step.problems},
    "permission": {
        *STATEMENTS,
        *COMMANDS,
        *(name for name, each in RESOURCES.items() if each["Type"] == "AWS::Lambda::Permission"),
    },
    "assumption": {name.lower().replace(" ", "-").replace("'", "") for name in ASSUMPTIONS},
    "command": set(TARGETS),
}
"""The names of the code, by their kind."""


@pytest.mark.parametrize("kind", NAMES)
def test_reference_has_every_name_of_the_code_once(kind: str) -> None:
    assert Counter(SECTIONS[kind].names()) == Counter(NAMES[kind])
    assert {f"{kind}-{name}" for name in NAMES[kind]} <= anchors_in(PAGE)


def test_every_anchor_is_unique() -> None:
    assert [anchor for anchor, times in Counter(re.findall(r'id="([^"]+)"', PAGE)).items() if times > 1] == []


def test_every_link_of_the_reference_leads_somewhere() -> None:
    for page, anchor in re.findall(r"\]\(([^)#]*)(?:#([^)]+))?\)", PAGE):
        assert not page or f"docs/{page}" in PAGES
        assert not anchor or anchor in (anchors(f"docs/{page}") if page else anchors_in(PAGE))


def test_every_row_has_all_columns() -> None:
    for table in re.findall(r"(?:^\|.*\n)+", PAGE, re.MULTILINE):
        assert len({len(re.findall(r"(?<!\\)\|", line)) for line in table.splitlines()}) == 1


def test_no_cell_is_empty_but_the_other_spelling() -> None:
    empty = {
        (kind, row.name)
        for kind, section in SECTIONS.items()
        for table in section.tables
        for row in table.rows
        if not all(row.cells)
    }

    assert {kind for kind, _ in empty} <= {"parameter", "setting"}


@pytest.mark.parametrize("row", flow_parameters.flow_parameters().tables[0].rows, ids=lambda row: str(row.name))
def test_example_of_a_flow_parameter_is_accepted(row: Row) -> None:
    example = row.cells[2].strip("`")

    assert getattr(parse_parameters({row.name: example}), row.name) is not None


def test_limits_of_a_template_parameter_are_those_of_the_template() -> None:
    limits = {row.name: row.cells[1] for table in stack.template_parameters(Template()).tables for row in table.rows}

    assert limits["Architecture"] == "`x86_64`, `arm64`"
    assert limits["QueueSendsPerSecond"] == "0.1 or more"
    assert limits["ConnectPhoneNumberArn"].startswith("the phone number's ARN in Connect")


def test_page_is_written_and_compared_with_the_code(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "reference.md"

    assert main(["--check"], page) == 1
    assert main([], page) == 0
    assert main(["--check"], page) == 0
    assert page.read_text() == PAGE
    capsys.readouterr()
    page.write_text(PAGE.replace("`THROTTLED`", "`THROTTLE`", 1))
    assert main(["--check"], page) == 1
    assert "make docs" in capsys.readouterr().err
