"""What `docs/` says is what the code and the template do, and its arithmetic is right."""

import re
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cfnlint.api import lint

from builders import Deflect, FakeSqs, event
from builders import settings as settings_of
from connect_simulator import Quota, Simulator
from connect_simulator.calls import calls_of
from contract.test_readme import EVENTS_PAGE, names, numbers, rows, table
from contract.test_template import PARAMETERS, QUEUE, RESOURCES, TEMPLATE
from deflection import deferral, telling
from deflection.bus import CONTACT_EVENTS, DEFLECTION_REQUESTED, RULE_MATCHED
from deflection.deadline import Deadline
from deflection.errors import (
    AccessDeniedError,
    CheckUnavailableError,
    DeflectionError,
    QuotaExceededError,
    ServiceUnavailableError,
    ThrottledError,
    TimedOutError,
)
from deflection.outcome import About, Failed
from deflection.travel import CameAs, Way, way

ROOT = Path(__file__).parents[2]
BURSTS = (ROOT / "docs" / "bursts.md").read_text()
SAMPLES = {name: (names(cells[1]), names(cells[2])) for name, cells in rows("Sample", EVENTS_PAGE).items()}
PACES = (1, 1.5, 10)
SECTIONS = {
    heading: text
    for page in (EVENTS_PAGE, BURSTS)
    for heading, text in re.findall(r"^## (.+)\n((?:(?!## ).*\n)*)", page, re.MULTILINE)
}


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_comes_to_what_the_table_says(name: str, deflect: Deflect, simulator: Simulator) -> None:
    given, said = SAMPLES[name]
    fresh = event(name) | {"time": datetime.now(UTC).isoformat()}
    for call in calls_of(fresh):
        simulator.world.put_contact(call)

    told = deflect(fresh, **dict(setting.split("=") for setting in given))

    assert [each for each in (told["Status"], told["Reason"]) if each] == said


def test_every_sample_is_in_the_table() -> None:
    kinds = ("contact_event_*", "rule_matched", "deflection_requested*")

    assert {file.stem for kind in kinds for file in (ROOT / "events").glob(f"{kind}.json")} == set(SAMPLES)


def test_every_detail_type_is_in_the_table() -> None:
    listed = [name for cells in table("Event", EVENTS_PAGE) for name in names(cells[1])]

    assert listed == [*CONTACT_EVENTS, RULE_MATCHED, DEFLECTION_REQUESTED]


def test_the_waits_are_the_ones_of_the_queue() -> None:
    listed = {
        name: int(seconds.partition(",")[0])
        for first, seconds in table("Reason", SECTIONS["The queue"])
        for name in names(first)
    }
    errors = (ThrottledError, QuotaExceededError, ServiceUnavailableError, TimedOutError, CheckUnavailableError)
    alone, with_others = (
        {error.code: deferral.wait_seconds(error(), others_went_on=went_on) for error in errors}
        for went_on in (False, True)
    )

    assert listed == alone
    assert with_others == {**dict.fromkeys(alone, 0), "THROTTLED": 2, "QUOTA_EXCEEDED": 15}


def test_failures_travel_as_the_table_says() -> None:
    words = {
        Way.ANSWER: "answer",
        Way.DEFER: "put onto the queue",
        Way.RAISE: "raised",
        Way.BURY: "put onto the dead-letter queue",
        Way.PUT_BACK: "given again",
    }
    for came_as, row in zip(CameAs, table("Came as", EVENTS_PAGE), strict=False):
        for error, cell in ((AccessDeniedError(), row[2]), (ThrottledError(), row[3])):
            goes = way(came_as, Failed(About(), error), has_queue=True, has_dead_letter_queue=True)

            assert words[goes] in cell.partition(";")[0], (came_as, error)


def test_a_dead_letter_has_the_attributes_that_the_table_says() -> None:
    sqs = FakeSqs()

    deferral.Queue(sqs, "https://sqs.test/dead").bury("1", "body", AccessDeniedError("No."), Deadline(9e9))

    assert [list(rows("Attribute", EVENTS_PAGE))] == [list(sent["MessageAttributes"]) for sent in sqs.sent]


def test_every_reason_that_is_never_retried_and_may_reach_the_dead_letter_queue_has_a_cure() -> None:
    listed = {name for first, _ in table("Reason", SECTIONS["The dead-letter queue"]) for name in names(first)}
    never = {error.code for error in DeflectionError.__subclasses__() if not error.retryable}

    assert listed == never - {"INVALID_SETTINGS"}  # under which there is no such queue


def test_every_station_of_the_funnel_is_counted() -> None:
    listed = {names(cells[1])[0] for cells in table("Station", EVENTS_PAGE)}
    source = Path(telling.__file__).read_text()

    assert listed == set(re.findall(r'"([A-Z]\w+)"', source.partition("def _stations")[2])) - {
        "CONNECTED_TO_AGENT",
        "DISCONNECTED",
    }


def test_the_queue_is_as_the_page_says() -> None:
    text = SECTIONS["The queue"]

    assert f"keeps a record for {QUEUE['MessageRetentionPeriod'] // 86_400} days" in text
    assert f"every {QUEUE['VisibilityTimeout']} seconds" in SECTIONS["How failures travel"]
    dead = RESOURCES["DeadLetterQueue"]["Properties"]
    assert f"for {dead['MessageRetentionPeriod'] // 86_400} days" in SECTIONS["The dead-letter queue"]
    assert f"{QUEUE['RedrivePolicy']['maxReceiveCount']:,} times" in SECTIONS["The dead-letter queue"]


def test_the_outputs_that_the_page_names_are_those_of_the_template() -> None:
    assert {"DeadLetterQueueUrl", "RedriveCommand", "UndeliveredEventsUrl"} <= TEMPLATE["Outputs"].keys()


def test_the_template_with_the_sample_of_a_direct_target_is_clean() -> None:
    [snippet] = re.findall(r"```yaml\n(.*?)```", EVENTS_PAGE, re.DOTALL)
    added = "".join(f"      {line}\n" for line in snippet.splitlines())
    template = (
        (ROOT / "template.yaml").read_text().replace("      Tracing: Active\n", f"      Tracing: Active\n{added}")
    )

    assert added in template
    assert lint(template) == []


def seconds(cell: str) -> int:
    return int(cell.split(" s", maxsplit=1)[0].replace(",", ""))


def clock(cell: str) -> int:
    """The seconds of a time such as `2 h 46 min 40 s`."""
    units = {"h": 3600, "min": 60, "s": 1}
    return sum(int(number) * units[unit] for number, unit in re.findall(r"(\d+) (h|min|s)", cell))


def test_bursts_take_as_long_as_the_table_says() -> None:
    for first, *cells in table("Calls", SECTIONS["How long a burst takes"]):
        for pace, cell in zip(PACES, cells, strict=True):
            assert seconds(cell) == round(int(first.replace(",", "")) / pace)
            if "(" in cell:
                assert clock(cell.partition("(")[2]) == seconds(cell)


def test_as_many_are_sent_in_time_as_the_table_says() -> None:
    for first, *cells in table("Calls", SECTIONS["How many are sent in time"]):
        calls = int(first.replace(",", ""))
        for pace, cell in zip(PACES, cells, strict=True):
            sent = min(calls, int(pace * 300))
            assert cell == f"{sent:,} sent, {calls - sent:,} too old"


def test_the_open_chats_bear_what_the_table_says() -> None:
    for life, an_hour, a_second in table("Average life", BURSTS):
        minutes = int(life.split()[0])
        assert float(an_hour.replace(",", "")) == 500 * 60 / minutes
        assert float(a_second) == round(500 / minutes / 60, 2)
    assert "1,714" in BURSTS
    assert round(500 / 17.5 * 60) == 1714


def test_the_increases_are_those_of_their_formulas() -> None:
    formulas: list[Callable[[int], float]] = [
        lambda calls: calls / 300,
        lambda calls: calls / 300 + 1,
        lambda calls: calls / 300 / 0.5,
        lambda calls: calls + 100,
        lambda calls: calls / (calls / 300),
    ]
    for (_, _, *cells), formula in zip(table("What", BURSTS), formulas, strict=True):
        assert [float(cell.replace(",", "")) for cell in cells] == [
            round(formula(calls), 2) for calls in (100, 1000, 10_000)
        ]


def test_the_quotas_are_those_of_the_simulator_and_of_the_settings() -> None:
    quotas = {names(first)[0]: numbers(cell) for first, cell, _ in table("Quota", BURSTS) if names(first)}
    given = {name: numbers(cells[0]) for name, cells in rows("Setting", BURSTS).items()}

    assert quotas["StartOutboundChatContact"] == {Quota().rate, Quota().burst}
    assert given == {
        "QUEUE_SENDS_PER_SECOND": {settings_of().queue_sends_per_second},
        "MAX_EVENT_AGE_SECONDS": {settings_of().max_event_age_seconds},
        "CHAT_DURATION_MINUTES": {PARAMETERS["ChatDurationMinutes"]["Default"]},
    }
