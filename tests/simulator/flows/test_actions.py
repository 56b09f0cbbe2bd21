"""What each action does to the contact."""

from typing import Any

import pytest

from connect_simulator import demo
from connect_simulator.flows import (
    End,
    FlowError,
)
from flow_language import action, begin, invoke, otherwise, when, write

MENU = {"Text": "Press 1.", "StoreInput": "False", "InputTimeLimitSeconds": "5"}


KEYS = {
    "Text": "Your number?",
    "StoreInput": "True",
    "InputTimeLimitSeconds": "5",
    "InputValidation": {"CustomValidation": {"MaximumLength": "4"}},
}


def test_attributes_are_set_with_resolved_references() -> None:
    play = begin(write(a="1", b="$.ContactId"), attributes={"a": "0", "c": "3"})

    assert play.steps[0].attributes == {"a": "1", "b": "call-1"}
    assert play.contact.attributes == {"a": "1", "b": "call-1", "c": "3"}


def test_tags_are_set_with_resolved_references_and_reach_the_function() -> None:
    play = begin(action("TagContact", {"Tags": {"dept": "Sales", "call": "$.ContactId", "none": "$.Attributes.none"}}))

    assert play.contact.tags == {"dept": "Sales", "call": "call-1", "none": ""}
    assert play.contact.lambda_event({})["Details"]["ContactData"]["Tags"] == play.contact.tags


@pytest.mark.parametrize("value", ["", "$.Attributes.none"])
def test_attribute_without_a_value_is_rejected(value: str) -> None:
    with pytest.raises(FlowError, match="must have a value"):
        begin(write(a=value))


@pytest.mark.parametrize(("value", "way"), [("x", "x"), ("y", "NoMatchingCondition"), (None, "NoMatchingCondition")])
def test_comparison_selects_the_branch_of_the_value(value: str | None, way: str) -> None:
    compare = action(
        "Compare",
        {"ComparisonValue": "$.Attributes.a"},
        Conditions=when(x="end"),
        Errors=otherwise("NoMatchingCondition"),
    )

    assert begin(compare, attributes={"a": value} if value else {}).steps[-1].branch == way


def test_voice_language_event_hook_and_queue_are_set() -> None:
    play = begin(
        action(
            "UpdateContactTextToSpeechVoice",
            {"TextToSpeechVoice": "Vicki", "TextToSpeechEngine": "Neural"},
            "v",
            NextAction="l",
        ),
        action("UpdateContactData", {"LanguageCode": "de-DE", "TargetContact": "Current"}, "l", NextAction="h"),
        action("UpdateContactEventHooks", {"EventHooks": {"CustomerQueue": demo.SMS_FLOW_ARN}}, "h", NextAction="q"),
        action("UpdateContactTargetQueue", {"QueueId": demo.QUEUE_ARN}, "q", NextAction="t"),
        action("TransferContactToQueue", {}, "t"),
    )

    assert play.contact.voice == "Vicki"
    assert play.contact.lambda_event({})["Details"]["ContactData"]["LanguageCode"] == "de-DE"
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
def test_invalid_parameter_takes_the_error_branch(wrong: dict[str, Any]) -> None:
    assert begin(wrong).steps[-1].branch == "NoMatchingError"


def test_keypad_and_looped_prompts_are_for_calls_only() -> None:
    keypad = action("GetParticipantInput", KEYS)
    prompts = action("MessageParticipantIteratively", {"Messages": [{"Text": "x"}]})
    for each in (keypad, prompts):
        play = begin(each, flow_type="CUSTOMER_QUEUE", channel="CHAT")
        assert play.steps[-1].branch == "NoMatchingError"


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
def test_action_that_is_not_simulated_is_rejected(wrong: dict[str, Any]) -> None:
    with pytest.raises(FlowError):
        begin(wrong)
