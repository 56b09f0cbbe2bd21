"""
Define the test cases of the voice flow in Amazon Connect's Testing language; `embed.py` puts them into the template.

A test case hears the offer, presses keys, and compares the contact attributes that the flow has set. No simulated call
reaches an agent: the observation `queue` does not wait for another one, so it ends the test at the transfer to the
queue, on every path. If it fails to, the call enters TestQueue, which does not have agents.
Source: https://docs.aws.amazon.com/connect/latest/devguide/testing-language.html
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

TYPED_NUMBER = "4255550123#"
"""A fictional number."""
SMS_CONTACT = "0b3f9d2e-7c4a-4e8b-9f15-6a2d8c1e4b70"
"""The SMS contact of the mocked answers; it does not exist."""
FUNCTION = {"LambdaFunctionARN": "${DeflectionFunctionAliaslive}"}
QUEUE = {"QueueId": "${QueueArn}"}
OFFER = "${OfferPrompt}${CallbackSentence}"
NUMBER_REQUEST = "${KeypadPrompt}"

type Json = dict[str, Any]


@dataclass(frozen=True)
class Answer:
    """An answer that Amazon Connect gives in place of the function."""

    status: str
    reason: str = ""
    contact_id: str = ""

    @property
    def attributes(self) -> Mapping[str, str]:
        """The contact attributes that the flow sets after this answer."""
        return {
            "deflectionStatus": self.status,
            "deflectionReason": self.reason or "NONE",
            "deflectionContactId": self.contact_id or "NONE",
        }


@dataclass(frozen=True)
class Case:
    """
    One path of the voice flow.

    Attributes:
        name: The path, in words.
        answers: The answers to the invocations of the function, in order; if empty, the function itself answers.
        attributes: The expected contact attributes; by default those of the last answer.
        key: The key that the caller presses at the offer.
        types_number: Whether the flow asks for a number, which the caller types.
    """

    name: str
    answers: tuple[Answer, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)
    key: str = "1"
    types_number: bool = False

    @property
    def logical_id(self) -> str:
        """The name of the resource in the template."""
        return f"TestCase{self.name.title().replace(' ', '')}"

    @property
    def expected(self) -> Mapping[str, str]:
        """The contact attributes at the end."""
        return self.attributes or self.answers[-1].attributes


STARTED = Answer("STARTED", contact_id=SMS_CONTACT)
CASES = (
    Case("offer declined", attributes={"${ConsentAttribute}": "no"}, key="9"),
    # The function itself is invoked. It sends nothing to a simulated contact.
    Case("offer accepted", attributes=Answer("DECLINED", "SIMULATED_CONTACT").attributes),
    Case("started", (STARTED,)),
    Case("deferred", (Answer("DEFERRED", "THROTTLED"),)),
    Case("declined", (Answer("DECLINED", "OPTED_OUT"),)),
    Case("recently texted", (Answer("DECLINED", "RECENTLY_DEFLECTED", SMS_CONTACT),)),
    Case("failed", (Answer("FAILED", "SERVICE_UNAVAILABLE"),)),
    Case("ignored", (Answer("IGNORED", "TRIGGER_NOT_MATCHED"),), Answer("FAILED", "NO_ANSWER").attributes),
    Case("dry run", (Answer("DRY_RUN"),)),
    Case("number typed", (Answer("DECLINED", "CUSTOMER_NUMBER_MISSING"), STARTED), types_number=True),
)


def content(case: Case) -> Json:
    """Return the content of a test case; Fn::Sub fills in its variables."""
    return {"Version": "2019-10-30", "Metadata": {}, "Observations": list(_observations(case))}


def _observations(case: Case) -> Iterator[Json]:
    then = ["number"] if case.types_number else [] if case.answers or case.key != "1" else ["function"]
    yield _observation("start", _event("TestInitiated"), [_replace_queue(), *map(_mock, case.answers)], ["offer"])
    yield _observation("offer", _heard(OFFER), [_press(case.key)], then)
    if case.types_number:
        yield _observation("number", _heard(NUMBER_REQUEST), [_press(TYPED_NUMBER)])
    if then == ["function"]:
        yield _observation("function", _begun("InvokeLambdaFunction", FUNCTION))
    checks = (_expect(name, value) for name, value in case.expected.items())
    yield _observation("queue", _begun("TransferContactToQueue", QUEUE), [*checks, _end_test()])


def _observation(name: str, event: Json, actions: Sequence[Json] = (), then: Sequence[str] = ()) -> Json:
    named = [{"Identifier": f"{name}-{number}", **action} for number, action in enumerate(actions, 1)]
    following = [*({"NextAction": action["Identifier"]} for action in named[1:]), {}]
    return {
        "Identifier": name,
        "Event": {"Identifier": f"{name}-event", **event},
        "Actions": [{**action, "Transitions": next_} for action, next_ in zip(named, following, strict=False)],
        "Transitions": {"NextObservations": list(then)},
    }


def _event(type_: str, **properties: Any) -> Json:
    return {"Type": type_, "Actor": "System", "Properties": properties}


def _heard(text: str) -> Json:
    return _event("MessageReceived", Text=text, MatchingCriteria={"Type": "Similarity"})


def _begun(action_type: str, parameters: Json) -> Json:
    return _event("FlowActionStarted", ActionType=action_type, ActionParameters=parameters)


def _action(type_: str, **parameters: Any) -> Json:
    return {"Type": type_, "Parameters": {"ActionType": type_, **parameters}}


def _mock(answer: Answer) -> Json:
    values = {"Status": answer.status, "Reason": answer.reason, "ContactId": answer.contact_id}
    response = {"Type": "ExecutionResult", "ExecutionResult": {"Value": json.dumps(values)}}
    return _override("InvokeLambdaFunction", FUNCTION, {"Type": "MockResponse", "Response": response})


def _replace_queue() -> Json:
    strategy = {"Type": "SubstituteResource", "SubstituteArn": "${TestQueue.QueueArn}"}
    return _override("TransferContactToQueue", QUEUE, strategy)


def _override(action_type: str, parameters: Json, strategy: Json) -> Json:
    properties = {"ActionType": action_type, "ActionParameters": parameters, "Strategy": strategy}
    return _action("OverrideSystemBehavior", Behavior={"Type": "FlowAction", "Properties": properties})


def _press(keys: str) -> Json:
    instruction = {"Type": "DtmfInput", "Properties": {"Value": keys}}
    return _action("SendInstruction", Actor="Customer", Instruction=instruction)


def _expect(attribute: str, value: str) -> Json:
    parameters = {"Namespace": f"$.Attributes.{attribute}", "Operator": "Equals", "Operand": value}
    return {"Type": "Assert", "Parameters": parameters}


def _end_test() -> Json:
    return _action("TestControl", Command={"Type": "EndTest"})
