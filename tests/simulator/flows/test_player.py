"""Playing a flow for a customer."""

from collections.abc import Callable
from typing import Any

import pytest

from connect_simulator import demo
from connect_simulator.flows import (
    End,
    FlowContact,
    FlowError,
    FlowPlayer,
    Step,
    Waiting,
)
from flow_language import action, begin, flow, otherwise, say, when

MENU = {"Text": "Press 1.", "StoreInput": "False", "InputTimeLimitSeconds": "5"}


KEYS = {
    "Text": "Your number?",
    "StoreInput": "True",
    "InputTimeLimitSeconds": "5",
    "InputValidation": {"CustomValidation": {"MaximumLength": "4"}},
}


MENU_ERRORS = otherwise("InputTimeLimitExceeded", "NoMatchingCondition", "NoMatchingError")


def test_flow_is_played_step_by_step() -> None:
    play = FlowPlayer(flow(say("Hello", NextAction="b"), say("Goodbye", "b")), FlowContact("call-1"), {})

    assert play.step() == Step("a", "MessageParticipant", "", ("Hello",), {}, None)
    assert play.end is None
    assert play.step() == Step("b", "MessageParticipant", "", ("Goodbye",), {}, None)
    assert play.step() == Step("end", "DisconnectParticipant", "", (), {}, None)
    assert play.step() is None
    assert play.end == End("DISCONNECTED", "end")
    assert [step.action for step in play.steps] == ["a", "b", "end"]


def test_menu_waits_for_a_key_and_records_the_branch() -> None:
    menu = action("GetParticipantInput", MENU, Conditions=when(**{"1": "b"}), Errors=MENU_ERRORS)
    presses: list[tuple[Callable[[FlowPlayer], Any], list[tuple[str, str]]]] = [
        (lambda play: play.press("1"), [("b", "1"), ("end", "")]),
        (lambda play: play.press("2"), [("end", "NoMatchingCondition")]),
        (lambda play: play.time_out(), [("end", "InputTimeLimitExceeded")]),
    ]
    for do, way in presses:
        play = begin(menu, say("Yes", "b"))
        assert play.waiting == Waiting("a", "KEY", 5)
        assert play.step() is None
        assert [(step.action, step.branch) for step in do(play)] == way
        assert play.waiting is None


@pytest.mark.parametrize(
    ("keys", "stored"), [("12#", "12"), ("12", "12"), ("12345#", "1234"), ("99*12#", "12"), ("99*#", ""), ("#", "")]
)
def test_typed_digits_are_stored(keys: str, stored: str) -> None:
    play = begin(action("GetParticipantInput", KEYS))
    assert play.waiting == Waiting("a", "DIGITS", 5)

    play.press(keys)

    assert play.contact.stored_input == stored
    assert play.end == End("DISCONNECTED", "end")


def test_timeout_is_stored_without_input() -> None:
    play = begin(action("GetParticipantInput", KEYS))

    play.time_out()

    assert play.contact.stored_input == "Timeout"


@pytest.mark.parametrize("keys", ["", "a", "+1", "1 2"])
def test_other_keys_are_rejected(keys: str) -> None:
    with pytest.raises(ValueError, match="keys"):
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
def test_input_that_the_flow_does_not_expect_is_rejected(do: Callable[[FlowPlayer], Any]) -> None:
    with pytest.raises(FlowError):
        do(begin(say("Hello")))


@pytest.mark.parametrize("do", [FlowPlayer.hang_up, FlowPlayer.connect_agent])
def test_stopped_flow_takes_no_more_steps(do: Callable[[FlowPlayer], None]) -> None:
    play = begin(action("GetParticipantInput", KEYS))

    do(play)

    assert play.end
    assert play.end.action == "a"
    assert (play.waiting, play.step()) == (None, None)


def test_flow_stops_when_the_customer_hangs_up_between_steps() -> None:
    play = FlowPlayer(flow(say("Hello")), FlowContact("call-1"), {})

    play.hang_up()

    assert (play.end, play.run()) == (End("HUNG_UP", "a"), [])


@pytest.mark.parametrize(
    ("seconds", "limit", "steps"), [({"InterruptFrequencySeconds": "30"}, 30, ["end"]), ({}, None, [])]
)
def test_prompts_loop_until_an_interruption_or_an_agent(
    seconds: dict[str, str], limit: int | None, steps: list[str]
) -> None:
    messages = {"Messages": [{"Text": "Please wait."}, {"SSML": "<speak/>"}]}
    conditions = when(MessagesInterrupted="end")
    play = begin(
        action("MessageParticipantIteratively", messages | seconds, Conditions=conditions), flow_type="CUSTOMER_QUEUE"
    )

    assert play.steps[0].prompts == ("Please wait.", "<speak/>")
    assert play.waiting == Waiting("a", "AGENT", limit)
    assert [step.action for step in play.wait()] == steps


@pytest.mark.parametrize(("intent", "way"), [("Billing", "Billing"), ("Other", "NoMatchingCondition")])
def test_bot_selects_the_branch_of_the_intent(intent: str, way: str) -> None:
    bot = {"Text": "?", "LexV2Bot": {"AliasArn": "arn:aws:lex:x"}, "LexTimeoutSeconds": {"Text": "60"}}
    play = begin(
        action("ConnectParticipantWithLexBot", bot, Conditions=when(Billing="end"), Errors=MENU_ERRORS), channel="CHAT"
    )

    assert [step.branch for step in play.reply(intent)] == [way]


def test_requested_error_happens_at_its_action() -> None:
    transfer = action("TransferContactToQueue", {}, Errors=otherwise("QueueAtCapacity", "NoMatchingError"))
    for error in ("QueueAtCapacity", "NoMatchingError"):
        play = FlowPlayer(flow(transfer), FlowContact("call-1", queue_arn=demo.QUEUE_ARN), {}, {"a": error})
        play.run()
        assert play.steps[-1].branch == error
    with pytest.raises(FlowError, match="Another"):
        FlowPlayer(flow(transfer), FlowContact("call-1"), {}, {"a": "Another"}).run()


def gate(seconds: str = "900", events: tuple[str, ...] = ("CustomerReturned",), **contact: Any) -> FlowPlayer:
    """Play a Wait of a chat contact, by default for the customer's reply."""
    to = {"CustomerReturned": "back"} if events else {}
    parameters = {"TimeLimitSeconds": seconds} | ({"Events": list(events)} if events else {})
    wait = action("Wait", parameters, Conditions=when(WaitCompleted="end", **to))
    return begin(wait, say("Hello again", "back"), **({"channel": "CHAT"} | contact))


def test_reply_ends_a_wait_before_its_time() -> None:
    play = gate()
    assert play.waiting == Waiting("a", "REPLY", 900)

    assert [(step.action, step.branch) for step in play.reply()] == [("back", "CustomerReturned"), ("end", "")]


def test_wait_is_completed_without_a_reply() -> None:
    assert [(step.action, step.branch) for step in gate().time_out()] == [("end", "WaitCompleted")]


def test_wait_without_an_event_ends_only_with_its_time() -> None:
    play = gate(events=())
    assert play.waiting == Waiting("a", "TIME", 900)

    with pytest.raises(FlowError):
        play.reply()
    assert [step.branch for step in play.time_out()] == ["WaitCompleted"]


@pytest.mark.parametrize(
    "contact",
    [
        {"channel": "VOICE"},
        {"seconds": "$.Attributes.none"},
        {"seconds": "$.Attributes.seconds", "attributes": {"seconds": "0"}},
        {"seconds": "$.Attributes.seconds", "attributes": {"seconds": "604801"}},
        {"seconds": "$.Attributes.seconds", "attributes": {"seconds": "soon"}},
    ],
)
def test_wait_of_a_call_or_for_an_invalid_time_takes_the_error_branch(contact: dict[str, Any]) -> None:
    assert gate(**contact).steps[-1].branch == "NoMatchingError"


def test_wait_for_another_event_is_not_simulated() -> None:
    with pytest.raises(FlowError, match="CustomerReturned"):
        gate(events=("BotParticipantDisconnected",))


def test_time_of_a_wait_can_be_a_reference() -> None:
    assert gate("$.Attributes.seconds", attributes={"seconds": "60"}).waiting == Waiting("a", "REPLY", 60)
