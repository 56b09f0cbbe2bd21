"""`docs/troubleshooting.md` and `docs/first-hour.md` have every reason, message, line and assumption that there is."""

import re
from pathlib import Path

import pytest

from contract.test_readme import README, TEMPLATE, names, rows, table
from deflection.aws.client import SERVICE_ERRORS
from deflection.errors import DeflectionError, InvalidSettingsError
from deflection.outcome import DeclineReason, IgnoreReason
from deflection.settings import read_settings
from deflection_ops.checks import CHECKS
from deflection_ops.finding import CheckMessages
from deflection_ops.smoke_test import steps
from deflection_ops.smoke_test.assumptions import ASSUMPTIONS

ROOT = Path(__file__).parents[2]
TROUBLESHOOTING = (ROOT / "docs" / "troubleshooting.md").read_text()
FIRST_HOUR = (ROOT / "docs" / "first-hour.md").read_text()
DOCS = {page.name: page.read_text() for page in (ROOT / "docs").glob("*.md")}
COMMENTS = [
    comment
    for file in (ROOT / "simulator").rglob("*.py")
    for comment in re.findall(r"# (Assumption: .+)", file.read_text())
]


def test_every_reason_is_in_the_table() -> None:
    reasons = [*DeclineReason, *IgnoreReason, *(error.code for error in DeflectionError.__subclasses__())]

    assert list(rows("Reason", TROUBLESHOOTING)) == [str(reason) for reason in reasons]


def test_every_assertion_of_the_template_is_in_the_table() -> None:
    messages = {cells[0] for cells in table("Message", section("Deploying says"))}
    rules = TEMPLATE["Rules"].values()

    assert {each["AssertDescription"] for rule in rules for each in rule["Assertions"]} <= messages


def section(heading: str) -> str:
    [text] = re.findall(rf"^## {heading}\n((?:(?!## ).*\n)*)", TROUBLESHOOTING, re.MULTILINE)
    return str(text)


def test_the_messages_about_settings_are_those_of_the_code() -> None:
    with pytest.raises(InvalidSettingsError) as told:
        read_settings({"CONTACT_EVENT_TRIGGER": "QUEUED", "REPEAT_WINDOW_MINUTES": "5"})
    quoted = [cells[0].strip("`") for cells in table("Message", section("The function's settings and documents"))]

    consent, repeated, *others = str(told.value).removesuffix(".").split("; ")
    assert {consent, repeated} <= set(quoted)
    assert all(" must be " in other for other in others)


def test_every_error_of_the_api_is_in_the_table_with_its_reason() -> None:
    listed = {name: names(cells[0])[0] for name, cells in rows("Code", TROUBLESHOOTING).items()}

    assert listed == {name: error.code for name, error in SERVICE_ERRORS.items()}


@pytest.mark.parametrize(
    ("header", "page", "lines"),
    [
        ("Line of `make doctor`", TROUBLESHOOTING, CHECKS),
        ("Line of `make smoke`", FIRST_HOUR, steps.LINES),
    ],
)
def test_every_line_is_in_the_table_with_its_cure(header: str, page: str, lines: tuple[CheckMessages, ...]) -> None:
    rows = table(header, page)

    assert [[name, cure] for name, _, cure in rows] == [[f"`{line.name}`", line.cure] for line in lines]
    assert [says for (_, says, _), line in zip(rows, lines, strict=True) if not is_said(says, line)] == []


def is_said(sentence: str, line: CheckMessages) -> bool:
    """Whether a line may say this, in words for a reader."""
    said = re.sub(r"\\{(what|wrong)\\}", ".+", re.escape(line.problem))
    return re.fullmatch(said, sentence) is not None and "…" not in sentence


def test_every_assumption_is_in_the_table() -> None:
    assert table("What is assumed", FIRST_HOUR) == [[each.says, each.to_try] for each in ASSUMPTIONS.values()]


def test_an_assumption_is_marked_where_it_says() -> None:
    for assumption in ASSUMPTIONS.values():
        for mark in assumption.marked:
            in_readme = f"**{mark}.**" in README or mark in README
            assert in_readme or any(mark in text for text in (*COMMENTS, *DOCS.values())), mark


def test_whatever_is_marked_is_an_assumption_of_the_table() -> None:
    marks = [mark for each in ASSUMPTIONS.values() for mark in each.marked]
    _, said = README.split("nothing is promised about it:\n", 1)
    listed = re.findall(r"^- \*\*(.+?)\.\*\*", said.split("\n\nQuotas", 1)[0], re.MULTILINE)

    assert listed
    assert set(listed) <= set(marks)
    assert [comment for comment in COMMENTS if not any(comment.startswith(mark) for mark in marks)] == []


def test_every_make_variable_of_the_first_hour_is_one_of_the_makefile() -> None:
    [exported] = re.findall(r"^export EVENT (.+)$", (ROOT / "Makefile").read_text(), re.MULTILINE)
    listed = {name for first, *_ in table("Variable", FIRST_HOUR) for name in names(first)}

    assert listed == {*exported.split(), "ARGS"}


ASKING = re.compile(r'\.(?:ask|send)\(\s*(?:[\w-]+|"[\w-]+"),\s*"(\w+)"')


def operations(*files: str) -> set[str]:
    """The operations that these files ask for, as permissions name them but for the case of letters."""
    found = {name for file in files for name in ASKING.findall((ROOT / "ops" / "deflection_ops" / file).read_text())}
    return {name.replace("_", "") for name in found - {"get_caller_identity", "invoke"}} | {"invokefunction"}


def permissions(text: str) -> set[str]:
    return {name.rpartition(":")[2].lower() for name in names(text)}


def test_the_permissions_that_the_doctor_needs_are_those_of_its_questions() -> None:
    files = [f"checks/{file.name}" for file in (ROOT / "ops" / "deflection_ops" / "checks").glob("*.py")]
    listed = section("The doctor").rpartition("the credentials need")[2]

    assert permissions(listed) == operations("deployment.py", "invocation.py", *files)


def test_the_permissions_that_the_first_hour_needs_are_those_of_its_questions() -> None:
    [listed] = re.findall(r"your credentials need (.+)", FIRST_HOUR)

    assert permissions(listed) | {"invokefunction"} == operations("smoke_test/sms_session.py", "smoke_test/scenario.py")
