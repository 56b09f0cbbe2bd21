"""What the simulated AWS holds before an event is played, as the environment says it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connect_simulator import Simulator
from connect_simulator.scenario import resources, variables

CALLER = "+14255550142"

type ClientOf = Callable[..., Any]


@pytest.mark.parametrize("setting", ["MESSAGES_PARAMETER", "ROUTES_PARAMETER"])
def test_a_document_that_names_a_file_is_a_parameter_of_that_name(
    setting: str, simulator: Simulator, client_of: ClientOf, tmp_path: Path
) -> None:
    name = str(tmp_path / "document.json")
    Path(name).write_bytes(b'\xef\xbb\xbf{"default": "Jos\xc3\xa9"}')
    [told] = resources.create_resources(simulator, {setting: f" {name} "})
    assert client_of("ssm").get_parameter(Name=name)["Parameter"]["Value"] == '{"default": "José"}'
    assert told == f"SSM has the parameter {name} with the content of that file."


def test_a_document_that_names_no_file_is_no_parameter_and_is_told_so(
    simulator: Simulator, client_of: ClientOf
) -> None:
    [told] = resources.create_resources(simulator, {"ROUTES_PARAMETER": "/texts/routes"})
    assert told == "SSM does not have the parameter /texts/routes: ROUTES_PARAMETER is not the name of a file."
    assert client_of("ssm").describe_parameters()["Parameters"] == []


@pytest.mark.parametrize(("content", "why"), [(b"", "must not be empty"), (b"\xff\xfe{", "must be a readable UTF-8")])
def test_a_document_that_can_be_no_parameter_is_told_so(
    content: bytes, why: str, simulator: Simulator, tmp_path: Path
) -> None:
    (tmp_path / "document.json").write_bytes(content)
    with pytest.raises(variables.ScenarioError, match=rf"document\.json {why}"):
        resources.create_resources(simulator, {"MESSAGES_PARAMETER": str(tmp_path / "document.json")})


@pytest.mark.parametrize(("text", "more"), [("é" * 2048, []), ("é" * 2048 + "x", ["4,097"]), ("é" * 4096, ["8,192"])])
def test_a_document_for_the_advanced_tier_is_told_so(
    text: str, more: list[str], simulator: Simulator, tmp_path: Path
) -> None:
    name = str(tmp_path / "document.json")
    Path(name).write_text(text, "utf-8")
    _, *told = resources.create_resources(simulator, {"ROUTES_PARAMETER": name})
    assert told == [f"It has {size} bytes; above 4,096 bytes, it is in the advanced tier." for size in more]


def test_a_document_that_no_tier_takes_is_told_so(simulator: Simulator, client_of: ClientOf, tmp_path: Path) -> None:
    name = str(tmp_path / "document.json")
    Path(name).write_text("é" * 4096 + "x", "utf-8")
    with pytest.raises(
        variables.ScenarioError, match=r"document\.json must be at most 8,192 bytes for SSM \(got 8,193\)"
    ):
        resources.create_resources(simulator, {"MESSAGES_PARAMETER": name})
    assert client_of("ssm").describe_parameters()["Parameters"] == []


@pytest.mark.parametrize(("said", "value"), [({}, "on"), ({"SWITCH": ""}, "on"), ({"SWITCH": "off"}, "off")])
def test_the_switch_is_on_unless_it_is_said_to_be_off(
    said: dict[str, str], value: str, simulator: Simulator, client_of: ClientOf
) -> None:
    told = resources.create_resources(simulator, {"SWITCH_PARAMETER": "/texts/switch", **said})
    assert client_of("ssm").get_parameter(Name="/texts/switch")["Parameter"]["Value"] == value
    assert told == [f"SSM has the parameter /texts/switch with the value {value}."]


def test_the_table_is_there(simulator: Simulator, client_of: ClientOf) -> None:
    told = resources.create_resources(simulator, {"TABLE_NAME": "texts", "REPEAT_WINDOW_MINUTES": "60"})
    table = client_of("dynamodb").describe_table(TableName="texts")["Table"]
    assert table["KeySchema"] == [{"AttributeName": "id", "KeyType": "HASH"}]
    assert told == ["DynamoDB has the table texts."]


@pytest.mark.parametrize("name", ["Default", "Ours", "arn:aws:sms-voice:us-east-1:111122223333:opt-out-list/Ours"])
def test_a_number_has_opted_out(name: str, simulator: Simulator, client_of: ClientOf) -> None:
    told = resources.create_resources(simulator, {"OPT_OUT_LIST_NAME": name, "OPTED_OUT": CALLER})
    sms = client_of("pinpoint-sms-voice-v2")
    answer = sms.describe_opted_out_numbers(OptOutListName=name, OptedOutNumbers=[CALLER])
    assert [entry["OptedOutNumber"] for entry in answer["OptedOutNumbers"]] == [CALLER]
    assert told == [f"The opt-out list {name.rpartition('/')[2]} has {CALLER}."]


def test_the_carriers_say_what_kind_of_line_every_number_is(simulator: Simulator, client_of: ClientOf) -> None:
    told = resources.create_resources(simulator, {"CARRIER_LOOKUP": "true", "CARRIER": "landline"})
    assert client_of("pinpoint-sms-voice-v2").carrier_lookup(PhoneNumber=CALLER)["PhoneNumberType"] == "LANDLINE"
    assert told == ["CarrierLookup returns LANDLINE for every number."]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"SWITCH": "off"}, "SWITCH has no effect without SWITCH_PARAMETER"),
        ({"OPTED_OUT": CALLER}, "OPTED_OUT has no effect without OPT_OUT_LIST_NAME"),
        ({"CARRIER": "VOIP", "CARRIER_LOOKUP": " "}, "CARRIER has no effect without CARRIER_LOOKUP"),
        ({"CARRIER": "FAX", "CARRIER_LOOKUP": "true"}, "CARRIER must be one of MOBILE, LANDLINE, VOIP, "),
        ({"OPT_OUT_LIST_NAME": "Default", "OPTED_OUT": "+1 425 555 0142"}, r"OPTED_OUT must be .* \+14255550142\."),
        ({"OPT_OUT_LIST_NAME": "Default", "OPTED_OUT": "abc"}, "OPTED_OUT must be a phone number"),
        ({"SWITCH_PARAMETER": "/aws/switch"}, "PutParameter"),
    ],
)
def test_what_makes_no_difference_or_cannot_be_is_told_so(said: dict[str, str], why: str, simulator: Simulator) -> None:
    with pytest.raises(variables.ScenarioError, match=why):
        resources.create_resources(simulator, said)


def test_nothing_is_set_up_that_nobody_asked_for(simulator: Simulator) -> None:
    assert resources.create_resources(simulator, {"INITIAL_MESSAGE": "Hello", "OPT_OUT_LIST_NAME": "Default"}) == []


def test_events_may_be_old() -> None:
    assert [variables.event_age_seconds({"EVENT_AGE_SECONDS": said}) for said in ("", "600")] == [0, 600]
    assert variables.event_age_seconds({}) == 0
    with pytest.raises(variables.ScenarioError, match="must be a number"):
        variables.event_age_seconds({"EVENT_AGE_SECONDS": "long"})


def test_somebody_else_may_call() -> None:
    assert [variables.caller({"CALLER": said}) for said in (" +61491570006 ", "")] == ["+61491570006", None]
    assert variables.caller({}) is None
    for said in ("0491 570 006", "+61 491 570 006", "anonymous"):
        with pytest.raises(variables.ScenarioError, match=r"CALLER must be a phone number .* such as \+14255550142\."):
            variables.caller({"CALLER": said})
