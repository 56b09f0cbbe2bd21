"""The command behind `make run`: the events that it finds, their environment and the output."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connect_simulator import demo
from connect_simulator.lambda_runtime.sdk_environment import EMPTY_CONFIG_FILES
from forked import run_module

FUNCTION = '''
import os
import time
import boto3

class ThrottledError(Exception):
    code = "THROTTLED"

time.sleep(float(os.environ.get("LOADING_SECONDS", 0)))
LOADED_AT = time.monotonic()

def lambda_handler(event, context):
    """Do what the event says."""
    match event:
        case {"raise": text}:
            raise RuntimeError(text)
        case {"fail": text}:
            raise ThrottledError(text)
        case {"detail": {"contactId": contact_id}}:
            connect = boto3.client("connect")
            described = connect.describe_contact(InstanceId=os.environ["INSTANCE_ARN"], ContactId=contact_id)
            return described["Contact"]["CustomerEndpoint"]
        case {"Details": {"ContactData": {"CustomerEndpoint": {"Address": number}}}}:
            return {"Selected": number}
        case {"Details": {"Parameters": {"loaded": _}}}:
            return {"Selected": "long ago" if time.monotonic() - LOADED_AT > 0.5 else "just now"}
        case {"Records": records}:
            print(f"{len(records)} records")
            return {"batchItemFailures": []}
        case {"environment": prefixes}:
            return {name: value for name, value in os.environ.items() if name.lower().startswith(tuple(prefixes))}
    return {"Status": "STARTED"}
'''

HOSTILE = {
    "AWS_REGION": "eu-west-9",
    "AWS_DEFAULT_REGION": "eu-west-9",
    "AWS_PROFILE": "nobody",
    "AWS_SESSION_TOKEN": "old",
    "AWS_CONFIG_FILE": "hostile.ini",
    "AWS_ENDPOINT_URL_CONNECT": "http://127.0.0.1:9",
    "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true",
    "AWS_CA_BUNDLE": "/nowhere",
    "POWERTOOLS_LOG_LEVEL": "CRITICAL",
    "POWERTOOLS_SERVICE_NAME": "other",
    "HTTP_PROXY": "http://127.0.0.1:9",
    "http_proxy": "http://127.0.0.1:9",
    "ALL_PROXY": "http://127.0.0.1:9",
    "https_proxy": "http://127.0.0.1:9",
    "NO_PROXY": "example.com",
}

type Command = Callable[..., subprocess.CompletedProcess[str]]


def command_in(folder: Path, *, is_new_process: bool) -> Command:
    """Return the command, run in a folder where events/ and a function are."""
    (folder / "function.py").write_text(FUNCTION)
    (folder / "events").mkdir()

    def run(event: str, content: Any = None, file: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
        if content is not None:
            written = content if isinstance(content, bytes) else json.dumps(content).encode()
            (folder / "events" / f"{file or event}.json").write_bytes(written)
        module, arguments = "connect_simulator.cli.run_events", ["function.lambda_handler", event]
        variables = {"PATH": os.environ["PATH"], "HOME": str(folder), "PYTHONPATH": os.pathsep.join(sys.path)}
        if not is_new_process:
            return run_module(module, arguments, folder, variables | environment)
        return subprocess.run(
            [sys.executable, "-m", module, *arguments],
            cwd=folder,
            env=variables | environment,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


@pytest.fixture
def play(tmp_path: Path) -> Command:
    """Return the command in a fork of a process that has imported it."""
    return command_in(tmp_path, is_new_process=False)


@pytest.fixture
def play_in_a_new_process(tmp_path: Path) -> Command:
    """Return the command as a shell starts it."""
    return command_in(tmp_path, is_new_process=True)


def shown(run: subprocess.CompletedProcess[str]) -> dict[str, str]:
    """Return the text of each section by its title."""
    assert run.stderr == ""
    titled = [part.split("\n", 2) for part in run.stdout.split("\n\n") if "\n---" in part]
    return {title: text.strip() for title, _, text in titled}


def test_flow_response_is_printed_last(play_in_a_new_process: Command) -> None:
    run = play_in_a_new_process("flow", {"Details": {}})
    assert list(shown(run)) == [
        "Amazon Connect received",
        "Amazon Connect now has",
        "The function logged",
        "The flow gets",
    ]
    assert shown(run)["The flow gets"] == "$.External.Status            STARTED"
    assert run.stdout.startswith("events/flow.json was given to function.lambda_handler.\n")


def test_sqs_response_is_printed_as_json(play: Command) -> None:
    run = play("batch", {"Records": [{"body": "no JSON"}, {"body": '{"detail": null}'}, None]})
    assert json.loads(shown(run)["SQS gets"]) == {"batchItemFailures": []}
    assert shown(run)["The function logged"] == "3 records"


def test_response_to_any_other_event_is_printed_as_json(play: Command) -> None:
    assert json.loads(shown(play("bus", {"detail-type": "Unknown"}))["The response"]) == {"Status": "STARTED"}
    assert json.loads(shown(play("list", ["no event"]))["The response"]) == {"Status": "STARTED"}


def test_exception_is_printed_without_a_traceback(play: Command) -> None:
    run = play("bad", {"raise": "Amazon Connect did not answer."})
    assert list(shown(run).items())[-1] == ("The function raised", "RuntimeError: Amazon Connect did not answer.")
    assert run.returncode == 1


def test_exception_with_a_code_is_printed_with_its_reason(play: Command) -> None:
    run = play("bad", {"fail": "Too fast."})
    assert shown(run)["The function raised"] == "ThrottledError: Too fast.\nReason: THROTTLED"
    assert run.returncode == 1


def test_several_events_run_in_order_with_a_response_each(play: Command, tmp_path: Path) -> None:
    (tmp_path / "events" / "batch.json").write_text(json.dumps({"Records": [1]}))
    (tmp_path / "events" / "bad.json").write_text(json.dumps({"raise": "No."}))
    run = play("batch,bad,events/flow.json,batch")
    assert run.stderr == "events/flow.json was not found. Events: bad, batch.\n"
    run = play("batch,bad,events/flow.json,batch", {"Details": {}}, file="flow")
    heads = [line for line in run.stdout.splitlines() if "given to" in line]
    assert [head.split(" ")[0] for head in heads] == [
        f"events/{name}.json" for name in ("batch", "bad", "flow", "batch")
    ]
    assert run.stdout.count("The function logged\n-------------------\n1 records\n") == 2
    assert run.stdout.count("The function logged\n-------------------\nnothing\n") == 2
    assert run.stdout.index("The function raised") < run.stdout.index("The flow gets") < run.stdout.rindex("SQS gets")
    assert run.returncode == 1


def test_created_resources_are_printed_first(play: Command) -> None:
    run = play("flow", {"Details": {}}, SWITCH_PARAMETER="/texts/switch")
    assert run.stdout.startswith("In the simulated AWS\n--------------------\nSSM has the parameter /texts/")
    assert list(shown(run))[-1] == "The flow gets"


def test_endpoint_of_a_running_simulator_is_not_used(play: Command) -> None:
    run = play("flow", {"Details": {}}, AWS_ENDPOINT_URL="http://127.0.0.1:9")
    assert "http://127.0.0.1:9" in shown(run)["In the simulated AWS"]
    assert shown(run)["The flow gets"].endswith("STARTED")


@pytest.mark.parametrize("wrong", [{"SWITCH": "off"}, {"EVENT_AGE_SECONDS": "long"}, {"CALLER": "anonymous"}])
def test_invalid_scenario_ends_the_command_with_one_line(play: Command, wrong: dict[str, str]) -> None:
    run = play("flow", {"Details": {}}, **wrong)
    assert (run.returncode, run.stdout, run.stderr.count("\n")) == (1, "", 1)
    assert next(iter(wrong)) in run.stderr


def test_call_of_an_event_exists_in_connect(play: Command) -> None:
    run = play("disconnected", {"detail": {"contactId": "call-1", "eventType": "DISCONNECTED"}})
    assert json.loads(shown(run)["The response"]) == {"Address": "+14255550142", "Type": "TELEPHONE_NUMBER"}


def test_caller_variable_sets_the_number_of_flow_and_event(play: Command) -> None:
    by_event = play("bus", {"detail": {"contactId": "call-1"}}, CALLER="+61491570006")
    flow = {"Details": {"ContactData": {"CustomerEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": "+14255550111"}}}}
    assert json.loads(shown(by_event)["The response"])["Address"] == "+61491570006"
    assert shown(play("flow", flow, CALLER="+61491570006"))["The flow gets"].endswith(" +61491570006")
    assert shown(play("flow", flow))["The flow gets"].endswith(" +14255550111"), "that of the file, when none is said"


def test_slow_handler_gets_a_pause_before_its_first_event(play: Command) -> None:
    run = play("flow", {"Details": {"Parameters": {"loaded": ""}}}, LOADING_SECONDS="1.1")
    assert shown(run)["The flow gets"].endswith(" long ago")


def test_sdk_variables_of_the_shell_do_not_reach_the_function(play_in_a_new_process: Command, tmp_path: Path) -> None:
    for name in ("hostile.ini", ".aws/config"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("[default]\nignore_configured_endpoint_urls = true\n")
    run = play_in_a_new_process("ask", {"environment": ["aws_", "powertools_", "http", "all_p", "no_p"]}, **HOSTILE)
    result = json.loads(shown(run)["The response"])
    assert result.pop("AWS_ENDPOINT_URL").startswith("http://127.0.0.1:")
    assert result == demo.CREDENTIALS | EMPTY_CONFIG_FILES
    run = play_in_a_new_process("call", {"detail": {"contactId": "call-1"}}, **HOSTILE)
    assert json.loads(shown(run)["The response"])["Address"] == "+14255550142"


def test_shell_setting_takes_precedence_over_the_demo(play: Command) -> None:
    names = [name.lower() for name in demo.ENVIRONMENT] + ["queue_url"]
    own = {"INITIAL_MESSAGE": "Hi $customerName", "QUEUE_URL": "http://queue", "DEFAULT_COUNTRY": ""}
    result = json.loads(shown(play("ask", {"environment": names}, **own))["The response"])
    assert result == demo.ENVIRONMENT | own


@pytest.mark.parametrize("content", [b'\xef\xbb\xbf{"Details": {"name": "Jos\xc3\xa9"}}', b'{"Details": {}}'])
def test_bare_name_is_a_file_in_events_with_or_without_a_byte_order_mark(play: Command, content: bytes) -> None:
    assert "The flow gets" in shown(play("flow", content))
    assert "The flow gets" in shown(play("events/flow.json"))


def test_name_with_json_and_without_the_folder_is_found_in_events(play: Command) -> None:
    run = play("flow.json", {"Details": {}}, file="flow")

    assert run.stdout.startswith("events/flow.json was given to function.lambda_handler.\n")


def test_unknown_name_gets_the_closest_name(play: Command, tmp_path: Path) -> None:
    for name in ("flow_anonymous", "flow_voice"):
        (tmp_path / "events" / f"{name}.json").write_text("{}")

    for asked in ("flow_anonymus", "flow_anonymus.json", "events/flow_anonymus.json"):
        assert play(asked).stderr == (
            "events/flow_anonymus.json was not found. Did you mean flow_anonymous?"
            " Events: flow_anonymous, flow_voice.\n"
        )


def test_missing_event_lists_the_available_events(play: Command, tmp_path: Path) -> None:
    for name in ("b", "it's a"):
        (tmp_path / "events" / f"{name}.json").write_text("{}")
    for asked in ("events/nope.json", "nope", "elsewhere/nope.json", "events"):
        run = play(asked)
        path = asked if "/" in asked else f"events/{asked}.json"
        assert (run.returncode, run.stdout) == (1, "")
        assert run.stderr == f"{path} was not found. Events: b, it's a.\n"
    assert play("").stderr == "EVENT must name a file with an event. Events: b, it's a.\n"


def test_event_that_is_not_json_is_rejected(play: Command) -> None:
    for content in (b"{", b"\xff\xfe{"):
        run = play("bad", content)
        assert run.stderr.startswith("events/bad.json must be JSON: ")
        assert (run.returncode, run.stdout, run.stderr.count("\n")) == (1, "", 1)
