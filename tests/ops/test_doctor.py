import json
from typing import Any

import pytest

from connect_simulator import Fault, demo
from connect_simulator.faults import FaultKind
from deflection_ops import doctor
from ops.conftest import Deploy
from ops.stack import STACK, DeployedStack, patch_stack


def json_report(output: str) -> dict[str, Any]:
    """Parse the report; moto may print lines before it."""
    report: dict[str, Any] = json.loads(output[output.index('{\n  "stack"') :])
    return report


def put_dead_letter(stack: DeployedStack) -> None:
    stack.call("sqs", "send_message", QueueUrl=stack.environment["DEAD_LETTER_QUEUE_URL"], MessageBody="{}")


def test_warning_has_its_code_its_cure_and_exit_status_0(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    stack = deploy()
    put_dead_letter(stack)

    status = doctor.main(["--stack", STACK], stack.aws)

    *_, line, cure, _, _, summary = capsys.readouterr().out.splitlines()
    assert line.startswith("warning   dead letters: ")
    assert line.endswith(" [FAILED_RECORDS]")
    assert cure.startswith(f"{'':<10}-> ")
    assert summary.endswith(" ok, 1 warning.")
    assert status == 0


def test_problem_ends_with_exit_status_1(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    status = doctor.main(["--stack", STACK], patch_stack(deploy(), "UPDATE_ROLLBACK_COMPLETE"))

    assert "\nnot ok    last deployment: " in capsys.readouterr().out
    assert status == 1


def test_missing_answer_ends_with_exit_status_2(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    stack = deploy()
    stack.simulator.faults.add(Fault("GetPolicy", "reset_before", times=None))

    status = doctor.main(["--stack", STACK], stack.aws)

    assert "\nnot asked permission: " in capsys.readouterr().out
    assert status == 2


def test_no_stack_of_that_name_ends_the_checks(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    stack = deploy()

    status = doctor.main(["--stack", "other", "--json"], stack.aws)

    credentials, missing = json_report(capsys.readouterr().out)["findings"]
    assert (credentials["code"], missing["code"], missing["subject"]) == ("OK", "STACK_NOT_FOUND", "other")
    assert status == 1


def test_script_gets_a_json_object_with_every_finding(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    stack = deploy()

    status = doctor.main(["--stack", STACK, "--json"], stack.aws)

    report = json_report(capsys.readouterr().out)
    assert report["stack"] == STACK
    assert {tuple(finding) for finding in report["findings"]} == {
        ("name", "code", "verdict", "subject", "sentence", "cure")
    }
    assert {finding["verdict"] for finding in report["findings"]} == {"ok"}
    assert status == 0


def test_deployment_without_sms_and_queue_is_checked_without_them(
    deploy: Deploy, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = deploy(
        {
            "INITIAL_MESSAGE": "",
            "QUEUE_URL": "",
            "DEAD_LETTER_QUEUE_URL": "",
            "SUBTYPES": "connect:WhatsApp",
            "ROUTES_PARAMETER": "routes",
        },
        MoreConnectPhoneNumberArns=demo.WHATSAPP_NUMBER_ARN,
    )
    stack.put_parameter("routes", [{"SourceEndpoint_Address": demo.WHATSAPP_NUMBER_ARN}])

    doctor.main(["--stack", STACK, "--json"], stack.aws)

    names = {finding["name"] for finding in json_report(capsys.readouterr().out)["findings"]}
    assert "dead letters" in names
    assert names.isdisjoint({"queue", "two-way SMS", "STOP", "SMS sandbox", "spend limit"})


@pytest.mark.parametrize("kind", ["expired_token", "wrong_clock"])
def test_rejected_credentials_end_the_command(
    kind: FaultKind, deploy: Deploy, capsys: pytest.CaptureFixture[str]
) -> None:
    stack = deploy()
    stack.simulator.faults.add(Fault("*", kind, times=None))

    status = doctor.main(["--stack", STACK], stack.aws)

    out, err = capsys.readouterr()
    assert out == ""
    assert "aws configure list-profiles" in err
    assert status == 2


def test_script_gets_json_when_credentials_are_rejected(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    stack = deploy()
    stack.simulator.faults.add(Fault("*", "expired_token", times=None))

    status = doctor.main(["--stack", STACK, "--json"], stack.aws)

    out, err = capsys.readouterr()
    report = json.loads(out)
    assert "ExpiredToken" in report.pop("error")
    assert report == {"stack": STACK, "findings": [], "assumptions": []}
    assert (status, err) == (2, "")


def test_credentials_that_expire_midway_end_the_command(deploy: Deploy, capsys: pytest.CaptureFixture[str]) -> None:
    stack = deploy()
    stack.simulator.faults.add(Fault("DescribeInstance", "expired_token", times=None))

    status = doctor.main(["--stack", STACK, "--json"], stack.aws)

    report = json_report(capsys.readouterr().out)
    assert report["findings"][-1]["name"] == "account and Region"
    assert "ExpiredToken" in report["error"]
    assert status == 2


def test_command_without_a_stack_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        doctor.main(["--stack", ""])

    assert ended.value.code == 2
    assert "STACK=" in capsys.readouterr().err


def test_refused_invocation_leaves_the_dry_run_unanswered(deploy: Deploy) -> None:
    stack = deploy()
    stack.simulator.faults.add(Fault("Invoke", "invalid_request", times=None))

    assert doctor.main(["--stack", STACK], stack.aws) == 2
