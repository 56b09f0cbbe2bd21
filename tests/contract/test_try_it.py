"""The commands that `docs/` offer to try do what the pages say, and the documents beside them are files of `examples/`.

What `make run` does is done here in this process, in a simulated AWS that is as new for each command.
"""

import io
import json
import re
import shlex
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import Any, get_args

import pytest

from builders import Deflect, event
from connect_simulator import Simulator, demo
from connect_simulator.cli.run_events import performed
from connect_simulator.faults import Fault, FaultKind
from connect_simulator.scenario import resources
from connect_simulator.scenario.calls import happening_now
from connect_simulator.server.control_api import ENDPOINTS, PREFIX
from contract.test_docs import MESSAGES, RECIPE, RECIPES, ROOT, RULE_ROWS, RULES
from contract.test_readme import PAGES, README, names, rows, table
from deflection.settings import Settings

SIMULATOR_PAGE = (ROOT / "docs" / "simulator.md").read_text()
TRIED = [row for page in (RULES, MESSAGES) for row in table("To see", page)]
SHOWN = [
    (heading, command, shown)
    for heading, text in RECIPE.items()
    for command, shown in re.findall(r"^```console\n\$ ((?:.+\\\n)*.*make run.*)\n((?:.*\n)*?)```", text, re.MULTILINE)
]
"""The commands of the recipes, and what the page shows of what they print."""
SAID = re.compile(r'^(?:\$\.External\.|  ")?(?:Status|Reason)(?:"?:)? +"?(\w+)', re.MULTILINE)

type Run = Callable[[str], str]


@pytest.fixture
def run(simulator: Simulator, deflect: Deflect, monkeypatch: pytest.MonkeyPatch) -> Run:
    """The page that a `make run` prints, with environment variables before it and EVENT behind it."""
    monkeypatch.chdir(ROOT)

    def page(command: str) -> str:
        environment, events = parsed(command)
        settings = {name: value for name, value in environment.items() if name.lower() in Settings.model_fields}
        age, caller = resources.event_age_seconds(environment), resources.caller(environment)
        parts = resources.set_up(simulator, demo.ENVIRONMENT | environment)
        for name in events:
            arrived = happening_now(event(name), age)
            parts += performed(simulator, lambda given, _: deflect(given, **settings), arrived, io.StringIO(), caller)
        return "\n\n".join(parts)

    return page


def parsed(command: str) -> tuple[dict[str, str], list[str]]:
    """The environment of a command, and the names of its events."""
    before, _, after = command.partition("make run")
    environment = dict(word.split("=", 1) for word in shlex.split(before.replace("\\\n", " ")))
    return environment, (after.strip().removeprefix("EVENT=") or "flow_voice").split(",")


@pytest.mark.parametrize(("command", "row"), [(names(row[1])[0], row) for row in TRIED])
def test_a_command_comes_to_what_the_table_says(command: str, row: list[str], run: Run) -> None:
    page = run(command)

    assert SAID.findall(page) == names(row[2])
    assert all(part in page for part in names([*row, ""][3]))


@pytest.mark.parametrize(("heading", "command", "shown"), SHOWN)
def test_a_recipe_shows_what_its_page_says(heading: str, command: str, shown: str, run: Run) -> None:
    rest = run(command)

    for line in shown.splitlines():
        _, found, rest = ("", "...", rest) if line == "[...]" else rest.partition(f"{line}\n")
        assert found, (heading, line)


def test_every_recipe_is_tried_with_all_of_its_settings() -> None:
    tried = {heading: [parsed(command)[0] for of, command, _ in SHOWN if of == heading] for heading in RECIPE}

    for heading, environments in tried.items():
        assert environments
        together = {name: value for environment in environments for name, value in environment.items()}
        together = {name: value for name, value in together.items() if name not in ("CALLER", "TABLE_NAME")}
        listed = {names(cells[1])[0]: names(cells[0])[0] for cells in recipe_rows(heading) if names(cells[1])}
        assert together.keys() == listed.keys()
        for name, value in listed.items():
            if name.endswith("_PARAMETER"):
                assert name == "SWITCH_PARAMETER" or (ROOT / together[name]).is_file()
            elif name != "QUIET_HOURS":
                assert together[name] == value


def test_the_variable_of_a_recipes_parameter_is_the_one_that_the_readme_gives() -> None:
    of = {names(cells[0])[0]: name for name, cells in rows("Variable", README).items()}

    for heading in RECIPE:
        for name, cells in rows("Template parameter", RECIPE[heading]).items():
            assert names(cells[1]) == ([of[name]] if name in of else []), name
            assert name in of or cells[1].startswith("none")


def recipe_rows(heading: str) -> list[list[str]]:
    return list(rows("Template parameter", RECIPE[heading]).values())


def test_every_reason_of_the_rules_can_be_tried() -> None:
    tried = {name for row in table("To see", RULES) for name in names(row[2])}

    assert {names(row[2])[0] for row in RULE_ROWS} <= tried


def test_every_document_of_the_pages_is_a_file_that_they_name_and_the_other_way_round() -> None:
    quoted = [
        (file, block)
        for page in (MESSAGES, RECIPES)
        for file, block in re.findall(
            r"`(examples/[\w/-]+\.json)`\W*[^\n]*\n\n```json\n(.*?)^```", page, re.MULTILINE | re.DOTALL
        )
    ]

    assert {file: (ROOT / file).read_text() for file, _ in quoted} == dict(quoted)
    assert sorted(file for file, _ in quoted) == sorted(
        str(file.relative_to(ROOT)) for file in (ROOT / "examples").rglob("*") if file.is_file()
    )
    assert len(quoted) == sum(page.count("```json\n") for page in (MESSAGES, RECIPES))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_number_and_flow_of_the_pages_is_known_to_the_simulator(page: Path, simulator: Simulator) -> None:
    text = page.read_text()
    known = {flow.rpartition("/")[2] for flow in simulator.world.flows}

    assert set(re.findall(r"arn:aws:connect:[\w:-]+:phone-number/[0-9a-f-]+", text)) <= simulator.world.phone_numbers
    assert set(re.findall(r"contact-flow/([0-9a-f-]+)|\"ContactFlowId\": \"([^\"]+)\"", text)) <= {
        pair for flow in known for pair in ((flow, ""), ("", flow))
    }


def test_the_world_is_the_one_that_the_page_says(simulator: Simulator) -> None:
    world = simulator.world
    listed = {first: set(names(cell)) for first, cell in table("What", SIMULATOR_PAGE)}

    assert listed == {
        "instance": world.instances,
        "numbers for SMS": world.phone_numbers - world.whatsapp_numbers,
        "number for WhatsApp": world.whatsapp_numbers,
        "flows": {flow.rpartition("/")[2] for flow in world.flows},
        "opt-out list": {name for name, listed in world.sms.opt_out_lists.items() if not listed},
    }


def test_every_variable_of_the_stage_is_in_the_table() -> None:
    listed = {name for first, _ in table("Variable", SIMULATOR_PAGE) for name in names(first)}
    documented = set(re.findall(r"\b[A-Z]+_?[A-Z_]{3,}\b", re.sub(r"`.*?`", "", str(resources.__doc__))))

    assert listed == {*resources.DOCUMENTS, *resources.READ_BY, "TABLE_NAME", "EVENT_AGE_SECONDS", "CALLER", "EVENT"}
    assert listed - {"EVENT"} <= documented


def test_every_endpoint_and_every_fault_of_the_simulator_is_in_the_tables() -> None:
    kinds = [name for first, _ in table("Kind", SIMULATOR_PAGE) for name in names(first)]

    assert list(rows("Endpoint", SIMULATOR_PAGE)) == [f"{method} {PREFIX}{name}" for method, name in ENDPOINTS]
    assert list(rows("Member of a fault", SIMULATOR_PAGE)) == [field.name for field in fields(Fault)]
    assert sorted(kinds) == sorted(get_args(FaultKind))


def test_the_faults_of_the_page_are_ones_that_the_simulator_takes() -> None:
    given: list[dict[str, Any]] = [json.loads(body) for body in re.findall(r"-d '(\{.*?\})'", SIMULATOR_PAGE)]

    assert [Fault(**fault).times for fault in given] == [3]
