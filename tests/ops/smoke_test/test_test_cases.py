"""The test cases of the stack: each is started, and its result is reported."""

import json
from dataclasses import replace
from typing import Any

import pytest

from cloudformation import GIVEN, RESOURCES, deployed
from connect_simulator import Fault, demo
from connect_simulator.faults import FaultKind
from flows import MODULE_ARN, document
from ops.conftest import Deploy
from ops.smoke_test.conftest import Smoke
from ops.smoke_test.running import Result, terminal
from ops.stack import STACK, DeployedStack, PatchedAws, add_resources

VOICE_FLOW = demo.SMS_FLOW_ARN.replace("contact-flow/5", "contact-flow/8")
CASES = {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::Connect::TestCase"}
NAMES = {
    "offer declined",
    "offer accepted",
    "number typed",
    "started",
    "deferred",
    "declined",
    "recently texted",
    "failed",
    "ignored",
    "dry run",
}


def add_test_cases(stack: DeployedStack) -> DeployedStack:
    """Add the flows and the test cases of the template to a stack."""
    world = stack.simulator.world
    world.instance_config.flows[VOICE_FLOW] = {
        "Name": "voice",
        "Type": "CONTACT_FLOW",
        "Content": json_of("voice"),
    }
    world.instance_config.modules[MODULE_ARN] = {"Name": "offer", "Content": json_of("offer")}
    entry = {"Type": "VOICE_CALL", "VoiceCallEntryPointParameters": {"FlowId": VOICE_FLOW}}
    arns = {name: f"{demo.INSTANCE_ARN}/test-case/{name}" for name in CASES}
    for name, properties in CASES.items():
        content = deployed(properties["Content"], GIVEN)
        world.test_cases.definitions[arns[name]] = {"Name": name, "Content": content, "EntryPoint": entry}
    stack.simulator.functions["deflection"] = stack.simulator.functions[STACK]
    stack.aws = add_resources(stack, **{name: ("AWS::Connect::TestCase", arn) for name, arn in arns.items()})
    return stack


def json_of(name: str) -> str:
    return json.dumps(document(name))


def found(result: Result, name: str) -> dict[str, str]:
    [finding] = [each for each in result.named("test case") if each["subject"] == name]
    return finding


def test_every_test_case_is_run_and_passes(deploy: Deploy, smoke: Smoke) -> None:
    stack = add_test_cases(deploy({"CONSENT_ATTRIBUTE": "smsConsent"}))

    result = smoke(stack)

    assert {(each["subject"], each["code"]) for each in result.named("test case")} == {(name, "OK") for name in NAMES}
    assert result.judgements["simulated"] == "held"
    assert len(stack.simulator.world.requests) == 3, "those of the smoke test itself"
    assert result.status == 0


def test_stack_without_test_cases_says_how_to_get_them(deploy: Deploy, smoke: Smoke) -> None:
    finding = smoke(deploy()).one("test case")

    assert (finding["code"], finding["verdict"]) == ("TEST_CASES_MISSING", "warning")
    assert "DeployFlows=with-test-cases" in finding["cure"]


def test_stack_without_flows_needs_no_test_cases(deploy: Deploy, smoke: Smoke) -> None:
    assert smoke(deploy(DeployFlows="false")).named("test case") == []


def test_flow_that_makes_no_offer_is_reported_for_each_case(deploy: Deploy, smoke: Smoke) -> None:
    stack = add_test_cases(deploy())
    stack.simulator.world.instance_config.flows[VOICE_FLOW]["Content"] = (
        '{"Version":"2019-10-30","StartAction":"end","Actions":[{"Identifier":"end","Type":"DisconnectParticipant","Parameters":{},'
        '"Transitions":{}}]}'
    )

    result = smoke(stack)

    assert {each["code"] for each in result.named("test case")} == {"TEST_CASE_WITHOUT_OFFER"}
    assert result.judgements["simulated"] == "not tried"
    assert result.one("first message")["code"] == "OK", "the messages are tried all the same"
    assert result.status == 1


def test_failed_observation_is_named(deploy: Deploy, smoke: Smoke) -> None:
    stack = add_test_cases(deploy())
    stack.simulator.functions["deflection"] = lambda _event: {"Status": "STARTED", "Reason": "", "ContactId": "1"}

    result = smoke(stack)

    assert found(result, "offer accepted")["code"] == "TEST_CASE_FAILED"
    assert "queue" in found(result, "offer accepted")["sentence"]
    assert found(result, "deferred")["code"] == "OK"


def test_case_that_never_ends_is_stopped_with_its_call(deploy: Deploy, smoke: Smoke) -> None:
    stack = add_test_cases(deploy())
    stack.simulator.world.test_cases.statuses["TestCaseDeferred"] = ["IN_PROGRESS"]
    slept: list[float] = []

    result = smoke(stack, at=replace(terminal(), sleep=slept.append))

    assert sum(slept) == pytest.approx(660, abs=30), "five minutes for each five cases, and one more"
    assert (found(result, "deferred")["code"], found(result, "deferred")["verdict"]) == ("TEST_CASE_ENDLESS", "not ok")
    assert found(result, "started")["code"] == "OK"
    assert stack.simulator.faults.calls["StopTestCaseExecution"] == 1
    assert stack.simulator.faults.calls["StopContact"] == 3


@pytest.mark.parametrize("fault", ["not_found", "access_denied"])
def test_call_that_has_ended_already_is_no_problem(fault: FaultKind, deploy: Deploy, smoke: Smoke) -> None:
    stack = add_test_cases(deploy())
    stack.simulator.world.test_cases.statuses["TestCaseDeferred"] = ["IN_PROGRESS"]
    stack.simulator.faults.add(Fault("StopContact", fault))

    assert found(smoke(stack), "deferred")["code"] == "TEST_CASE_ENDLESS"


@pytest.mark.parametrize("status", ["STOPPED", "PAUSED"])
def test_other_status_is_reported_as_not_judged(status: str, deploy: Deploy, smoke: Smoke) -> None:
    stack = add_test_cases(deploy())
    stack.simulator.world.test_cases.statuses["TestCaseDeferred"] = ["INITIATED", status]

    finding = found(smoke(stack), "deferred")

    assert (finding["code"], finding["verdict"]) == ("TEST_CASE_ENDED", "not asked")
    assert status in finding["sentence"]


@pytest.mark.parametrize(("times", "code"), [(1, "OK"), (2, "OK"), (3, "TEST_CASE_NOT_BEGUN")])
def test_case_that_does_not_begin_is_started_again_twice(times: int, code: str, deploy: Deploy, smoke: Smoke) -> None:
    stack = add_test_cases(deploy())
    stack.simulator.world.test_cases.not_begun["TestCaseDeferred"] = times

    assert found(smoke(stack), "deferred")["code"] == code


@pytest.mark.parametrize(
    ("operation", "kind", "code"),
    [
        ("StartTestCaseExecution", "access_denied", "PERMISSION_MISSING"),
        ("StartTestCaseExecution", "throttling", "AWS_ERROR"),
        ("StartTestCaseExecution", "not_found", "NOT_FOUND"),
        ("GetTestCaseExecutionSummary", "access_denied", "PERMISSION_MISSING"),
        ("GetTestCaseExecutionSummary", "unavailable_html", "ANSWER_LOST"),
    ],
)
def test_error_of_amazon_connect_is_reported_and_the_messages_are_sent(
    operation: str, kind: FaultKind, code: str, deploy: Deploy, smoke: Smoke
) -> None:
    stack = add_test_cases(deploy())
    stack.simulator.faults.add(Fault(operation, kind, times=None))

    result = smoke(stack)

    finding = result.one("test case")
    assert (finding["code"], finding["verdict"]) == (code, "not asked")
    assert result.one("first message")["code"] == "OK"
    assert result.status == 2


@pytest.mark.parametrize("record", ["", "no JSON", "[]", "{}", '{"CompletionReason": "unknown"}'])
def test_record_of_an_unknown_format_is_not_read(record: str, deploy: Deploy, smoke: Smoke) -> None:
    stack = add_test_cases(deploy())
    stack.simulator.world.test_cases.statuses["TestCaseDeferred"] = ["FAILED"]
    answer: Any = {"ExecutionRecords": [{"Record": record}, {}]}
    deployed_aws = stack.aws

    class Unknown(PatchedAws):
        def call(self, service: str, operation: str, **request: object) -> object:
            if operation == "list_test_case_execution_records":
                return answer
            return deployed_aws.call(service, operation, **request)

        read = call

    stack.aws = Unknown(stack)

    finding = found(smoke(stack), "deferred")
    assert (finding["code"], finding["verdict"]) == ("TEST_CASE_FAILED", "not ok")
