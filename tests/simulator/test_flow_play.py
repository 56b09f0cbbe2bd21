"""The player of flows: what each action does, what it refuses, and how the customer takes part."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connect_simulator import demo
from connect_simulator.flows import (
    End,
    Flow,
    FlowContact,
    FlowError,
    FlowPlayer,
    FunctionTimeoutError,
    Step,
    Waiting,
    read_flow,
)

EVENT = json.loads((Path(__file__).parents[2] / "events" / "flow_voice.json").read_text())
FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:deflection:live"
END = {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}


def action(kind: str, parameters: dict[str, Any], identifier: str = "a", **transitions: Any) -> dict[str, Any]:
    """An action that goes on to the end, also from any error, unless something else is said."""
    usual = {"NextAction": "end", "Errors": [{"ErrorType": "NoMatchingError", "NextAction": "end"}]}
    return {
        "Identifier": identifier,
        "Type": kind,
        "Parameters": parameters,
        "Transitions": {name: value for name, value in (usual | transitions).items() if value is not None},
    }


def when(**results: str) -> list[dict[str, Any]]:
    return [
        {"NextAction": to, "Condition": {"Operator": "Equals", "Operands": [result]}} for result, to in results.items()
    ]


def otherwise(*errors: str) -> list[dict[str, str]]:
    return [{"ErrorType": error, "NextAction": "end"} for error in errors]


def flow(*actions: dict[str, Any], flow_type: str = "CONTACT_FLOW", **changes: Any) -> Flow:
    start = actions[0]["Identifier"] if actions else "end"
    document: dict[str, Any] = {
        "Version": "2019-10-30",
        "StartAction": start,
        "Metadata": {},
        "Actions": [*actions, END],
    }
    return read_flow(document | changes, flow_type)


def begin(*actions: dict[str, Any], function: Callable[[Any], Any] = dict, **contact: Any) -> FlowPlayer:
    """A flow of these actions, played until the customer must do something."""
    flow_type = contact.pop("flow_type", "CONTACT_FLOW")
    play = FlowPlayer(flow(*actions, flow_type=flow_type), FlowContact("call-1", **contact), {FUNCTION: function})
    play.run()
    return play


def say(text: str, identifier: str = "a", **transitions: Any) -> dict[str, Any]:
    return action("MessageParticipant", {"Text": text}, identifier, **transitions)


def write(**attributes: str) -> dict[str, Any]:
    return action("UpdateContactAttributes", {"Attributes": attributes, "TargetContact": "Current"})


def invoke(response_type: str = "STRING_MAP", **given: str) -> dict[str, Any]:
    parameters = {
        "LambdaFunctionARN": FUNCTION,
        "InvocationTimeLimitSeconds": "3",
        "InvocationType": "SYNCHRONOUS",
        "ResponseValidation": {"ResponseType": response_type},
    }
    return action("InvokeLambdaFunction", parameters | {"LambdaInvocationAttributes": given})


MENU = {"Text": "Press 1.", "StoreInput": "False", "InputTimeLimitSeconds": "5"}
KEYS = {
    "Text": "Your number?",
    "StoreInput": "True",
    "InputTimeLimitSeconds": "5",
    "InputValidation": {"CustomValidation": {"MaximumLength": "4"}},
}
MENU_ERRORS = otherwise("InputTimeLimitExceeded", "NoMatchingCondition", "NoMatchingError")


def test_a_flow_is_played_one_step_after_the_other() -> None:
    play = FlowPlayer(flow(say("Hello", NextAction="b"), say("Goodbye", "b")), FlowContact("call-1"), {})

    assert play.step() == Step("a", "MessageParticipant", "", ("Hello",), {}, None)
    assert play.end is None
    assert play.step() == Step("b", "MessageParticipant", "", ("Goodbye",), {}, None)
    assert play.step() == Step("end", "DisconnectParticipant", "", (), {}, None)
    assert play.step() is None
    assert play.end == End("DISCONNECTED", "end")
    assert [step.action for step in play.steps] == ["a", "b", "end"]


def test_a_menu_waits_for_a_key_and_says_by_which_branch_it_went_on() -> None:
    menu = action("GetParticipantInput", MENU, Conditions=when(**{"1": "b"}), Errors=MENU_ERRORS)
    presses: list[tuple[Callable[[FlowPlayer], Any], list[tuple[str, str]]]] = [
        (lambda play: play.press("1"), [("b", "1"), ("end", "")]),
        (lambda play: play.press("2"), [("end", "NoMatchingCondition")]),
        (lambda play: play.time_out(), [("end", "InputTimeLimitExceeded")]),
    ]
    for do, way in presses:
        play = begin(menu, say("Yes", "b"))
        assert play.waiting == Waiting("a", "KEY")
        assert play.step() is None
        assert [(step.action, step.branch) for step in do(play)] == way
        assert play.waiting is None


@pytest.mark.parametrize(
    ("keys", "stored"), [("12#", "12"), ("12", "12"), ("12345#", "1234"), ("99*12#", "12"), ("99*#", ""), ("#", "")]
)
def test_what_is_typed_is_stored(keys: str, stored: str) -> None:
    play = begin(action("GetParticipantInput", KEYS))
    assert play.waiting == Waiting("a", "DIGITS")

    play.press(keys)

    assert play.contact.stored_input == stored
    assert play.end == End("DISCONNECTED", "end")


def test_when_nothing_is_typed_the_word_timeout_is_stored() -> None:
    play = begin(action("GetParticipantInput", KEYS))

    play.time_out()

    assert play.contact.stored_input == "Timeout"


@pytest.mark.parametrize("keys", ["", "a", "+1", "1 2"])
def test_a_keypad_has_no_other_keys(keys: str) -> None:
    with pytest.raises(ValueError, match="keys must contain only"):
        begin(action("GetParticipantInput", KEYS)).press(keys)


@pytest.mark.parametrize(
    "do",
    [
        lambda play: play.press("1"),
        lambda play: play.time_out(),
        lambda play: play.wait(),
        lambda play: play.reply("x"),
        lambda play: play.hang_up(),
        lambda play: play.connect_agent(),
    ],
)
def test_the_customer_cannot_do_what_the_flow_does_not_wait_for(do: Callable[[FlowPlayer], Any]) -> None:
    with pytest.raises(FlowError):
        do(begin(say("Hello")))


@pytest.mark.parametrize("do", [FlowPlayer.hang_up, FlowPlayer.connect_agent])
def test_a_play_that_was_ended_from_outside_goes_no_further(do: Callable[[FlowPlayer], None]) -> None:
    play = begin(action("GetParticipantInput", KEYS))

    do(play)

    assert play.end
    assert play.end.action == "a"
    assert (play.waiting, play.step()) == (None, None)


def test_who_hangs_up_between_two_steps_hears_the_next_one_no_more() -> None:
    play = FlowPlayer(flow(say("Hello")), FlowContact("call-1"), {})

    play.hang_up()

    assert (play.end, play.run()) == (End("HUNG_UP", "a"), [])


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        ("words", "words"),
        ("$5", "$5"),
        ("$.Attributes.language", "English"),
        ("$.Attributes['two words']", "yes"),
        ("$.Attributes.none", None),
        ("$.External.Status", "STARTED"),
        ("$.StoredCustomerInput", "4255550111"),
        ("$.CustomerEndpoint.Address", "+14255550142"),
        ("$.SystemEndpoint.Address", "+14255550190"),
        ("$.Queue.Name", None),
        ("$.ContactId", "call-1"),
        ("$.SegmentAttributes['connect:Subtype']", "connect:Telephony"),
        ("$.Attributes.language.deeper", None),
    ],
)
def test_a_reference_stands_for_what_is_known_of_the_contact(reference: str, value: str | None) -> None:
    contact = FlowContact(
        "call-1",
        attributes={"language": "English", "two words": "yes"},
        external={"Status": "STARTED"},
        stored_input="4255550111",
    )

    assert contact.resolve(reference) == value


@pytest.mark.parametrize("reference", ["Hello $.Attributes.name", "$.Views.x", "$.", "$.Attributes.a, $.Attributes.b"])
def test_a_reference_that_is_not_simulated_is_refused(reference: str) -> None:
    with pytest.raises(FlowError):
        FlowContact("call-1").resolve(reference)


def test_the_function_gets_the_event_of_a_call() -> None:
    events: list[Any] = []

    def function(event: Any) -> dict[str, str]:
        events.append(event)
        return {"Status": "STARTED"}

    play = begin(
        action("UpdateContactTargetQueue", {"QueueId": demo.QUEUE_ARN}, "q", NextAction="a"),
        invoke(Given="words", Number="$.StoredCustomerInput"),
        function=function,
        attributes={"name": "Jane"},
    )

    [event] = events
    data = event["Details"]["ContactData"]
    sample = EVENT["Details"]["ContactData"]
    assert event["Details"]["Parameters"] == {"Given": "words", "Number": None}
    assert data.keys() == sample.keys()
    assert data["Attributes"] == {"name": "Jane"}
    assert (data["InstanceARN"], data["CustomerEndpoint"]) == (sample["InstanceARN"], sample["CustomerEndpoint"])
    assert data["Queue"]["ARN"] == demo.QUEUE_ARN
    assert play.contact.external == {"Status": "STARTED"}
    assert [step.invocation.attempts for step in play.steps if step.invocation] == [1]


def test_a_withheld_number_is_no_endpoint() -> None:
    assert FlowContact("call-1", customer=None).lambda_event({})["Details"]["ContactData"]["CustomerEndpoint"] is None


@pytest.mark.parametrize(
    ("answer", "times"),
    [
        (RuntimeError(), 4),
        (FunctionTimeoutError(), 1),
        (None, 1),
        ([], 1),
        ({"Status": None}, 1),
        ({"Status": {"nested": "x"}}, 1),
        ({"Status": "é" * 20_000}, 1),
    ],
)
def test_what_is_no_answer_is_an_error_and_only_what_raises_is_repeated(answer: Any, times: int) -> None:
    def function(_: Any) -> Any:
        if isinstance(answer, Exception):
            raise answer
        return answer

    play = begin(invoke(), function=function, external={"Status": "of before"})

    first, last = play.steps
    assert first.invocation
    assert (first.invocation.attempts, first.invocation.response) == (times, None)
    assert last.branch == "NoMatchingError"
    assert play.contact.external == {"Status": "of before"}


def test_a_function_that_recovers_is_heard() -> None:
    answers = [RuntimeError(), {"Status": "STARTED"}]

    def function(event: Any) -> Any:
        event.clear()
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    play = begin(invoke(), function=function)

    invocation = play.steps[0].invocation
    assert invocation
    assert (invocation.attempts, invocation.response) == (2, {"Status": "STARTED"})
    assert invocation.event["Name"] == "ContactFlowEvent"


@pytest.mark.parametrize(
    ("answer", "is_valid"),
    [
        ({"Status": "STARTED", "Message": "Two words."}, True),
        ({"Contact": {"Id": "c-1"}, "Parts": [1, 2], "Is": None}, True),
        ({"Status": "é" * 20_000}, False),
        ([], False),
        (None, False),
    ],
)
def test_json_response_is_any_object_below_32_kb(answer: Any, *, is_valid: bool) -> None:
    play = begin(invoke("JSON"), function=lambda _: answer)

    assert play.contact.external == (answer if is_valid else {})
    assert play.steps[-1].branch == ("" if is_valid else "NoMatchingError")


def test_flow_reads_a_nested_value_of_a_json_response() -> None:
    play = begin(
        action("InvokeLambdaFunction", invoke("JSON")["Parameters"], NextAction="b"),
        say("$.External.Contact.Id", "b"),
        function=lambda _: {"Contact": {"Id": "c-1"}},
    )

    assert play.steps[1].prompts == ("c-1",)


def test_a_function_that_is_not_there_is_an_error() -> None:
    missing = action("InvokeLambdaFunction", invoke()["Parameters"] | {"LambdaFunctionARN": f"{FUNCTION}2"})

    assert begin(missing).steps[-1].branch == "NoMatchingError"


def test_attributes_are_written_with_what_they_refer_to() -> None:
    play = begin(write(a="1", b="$.ContactId"), attributes={"a": "0", "c": "3"})

    assert play.steps[0].attributes == {"a": "1", "b": "call-1"}
    assert play.contact.attributes == {"a": "1", "b": "call-1", "c": "3"}


@pytest.mark.parametrize("value", ["", "$.Attributes.none"])
def test_what_connect_writes_for_nothing_is_not_known_so_it_is_refused(value: str) -> None:
    with pytest.raises(FlowError, match="must have a value"):
        begin(write(a=value))


@pytest.mark.parametrize(("value", "way"), [("x", "x"), ("y", "NoMatchingCondition"), (None, "NoMatchingCondition")])
def test_a_comparison_goes_by_the_value(value: str | None, way: str) -> None:
    compare = action(
        "Compare",
        {"ComparisonValue": "$.Attributes.a"},
        Conditions=when(x="end"),
        Errors=otherwise("NoMatchingCondition"),
    )

    assert begin(compare, attributes={"a": value} if value else {}).steps[-1].branch == way


def test_a_voice_a_hook_and_a_queue_are_set() -> None:
    play = begin(
        action(
            "UpdateContactTextToSpeechVoice",
            {"TextToSpeechVoice": "Vicki", "TextToSpeechEngine": "Neural"},
            "v",
            NextAction="h",
        ),
        action("UpdateContactEventHooks", {"EventHooks": {"CustomerQueue": demo.SMS_FLOW_ARN}}, "h", NextAction="q"),
        action("UpdateContactTargetQueue", {"QueueId": demo.QUEUE_ARN}, "q", NextAction="t"),
        action("TransferContactToQueue", {}, "t"),
    )

    assert play.contact.voice == "Vicki"
    assert play.end == End("QUEUED", "t", demo.SMS_FLOW_ARN)


@pytest.mark.parametrize(
    "wrong",
    [
        action("UpdateContactTextToSpeechVoice", {"TextToSpeechVoice": "Vicki", "TextToSpeechEngine": "best"}),
        action("UpdateContactTargetQueue", {"QueueId": "arn:aws:connect:another"}),
        action("TransferContactToQueue", {}),
        action(
            "ConnectParticipantWithLexBot", {"Text": "?", "LexV2Bot": {"AliasArn": "none"}, "LexTimeoutSeconds": {}}
        ),
    ],
)
def test_what_connect_cannot_do_is_an_error(wrong: dict[str, Any]) -> None:
    assert begin(wrong).steps[-1].branch == "NoMatchingError"


@pytest.mark.parametrize(("seconds", "steps"), [({"InterruptFrequencySeconds": "30"}, ["end"]), ({}, [])])
def test_prompts_loop_until_they_are_interrupted_or_an_agent_answers(seconds: dict[str, str], steps: list[str]) -> None:
    messages = {"Messages": [{"Text": "Please wait."}, {"SSML": "<speak/>"}]}
    conditions = when(MessagesInterrupted="end")
    play = begin(
        action("MessageParticipantIteratively", messages | seconds, Conditions=conditions), flow_type="CUSTOMER_QUEUE"
    )

    assert play.steps[0].prompts == ("Please wait.", "<speak/>")
    assert play.waiting == Waiting("a", "AGENT")
    assert [step.action for step in play.wait()] == steps


@pytest.mark.parametrize(("intent", "way"), [("Billing", "Billing"), ("Other", "NoMatchingCondition")])
def test_a_bot_takes_a_reply_for_an_intent(intent: str, way: str) -> None:
    bot = {"Text": "?", "LexV2Bot": {"AliasArn": "arn:aws:lex:x"}, "LexTimeoutSeconds": {"Text": "60"}}
    play = begin(
        action("ConnectParticipantWithLexBot", bot, Conditions=when(Billing="end"), Errors=MENU_ERRORS), channel="CHAT"
    )

    assert [step.branch for step in play.reply(intent)] == [way]


def test_a_keypad_and_hold_prompts_are_for_calls_only() -> None:
    keypad = action("GetParticipantInput", KEYS)
    prompts = action("MessageParticipantIteratively", {"Messages": [{"Text": "x"}]})
    for each in (keypad, prompts):
        play = begin(each, flow_type="CUSTOMER_QUEUE", channel="CHAT")
        assert play.steps[-1].branch == "NoMatchingError"


def test_errors_are_met_where_they_are_asked_for() -> None:
    transfer = action("TransferContactToQueue", {}, Errors=otherwise("QueueAtCapacity", "NoMatchingError"))
    for error in ("QueueAtCapacity", "NoMatchingError"):
        play = FlowPlayer(flow(transfer), FlowContact("call-1", queue_arn=demo.QUEUE_ARN), {}, {"a": error})
        play.run()
        assert play.steps[-1].branch == error
    with pytest.raises(FlowError, match="no branch for the error Another"):
        FlowPlayer(flow(transfer), FlowContact("call-1"), {}, {"a": "Another"}).run()


@pytest.mark.parametrize(
    "wrong",
    [
        action("ShowView", {}),
        action("EndFlowExecution", {}),
        action("MessageParticipantIteratively", {"Messages": [{"Text": "x"}]}),
        action("MessageParticipant", {}),
        action("MessageParticipant", {"Text": "x", "SSML": "x"}),
        action("MessageParticipant", {"Text": ""}),
        action("MessageParticipant", {"Text": "x"}, NextAction=None),
        action("GetParticipantInput", MENU | {"StoreInput": "True"}),
        action("GetParticipantInput", MENU | {"InputValidation": {}}),
        action("UpdateContactAttributes", {"Attributes": {}, "TargetContact": "Related"}),
        action("InvokeLambdaFunction", invoke()["Parameters"] | {"InvocationType": "ASYNCHRONOUS"}),
        action("InvokeLambdaFunction", invoke()["Parameters"] | {"InvocationTimeLimitSeconds": "9"}),
        action("InvokeLambdaFunction", invoke()["Parameters"] | {"ResponseValidation": {"ResponseType": "XML"}}),
        action("InvokeLambdaFunction", invoke()["Parameters"] | {"ResponseValidation": {}}),
        action("Compare", {"ComparisonValue": "x"}, Errors=[]),
        action("TransferContactToQueue", {}, Errors=[]),
    ],
    ids=lambda wrong: wrong["Type"],
)
def test_what_is_not_known_is_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(FlowError):
        begin(wrong)


@pytest.mark.parametrize(
    ("actions", "changes", "why"),
    [
        ([], {"Version": "2018-01-01"}, "Version"),
        ([], {"StartAction": "none"}, "no action none"),
        ([say("x", NextAction="nowhere")], {}, "no action nowhere"),
        ([say("x"), say("y")], {}, "twice"),
        ([say("x", Else="end")], {}, "Else"),
        ([say("x", Conditions=[{"NextAction": "end", "Condition": {"Operator": "TextContains"}}])], {}, "Equals"),
    ],
)
def test_a_document_that_is_none_is_refused(actions: list[dict[str, Any]], changes: dict[str, Any], why: str) -> None:
    with pytest.raises(FlowError, match=why):
        flow(*actions, **changes)
