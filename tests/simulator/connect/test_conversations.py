"""The flows of chat contacts."""

from collections.abc import Callable
from typing import Any

import pytest

from connect_simulator import Quota, World, demo
from connect_simulator.flows import FlowPlayer
from flow_language import action, flow, otherwise, say, when, write

type RequestWith = Callable[..., dict[str, Any]]

MESSAGE = {"ContentType": "text/plain", "Content": "Hello"}
GATE = (
    action(
        "Wait",
        {"TimeLimitSeconds": "900", "Events": ["CustomerReturned"]},
        "gate",
        NextAction="queue",
        Conditions=when(WaitCompleted="bye", CustomerReturned="a"),
        Errors=[{"ErrorType": "NoMatchingError", "NextAction": "queue"}],
    ),
    write(replied="yes") | {"Transitions": {"NextAction": "queue", "Errors": []}},
    action("UpdateContactTargetQueue", {"QueueId": demo.QUEUE_ARN}, "queue", NextAction="transfer"),
    action("TransferContactToQueue", {}, "transfer"),
    say("Goodbye", "bye"),
)
NOON = 1_800_000_000.0


@pytest.fixture
def start(world: World, request_with: RequestWith) -> Callable[..., str]:
    """Return a function that starts a chat contact at noon and its flow, and returns its id."""

    def run(*actions: dict[str, Any], errors: dict[str, str] | None = None, **members: Any) -> str:
        world.clock = lambda: NOON
        contact_id = world.start_outbound_chat_contact(request_with(InitialSystemMessage=MESSAGE, **members))
        if actions:
            world.conversations.start(contact_id, flow(*actions), errors or {})
        return contact_id

    return run


def described(world: World, contact_id: str) -> dict[str, Any]:
    return world.describe_contact(demo.INSTANCE_ID, contact_id)


def player(world: World, contact_id: str) -> FlowPlayer:
    playing = world.conversations.player(contact_id)
    assert playing
    return playing


def test_reply_continues_the_flow_and_the_contact_shows_it(world: World, start: Callable[..., str]) -> None:
    contact_id = start(*GATE, Attributes={"order": "1"})
    assert player(world, contact_id).waiting is not None

    steps = world.conversations.reply(contact_id, "Hi")

    contact = described(world, contact_id)
    assert [step.action for step in steps] == ["a", "queue", "transfer"]
    assert contact["Attributes"] == {"order": "1", "replied": "yes"}
    assert contact["QueueInfo"] == {"Id": demo.QUEUE_ID, "EnqueueTimestamp": NOON}
    assert "DisconnectTimestamp" not in contact
    customer = contact["ChatMetrics"]["CustomerMetrics"]
    assert (customer["MessagesSent"], customer["MessageLengthInChars"], customer["LastMessageTimestamp"]) == (
        1,
        2,
        NOON,
    )
    assert contact["ChatMetrics"]["ChatContactMetrics"]["TotalMessages"] == 2


def test_silent_customer_is_timed_out_by_the_clock(world: World, start: Callable[..., str]) -> None:
    contact_id = start(*GATE)
    world.clock = lambda: NOON + 899
    assert world.conversations.pass_time() == {}
    world.clock = lambda: NOON + 5000

    contact = described(world, contact_id)

    assert contact["DisconnectTimestamp"] == NOON + 900
    assert contact["ChatMetrics"] == {
        "ChatContactMetrics": {"MultiParty": False, "TotalMessages": 2, "TotalBotMessages": 2}
    }
    with pytest.raises(ValueError, match="open"):
        world.conversations.reply(contact_id, "Too late")


def test_closed_conversation_frees_a_place_in_the_quota(
    world: World, start: Callable[..., str], request_with: RequestWith
) -> None:
    start(*GATE)
    world.quota = Quota(rate=None, open_chats=1)
    world.clock = lambda: NOON + 900

    assert world.start_outbound_chat_contact(request_with())


def test_later_replies_are_counted_without_a_step(world: World, start: Callable[..., str]) -> None:
    contact_id = start(*GATE)
    world.conversations.reply(contact_id, "Hi")

    assert world.conversations.reply(contact_id, "Anybody?") == []
    assert described(world, contact_id)["ChatMetrics"]["CustomerMetrics"]["MessagesSent"] == 2


def test_chat_without_a_flow_counts_replies(world: World, start: Callable[..., str]) -> None:
    contact_id = start()
    assert "CustomerMetrics" not in described(world, contact_id)["ChatMetrics"]

    assert world.conversations.reply(contact_id, "Hi") == []
    assert described(world, contact_id)["ChatMetrics"]["CustomerMetrics"]["MessagesSent"] == 1


def test_bot_takes_the_reply_as_its_intent(world: World, start: Callable[..., str]) -> None:
    bot = action(
        "ConnectParticipantWithLexBot",
        {"Text": "How can we help?", "LexV2Bot": {"AliasArn": "arn:aws:lex:x"}, "LexTimeoutSeconds": {"Text": "60"}},
        Conditions=when(Billing="end"),
        Errors=otherwise("InputTimeLimitExceeded", "NoMatchingCondition", "NoMatchingError"),
    )
    contact_id = start(bot)

    [step] = world.conversations.reply(contact_id, "Billing")

    assert step.branch == "Billing"
    assert "DisconnectTimestamp" in described(world, contact_id)


def test_error_branch_of_an_action_can_be_taken(world: World, start: Callable[..., str]) -> None:
    contact_id = start(*GATE, errors={"gate": "NoMatchingError"})

    assert described(world, contact_id)["QueueInfo"]["Id"] == demo.QUEUE_ID


def test_ended_chat_is_not_timed_out(world: World, start: Callable[..., str]) -> None:
    contact_id = start(*GATE)
    world.end_chat(contact_id)
    world.clock = lambda: NOON + 900

    assert world.conversations.pass_time() == {}


def test_reply_to_a_call_or_an_unknown_contact_is_rejected(world: World) -> None:
    world.put_contact({"Id": "call-1", "Channel": "VOICE"})

    for contact_id in ("call-1", "unknown"):
        with pytest.raises(ValueError, match="open"):
            world.conversations.reply(contact_id, "Hi")


def test_agent_answers_and_ends_a_contact_of_the_queue(world: World, start: Callable[..., str]) -> None:
    contact_id = start(*GATE)
    with pytest.raises(ValueError, match="does not wait"):
        world.conversations.answer(contact_id)
    world.conversations.reply(contact_id, "Hi")
    with pytest.raises(ValueError, match="No agent"):
        world.conversations.end(contact_id)

    world.conversations.answer(contact_id)
    with pytest.raises(ValueError, match="does not wait"):
        world.conversations.answer(contact_id)
    world.conversations.end(contact_id)

    contact = described(world, contact_id)
    assert contact["AgentInfo"]["ConnectedToAgentTimestamp"] == NOON
    assert (contact["DisconnectReason"], contact["DisconnectTimestamp"]) == ("AGENT_DISCONNECT", NOON)
    with pytest.raises(ValueError, match="No agent"):
        world.conversations.end(contact_id)


def test_contact_that_the_flow_ends_has_the_reason(world: World, start: Callable[..., str]) -> None:
    contact_id = start(*GATE)

    world.conversations.time_out(contact_id)

    assert described(world, contact_id)["DisconnectReason"] == "CONTACT_FLOW_DISCONNECT"
