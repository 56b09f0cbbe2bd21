"""The command: arguments, the question before the first message, output and interruption."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from connect_simulator import Fault
from deflection_ops import permissions, smoke
from deflection_ops.smoke_test.assumptions import ASSUMPTIONS
from deflection_ops.terminal import Terminal
from ops.conftest import Deploy
from ops.smoke_test.running import run, terminal
from ops.smoke_test.test_test_cases import add_test_cases
from ops.stack import FOREIGN_INSTANCE, STACK, TO, PatchedAws

MASKED = "+1********23"
ARGUMENTS = ["--stack", STACK, "--to", TO]

type Capture = pytest.CaptureFixture[str]


def test_lines_report_the_steps_the_assumptions_and_a_summary(deploy: Deploy, capsys: Capture) -> None:
    status = smoke.main(ARGUMENTS, deploy().aws, terminal())

    out = capsys.readouterr().out
    assert "\nok        first message: " in out
    for assumption in ASSUMPTIONS.values():
        assert f" {assumption.says}\n{'':<10}-> " in out
    assert out.splitlines()[-1].endswith(" ok, 1 warning.")
    assert status == 0


def test_script_gets_one_json_object(deploy: Deploy, capsys: Capture) -> None:
    status = smoke.main([*ARGUMENTS, "--json", "--force"], deploy().aws)

    out = capsys.readouterr().out
    report = json.loads(out[out.index('{\n  "stack"') :])
    assert {finding["verdict"] for finding in report["findings"]} == {"ok", "warning"}
    assert {tuple(each) for each in report["assumptions"]} == {("says", "judgement", "evidence")}
    assert status == 0


def test_number_is_shown_once_for_confirmation(deploy: Deploy, capsys: Capture) -> None:
    smoke.main(ARGUMENTS, deploy().aws, terminal())

    out, err = capsys.readouterr()
    assert (err.count(TO), out.count(TO)) == (1, 0)


def test_force_asks_nobody_and_masks_the_number(deploy: Deploy, capsys: Capture) -> None:
    nobody = Terminal(is_interactive=lambda: False, read_line=lambda: "no", sleep=lambda _seconds: None)

    status = smoke.main([*ARGUMENTS, "--force"], deploy().aws, nobody)

    out, err = capsys.readouterr()
    assert MASKED in err
    assert TO not in out + err
    assert status == 0


@pytest.mark.parametrize(
    ("setting", "named", "answer"), [("false", 0, "DRY_RUN"), ("true", 1, "DECLINED CUSTOMER_NUMBER_MISSING")]
)
def test_cost_of_carrier_lookups_is_named_before_the_question(
    setting: str, named: int, answer: str, deploy: Deploy, capsys: Capture
) -> None:
    result = run(deploy({"CARRIER_LOOKUP": setting}), capsys)

    assert result.err.count("carrier") == named
    assert result.one("dry run")["subject"] == answer
    assert result.status == 0


def test_command_without_a_terminal_sends_nothing(deploy: Deploy, capsys: Capture) -> None:
    stack = deploy()

    status = smoke.main(ARGUMENTS, stack.aws, Terminal(is_interactive=lambda: False))

    out, err = capsys.readouterr()
    assert "FORCE=1" in err
    assert (out, status, stack.simulator.world.requests) == ("", 2, [])


def end_of_file() -> str:
    raise EOFError


@pytest.mark.parametrize("answer", [lambda: "no", lambda: "", end_of_file])
def test_message_is_sent_only_after_yes(answer: Callable[[], str], deploy: Deploy, capsys: Capture) -> None:
    stack = deploy()

    result = run(stack, capsys, at=terminal(answer))

    assert result.one("first message")["code"] == "NOT_CONFIRMED"
    assert result.one("first message")["verdict"] == "not asked"
    assert (result.status, stack.simulator.world.requests) == (2, [])


@pytest.mark.parametrize("number", ["4255550142", "+1 425", "Jane"])
def test_invalid_number_is_refused_and_not_repeated(number: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit) as ended:
        smoke.main(["--stack", STACK, "--to", number])

    err = capsys.readouterr().err
    assert ended.value.code == 2
    assert "TO=+14255550100" in err
    assert number not in err


def test_stack_with_a_problem_sends_nothing(deploy: Deploy, capsys: Capture) -> None:
    stack = deploy({"INSTANCE_ARN": FOREIGN_INSTANCE})

    status = smoke.main(ARGUMENTS, stack.aws, terminal())

    out = capsys.readouterr().out
    assert "[INSTANCE_ELSEWHERE]" in out
    assert not any(assumption.says in out for assumption in ASSUMPTIONS.values())
    assert (status, stack.simulator.world.requests) == (1, [])


def test_script_gets_no_assumptions_about_a_stack_with_a_problem(deploy: Deploy, capsys: Capture) -> None:
    result = run(deploy({"INSTANCE_ARN": FOREIGN_INSTANCE}), capsys)

    assert result.judgements == {}


def test_rejected_credentials_end_the_command(deploy: Deploy, capsys: Capture) -> None:
    stack = deploy()
    stack.simulator.faults.add(Fault("DescribeStacks", "expired_token"))

    status = smoke.main(ARGUMENTS, stack.aws, terminal())

    assert "ExpiredToken" in capsys.readouterr().err
    assert status == 2


def interrupt(*_: object) -> Any:
    raise KeyboardInterrupt


INTERRUPTING = Terminal(is_interactive=lambda: True, read_line=lambda: "yes", sleep=interrupt)


def test_interruption_ends_the_open_contact(deploy: Deploy, capsys: Capture) -> None:
    stack = deploy()
    stack.simulator.faults.add(Fault("DescribeContact", "not_found"))

    status = smoke.main(ARGUMENTS, stack.aws, INTERRUPTING)

    [contact] = stack.simulator.world.contacts.values()
    assert "DisconnectTimestamp" in contact
    assert "[" not in capsys.readouterr().err
    assert status == 2


def test_interruption_names_a_contact_that_stays_open(deploy: Deploy, capsys: Capture) -> None:
    stack = deploy()
    stack.simulator.faults.add(Fault("DescribeContact", "not_found"), Fault("StopContact", "access_denied"))

    smoke.main(ARGUMENTS, stack.aws, INTERRUPTING)

    [contact_id] = stack.simulator.world.contacts
    err = capsys.readouterr().err
    assert contact_id in err
    assert "[CONTACT_LEFT_OPEN]" in err


def test_interruption_during_a_message_says_that_a_contact_may_be_open(deploy: Deploy, capsys: Capture) -> None:
    class Interrupted(PatchedAws):
        invocations = 0

        def call(self, service: str, operation: str, **request: object) -> object:
            if operation == "invoke":
                self.invocations += 1
                if self.invocations > 1:
                    raise KeyboardInterrupt
            return super().call(service, operation, **request)

    status = smoke.main(ARGUMENTS, Interrupted(deploy()), terminal())

    assert "[LEFT_OPEN_ANSWER_LOST]" in capsys.readouterr().err
    assert status == 2


def test_permissions_are_those_of_the_calls_to_aws(deploy: Deploy) -> None:
    called = set()

    class Recording(PatchedAws):
        def call(self, service: str, operation: str, **request: object) -> object:
            called.add(operation.replace("_", ""))
            return super().call(service, operation, **request)

    stack = add_test_cases(deploy({"OPT_OUT_LIST_NAME": "Default"}, SmsReplySeconds="3600"))
    stack.simulator.world.test_cases.statuses["TestCaseDeferred"] = ["IN_PROGRESS"]
    resources = stack.aws.call("cloudformation", "describe_stack_resources", StackName=STACK)

    smoke.main(ARGUMENTS, Recording(stack, describe_stack_resources=resources), terminal())

    names = {action.partition(":")[2].lower() for action in permissions.COMMANDS["smoke"]}
    assert {action.partition(":")[2].lower() for action in permissions.SMOKE} <= called
    assert called - {"getcalleridentity", "invoke"} <= names
