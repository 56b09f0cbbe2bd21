"""Test cases of a template, and the operations that run them."""

import json
from collections.abc import Callable
from typing import Any

import botocore.session
import pytest
from moto.core.utils import camelcase_to_underscores

from connect_simulator import Simulator, demo
from connect_simulator.aws.service_model import validation_errors
from flow_language import FUNCTION, action, compares, say

TEXT = "Press 1."
ASK = {"Text": TEXT, "StoreInput": "False", "InputTimeLimitSeconds": "5"}
WRITE = {"Attributes": {"status": "$.External.Status"}, "TargetContact": "Current"}
KEY_ERRORS = ("InputTimeLimitExceeded", "NoMatchingCondition", "NoMatchingError")
INVOKE = {
    "LambdaFunctionARN": FUNCTION,
    "InvocationTimeLimitSeconds": "3",
    "InvocationType": "SYNCHRONOUS",
    "ResponseValidation": {"ResponseType": "JSON"},
}
QUEUE_ERRORS = [{"NextAction": "end", "ErrorType": name} for name in ("QueueAtCapacity", "NoMatchingError")]
ACTIONS = [
    action("UpdateContactTargetQueue", {"QueueId": demo.QUEUE_ARN}, "queue", NextAction="ask"),
    action(
        "GetParticipantInput",
        ASK,
        "ask",
        Conditions=[compares("Equals", "1", "invoke")],
        Errors=[{"NextAction": "end", "ErrorType": name} for name in KEY_ERRORS],
    ),
    action("InvokeLambdaFunction", INVOKE, "invoke", NextAction="write"),
    action("UpdateContactAttributes", WRITE, "write", NextAction="tag"),
    action("TagContact", {"Tags": {"smsDeflection": "started"}}, "tag", NextAction="transfer"),
    action("TransferContactToQueue", {}, "transfer", Errors=QUEUE_ERRORS),
    {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}},
]

type Client = Callable[..., Any]


def observation(name: str, event: dict[str, Any], *actions: dict[str, Any], then: str = "") -> dict[str, Any]:
    return {
        "Identifier": name,
        "Event": event,
        "Actions": list(actions),
        "Transitions": {"NextObservations": [then] if then else []},
    }


def heard(text: str, matching: str = "Similarity") -> dict[str, Any]:
    properties = {"Text": text, "MatchingCriteria": {"Type": matching}}
    return {"Type": "MessageReceived", "Actor": "System", "Properties": properties}


def press(keys: str) -> dict[str, Any]:
    instruction = {"Type": "DtmfInput", "Properties": {"Value": keys}}
    return {"Type": "SendInstruction", "Parameters": {"Instruction": instruction}}


def expect(value: str) -> dict[str, Any]:
    return {
        "Type": "Assert",
        "Parameters": {"Namespace": "$.Attributes.status", "Operator": "Equals", "Operand": value},
    }


START = {"Type": "TestInitiated", "Actor": "System", "Properties": {}}
TRANSFER = {
    "Type": "FlowActionStarted",
    "Properties": {"ActionType": "TransferContactToQueue", "ActionParameters": {"QueueId": demo.QUEUE_ARN}},
}
END = {"Type": "TestControl", "Parameters": {"Command": {"Type": "EndTest"}}}


@pytest.fixture
def start(client_of: Client, connect: Any, simulator: Simulator) -> Client:
    """Deploy a flow with a test case of these observations, start it, and return the request that names it."""
    simulator.functions["deflection"] = lambda _event: {"Status": "STARTED"}

    def run(*observations: dict[str, Any], actions: list[dict[str, Any]] = ACTIONS) -> dict[str, str]:
        flow = {"Version": "2019-10-30", "StartAction": actions[0]["Identifier"], "Actions": actions}
        named = {"InstanceArn": demo.INSTANCE_ARN, "Name": "case"}
        flow_id = {"Fn::GetAtt": ["Voice", "ContactFlowArn"]}
        case = named | {
            "Content": json.dumps({"Version": "2019-10-30", "Observations": observations}),
            "EntryPoint": {"Type": "VOICE_CALL", "VoiceCallEntryPointParameters": {"FlowId": flow_id}},
        }
        resources = {
            "Voice": ("ContactFlow", named | {"Type": "CONTACT_FLOW", "Content": json.dumps(flow)}),
            "Case": ("TestCase", case),
            "Queue": ("Queue", named | {"HoursOfOperationArn": {"Fn::GetAtt": ["Hours", "HoursOfOperationArn"]}}),
            "Hours": ("HoursOfOperation", named),
        }
        template = {
            "Resources": {
                name: {"Type": f"AWS::Connect::{kind}", "Properties": properties}
                for name, (kind, properties) in resources.items()
            }
        }
        client_of("cloudformation").create_stack(StackName="cases", TemplateBody=json.dumps(template))
        [arn] = simulator.world.test_cases.definitions
        case_id = arn.rpartition("/")[2]
        started = connect.start_test_case_execution(
            InstanceId=demo.INSTANCE_ID, TestCaseId=case_id, ClientToken="token"
        )
        execution_id = started["TestCaseExecutionId"]
        return {"InstanceId": demo.INSTANCE_ID, "TestCaseId": case_id, "TestCaseExecutionId": execution_id}

    return run


def finish(connect: Any, named: dict[str, str]) -> Any:
    for _ in range(2):
        connect.get_test_case_execution_summary(**named)
    return connect.get_test_case_execution_summary(**named)


def test_execution_passes_when_every_observation_does(start: Client, connect: Any) -> None:
    named = start(
        observation("start", START, then="offer"),
        observation("offer", heard(TEXT), press("1")),
        observation("queue", TRANSFER, expect("STARTED"), END),
    )

    statuses = [connect.get_test_case_execution_summary(**named)["Status"] for _ in range(4)]
    summary = connect.get_test_case_execution_summary(**named)
    records = connect.list_test_case_execution_records(**named)["ExecutionRecords"]

    assert statuses == ["INITIATED", "IN_PROGRESS", "PASSED", "PASSED"]
    assert summary["ObservationSummary"] == {
        "TotalObservations": 3,
        "ObservationsPassed": 3,
        "ObservationsFailed": 0,
    }
    assert [(each["ObservationId"], each["Status"]) for each in records] == [
        ("execution", "PASSED"),
        ("start", "PASSED"),
        ("offer", "PASSED"),
        ("queue", "PASSED"),
    ]
    contact_id = json.loads(records[0]["Record"])["ContactId"]
    contact = connect.describe_contact(InstanceId=demo.INSTANCE_ID, ContactId=contact_id)["Contact"]
    assert contact["Tags"] == {"smsDeflection": "started"}
    assert contact["DisconnectReason"] == "OTHER"


@pytest.mark.parametrize(
    ("observations", "failed"),
    [
        ([observation("offer", heard("Press 2."), press("1"))], ["offer"]),
        ([observation("offer", heard("Press", "Inclusion"), press("2"))], []),
        ([observation("offer", heard(TEXT), press("1")), observation("queue", TRANSFER, expect("FAILED"))], ["queue"]),
        ([observation("a", START, then="b"), observation("b", START)], ["b"]),
        ([observation("a", START, {"Type": "Unknown", "Parameters": {}})], ["a"]),
    ],
)
def test_execution_fails_for_an_unseen_event_and_a_false_assertion(
    observations: list[dict[str, Any]], failed: list[str], start: Client, connect: Any
) -> None:
    named = start(*observations)

    records = connect.list_test_case_execution_records(**named)["ExecutionRecords"]
    assert finish(connect, named)["Status"] == ("FAILED" if failed else "PASSED")
    assert [each["ObservationId"] for each in records if each["Status"] == "FAILED"] == failed


def test_mocked_answers_are_given_once_each_in_order(start: Client, connect: Any, simulator: Simulator) -> None:
    simulator.functions.clear()

    def mock(status: str) -> dict[str, Any]:
        response = {"Type": "ExecutionResult", "ExecutionResult": {"Value": json.dumps({"Status": status})}}
        override = {
            "ActionType": "InvokeLambdaFunction",
            "ActionParameters": {"LambdaFunctionARN": FUNCTION},
            "Strategy": {"Type": "MockResponse", "Response": response},
        }
        return {"Type": "OverrideSystemBehavior", "Parameters": {"Behavior": {"Properties": override}}}

    again = [*ACTIONS[:4], action("InvokeLambdaFunction", INVOKE, "tag", NextAction="write-again")]
    again += [action("UpdateContactAttributes", WRITE, "write-again", NextAction="transfer"), *ACTIONS[5:]]

    named = start(
        observation("start", START, mock("DECLINED"), mock("DEFERRED"), then="offer"),
        observation("offer", heard(TEXT), press("1")),
        observation("queue", TRANSFER, expect("DEFERRED")),
        actions=again,
    )

    assert finish(connect, named)["Status"] == "PASSED"


def test_flow_that_never_ends_is_stopped(start: Client, connect: Any) -> None:
    endless = [
        action(
            "GetParticipantInput",
            ASK,
            "ask",
            NextAction="ask",
            Errors=[{"NextAction": "ask", "ErrorType": name} for name in KEY_ERRORS],
            Conditions=[compares("Equals", "1")],
        ),
        ACTIONS[-1],
    ]

    named = start(observation("queue", TRANSFER), actions=endless)

    assert finish(connect, named)["Status"] == "FAILED"


def test_known_token_returns_the_earlier_execution(start: Client, connect: Any) -> None:
    named = start(observation("start", START))
    request = {"InstanceId": demo.INSTANCE_ID, "TestCaseId": named["TestCaseId"]}

    again = connect.start_test_case_execution(**request, ClientToken="token")
    other = connect.start_test_case_execution(**request, ClientToken="other")

    assert again["TestCaseExecutionId"] == named["TestCaseExecutionId"] != other["TestCaseExecutionId"]


def test_stopped_execution_stays_stopped(start: Client, connect: Any) -> None:
    named = start(observation("start", START))

    connect.stop_test_case_execution(**named)

    assert finish(connect, named)["Status"] == "STOPPED"


def test_unknown_test_case_and_execution_are_not_found(start: Client, connect: Any) -> None:
    named = start(observation("start", START))

    with pytest.raises(connect.exceptions.ResourceNotFoundException):
        connect.start_test_case_execution(InstanceId=demo.INSTANCE_ID, TestCaseId="none")
    with pytest.raises(connect.exceptions.ResourceNotFoundException):
        connect.get_test_case_execution_summary(**named | {"TestCaseExecutionId": "none"})


def test_test_case_and_queue_exist_until_their_stack_is_deleted(
    start: Client, client_of: Client, simulator: Simulator
) -> None:
    start(observation("start", START))
    cloudformation = client_of("cloudformation")
    body = json.loads(json.dumps(cloudformation.get_template(StackName="cases")["TemplateBody"]))
    for resource in body["Resources"].values():
        resource["Properties"]["Name"] = "renamed"

    cloudformation.update_stack(StackName="cases", TemplateBody=json.dumps(body))
    names = [each["Name"] for each in simulator.world.test_cases.definitions.values()]
    cloudformation.delete_stack(StackName="cases")

    assert names == ["renamed"]
    assert simulator.world.test_cases.definitions == {}
    assert simulator.world.center.queues.keys() == {demo.QUEUE_ARN}


@pytest.mark.parametrize("operation", ["GetTestCaseExecutionSummary", "ListTestCaseExecutionRecords"])
def test_response_matches_the_model(operation: str, start: Client, connect: Any) -> None:
    named = start(observation("start", START), observation("offer", heard(TEXT)))
    finish(connect, named)
    shape = botocore.session.get_session().get_service_model("connect").operation_model(operation).output_shape

    answer = getattr(connect, camelcase_to_underscores(operation))(**named)

    del answer["ResponseMetadata"]
    assert list(validation_errors(shape, answer)) == []


def test_prompts_of_a_flow_are_heard_one_by_one(start: Client, connect: Any) -> None:
    named = start(
        observation("first", heard("Welcome.")),
        actions=[say("Welcome.", "hello"), ACTIONS[-1]],
    )

    assert finish(connect, named)["Status"] == "PASSED"
