"""The reply gate: the operator answers the first message, and the SMS contact shows that its flow noticed it."""

from collections.abc import Callable
from typing import Any

import pytest

from connect_simulator import Fault
from deflection_ops.terminal import Terminal
from flows import flow
from ops.conftest import Deploy
from ops.smoke_test.conftest import Smoke
from ops.smoke_test.running import terminal
from ops.stack import DeployedStack

GATED = {"SmsReplySeconds": "3600"}


def answering(stack: DeployedStack, answer: Callable[[str], object], line: str = "") -> Terminal:
    """Return a terminal whose user agrees, then does something with the first SMS contact and types a line."""
    asked = [0]

    def read_line() -> str:
        asked[0] += 1
        if asked[0] == 2:
            answer(stack.simulator.world.requests[0].contact_id)
            return line
        return "yes"

    return terminal(read_line)


def reply(stack: DeployedStack) -> Callable[[str], object]:
    conversations = stack.simulator.world.conversations

    def send(contact_id: str) -> None:
        conversations.start(contact_id, flow("sms"))
        conversations.reply(contact_id, "Hello")

    return send


def test_reply_that_the_flow_notices_settles_two_assumptions(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy(**GATED)

    result = smoke(stack, at=answering(stack, reply(stack)))

    assert result.one("reply")["code"] == "OK"
    assert (result.judgements["reply"], result.judgements["chat metrics"]) == ("held", "held")
    assert result.status == 0


def test_reply_that_the_flow_does_not_notice_ends_the_run(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy(**GATED)
    world = stack.simulator.world

    def answer(contact_id: str) -> None:
        world.conversations.reply(contact_id, "Hello")  # no flow waits for it

    result = smoke(stack, at=answering(stack, answer))

    assert (result.one("reply")["code"], result.one("reply")["verdict"]) == ("REPLY_NOT_NOTICED", "not ok")
    assert result.judgements["reply"] == "failed"
    assert "related message" not in {each["name"] for each in result.findings}
    assert [each["code"] for each in result.named("clean-up")] == ["OK"]
    assert result.status == 1


def test_contact_in_the_queue_without_the_mark_has_got_a_reply(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy(**GATED)

    def answer(contact_id: str) -> None:
        stack.simulator.world.contacts[contact_id]["QueueInfo"] = {"Id": "queue", "EnqueueTimestamp": 1795342000.0}

    assert smoke(stack, at=answering(stack, answer)).one("reply")["code"] == "REPLY_NOT_NOTICED"


def test_missing_reply_decides_nothing(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy(**GATED)

    result = smoke(stack, at=answering(stack, lambda _contact_id: None))

    assert (result.one("reply")["code"], result.one("reply")["verdict"]) == ("REPLY_NOT_RECEIVED", "warning")
    assert result.judgements["reply"] == "not tried"
    assert result.one("related message")["code"] == "OK"
    assert result.status == 0


def test_reply_in_the_last_moment_counts(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy(**GATED)
    seconds = [0]

    def sleep(_seconds: float) -> None:
        seconds[0] += 1
        if seconds[0] == 59:
            reply(stack)(stack.simulator.world.requests[0].contact_id)

    at = Terminal(is_interactive=lambda: True, read_line=lambda: "yes", sleep=sleep)

    assert smoke(stack, at=at).one("reply")["code"] == "OK"


def end_of_file(_contact_id: str) -> Any:
    raise EOFError


@pytest.mark.parametrize(
    ("answer", "line"), [(lambda _contact_id: None, "no"), (lambda _contact_id: None, "No"), (end_of_file, "")]
)
def test_operator_may_skip_the_reply(answer: Callable[[str], object], line: str, deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy(**GATED)

    result = smoke(stack, at=answering(stack, answer, line))

    assert result.named("reply") == []
    assert result.one("related message")["code"] == "OK"


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"SmsReplySeconds": "0"},
        GATED | {"DeployFlows": "false"},
        GATED | {"ContactFlowId": "5c0d7e1a-90ab-4cde-8f01-23456789abcd"},
        GATED | {"LexBotAliasArn": "arn:aws:lex:us-east-1:111122223333:bot-alias/ABCDEFGHIJ/TSTALIASID"},
    ],
)
def test_nobody_is_asked_for_a_reply_that_no_flow_waits_for(
    parameters: dict[str, str], deploy: Deploy, smoke: Smoke
) -> None:
    assert smoke(deploy(**parameters)).named("reply") == []


def test_nobody_is_asked_for_a_reply_with_force(deploy: Deploy, smoke: Smoke) -> None:
    result = smoke(deploy(**GATED), "--force", at=terminal(end_of_file_now))

    assert result.named("reply") == []
    assert result.status == 0


def end_of_file_now() -> str:
    raise EOFError


@pytest.mark.parametrize("operation", ["GetContactAttributes", "DescribeContact"])
def test_missing_permission_decides_nothing(operation: str, deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy(**GATED)

    def answer(_contact_id: str) -> None:
        stack.simulator.faults.add(Fault(operation, "access_denied", times=None))

    result = smoke(stack, at=answering(stack, answer))

    assert (result.one("reply")["code"], result.one("reply")["verdict"]) == ("PERMISSION_MISSING", "not asked")
    assert result.judgements["reply"] == "not tried"


def test_metrics_without_the_reply_are_reported(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy(**GATED)
    world = stack.simulator.world

    def answer(contact_id: str) -> None:
        reply(stack)(contact_id)
        world.contacts[contact_id]["ChatMetrics"] = {}

    result = smoke(stack, at=answering(stack, answer))

    assert (result.judgements["reply"], result.judgements["chat metrics"]) == ("held", "failed")
