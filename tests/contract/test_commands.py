"""The `make run` commands and the requests to the simulator on the pages work.

`make run` is run in this process, with a new simulated AWS for each command.
"""

import io
import json
import re
import shlex
from collections.abc import Callable

import pytest

from builders import Deflect, event
from connect_simulator import Simulator, demo
from connect_simulator.cli.run_events import run_event
from connect_simulator.faults import Fault
from connect_simulator.scenario import resources, variables
from connect_simulator.scenario.event_contacts import with_current_time
from connect_simulator.server.control_api import ENDPOINTS, PREFIX
from deflection.settings import Settings
from pages import PAGES, ROOT, commands, inline_code

RUN = re.compile(r"(?:[A-Z_]+=\S* ?|[A-Z_]+='[^']*' ?)*make run(?: EVENT=[\w/.,-]+)?$")
SHOWN = [(command, output) for page in PAGES for command, output in commands(page) if RUN.fullmatch(command)]
MENTIONED = [(code, "") for page in PAGES for code in inline_code(page) if RUN.fullmatch(code)]
OUTCOME = re.compile(r'^(?:\$\.External\.|  ")?(?:Status|Reason)(?:"?:)? +"?(\w+)', re.MULTILINE)

type Run = Callable[[str], str]


@pytest.fixture
def run(simulator: Simulator, deflect: Deflect, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs a command and returns what it prints."""
    monkeypatch.chdir(ROOT)

    def output(command: str) -> str:
        before, _, after = command.partition("make run")
        environment = dict(word.split("=", 1) for word in shlex.split(before))
        events = (after.strip().removeprefix("EVENT=") or "flow_voice").split(",")
        settings = {name: value for name, value in environment.items() if name.lower() in Settings.model_fields}
        age, caller = variables.event_age_seconds(environment), variables.caller(environment)
        parts = resources.create_resources(simulator, demo.ENVIRONMENT | environment)
        for name in events:
            arrived = with_current_time(event(name.removeprefix("events/").removesuffix(".json")), age)
            parts += run_event(simulator, lambda given, _: deflect(given, **settings), arrived, io.StringIO(), caller)
        return "\n\n".join(parts)

    return output


@pytest.mark.parametrize(("command", "shown"), dict([*MENTIONED, *SHOWN]).items())
def test_make_run_command_has_the_outcome_that_the_page_shows(command: str, shown: str, run: Run) -> None:
    output = run(command)

    outcomes = OUTCOME.findall(output)
    assert outcomes or "raised" in output
    assert [outcome for outcome in OUTCOME.findall(shown) if outcome not in outcomes] == []


def test_pages_show_runs_of_both_kinds() -> None:
    assert SHOWN
    assert MENTIONED


@pytest.mark.parametrize("page", PAGES)
def test_request_to_the_simulator_is_one_that_it_takes(page: str) -> None:
    requests = [command for command, _ in commands(page) if f"{PREFIX}" in command]

    for command in requests:
        method = "POST" if "-X POST" in command else "GET"
        [endpoint] = re.findall(rf"{PREFIX}([\w-]+)", command)
        assert (method, endpoint) in ENDPOINTS
        for body in re.findall(r"-d '(\{.*?\})'", command):
            assert endpoint == "faults"
            assert Fault(**json.loads(body)).kind
