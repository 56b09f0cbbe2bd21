"""The test cases of the template, run in the simulator against the flows of the template and the real handler."""

import json
from typing import Any

import pytest

from builders import Deflect
from cloudformation import GIVEN, MADE, PROMPTS, RESOURCES, TEMPLATE, deployed, holds
from connect_simulator import Simulator, demo
from connect_simulator.flows import ChannelReport, ContactCenter, FlowContact, Queue
from connect_simulator.flows.test_case import TestCaseResult, run_test_case
from deflection.outcome import OutcomeDetails, Started, Status
from deflection.response import to_flow_response
from flows import FUNCTION_ARN, MODULE_ARN, document, flow

WITH_TEST_CASES = {"DeployFlows": "with-test-cases"}
CASES = {name: each for name, each in RESOURCES.items() if each["Type"] == "AWS::Connect::TestCase"}
CONSENT = {"CONSENT_ATTRIBUTE": "smsConsent"}


def content(name: str, **given: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(deployed(CASES[name]["Properties"]["Content"], GIVEN | given))
    return loaded


def overrides(name: str, action_type: str) -> list[dict[str, Any]]:
    """Return what the case overrides of this type, in order."""
    actions = [action for each in content(name)["Observations"] for action in each["Actions"]]
    found = [each["Parameters"]["Behavior"]["Properties"] for each in actions if "Behavior" in each["Parameters"]]
    return [each for each in found if each["ActionType"] == action_type]


def answers(name: str) -> list[dict[str, str]]:
    found = overrides(name, "InvokeLambdaFunction")
    return [json.loads(each["Strategy"]["Response"]["ExecutionResult"]["Value"]) for each in found]


def run(name: str, deflect: Deflect, center: ContactCenter | None = None, **given: str) -> TestCaseResult:
    """Run a case against the flows that these template parameters deploy."""
    contact = FlowContact("call-1", customer=None, is_test=True, center=center or ContactCenter())
    functions = {FUNCTION_ARN: lambda event: deflect(event, **CONSENT)}
    return run_test_case(
        content(name, **given), flow("voice", **given), contact, functions, {MODULE_ARN: flow("offer", **given)}
    )


@pytest.mark.parametrize("language", PROMPTS)
@pytest.mark.parametrize("name", CASES)
def test_case_passes_before_the_queue(name: str, language: str, deflect: Deflect) -> None:
    result = run(name, deflect, Language=language)

    assert result == TestCaseResult(tuple(each["Identifier"] for each in content(name)["Observations"]), (), None)


@pytest.mark.parametrize("name", CASES)
def test_case_passes_when_the_flow_offers_a_callback_too(name: str, deflect: Deflect) -> None:
    assert run(name, deflect, CallbackOffer="true").failed == ()


def test_no_case_sends_a_message(simulator: Simulator, deflect: Deflect) -> None:
    for name in CASES:
        run(name, deflect)

    assert simulator.world.requests == []


@pytest.mark.parametrize("name", CASES)
def test_case_whose_offer_is_not_made_fails_before_the_queue(name: str, deflect: Deflect) -> None:
    short = ContactCenter({demo.QUEUE_ARN: Queue(reports={"VOICE": ChannelReport(wait_seconds=5)})})

    result = run(name, deflect, short, OfferMinWaitSeconds="60")

    assert {"offer", "queue"} <= set(result.failed)
    assert result.queue_arn is None


@pytest.mark.parametrize("name", CASES)
def test_call_that_a_case_does_not_end_enters_a_queue_that_no_agent_serves(name: str, deflect: Deflect) -> None:
    endless = content(name)
    endless["Observations"][-1]["Actions"].pop()
    functions = {FUNCTION_ARN: lambda event: deflect(event, **CONSENT)}

    result = run_test_case(
        endless, flow("voice"), FlowContact("call-1", is_test=True), functions, {MODULE_ARN: flow("offer")}
    )

    assert result.queue_arn == MADE["TestQueue.QueueArn"]
    assert not [each for each in RESOURCES.values() if each["Type"] == "AWS::Connect::RoutingProfile"]


@pytest.mark.parametrize("name", CASES)
def test_case_looks_only_at_what_the_flows_have(name: str) -> None:
    actions = [action for flow_name in ("voice", "offer") for action in document(flow_name)["Actions"]]
    spoken = {
        text
        for action in actions
        for text in (action["Parameters"].get("Text"), action["Parameters"].get("Input", {}).get("offerPrompt"))
    }
    written = {
        attribute
        for action in actions
        if action["Type"] == "UpdateContactAttributes"
        for attribute in action["Parameters"]["Attributes"]
    }
    events = [each["Event"]["Properties"] for each in content(name)["Observations"]]
    checks = [
        action["Parameters"]["Namespace"]
        for each in content(name)["Observations"]
        for action in each["Actions"]
        if action["Type"] == "Assert"
    ]

    assert {each["Text"] for each in events if "Text" in each} <= spoken
    assert {each["ActionType"] for each in events if "ActionType" in each} <= {each["Type"] for each in actions}
    assert checks
    assert {path.removeprefix("$.Attributes.") for path in checks} <= written


@pytest.mark.parametrize("name", CASES)
def test_case_answers_in_place_of_the_function_that_the_flows_invoke(name: str) -> None:
    invoked = {
        action["Parameters"]["LambdaFunctionARN"]
        for action in document("offer")["Actions"]
        if action["Type"] == "InvokeLambdaFunction"
    }

    replaced = [each["ActionParameters"]["LambdaFunctionARN"] for each in overrides(name, "InvokeLambdaFunction")]
    assert set(replaced) <= invoked
    assert all(each.keys() <= to_flow_response(Started(OutcomeDetails(), "id")).keys() for each in answers(name))


def test_every_status_has_a_case() -> None:
    last = [answers(name)[-1]["Status"] for name in CASES if answers(name)]

    assert set(last) == set(Status)


def test_test_cases_are_deployed_only_on_request() -> None:
    for each in [*CASES.values(), RESOURCES["TestQueue"], RESOURCES["TestHours"]]:
        conditions = TEMPLATE["Conditions"]
        assert each["Condition"] == "TestCasesAreDeployed"
        assert not holds(conditions["TestCasesAreDeployed"], {"DeployFlows": "true"})
        assert not holds(conditions["TestCasesAreDeployed"], {"DeployFlows": "false"})
        assert holds(conditions["TestCasesAreDeployed"], WITH_TEST_CASES)
        assert holds(conditions["FlowsAreDeployed"], WITH_TEST_CASES)


@pytest.mark.parametrize("name", CASES)
def test_case_is_published_and_enters_the_voice_flow_without_a_number(name: str) -> None:
    properties = CASES[name]["Properties"]

    assert properties["Status"] == "PUBLISHED"
    assert properties["EntryPoint"] == {
        "Type": "VOICE_CALL",
        "VoiceCallEntryPointParameters": {"FlowId": {"Fn::GetAtt": ["VoiceFlow", "ContactFlowArn"]}},
    }
    assert len(deployed(properties["Name"], GIVEN)) <= 127
    assert len(deployed(properties["Content"], GIVEN)) <= 256_000
