"""What `docs/` says is what the code and the template do, and its arithmetic is right."""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import phonenumbers
import pytest
from aws_lambda_powertools.utilities.parameters.exceptions import GetParameterError
from cfnlint.api import lint

from builders import (
    CALL,
    REQUIRED,
    Deflect,
    FakeConnect,
    FakeSqs,
    application,
    contact,
    event,
    flow_event,
    read_flow,
    refused,
)
from builders import settings as settings_of
from connect_simulator import Quota, Simulator, demo
from connect_simulator.scenario.calls import calls_of
from contract.test_readme import EVENTS_PAGE, README, names, numbers, rows, table
from contract.test_template import PARAMETERS, QUEUE, RESOURCES, TEMPLATE
from deflection.arrived import CONTACT_EVENT_TYPES, DEFLECTION_REQUESTED, RULE_MATCHED, RuleMatched
from deflection.aws.deadline import Deadline
from deflection.aws.gateway import AwsGateway
from deflection.aws.parameter_store import DOCUMENT_MAX_AGE_SECONDS, SWITCH_MAX_AGE_SECONDS
from deflection.aws.sms_voice import TEXTABLE_LINE_TYPES
from deflection.aws.sqs import Queue, retry_delay_seconds
from deflection.contact import Endpoint
from deflection.deflect import deflect as deflect_it
from deflection.errors import (
    AccessDeniedError,
    CheckUnavailableError,
    DeflectionError,
    InvalidSettingsError,
    ThrottledError,
)
from deflection.failure_policy import Disposition, EventSource, choose_disposition
from deflection.observability import __file__
from deflection.outcome import SMS, WHATSAPP, DeclineReason, Failed, IgnoreReason, OutcomeDetails, StartedContact
from deflection.request.builder import DeflectionRequest, build_request
from deflection.request.document import parse_document
from deflection.request.limits import check_limits
from deflection.request.message import build_initial_message, count_sms_parts
from deflection.request.message_catalog import MessageCatalog
from deflection.request.parameters import parse_parameters
from deflection.request.routes import Condition, Route, Routes
from deflection.response import to_flow_response
from deflection.rules.eligibility import CONSENT_VALUES, UNTEXTABLE_NUMBER_TYPES
from deflection.settings import Settings, read_settings

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

    assert listed == [*CONTACT_EVENT_TYPES, RULE_MATCHED, DEFLECTION_REQUESTED]


def test_the_waits_are_the_ones_of_the_queue() -> None:
    listed = {
        name: int(seconds.partition(",")[0])
        for first, seconds in table("Reason", SECTIONS["The queue"])
        for name in names(first)
    }
    errors = [error for error in DeflectionError.__subclasses__() if error.retryable]
    alone, with_others = (
        {error.code: retry_delay_seconds(error(), others_went_on=went_on) for error in errors}
        for went_on in (False, True)
    )

    assert listed == alone
    assert with_others == {**dict.fromkeys(alone, 0), "THROTTLED": 2, "QUOTA_EXCEEDED": 15}


def test_failures_travel_as_the_table_says() -> None:
    words = {
        Disposition.ANSWER: "answer",
        Disposition.DEFER: "put onto the queue",
        Disposition.RAISE: "raised",
        Disposition.DEAD_LETTER: "put onto the dead-letter queue",
        Disposition.RETRY: "given again",
    }
    for came_as, row in zip(EventSource, table("Came as", EVENTS_PAGE), strict=False):
        for error, cell in ((AccessDeniedError(), row[2]), (ThrottledError(), row[3])):
            goes = choose_disposition(
                came_as, Failed(OutcomeDetails(), error), has_queue=True, has_dead_letter_queue=True
            )

            assert words[goes] in cell.partition(";")[0], (came_as, error)


def test_a_dead_letter_has_the_attributes_that_the_table_says() -> None:
    sqs = FakeSqs()

    Queue(lambda: sqs, "https://sqs.test/dead").send_to_dlq("1", "body", AccessDeniedError("No."), Deadline(9e9))

    assert [list(rows("Attribute", EVENTS_PAGE))] == [list(sent["MessageAttributes"]) for sent in sqs.sent]


def test_every_reason_that_is_never_retried_and_may_reach_the_dead_letter_queue_has_a_cure() -> None:
    listed = {name for first, _ in table("Reason", SECTIONS["The dead-letter queue"]) for name in names(first)}
    never = {error.code for error in DeflectionError.__subclasses__() if not error.retryable}

    assert listed == never


def test_every_station_of_the_funnel_is_counted() -> None:
    listed = {names(cells[1])[0] for cells in table("Station", EVENTS_PAGE)}
    source = Path(__file__).read_text()

    assert listed == set(re.findall(r'"([A-Z]\w+)"', source.partition("def _funnel_metrics")[2])) - {
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
        "CHAT_DURATION_MINUTES": {int(PARAMETERS["ChatDurationMinutes"]["Default"])},
    }


RULES = (ROOT / "docs" / "rules.md").read_text()
MESSAGES = (ROOT / "docs" / "messages.md").read_text()
RECIPES = (ROOT / "docs" / "recipes.md").read_text()
LAW = (ROOT / "docs" / "law.md").read_text()
RULE_ROWS = table("Rule", RULES)
RECIPE = {
    heading: text
    for heading, text in re.findall(r"^## (.+)\n((?:(?!## ).*\n)*)", RECIPES, re.MULTILINE)
    if "| Template parameter |" in text
}

OTHER_INSTANCE = demo.INSTANCE_ARN.replace("a1b2c3d4", "b1b2c3d4")
BROKEN: dict[str, Any] = {
    "event's instance": OTHER_INSTANCE,
    "action": "ANOTHER",
    "time": 0.0,
    "switch": "off",
    "channel": "CHAT",
    "parameters": {"InstanceId": OTHER_INSTANCE},
    "number": None,
    "attributes": {},
    "opted out": True,
    "line": "LANDLINE",
    "token": "of another call",
    "settings": {"QUIET_HOURS": "00:01-00:00"},
}
"""A wish to which every rule says no."""
FIXES: list[dict[str, Any]] = [
    {"event's instance": demo.INSTANCE_ARN},
    {"action": "TEXT_THE_CUSTOMER"},
    {"time": 1000.0},
    {"switch": "on"},
    {"channel": "VOICE"},
    {"parameters": {}},
    {"number": "12"},
    {"number": "+14255550142"},
    {"number": "+442079460000"},
    {"number": "+61491570006"},
    {"attributes": {"smsConsent": "yes"}},
    {"settings": {}},
    {"opted out": False},
    {"line": "MOBILE"},
    {"token": None},
]
"""What pleases the rules, one after the other, in the order of the table."""
FAILURES = {"SWITCH_PARAMETER": "switch", "OPT_OUT_LIST_NAME": "opted out", "CARRIER_LOOKUP": "line"} | {
    "REPEAT_WINDOW_MINUTES": "token"
}


class FakeAws:
    """The parameter, the list, the carrier and the table, as a world describes them; an error in it is raised."""

    def __init__(self, world: Mapping[str, Any]) -> None:
        self._world = world

    def _told(self, what: str) -> Any:
        if isinstance(self._world[what], Exception):
            raise self._world[what]
        return self._world[what]

    def get(self, _name: str, max_age: int, **_others: bool) -> Any:
        assert max_age == SWITCH_MAX_AGE_SECONDS
        return self._told("switch")

    def describe_opted_out_numbers(self, **request: Any) -> Mapping[str, Any]:
        listed = request["OptedOutNumbers"] if self._told("opted out") else []
        return {"OptedOutNumbers": [{"OptedOutNumber": number} for number in listed]}

    def carrier_lookup(self, **_request: Any) -> Mapping[str, Any]:
        return {"PhoneNumberType": self._told("line")}

    def start_once(self, _whom: Any, token: str, start: Callable[[], str], _deadline: Deadline) -> StartedContact:
        return StartedContact(start(), self._told("token") or token)


def reason(asks: str, world: Mapping[str, Any]) -> str:
    """What a flow or a rule of Contact Lens is told in such a world; empty when the text is started."""
    changes = {
        "RULE_ACTION_NAMES": "TEXT_THE_CUSTOMER",
        "SWITCH_PARAMETER": "switch",
        "ALLOWED_COUNTRIES": "GB,AU",
        "CONSENT_ATTRIBUTE": "smsConsent",
        "OPT_OUT_LIST_NAME": "Default",
        "CARRIER_LOOKUP": "true",
        **world["settings"],
    }
    number = world["number"]
    endpoint = {"Type": "TELEPHONE_NUMBER", "Address": number} if number else None
    caller = {"Channel": world["channel"], "CustomerEndpoint": endpoint, "Attributes": world["attributes"]}
    fake: Any = FakeAws(world)
    function = replace(
        application(FakeConnect("contact", contact=caller), **changes), provider=fake, sms=fake, repeat_window=fake
    )
    matched = RuleMatched("event", world["time"], CALL, world["event's instance"], world["action"])
    arrived = read_flow(flow_event(world["parameters"], **caller)) if asks == "flows" else matched
    outcome = deflect_it(arrived, function.settings, AwsGateway(function, Deadline(9e9)), now=1000.0)
    return to_flow_response(outcome)["Reason"]


def counts(asks: str, counts_for: str) -> bool:
    return counts_for.startswith("all") or asks in counts_for or (asks != "flows" and counts_for == "events")


def pleased() -> dict[str, Any]:
    world = BROKEN
    for fix in FIXES:
        world = world | fix
    return world


@pytest.mark.parametrize("asks", ["flows", "Contact Lens"])
def test_the_rules_are_applied_in_the_order_of_the_table(asks: str) -> None:
    world = BROKEN

    for (rule, _, says, _, counts_for, _), fix in zip(RULE_ROWS, FIXES, strict=True):
        assert (reason(asks, world) == names(says)[0]) is counts(asks, counts_for), rule
        world = world | fix

    assert reason(asks, world) == ""


@pytest.mark.parametrize("setting", FAILURES)
def test_a_rule_that_cannot_be_asked_does_what_the_table_says(setting: str) -> None:
    [fails] = [row[5] for row in RULE_ROWS if setting in names(row[1])]
    error = {"SWITCH_PARAMETER": GetParameterError(), "REPEAT_WINDOW_MINUTES": CheckUnavailableError("No.")}
    world = pleased() | {FAILURES[setting]: error.get(setting, refused("InternalServerException", 500))}

    assert [reason("flows", world)] == (names(fails) or [""])
    assert fails.startswith(("`CHECK_UNAVAILABLE`", "goes on"))


def test_the_rules_that_ask_nobody_cannot_fail() -> None:
    asking = [row for row in RULE_ROWS if not row[5].startswith("it cannot")]

    assert [names(row[1])[0] for row in asking] == list(FAILURES)
    assert [row[3].startswith("free") for row in RULE_ROWS] == [row not in asking for row in RULE_ROWS]


def test_every_reason_and_every_setting_of_the_rules_is_one() -> None:
    says = {names(row[2])[0] for row in RULE_ROWS}
    of = {name for row in RULE_ROWS for name in names(row[1])}

    assert says == {*DeclineReason, IgnoreReason.TRIGGER_NOT_MATCHED}
    assert of <= {name.upper() for name in Settings.model_fields}


def test_every_kind_of_line_is_in_the_table() -> None:
    kinds = phonenumbers.PhoneNumberType
    listed = {getattr(kinds, name): cells[0] for name, cells in rows("Kind", RULES).items()}

    assert listed == {kind: "no" if kind in UNTEXTABLE_NUMBER_TYPES else "yes" for kind in kinds.values()}


def test_the_words_of_consent_and_of_the_carrier_are_those_of_the_code() -> None:
    sections = dict(re.findall(r"^## (.+)\n((?:(?!## ).*\n)*)", RULES, re.MULTILINE))
    [texted, declined] = re.findall(r"((?:`[A-Z]+`,? ?(?:and )?)+) are", sections["Carrier lookup"])

    assert set(names(sections["Consent"].partition("must say")[2].partition(", in any case")[0])) == CONSENT_VALUES
    assert set(names(texted)) == TEXTABLE_LINE_TYPES
    assert {"LANDLINE", "OTHER", "INVALID"} == set(names(declined))


def blocks(page: str) -> list[Any]:
    """The JSON examples of a page."""
    return [json.loads(block) for block in re.findall(r"^```json\n(.*?)^```", page, re.MULTILINE | re.DOTALL)]


def catalogues(example: Any) -> list[MessageCatalog]:
    if isinstance(example, dict):
        return [parse_document(MessageCatalog, json.dumps(example), "MESSAGES_PARAMETER")]
    routes = parse_document(Routes, json.dumps(example), "ROUTES_PARAMETER")
    return [route.Messages for route in routes.root if route.Messages]


@pytest.mark.parametrize("page", [MESSAGES, RECIPES], ids=["messages", "recipes"])
def test_every_example_of_a_document_is_read_and_can_be_sent(page: str) -> None:
    caller = contact(attributes={"customerName": "Jane Doe"}, language="es")
    assert blocks(page)

    for example in blocks(page):
        for catalogue in catalogues(example):
            for tag in catalogue.root:
                about = replace(caller, language=tag)
                check_limits(build_initial_message(about, parse_parameters({}), settings_of(), [catalogue], SMS))
        for route in [] if isinstance(example, dict) else parse_document(Routes, json.dumps(example), "").root:
            wish = DeflectionRequest(caller, parse_parameters({}), Endpoint("+14255550142"), route, [], settings_of())
            assert build_request(wish, SMS)["ContactFlowId"] == (route.ContactFlowId or demo.SMS_FLOW_ID)


def test_the_catalogue_falls_back_as_the_page_says() -> None:
    [catalogue] = catalogues(blocks(MESSAGES)[0])
    told = {tag: catalogue.message(tag, SMS) for tag in ("de", "de-AT", "de-CH", "default", "pt-BR", "", "fr-CA")}

    assert told["de-CH"] == told["de"] != told["de-AT"]
    assert told["pt-BR"] == told[""] == told["default"]
    assert catalogue.message("fr-CA", WHATSAPP) != told["fr-CA"]


def test_the_members_of_a_route_are_in_the_tables() -> None:
    assert list(rows("Member of `Match`", MESSAGES)) == list(Condition.model_fields)
    assert list(rows("Member of a route", MESSAGES)) == list(Route.model_fields)


def test_a_text_has_as_many_parts_as_the_table_says() -> None:
    for character, times, count in table("Text of", MESSAGES):
        assert count_sms_parts(names(character)[0] * int(times)) == int(count), (character, times)


def test_the_letters_that_the_page_sorts_are_of_gsm_7_or_not() -> None:
    sorted_as = {cells[1]: names(cells[0])[0].split() for cells in table("Letters", MESSAGES)}

    assert {said: {count_sms_parts(letter * 71) for letter in letters} for said, letters in sorted_as.items()} == {
        "of GSM-7": {1},
        "not: one of them makes the whole text UCS-2": {2},
    }
    [keeps, takes] = re.findall(r"So (.+) keep .+ part, and (.+) take", MESSAGES)[0]
    assert {count_sms_parts(f"{word:71}") for word in names(keeps)} == {1}
    assert {count_sms_parts(f"{word:71}") for word in names(takes)} == {2}


def test_every_text_of_a_recipe_is_one_part() -> None:
    caller = contact(system_endpoint=Endpoint("+14255550190"))
    texts = [
        text
        for example in blocks(RECIPES)
        for catalogue in catalogues(example)
        for tag in catalogue.root
        for text in build_initial_message(
            replace(caller, language=tag), parse_parameters({}), settings_of(), [catalogue], SMS
        )
        .get("InitialSystemMessage", {"Content": ""})
        .values()
    ]

    assert "text/plain" in texts
    assert {count_sms_parts(text) for text in texts} == {1}


def test_the_documents_are_read_anew_after_what_the_table_says() -> None:
    units = {"minutes": 60, "seconds": 1}
    anew = {name: cells[1].split() for name, cells in rows("Setting", MESSAGES).items()}

    assert {name: int(number) * units[unit] for name, (number, unit) in anew.items()} == {
        "MESSAGES_PARAMETER": DOCUMENT_MAX_AGE_SECONDS,
        "ROUTES_PARAMETER": DOCUMENT_MAX_AGE_SECONDS,
        "SWITCH_PARAMETER": SWITCH_MAX_AGE_SECONDS,
    }


def test_what_is_wrong_in_a_document_is_told_as_the_page_quotes_it() -> None:
    wrong = '{\n  "de": {\n    "connect:Apple": "Hallo"\n  }\n}'

    with pytest.raises(InvalidSettingsError) as told:
        parse_document(MessageCatalog, wrong, "MESSAGES_PARAMETER")

    assert f"```text\n{told.value}\n```" in MESSAGES


@pytest.mark.parametrize("heading", RECIPE)
def test_a_recipe_is_one_that_the_template_and_the_settings_take(heading: str) -> None:
    given = {name: names(cells[0])[0] for name, cells in rows("Template parameter", RECIPE[heading]).items()}

    for name, value in given.items():
        values = value.split(",") if PARAMETERS[name]["Type"] == "CommaDelimitedList" else [value]
        assert all(re.search(PARAMETERS[name].get("AllowedPattern", ""), each) for each in values), name
        assert value in PARAMETERS[name].get("AllowedValues", [value]), name
    of = {names(cells[0])[0]: name for name, cells in rows("Variable", README).items()}
    read_settings(REQUIRED | {of[name]: value for name, value in given.items() if name in of} | {"TABLE_NAME": "texts"})


@pytest.mark.parametrize("heading", RECIPE)
def test_the_documents_of_a_recipe_use_what_its_parameters_allow(heading: str) -> None:
    given = {name: names(cells[0])[0] for name, cells in rows("Template parameter", RECIPE[heading]).items()}
    numbers_of, flows = given.get("MoreSourcePhoneNumberArns", ""), given.get("MoreContactFlowArns", "")
    examples = blocks(RECIPE[heading])

    for route in [route for example in examples if isinstance(example, list) for route in example]:
        source = route["SourceEndpoint_Address"]
        assert all(arn in numbers_of for arn in (source.values() if isinstance(source, dict) else [source]))
        assert route.get("ContactFlowId", "") in flows
    assert ("MessagesParameter" in given) is any(isinstance(example, dict) for example in examples)
    assert ("RoutesParameter" in given) is any(isinstance(example, list) for example in examples)


def test_every_recipe_is_in_the_list() -> None:
    assert list(RECIPE) == [
        "One brand",
        "Three brands",
        "WhatsApp first",
        "WhatsApp in one country",
        "Abandoned calls with quiet hours",
    ]


def test_the_law_page_names_settings_and_parameters_that_there_are() -> None:
    there = {name.upper() for name in Settings.model_fields} | PARAMETERS.keys()
    named = {name for row in table("Duty", LAW) for name in names(row[1])}

    assert named <= there
