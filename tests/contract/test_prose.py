"""What the sentences of the pages call by name exists: settings, reasons, variables, commands, parameters, metrics."""

import re
from pathlib import Path

import phonenumbers
import pytest

from connect_simulator.scenario import resources
from contract.test_readme import PAGES, README, ROOT, TEMPLATE, rows

MAKEFILE = (ROOT / "Makefile").read_text()
COMMANDS = set(re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.MULTILINE))
VARIABLES = {
    *rows("Variable", README),
    *re.findall(r"(?<=\$[($])[A-Z]+", MAKEFILE),
    *re.findall(r"^[A-Z_]+", resources.__doc__ or "", re.MULTILINE),
    *resources.READ_BY,
}
METRICS = {*rows("Metric", README)}
OF_OTHERS = {
    "AWS_ENDPOINT_URL": "a variable of the SDK",
    "CONNECT_PHONENUMBER_ARN": "a type of endpoint of Connect",
    "ERROR_CODE": "an attribute that EventBridge gives a dead letter",
    "ERROR_MESSAGE": "likewise",
    "LOG_LEVEL": "a variable of Powertools",
    "NO_ANSWER": "what the flows write as a reason when the function gave none",
    "QUEUE_TRANSFER": "a way of initiation of Connect",
    "TELEPHONE_NUMBER": "a type of endpoint of Connect",
    "TEXT_THE_CUSTOMER": "the action of a rule in the samples",
}
"""Names with an underscore that are neither ours nor a kind of line, and whose they are."""


def prose(page: Path) -> list[str]:
    """The code within the sentences of a page."""
    text = page.read_text()
    return re.findall(r"`([^`\n]+)`", re.sub(r"^ *```.*?^ *```", "", text, flags=re.MULTILINE | re.DOTALL))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_name_in_capitals_is_a_setting_a_reason_a_status_or_a_variable(page: Path) -> None:
    named = {name for code in prose(page) for name in re.findall(r"\b[A-Z]+(?:_[A-Z]+)+\b", code)}
    ours = {*VARIABLES, *rows("Reason"), *rows("Status")}

    assert named - ours - OF_OTHERS.keys() - vars(phonenumbers.PhoneNumberType).keys() == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_command_of_make_is_one(page: Path) -> None:
    shown = re.findall(r"^ *\$ .*\bmake ([a-z]\S*)", page.read_text(), re.MULTILINE)
    named = {name for code in prose(page) for name in re.findall(r"\bmake ([a-z]\S*)", code)}

    assert {*named, *shown} <= COMMANDS


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_everything_that_is_given_a_value_takes_one(page: Path) -> None:
    given = {name for code in prose(page) for name in re.findall(r"(?<![\w./$-])([A-Za-z]\w*)=", code)}

    assert given <= VARIABLES | TEMPLATE["Parameters"].keys()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_metric_that_is_called_one_is_told(page: Path) -> None:
    claimed = re.findall(r"metrics? ((?:`\w+`(?:, | and )?)+)|(`\w+Latency`)", page.read_text())

    assert {name for match in claimed for names in match for name in re.findall(r"\w+", names)} - {"and"} <= METRICS
