"""The environment of a session's function."""

from pathlib import Path

import pytest

from connect_simulator import Simulator
from connect_simulator.page.choices import Choices
from connect_simulator.page.session_environment import SessionEnvironment
from connect_simulator.scenario.sdk_client import sdk_client
from page_client import MOBILE, STACK


def test_opt_out_belongs_to_its_session_and_ends(simulator: Simulator) -> None:
    mine, lists = SessionEnvironment(simulator, STACK, "mine"), simulator.world.sms.opt_out_lists
    named = {"OPT_OUT_LIST_NAME": "Default"}
    lists["Default"]["+14255550199"] = 0

    mine.choose(Choices(named, {}, opted_out=True))
    mine.create_resources(MOBILE)
    assert list(lists[mine.variables()["OPT_OUT_LIST_NAME"]]) == [MOBILE]
    assert list(lists["Default"]) == ["+14255550199"]

    mine.choose(Choices(named, {}))
    mine.create_resources(MOBILE)
    assert list(lists[mine.variables()["OPT_OUT_LIST_NAME"]]) == ["+14255550199"]


def test_opt_out_list_is_not_set_without_the_setting(simulator: Simulator) -> None:
    mine = SessionEnvironment(simulator, STACK, "mine")
    mine.choose(Choices({}, {}, opted_out=True))
    mine.create_resources(MOBILE)

    assert "OPT_OUT_LIST_NAME" not in mine.variables()
    assert mine.is_opted_out(MOBILE)
    mine.choose(Choices({}, {}))
    assert not mine.is_opted_out(MOBILE)


@pytest.mark.parametrize(("said", "seconds"), [("8", 8), ("", 3), ("soon", 3), ("99", 3)])
def test_flow_time_limit_follows_the_setting(said: str, seconds: int, simulator: Simulator) -> None:
    mine = SessionEnvironment(simulator, STACK, "mine")

    mine.choose(Choices({"FLOW_TIME_LIMIT_SECONDS": said}, {}))

    assert mine.flow_time_limit == seconds


def test_withheld_number_is_not_on_the_opt_out_list(simulator: Simulator) -> None:
    mine = SessionEnvironment(simulator, STACK, "mine")
    mine.choose(Choices({"OPT_OUT_LIST_NAME": "Default"}, {}, opted_out=True))

    mine.create_resources(None)

    assert simulator.world.sms.opt_out_lists[mine.variables()["OPT_OUT_LIST_NAME"]] == {}


def test_resources_are_created_again_after_a_reset(
    simulator: Simulator, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "messages.json").write_text("{}")
    mine = SessionEnvironment(simulator, STACK, "mine")
    mine.choose(
        Choices({"REPEAT_WINDOW_MINUTES": "60", "MESSAGES_PARAMETER": "messages.json"}, {}, is_switched_off=True)
    )
    mine.create_resources(MOBILE)

    simulator.reset()
    mine.create_resources(MOBILE)

    ssm, variables = sdk_client(simulator, "ssm"), mine.variables()
    assert sdk_client(simulator, "dynamodb").list_tables()["TableNames"] == [variables["TABLE_NAME"]]
    assert ssm.get_parameter(Name="messages.json")["Parameter"]["Value"] == "{}"
    assert ssm.get_parameter(Name=variables["SWITCH_PARAMETER"])["Parameter"]["Value"] == "off"
