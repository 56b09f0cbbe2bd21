"""The AWS resources of a scenario."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connect_simulator import Simulator
from connect_simulator.scenario import resources, variables

CALLER = "+14255550142"


type ClientOf = Callable[..., Any]


@pytest.mark.parametrize("setting", ["MESSAGES_PARAMETER", "ROUTES_PARAMETER"])
def test_document_file_becomes_a_parameter(
    setting: str, simulator: Simulator, client_of: ClientOf, tmp_path: Path
) -> None:
    name = str(tmp_path / "document.json")
    Path(name).write_bytes(b'\xef\xbb\xbf{"default": "Jos\xc3\xa9"}')
    [result] = resources.create_resources(simulator, {setting: f" {name} "})
    assert client_of("ssm").get_parameter(Name=name)["Parameter"]["Value"] == '{"default": "José"}'
    assert name in result


def test_document_without_a_file_is_not_a_parameter(simulator: Simulator, client_of: ClientOf) -> None:
    [result] = resources.create_resources(simulator, {"ROUTES_PARAMETER": "/texts/routes"})
    assert "/texts/routes" in result
    assert "ROUTES_PARAMETER" in result
    assert client_of("ssm").describe_parameters()["Parameters"] == []


@pytest.mark.parametrize(("content", "why"), [(b"", "empty"), (b"\xff\xfe{", "UTF-8")])
def test_document_that_ssm_would_reject_is_an_error(
    content: bytes, why: str, simulator: Simulator, tmp_path: Path
) -> None:
    (tmp_path / "document.json").write_bytes(content)
    with pytest.raises(variables.ScenarioError, match=rf"document\.json .*{why}"):
        resources.create_resources(simulator, {"MESSAGES_PARAMETER": str(tmp_path / "document.json")})


@pytest.mark.parametrize(("text", "more"), [("é" * 2048, []), ("é" * 2048 + "x", ["4,097"]), ("é" * 4096, ["8,192"])])
def test_large_document_is_reported_as_advanced_tier(
    text: str, more: list[str], simulator: Simulator, tmp_path: Path
) -> None:
    name = str(tmp_path / "document.json")
    Path(name).write_text(text, "utf-8")
    _, *result = resources.create_resources(simulator, {"ROUTES_PARAMETER": name})
    assert len(result) == len(more)
    assert all(size in line for size, line in zip(more, result, strict=True))


def test_document_beyond_the_tiers_is_an_error(simulator: Simulator, client_of: ClientOf, tmp_path: Path) -> None:
    name = str(tmp_path / "document.json")
    Path(name).write_text("é" * 4096 + "x", "utf-8")
    with pytest.raises(variables.ScenarioError, match=r"document\.json .*8,192.*8,193"):
        resources.create_resources(simulator, {"MESSAGES_PARAMETER": name})
    assert client_of("ssm").describe_parameters()["Parameters"] == []


@pytest.mark.parametrize(("said", "value"), [({}, "on"), ({"SWITCH": ""}, "on"), ({"SWITCH": "off"}, "off")])
def test_switch_is_on_by_default(said: dict[str, str], value: str, simulator: Simulator, client_of: ClientOf) -> None:
    [result] = resources.create_resources(simulator, {"SWITCH_PARAMETER": "/texts/switch", **said})
    assert client_of("ssm").get_parameter(Name="/texts/switch")["Parameter"]["Value"] == value
    assert "/texts/switch" in result


def test_table_is_created(simulator: Simulator, client_of: ClientOf) -> None:
    [result] = resources.create_resources(simulator, {"TABLE_NAME": "texts", "REPEAT_WINDOW_MINUTES": "60"})
    table = client_of("dynamodb").describe_table(TableName="texts")["Table"]
    assert table["KeySchema"] == [{"AttributeName": "id", "KeyType": "HASH"}]
    assert "texts" in result


@pytest.mark.parametrize("name", ["Default", "Ours", "arn:aws:sms-voice:us-east-1:111122223333:opt-out-list/Ours"])
def test_opted_out_number_is_on_the_named_list(name: str, simulator: Simulator, client_of: ClientOf) -> None:
    [result] = resources.create_resources(simulator, {"OPT_OUT_LIST_NAME": name, "OPTED_OUT": CALLER})
    sms = client_of("pinpoint-sms-voice-v2")
    answer = sms.describe_opted_out_numbers(OptOutListName=name, OptedOutNumbers=[CALLER])
    assert [entry["OptedOutNumber"] for entry in answer["OptedOutNumbers"]] == [CALLER]
    assert CALLER in result


def test_carrier_sets_the_line_type_of_every_number(simulator: Simulator, client_of: ClientOf) -> None:
    [result] = resources.create_resources(simulator, {"CARRIER_LOOKUP": "true", "CARRIER": "landline"})
    assert client_of("pinpoint-sms-voice-v2").carrier_lookup(PhoneNumber=CALLER)["PhoneNumberType"] == "LANDLINE"
    assert "LANDLINE" in result


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"SWITCH": "off"}, "SWITCH .*SWITCH_PARAMETER"),
        ({"OPTED_OUT": CALLER}, "OPTED_OUT .*OPT_OUT_LIST_NAME"),
        ({"CARRIER": "VOIP", "CARRIER_LOOKUP": " "}, "CARRIER .*CARRIER_LOOKUP"),
        ({"CARRIER": "FAX", "CARRIER_LOOKUP": "true"}, "CARRIER .*MOBILE, LANDLINE, VOIP"),
        ({"OPT_OUT_LIST_NAME": "Default", "OPTED_OUT": "+1 425 555 0142"}, r"OPTED_OUT .*\+14255550142"),
        ({"OPT_OUT_LIST_NAME": "Default", "OPTED_OUT": "abc"}, "OPTED_OUT"),
        ({"SWITCH_PARAMETER": "/aws/switch"}, "PutParameter"),
    ],
)
def test_ineffective_or_invalid_variable_is_an_error(said: dict[str, str], why: str, simulator: Simulator) -> None:
    with pytest.raises(variables.ScenarioError, match=why):
        resources.create_resources(simulator, said)


def test_nothing_is_created_without_variables(simulator: Simulator) -> None:
    assert resources.create_resources(simulator, {"INITIAL_MESSAGE": "Hello", "OPT_OUT_LIST_NAME": "Default"}) == []
