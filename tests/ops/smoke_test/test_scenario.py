from typing import Any

import pytest

from connect_simulator import Fault, demo
from connect_simulator.faults import FaultKind
from deflection_ops.smoke_test.assumptions import ASSUMPTIONS
from ops.conftest import Deploy
from ops.smoke_test import running
from ops.smoke_test.conftest import Smoke
from ops.stack import STACK


def test_two_messages_are_sent_and_their_contacts_ended(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy()

    result = smoke(stack)

    first, repeated, second = stack.simulator.world.requests
    assert (first.repeated, repeated.repeated, second.repeated) == (False, True, False)
    assert first.contact_id == repeated.contact_id != second.contact_id
    assert "RelatedContactId" not in first.body
    assert second.body["RelatedContactId"] == first.contact_id
    assert all("DisconnectTimestamp" in contact for contact in stack.simulator.world.contacts.values())
    assert result.status == 0
    assert [(each["name"], each["subject"]) for each in result.findings[-9:]] == [
        ("dry run", "DRY_RUN"),
        ("opt-out list", "Default"),
        ("first message", first.contact_id),
        ("repeated invocation", first.contact_id),
        ("SMS contact", first.contact_id),
        ("stop contact", first.contact_id),
        ("related message", second.contact_id),
        ("related contact", first.contact_id),
        ("clean-up", second.contact_id),
    ]


def test_assumptions_that_a_run_confirms_have_held(deploy: Deploy, smoke: Smoke) -> None:
    result = smoke(deploy())

    held = {"token", "chain", "system endpoint", "ended", "attributes", "unlisted", "association", "destination"}
    assert result.judgements == {name: "held" if name in held else "not tried" for name in ASSUMPTIONS}
    assert result.evidence["price"] == ASSUMPTIONS["price"].to_try


def test_variables_and_the_consent_attribute_have_values(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy({"INITIAL_MESSAGE": "Hello $customerName", "CONSENT_ATTRIBUTE": "smsConsent"})

    result = smoke(stack)

    assert stack.simulator.world.requests[0].body["InitialSystemMessage"]["Content"] == "Hello test"
    assert result.status == 0


@pytest.mark.parametrize(
    ("operation", "after", "name", "permission"),
    [
        ("Invoke", 0, "dry run", "lambda:InvokeFunction"),
        ("Invoke", 1, "first message", "lambda:InvokeFunction"),
        ("Invoke", 2, "repeated invocation", "lambda:InvokeFunction"),
        ("Invoke", 3, "related message", "lambda:InvokeFunction"),
        ("DescribeOptedOutNumbers", 0, "opt-out list", "sms-voice:DescribeOptedOutNumbers"),
        ("DescribeContact", 0, "SMS contact", "connect:DescribeContact"),
        ("DescribeContact", 2, "related contact", "connect:DescribeContact"),
        ("StopContact", 0, "stop contact", "connect:StopContact"),
    ],
)
def test_missing_permission_is_named(
    operation: str, after: int, name: str, permission: str, deploy: Deploy, smoke: Smoke
) -> None:
    stack = deploy()
    running.deny(stack, operation, after=after)

    result = smoke(stack)

    finding = result.one(name)
    assert (finding["code"], finding["verdict"]) == ("PERMISSION_MISSING", "not asked")
    assert permission in finding["sentence"]
    assert finding["cure"]
    assert result.status == (1 if operation == "StopContact" else 2)


@pytest.mark.parametrize(
    ("after", "name", "started"), [(1, "first message", 0), (2, "repeated invocation", 1), (3, "related message", 1)]
)
@pytest.mark.parametrize("kind", ["reset_before", "internal"])
def test_lost_answer_ends_the_run_and_a_contact_may_be_open(
    kind: FaultKind, after: int, name: str, started: int, deploy: Deploy, smoke: Smoke
) -> None:
    stack = deploy()
    stack.simulator.faults.add(Fault("Invoke", kind, after=after, times=None))

    result = smoke(stack)

    assert result.one(name)["verdict"] == "not asked"
    assert result.one("left open")["code"] == "LEFT_OPEN_ANSWER_LOST"
    assert result.one("left open")["verdict"] == "warning"
    assert len(stack.simulator.world.contacts) == started
    assert result.status == 2


def test_contact_whose_answer_is_lost_stays_open_and_is_reported(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy()
    stack.simulator.faults.add(Fault("Invoke", "reset_after", after=1))

    result = smoke(stack)

    [contact] = stack.simulator.world.contacts.values()
    assert "DisconnectTimestamp" not in contact
    assert contact["Attributes"]["deflectionSmoke"] == "first"
    assert result.one("left open")["code"] == "LEFT_OPEN_ANSWER_LOST"


@pytest.mark.parametrize(
    ("answer", "code", "subject"),
    [
        (running.DEFERRED, "LEFT_OPEN_DEFERRED", "300"),
        (running.TIMED_OUT, "LEFT_OPEN_OUTCOME_UNKNOWN", "FAILED TIMED_OUT"),
        (running.ERROR, "LEFT_OPEN_OUTCOME_UNKNOWN", "ERROR"),
    ],
)
@pytest.mark.parametrize(("after", "requests"), [(1, 0), (2, 1), (3, 2)])
def test_message_that_may_still_be_sent_is_reported(
    after: int, requests: int, answer: dict[str, str], code: str, subject: str, deploy: Deploy, smoke: Smoke
) -> None:
    stack = deploy()
    running.answer_with(stack, answer, after=after)

    result = smoke(stack)

    left = result.one("left open")
    assert (left["code"], left["subject"], left["verdict"]) == (code, subject, "warning")
    assert len(stack.simulator.world.requests) == requests


def test_contact_that_cannot_be_ended_is_named(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy()
    stack.simulator.faults.add(Fault("StopContact", "invalid_request", times=None))

    result = smoke(stack)

    first = stack.simulator.world.requests[0].contact_id
    assert (result.one("stop contact")["code"], result.one("stop contact")["subject"]) == ("CONTACT_NOT_STOPPED", first)
    assert (result.one("clean-up")["code"], result.one("clean-up")["subject"]) == ("CONTACT_LEFT_OPEN", first)
    assert result.status == 1


def test_credentials_that_expire_midway_leave_a_named_contact(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy()
    for operation in ("DescribeContact", "StopContact"):
        stack.simulator.faults.add(Fault(operation, "expired_token", times=None))

    result = smoke(stack)

    assert result.one("SMS contact")["code"] == "SETUP_INVALID"
    assert result.one("clean-up")["code"] == "CONTACT_LEFT_OPEN"
    assert result.one("clean-up")["subject"] == stack.simulator.world.requests[0].contact_id


def test_flow_arn_holds_once_a_message_started(deploy: Deploy, smoke: Smoke) -> None:
    result = smoke(deploy({"CONTACT_FLOW_ID": demo.SMS_FLOW_ARN}))

    assert result.judgements["flow ARN"] == "held"


def test_findings_of_the_doctor_decide_two_assumptions(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy()
    stack.simulator.world.sms.phone_numbers[demo.SMS_SOURCE_ARN]["TwoWayChannelArn"] = "arn:aws:sns:::texts"
    stack.simulator.world.instance_config.functions.clear()

    result = smoke(stack)

    assert (result.judgements["destination"], result.judgements["association"]) == ("failed", "not tried")


def test_repeated_invocation_that_sends_again_is_reported_and_both_contacts_ended(deploy: Deploy, smoke: Smoke) -> None:
    stack = deploy()
    invoke, count = stack.simulator.functions[STACK], [0]

    def forgetful(event: Any) -> Any:
        count[0] += 1
        event["Details"]["Parameters"]["ClientToken"] = str(count[0])
        return invoke(event)

    stack.simulator.functions[STACK] = forgetful

    result = smoke(stack)

    assert result.one("repeated invocation")["code"] == "REPEAT_DIFFERS"
    assert result.judgements["token"] == "failed"
    assert [each["code"] for each in result.named("clean-up")] == ["OK", "OK"]
    assert result.status == 1
