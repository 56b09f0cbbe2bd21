"""The shipped flows, played against the real handler: what callers hear, what is written, and where the call ends."""

from collections.abc import Callable
from typing import Any

import pytest

from builders import CALL, CUSTOMER, Deflect
from chain import create_queues
from cloudformation import MADE, VARIABLES, deployed
from connect_simulator import Fault, Simulator, demo
from connect_simulator.faults import FaultKind
from connect_simulator.flows import ContactCenter, End, FlowContact, FlowPlayer, FunctionTimeoutError
from deflection.reasons import DeclineReason
from flows import heard, play, said

OFFER, HOLD = said("OfferPrompt"), said("HoldPrompt")
PAUSE = "<speak><break time='10s'/></speak>"
WAITING = [HOLD, PAUSE]
LANDLINE = "+442079460000"
MOBILE = "4255550111"
IN_LINE = End("QUEUED", "transfer", MADE["CustomerQueueFlow.ContactFlowArn"])
NEITHER = {"CUSTOMER_NUMBER_MISSING", "CUSTOMER_NUMBER_INVALID", "LINE_TYPE_NOT_TEXTABLE"}

type Begin = Callable[..., FlowPlayer]

# The settings of the demo's texts; those of the stack's flows.
SETTINGS = {
    name: deployed(VARIABLES[name], {}) for name in ("CONSENT_ATTRIBUTE", "ATTRIBUTES_TO_COPY", "INITIAL_MESSAGE")
}


@pytest.fixture
def begin(deflect: Deflect) -> Begin:
    """Return a function that starts a flow for a contact, with the settings of the demo and the template."""

    def run(name: str, contact: FlowContact | None = None, errors: Any = None, **changes: str) -> FlowPlayer:
        def function(event: Any) -> Any:
            return deflect(event, **SETTINGS | changes)

        return play(name, contact or FlowContact(CALL), function, errors=errors or {})

    return run


@pytest.fixture
def accept(begin: Begin) -> Begin:
    """Return a function that starts a flow and accepts the offer."""

    def run(name: str, *given: Any, **changes: Any) -> FlowPlayer:
        begun = begin(name, *given, **changes)
        if name == "customer_queue":
            begun.wait()
        begun.press("1")
        return begun

    return run


def outcome(playing: FlowPlayer) -> tuple[str | None, ...]:
    written = playing.contact.attributes
    return tuple(written.get(f"deflection{name}") for name in ("Status", "Reason", "ContactId"))


def texts(simulator: Simulator) -> list[tuple[str, str]]:
    """Return the destination and the content of each message."""
    bodies = [request.body for request in simulator.world.requests]
    return [(body["DestinationEndpoint"]["Address"], body["InitialSystemMessage"]["Content"]) for body in bodies]


def since_accepted(playing: FlowPlayer) -> list[str]:
    """Return the prompts after the accepted offer, without those of the queue."""
    told = heard(playing)
    offers = [at for at, text in enumerate(told) if text in (OFFER, said("QueueOfferPrompt"))]
    return [text for text in told[offers[0] + 1 :] if text not in WAITING]


def in_line(playing: FlowPlayer) -> bool:
    """Return whether the caller is in the queue."""
    return playing.end == IN_LINE if playing.flow.type == "CONTACT_FLOW" else playing.waiting is not None


FLOWS = pytest.mark.parametrize("name", ["voice", "customer_queue"])


def test_voice_flow_offers_a_message_first(begin: Begin, simulator: Simulator) -> None:
    playing = begin("voice")

    assert heard(playing) == [OFFER]
    assert playing.waiting
    assert playing.waiting.expects == "KEY"
    assert playing.contact.queue_arn == demo.QUEUE_ARN, "so that routes can go by the queue"
    assert simulator.world.requests == []


@FLOWS
def test_caller_who_accepts_is_sent_a_message_and_stays_in_the_queue(
    name: str, accept: Begin, simulator: Simulator
) -> None:
    playing = accept(name)

    [request] = simulator.world.requests
    assert since_accepted(playing) == [said("StartedPrompt")]
    assert texts(simulator) == [(CUSTOMER, said("InitialMessage"))]
    assert playing.contact.attributes == {
        "offerDecision": "offered",
        "smsConsent": "yes",
        "deflectionStatus": "STARTED",
        "deflectionReason": "NONE",
        "deflectionContactId": request.contact_id,
    }
    assert request.body["Attributes"] == {"offerDecision": "offered", "smsConsent": "yes"}
    assert request.body["RelatedContactId"] == CALL
    assert in_line(playing)


@pytest.mark.parametrize("do", [lambda p: p.press("2"), lambda p: p.press("#"), lambda p: p.time_out()])
def test_caller_who_does_not_accept_is_queued_without_a_message(
    do: Callable[[FlowPlayer], Any], begin: Begin, simulator: Simulator
) -> None:
    playing = begin("voice")

    do(playing)

    assert heard(playing) == [OFFER]
    assert playing.contact.attributes == {"offerDecision": "offered", "smsConsent": "no"}
    assert playing.end == IN_LINE
    assert simulator.world.requests == []


def test_failed_offer_queues_the_caller_without_consent(begin: Begin, simulator: Simulator) -> None:
    playing = begin("voice", errors={"ask": "NoMatchingError"})

    assert playing.contact.attributes == {"offerDecision": "offered", "smsConsent": "no"}
    assert playing.end == IN_LINE
    assert simulator.world.requests == []


DECLINED: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
    "CHANNEL_NOT_ELIGIBLE": ({}, {"ALLOWED_CHANNELS": "CHAT"}),
    "INSTANCE_NOT_ALLOWED": ({}, {"INSTANCE_ARN": demo.INSTANCE_ARN.replace("a1b2c3d4", "b1b2c3d4")}),
    "COUNTRY_NOT_ALLOWED": ({}, {"ALLOWED_COUNTRIES": "AU"}),
    "CONSENT_MISSING": ({}, {"CONSENT_ATTRIBUTE": "anotherConsent"}),
    "SWITCHED_OFF": ({}, {"SWITCH_PARAMETER": "/deflection/switch"}),
    "OPTED_OUT": ({}, {"OPT_OUT_LIST_NAME": "Default"}),
    "CUSTOMER_NUMBER_MISSING": ({"customer": None}, {}),
    "CUSTOMER_NUMBER_INVALID": ({"customer": "+1425"}, {}),
    "LINE_TYPE_NOT_TEXTABLE": ({"customer": LANDLINE}, {}),
}
"""Contacts and settings that lead to a declined reason."""


@FLOWS
@pytest.mark.parametrize("reason", sorted({reason.name for reason in DeclineReason} - NEITHER - {"RECENTLY_DEFLECTED"}))
def test_caller_with_any_other_declined_reason_hears_the_same_prompt(reason: str, name: str) -> None:
    playing = play(name, FlowContact(CALL), lambda _: {"Status": "DECLINED", "Reason": reason, "ContactId": ""})
    if name == "customer_queue":
        playing.wait()

    playing.press("1")

    assert since_accepted(playing) == [said("NotTextedPrompt")]
    assert in_line(playing)


@pytest.fixture
def _off_and_out(document: Callable[[str, Any], None], services: Callable[[str], Any]) -> None:
    document("switch", "off")
    services("pinpoint-sms-voice-v2").put_opted_out_number(OptOutListName="Default", OptedOutNumber=CUSTOMER)


@FLOWS
@pytest.mark.usefixtures("_off_and_out")
@pytest.mark.parametrize("reason", sorted(DECLINED.keys() - NEITHER))
def test_declined_caller_hears_the_prompt_and_stays_in_the_queue(
    reason: str, name: str, accept: Begin, simulator: Simulator
) -> None:
    who, changes = DECLINED[reason]

    playing = accept(name, FlowContact(CALL, **who), **changes)

    assert since_accepted(playing) == [said("NotTextedPrompt")]
    assert outcome(playing) == ("DECLINED", reason, "NONE")
    assert in_line(playing)
    assert simulator.world.requests == []


@FLOWS
@pytest.mark.parametrize("reason", sorted(NEITHER))
def test_caller_can_enter_another_number_after_an_unusable_one(
    reason: str, name: str, accept: Begin, simulator: Simulator
) -> None:
    who, changes = DECLINED[reason]
    playing = accept(name, FlowContact(CALL, **who), **changes)
    asked = playing.waiting
    noted = outcome(playing)

    playing.press(f"{MOBILE}#")

    assert asked
    assert asked.expects == "DIGITS"
    assert noted == ("DECLINED", reason, "NONE")
    assert since_accepted(playing) == [said("KeypadPrompt"), said("StartedPrompt")]
    assert texts(simulator) == [(f"+1{MOBILE}", said("InitialMessage"))]
    assert outcome(playing) == ("STARTED", "NONE", simulator.world.requests[0].contact_id)
    assert in_line(playing)


@FLOWS
@pytest.mark.parametrize(
    ("do", "reason"),
    [
        (lambda p: p.press("12#"), "CUSTOMER_NUMBER_INVALID"),
        (lambda p: p.press("011442079460000#"), "LINE_TYPE_NOT_TEXTABLE"),
        (lambda p: p.press(f"{MOBILE}*#"), "CUSTOMER_NUMBER_MISSING"),
        (lambda p: p.press("#"), "CUSTOMER_NUMBER_MISSING"),
        (lambda p: p.time_out(), "CUSTOMER_NUMBER_MISSING"),
    ],
    ids=["too short", "a landline", "taken back", "empty", "nothing"],
)
def test_caller_is_asked_for_a_number_only_once(
    do: Callable[[FlowPlayer], Any], reason: str, name: str, accept: Begin, simulator: Simulator
) -> None:
    playing = accept(name, FlowContact(CALL, customer=None))

    do(playing)

    assert since_accepted(playing) == [said("KeypadPrompt"), said("NotTextedPrompt")]
    assert outcome(playing) == ("DECLINED", reason, "NONE")
    assert in_line(playing)
    assert simulator.world.requests == []


def test_entered_number_is_declined_without_a_default_country(accept: Begin, simulator: Simulator) -> None:
    playing = accept("voice", FlowContact(CALL, customer=None), DEFAULT_COUNTRY="")

    playing.press(f"{MOBILE}#")

    assert outcome(playing) == ("DECLINED", "CUSTOMER_NUMBER_INVALID", "NONE")
    assert playing.end == IN_LINE
    assert simulator.world.requests == []


@FLOWS
@pytest.mark.parametrize("number", [CUSTOMER, None])
@pytest.mark.usefixtures("table")
def test_recently_deflected_caller_hears_the_recently_texted_prompt(
    number: str | None, name: str, accept: Begin, simulator: Simulator
) -> None:
    window = {"REPEAT_WINDOW_MINUTES": "60", "TABLE_NAME": "deflections"}
    accept("voice", FlowContact("an-earlier-call"), **window)

    playing = accept(name, FlowContact(CALL, customer=number), **window)
    if number is None:
        playing.press(f"{CUSTOMER.removeprefix('+1')}#")

    [request] = simulator.world.requests
    assert since_accepted(playing)[-1] == said("RecentlyTextedPrompt")
    assert outcome(playing) == ("DECLINED", "RECENTLY_DEFLECTED", request.contact_id)
    assert in_line(playing)


@FLOWS
@pytest.mark.parametrize("number", [CUSTOMER, None])
def test_deferred_message_is_not_announced_as_sent(
    number: str | None, name: str, accept: Begin, simulator: Simulator, services: Callable[[str], Any]
) -> None:
    simulator.faults.add(Fault("StartOutboundChatContact", "quota", times=None))

    playing = accept(name, FlowContact(CALL, customer=number), **create_queues(services("sqs")))
    if number is None:
        playing.press(f"{MOBILE}#")

    assert since_accepted(playing)[-1] == said("DeferredPrompt")
    assert outcome(playing) == ("DEFERRED", "QUOTA_EXCEEDED", "NONE")
    assert in_line(playing)


@FLOWS
@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        ("invalid_request", "REQUEST_REFUSED"),
        ("access_denied", "ACCESS_DENIED"),
        ("not_found", "RESOURCE_NOT_FOUND"),
        ("conflict", "CONFLICT"),
        ("throttling", "THROTTLED"),
        ("quota", "QUOTA_EXCEEDED"),
        ("internal", "SERVICE_UNAVAILABLE"),
        ("delay", "TIMED_OUT"),
    ],
)
def test_failed_deflection_plays_the_failure_prompt_and_keeps_the_caller_queued(
    kind: FaultKind, reason: str, name: str, accept: Begin, simulator: Simulator
) -> None:
    simulator.faults.add(Fault("StartOutboundChatContact", kind, times=None, seconds=5))

    playing = accept(name, FLOW_TIME_LIMIT_SECONDS="1")

    assert since_accepted(playing) == [said("NotTextedPrompt")]
    assert outcome(playing) == ("FAILED", reason, "NONE")
    assert in_line(playing)


def fail(_: Any) -> Any:
    raise RuntimeError


def say_nothing(_: Any) -> Any:
    raise FunctionTimeoutError


NO_ANSWER = [
    fail,
    say_nothing,
    lambda _: None,
    lambda _: {},
    lambda _: {"Status": ""},
    lambda _: {"Status": "x" * 40_000},
]
"""Functions without a response, or without one that the flows can use."""


@FLOWS
@pytest.mark.parametrize("function", NO_ANSWER)
def test_caller_is_queued_when_the_function_does_not_respond(name: str, function: Callable[[Any], Any]) -> None:
    playing = play(name, FlowContact(CALL), function)
    if name == "customer_queue":
        playing.wait()

    playing.press("1")

    assert since_accepted(playing) == [said("NotTextedPrompt")]
    assert outcome(playing) == ("FAILED", "NO_ANSWER", "NONE")
    assert in_line(playing)


@FLOWS
def test_second_invocation_without_a_response_is_recorded(name: str, accept: Begin) -> None:
    playing = accept(name, FlowContact(CALL, customer=None), errors={"deflect-again": "NoMatchingError"})

    playing.press(f"{MOBILE}#")

    assert since_accepted(playing) == [said("KeypadPrompt"), said("NotTextedPrompt")]
    assert outcome(playing) == ("FAILED", "NO_ANSWER", "NONE")
    assert in_line(playing)


@FLOWS
@pytest.mark.parametrize("number", [CUSTOMER, None])
def test_dry_run_sends_nothing_and_keeps_the_caller_in_the_queue(
    number: str | None, name: str, deflect: Deflect, simulator: Simulator
) -> None:
    def function(event: Any) -> Any:
        event["Details"]["Parameters"]["DryRun"] = "true"
        return deflect(event, **SETTINGS)

    playing = play(name, FlowContact(CALL, customer=number), function)
    if name == "customer_queue":
        playing.wait()
    playing.press("1")
    if number is None:
        playing.press(f"{MOBILE}#")

    assert since_accepted(playing)[-1] == said("NotTextedPrompt")
    assert outcome(playing) == ("DRY_RUN", "NONE", "NONE")
    assert in_line(playing)
    assert simulator.world.requests == []


def test_repeated_invocation_sends_one_message(deflect: Deflect, simulator: Simulator) -> None:
    failures = [RuntimeError(), RuntimeError()]

    def function(event: Any) -> Any:
        answer = deflect(event, **SETTINGS)
        if failures:
            raise failures.pop()
        return answer

    playing = play("voice", FlowContact(CALL), function)
    playing.press("1")

    assert [request.repeated for request in simulator.world.requests] == [False, True, True]
    assert len({request.contact_id for request in simulator.world.requests}) == 1
    assert outcome(playing)[0] == "STARTED"


@FLOWS
def test_hangup_at_the_keypad_keeps_the_recorded_reason(name: str, accept: Begin) -> None:
    playing = accept(name, FlowContact(CALL, customer=None))

    playing.hang_up()

    assert outcome(playing) == ("DECLINED", "CUSTOMER_NUMBER_MISSING", "NONE")
    assert playing.end == End("HUNG_UP", "keypad")


def test_hangup_at_the_offer_sends_nothing(begin: Begin, simulator: Simulator) -> None:
    playing = begin("voice")

    playing.hang_up()

    assert playing.end == End("HUNG_UP", "ask")
    assert playing.contact.attributes == {"offerDecision": "offered"}
    assert simulator.world.requests == []


@pytest.mark.parametrize("error", ["QueueAtCapacity", "NoMatchingError"])
def test_call_ends_with_a_prompt_when_the_queue_is_full(error: str, begin: Begin) -> None:
    playing = begin("voice", errors={"transfer": error})

    playing.time_out()

    assert heard(playing) == [OFFER, said("NobodyFreePrompt")]
    assert playing.end == End("DISCONNECTED", "goodbye")


def test_call_ends_with_a_prompt_when_the_queue_does_not_exist(begin: Begin) -> None:
    playing = begin("voice", FlowContact(CALL, center=ContactCenter(queues={})))

    playing.time_out()

    assert heard(playing) == [OFFER, said("NobodyFreePrompt")]
    assert playing.end == End("DISCONNECTED", "goodbye")


@pytest.mark.parametrize(
    "action", ["voice", "language", "queue-flow", "settings", "hours", "note-offered", "started", "note-started"]
)
def test_unrelated_error_does_not_affect_the_deflection(action: str, accept: Begin, simulator: Simulator) -> None:
    playing = accept("voice", errors={action: "NoMatchingError"})

    assert len(simulator.world.requests) == 1
    assert playing.end
    assert playing.end.reason == "QUEUED"


def test_consent_that_cannot_be_written_sends_nothing(accept: Begin, simulator: Simulator) -> None:
    playing = accept("voice", errors={"agree": "NoMatchingError"})

    assert since_accepted(playing) == [said("NotTextedPrompt")]
    assert playing.end == IN_LINE
    assert simulator.world.requests == []


def test_queue_flow_repeats_the_offer_until_an_agent_answers(begin: Begin) -> None:
    playing = begin("customer_queue")
    assert heard(playing) == WAITING

    for _ in range(2):
        playing.wait()
        playing.time_out()
    playing.connect_agent()

    assert heard(playing) == [*WAITING, *[said("QueueOfferPrompt"), *WAITING] * 2]
    assert playing.contact.attributes == {"offerDecision": "offered"}
    assert playing.end == End("ANSWERED", "hold")


@pytest.mark.parametrize("status", ["STARTED", "DEFERRED", "DECLINED", "DRY_RUN"])
def test_queue_flow_does_not_repeat_a_settled_offer(status: str, begin: Begin) -> None:
    playing = begin("customer_queue", FlowContact(CALL, attributes={"deflectionStatus": status}))

    playing.wait()
    assert playing.wait() == []

    assert heard(playing) == WAITING * 2
    assert playing.waiting
    assert playing.waiting.expects == "AGENT"


def test_queue_flow_offers_again_after_a_failure(accept: Begin, simulator: Simulator) -> None:
    before = {"smsConsent": "yes", "deflectionStatus": "FAILED", "deflectionReason": "NO_ANSWER"}

    playing = accept("customer_queue", FlowContact(CALL, attributes=before))

    assert outcome(playing) == ("STARTED", "NONE", simulator.world.requests[0].contact_id)


def test_consent_stays_when_the_next_offer_is_ignored(begin: Begin) -> None:
    playing = begin("customer_queue", FlowContact(CALL, attributes={"smsConsent": "yes"}))

    playing.wait()
    playing.press("9")

    assert playing.contact.attributes["smsConsent"] == "yes"


def test_caller_stays_queued_when_prompts_cannot_be_played(begin: Begin) -> None:
    errors = {"hold": "NoMatchingError", "keep-holding": "NoMatchingError"}

    assert begin("customer_queue", errors=errors).end == End("FLOW_ENDED", "stay")


def test_call_that_passes_both_flows_is_sent_one_message(begin: Begin, accept: Begin, simulator: Simulator) -> None:
    contact = FlowContact(CALL)
    accept("voice", contact)

    playing = begin("customer_queue", contact)
    playing.wait()

    assert playing.wait() == []
    assert len(simulator.world.requests) == 1


TRANSFER_ERRORS = [{"queue": "NoMatchingError"}, {"transfer": "QueueAtCapacity"}, {"transfer": "NoMatchingError"}]


def text_contact() -> FlowContact:
    return FlowContact("text", channel="CHAT", subtype="connect:SMS", attributes={"smsConsent": "yes"})


def test_sms_contact_is_queued_at_once_without_a_time_for_the_reply(begin: Begin) -> None:
    playing = begin("sms_direct", text_contact())

    assert heard(playing) == []
    assert playing.end == End("QUEUED", "transfer")
    assert playing.contact.queue_arn == demo.QUEUE_ARN


def test_customer_who_replies_reaches_the_queue(begin: Begin) -> None:
    playing = begin("sms", text_contact())
    waited = playing.waiting

    playing.reply()

    assert waited
    assert waited.seconds == 3600
    assert heard(playing) == []
    assert playing.contact.attributes["replied"] == "yes"
    assert playing.end == End("QUEUED", "transfer")


def test_customer_who_does_not_reply_reads_a_closing_message_and_takes_no_agent(begin: Begin) -> None:
    playing = begin("sms", text_contact())

    playing.time_out()

    assert heard(playing) == [said("SmsClosingMessage")]
    assert playing.contact.attributes["replied"] == "no"
    assert playing.end == End("DISCONNECTED", "goodbye")


def test_sms_contact_is_queued_when_waiting_for_the_reply_fails(begin: Begin) -> None:
    playing = begin("sms", text_contact(), errors={"reply": "NoMatchingError"})

    assert "replied" not in playing.contact.attributes
    assert playing.end == End("QUEUED", "transfer")


@pytest.mark.parametrize("action", ["language", "note-replied"])
def test_reply_counts_in_spite_of_an_unrelated_error(action: str, begin: Begin) -> None:
    playing = begin("sms", text_contact(), errors={action: "NoMatchingError"})

    playing.reply()

    assert playing.end == End("QUEUED", "transfer")


@pytest.mark.parametrize("action", ["note-silent", "closing"])
def test_silent_conversation_ends_in_spite_of_an_unrelated_error(action: str, begin: Begin) -> None:
    playing = begin("sms", text_contact(), errors={action: "NoMatchingError"})

    playing.time_out()

    assert playing.end == End("DISCONNECTED", "goodbye")


@pytest.mark.parametrize("errors", TRANSFER_ERRORS)
@pytest.mark.parametrize("name", ["sms", "sms_bot", "sms_direct"])
def test_sms_contact_gets_a_reply_when_the_queue_is_full(name: str, errors: dict[str, str], begin: Begin) -> None:
    playing = begin(name, text_contact(), errors=errors)
    if name != "sms_direct":
        playing.reply()

    assert heard(playing)[-1] == said("SmsNobodyFreeMessage")
    assert playing.end == End("DISCONNECTED", "goodbye")


def test_bot_waits_for_the_first_reply(begin: Begin) -> None:
    playing = begin("sms_bot", text_contact())
    waited = playing.waiting

    playing.reply("FallbackIntent")

    assert waited
    assert waited.expects == "REPLY"
    assert heard(playing) == [said("SmsBotMessage")]
    assert playing.end == End("QUEUED", "transfer")


def test_sms_contact_without_a_reply_ends_without_an_agent(begin: Begin) -> None:
    playing = begin("sms_bot", text_contact())

    playing.time_out()

    assert playing.end == End("DISCONNECTED", "goodbye")


def test_failed_bot_queues_the_sms_contact(begin: Begin) -> None:
    playing = begin("sms_bot", text_contact(), errors={"bot": "NoMatchingError"})

    assert playing.end == End("QUEUED", "transfer")


@FLOWS
@pytest.mark.parametrize(("language", "key"), [("es-US", "es"), ("ja-JP", "ja")])
def test_caller_hears_and_reads_the_language_of_the_stack(
    name: str,
    language: str,
    key: str,
    deflect: Deflect,
    document: Callable[[str, Any], None],
    simulator: Simulator,
) -> None:
    document("messages", {"default": "Hello", key: "Catalog"})
    initial_message = deployed(VARIABLES["INITIAL_MESSAGE"], {"Language": language})
    events: list[Any] = []

    def play_with(call: str, **changes: str) -> FlowPlayer:
        def function(event: Any) -> Any:
            events.append(event)
            return deflect(event, **SETTINGS | {"INITIAL_MESSAGE": initial_message} | changes)

        playing = play(name, FlowContact(call), function, language=language)
        if name == "customer_queue":
            playing.wait()
        playing.press("1")
        return playing

    playing = play_with(CALL)
    play_with("another-call", MESSAGES_PARAMETER="/deflection/messages")

    told = heard(playing)
    offer = said("OfferPrompt" if name == "voice" else "QueueOfferPrompt", language)
    assert [text for text in told if text not in (said("HoldPrompt", language), PAUSE)] == [
        offer,
        said("StartedPrompt", language),
    ]
    assert [event["Details"]["ContactData"]["LanguageCode"] for event in events] == [language] * 2
    assert [text for _, text in texts(simulator)] == [said("InitialMessage", language), "Catalog"]
    assert playing.contact.voice == said("PromptVoice", language)


@pytest.mark.parametrize("name", ["sms", "sms_bot", "sms_direct"])
def test_sms_contact_has_and_reads_the_language_of_the_stack(name: str) -> None:
    contact = text_contact()
    playing = play(name, contact, say_nothing, language="fr-CA", errors={"queue": "NoMatchingError"})
    if name != "sms_direct":
        playing.reply()

    first = [said("SmsBotMessage", "fr-CA")] if name == "sms_bot" else []
    assert heard(playing) == [*first, said("SmsNobodyFreeMessage", "fr-CA")]
    assert contact.language == "fr-CA"


def test_chat_in_the_voice_flow_is_queued(begin: Begin, simulator: Simulator) -> None:
    playing = begin("voice", FlowContact("chat", channel="CHAT", customer=None))

    assert playing.end == IN_LINE
    assert simulator.world.requests == []
