"""When the flows offer a message, what callers hear about the wait, and what they get instead of a message."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from builders import CALL, CUSTOMER, Deflect
from cloudformation import MADE, VARIABLES, deployed
from connect_simulator import Simulator, demo
from connect_simulator.flows import End, FlowContact, FlowPlayer, read_flow
from connect_simulator.flows.contact_center import ContactCenter
from flows import document, heard, play, said

SETTINGS = {
    name: deployed(VARIABLES[name], {}) for name in ("CONSENT_ATTRIBUTE", "ATTRIBUTES_TO_COPY", "INITIAL_MESSAGE")
}
IN_LINE = End("QUEUED", "transfer", MADE["CustomerQueueFlow.ContactFlowArn"])
HUNG_UP_ON = End("DISCONNECTED", "goodbye")
OFFER, QUEUE_OFFER = said("OfferPrompt"), said("QueueOfferPrompt")
NOT_OFFERED: list[str] = []

type Call = Callable[..., FlowPlayer]


def center(is_open: bool | None = True, **reports: Mapping[str, int | None] | None) -> ContactCenter:  # noqa: FBT001, FBT002
    """Return the contact center with these reports of the channels, such as `voice={"wait_seconds": 60}`."""
    built = ContactCenter()
    changed = {channel.upper(): report for channel, report in reports.items()}
    built.queues[demo.QUEUE_ARN].update({"is_open": is_open, "reports": changed})
    return built


@pytest.fixture
def call(deflect: Deflect) -> Call:
    """Return a function that plays a flow with template parameters, in a contact center."""

    def run(name: str = "voice", at: ContactCenter | None = None, **options: Any) -> FlowPlayer:
        contact = FlowContact(CALL, options.pop("customer", CUSTOMER), center=at or ContactCenter())
        errors = options.pop("errors", {})
        begun = play(name, contact, lambda event: deflect(event, **SETTINGS), errors=errors, given=options)
        if name == "customer_queue":
            begun.wait()
        return begun

    return run


def decision(playing: FlowPlayer) -> str | None:
    return playing.contact.attributes.get("offerDecision")


@pytest.mark.parametrize(
    ("voice", "decided"),
    [
        ({"wait_seconds": 299}, "short_wait"),
        ({"wait_seconds": 300}, "offered"),
        ({"wait_seconds": 0, "oldest_seconds": 900}, "short_wait"),
        ({"oldest_seconds": 299, "contacts": 9}, "short_wait"),
        ({"oldest_seconds": 300}, "offered"),
        ({"contacts": 1}, "offered"),
        ({"contacts": 0}, "short_wait"),
        (None, "unknown_wait"),
    ],
    ids=str,
)
def test_message_is_offered_when_the_wait_is_long_enough_or_unknown(
    voice: Mapping[str, int | None] | None, decided: str, call: Call
) -> None:
    playing = call(at=center(voice=voice), OfferMinWaitSeconds="300")

    assert decision(playing) == decided
    if decided == "short_wait":
        assert heard(playing) == NOT_OFFERED
        assert playing.end == IN_LINE
    else:
        assert heard(playing)[-1] == OFFER


def test_message_is_offered_when_no_metric_has_a_value(call: Call) -> None:
    playing = call(errors={"size": "NoMatchingCondition"}, OfferMinWaitSeconds="300")

    assert decision(playing) == "unknown_wait"
    assert heard(playing)[-1] == OFFER


@pytest.mark.parametrize("voice", [{"wait_seconds": 0}, {"oldest_seconds": 0}, {"contacts": 0}, None], ids=str)
def test_message_is_offered_to_everybody_by_default(voice: Mapping[str, int | None] | None, call: Call) -> None:
    assert heard(call(at=center(voice=voice))) == [OFFER]


@pytest.mark.parametrize(
    ("seconds", "minutes"),
    [
        (30, 1),
        (89, 1),
        (90, 2),
        (209, 2),
        (210, 5),
        (450, 10),
        (750, 15),
        (1050, 20),
        (1500, 30),
        (2700, 60),
        (5399, 60),
    ],
)
def test_caller_hears_the_nearest_wait_in_minutes_before_the_offer(seconds: int, minutes: int, call: Call) -> None:
    playing = call(at=center(voice={"wait_seconds": seconds}))

    in_words = said("WaitOneMinutePrompt") if minutes == 1 else f"The estimated wait time is about {minutes} minutes."
    assert heard(playing) == [in_words, OFFER]
    assert playing.contact.attributes == {"offerDecision": "offered", "offerWaitMinutes": str(minutes)}


@pytest.mark.parametrize("seconds", [0, 29, 5400])
def test_wait_that_is_very_short_or_very_long_is_not_spoken(seconds: int, call: Call) -> None:
    assert heard(call(at=center(voice={"wait_seconds": seconds}))) == [OFFER]


@pytest.mark.parametrize("name", ["voice", "customer_queue"])
@pytest.mark.parametrize(
    ("chat", "decided"),
    [
        ({"agents_staffed": 1}, "offered"),
        ({"agents_staffed": 0}, "nobody_staffs"),
        ({"agents_online": 0, "agents_staffed": 0}, "nobody_staffs"),
        (None, "offered"),
    ],
    ids=str,
)
def test_message_is_offered_only_while_agents_take_chats_or_nobody_knows(
    chat: Mapping[str, int | None] | None, decided: str, name: str, call: Call
) -> None:
    playing = call(name, center(chat=chat), OfferIfStaffed="true")

    assert decision(playing) == decided
    assert (
        (heard(playing)[-1] in (OFFER, QUEUE_OFFER)) is (decided == "offered")
        if heard(playing)
        else decided != "offered"
    )
    if decided == "nobody_staffs":
        assert playing.end == IN_LINE or playing.waiting


def test_staffing_does_not_matter_by_default(call: Call) -> None:
    assert heard(call(at=center(chat={"agents_online": 0, "agents_staffed": 0}))) == [OFFER]


def test_closed_queue_takes_calls_as_usual_by_default(call: Call) -> None:
    playing = call(at=center(is_open=False))

    assert heard(playing) == [OFFER]
    assert decision(playing) == "offered"


def test_caller_of_a_closed_queue_hears_the_closing_prompt_if_the_operator_chose_it(call: Call) -> None:
    playing = call(at=center(is_open=False), ClosedOffer="PROMPT")

    assert heard(playing) == [said("ClosedPrompt")]
    assert decision(playing) == "closed"
    assert playing.end == HUNG_UP_ON


def test_caller_of_a_closed_queue_gets_a_message_if_the_operator_chose_it(call: Call, simulator: Simulator) -> None:
    playing = call(at=center(is_open=False), ClosedOffer="SMS", OfferIfStaffed="true", OfferMinWaitSeconds="600")

    playing.press("1")

    assert heard(playing) == [said("ClosedOfferPrompt"), said("ClosedStartedPrompt")]
    assert decision(playing) == "closed"
    assert playing.end == HUNG_UP_ON
    assert len(simulator.world.requests) == 1


@pytest.mark.parametrize(
    ("status", "reason", "prompt"),
    [
        ("DEFERRED", "THROTTLED", "ClosedDeferredPrompt"),
        ("DECLINED", "RECENTLY_DEFLECTED", "ClosedRecentlyTextedPrompt"),
        ("DECLINED", "OPTED_OUT", "ClosedNotTextedPrompt"),
        ("FAILED", "ACCESS_DENIED", "ClosedNotTextedPrompt"),
    ],
)
def test_caller_of_a_closed_queue_hears_why_no_message_was_started(status: str, reason: str, prompt: str) -> None:
    answer = {"Status": status, "Reason": reason, "ContactId": "text-1"}
    contact = FlowContact(CALL, center=center(is_open=False))
    playing = play("voice", contact, lambda _: answer, given={"ClosedOffer": "SMS"})

    playing.press("1")

    assert heard(playing) == [said("ClosedOfferPrompt"), said(prompt)]
    assert playing.end == HUNG_UP_ON


@pytest.mark.parametrize("key", ["2", "9", None])
def test_caller_of_a_closed_queue_who_wants_no_message_hears_the_closing_prompt(key: str | None, call: Call) -> None:
    playing = call(at=center(is_open=False), ClosedOffer="SMS", CallbackOffer="true")

    if key:
        playing.press(key)
    else:
        playing.time_out()

    assert heard(playing) == [said("ClosedOfferPrompt"), said("ClosedPrompt")]
    assert playing.contact.attributes["smsConsent"] == "no"
    assert playing.end == HUNG_UP_ON


@pytest.mark.parametrize("choice", ["CALL", "SMS", "PROMPT"])
def test_hours_that_cannot_be_checked_count_as_open(choice: str, call: Call) -> None:
    assert heard(call(at=center(is_open=None), ClosedOffer=choice)) == [OFFER]


@pytest.mark.parametrize("choice", ["SMS", "PROMPT"])
def test_open_queue_is_not_affected_by_what_happens_when_it_is_closed(choice: str, call: Call) -> None:
    assert heard(call(ClosedOffer=choice)) == [OFFER]


WITH_CALLBACK = {
    "voice": f"{OFFER} {said('CallbackOfferPrompt')}",
    "customer_queue": f"{QUEUE_OFFER} {said('CallbackOfferPrompt')}",
}
FLOWS = pytest.mark.parametrize("name", ["voice", "customer_queue"])


@FLOWS
def test_caller_who_prefers_a_callback_gets_one_and_hangs_up(name: str, call: Call, simulator: Simulator) -> None:
    playing = call(name, CallbackOffer="true")
    playing.contact.queue_arn = demo.QUEUE_ARN
    offered = heard(playing)[-1]

    playing.press("2")

    [callback] = playing.contact.center.callbacks
    assert offered == WITH_CALLBACK[name]
    assert (callback.number, callback.queue_arn) == (CUSTOMER, demo.QUEUE_ARN)
    assert (callback.delay_seconds, callback.attempts, callback.retry_seconds) == (5, 1, 600)
    assert heard(playing)[-1] == said("CallbackConfirmedPrompt")
    assert playing.end == HUNG_UP_ON
    assert simulator.world.requests == []


@FLOWS
def test_key_two_does_nothing_without_the_offer_of_a_callback(name: str, call: Call) -> None:
    playing = call(name)

    playing.press("2")

    assert playing.contact.center.callbacks == []
    assert playing.end == IN_LINE or playing.waiting


@FLOWS
@pytest.mark.parametrize(
    ("customer", "errors"),
    [
        (None, {}),
        ("anonymous", {}),
        (CUSTOMER, {"callback-number": "CallbackNumberNotDialable"}),
        (CUSTOMER, {"callback": "NoMatchingError"}),
    ],
    ids=str,
)
def test_caller_stays_in_the_queue_and_hears_why_when_the_callback_fails(
    customer: str | None, errors: dict[str, str], name: str, call: Call
) -> None:
    playing = call(name, customer=customer, errors=errors, CallbackOffer="true")

    playing.press("2")

    assert said("CallbackFailedPrompt") in heard(playing)
    assert playing.contact.center.callbacks == []
    assert playing.end == IN_LINE or playing.waiting


@FLOWS
def test_caller_with_a_number_that_the_instance_may_not_call_hears_why(name: str, call: Call) -> None:
    at = ContactCenter(undialable={CUSTOMER})
    playing = call(name, at, CallbackOffer="true")

    playing.press("2")

    assert said("CallbackFailedPrompt") in heard(playing)
    assert at.callbacks == []
    assert playing.end == IN_LINE or playing.waiting


@pytest.mark.parametrize("choice", ["SMS", "PROMPT"])
def test_hours_without_a_queue_close_nothing(choice: str, call: Call) -> None:
    playing = call(at=center(is_open=False), errors={"queue": "NoMatchingError"}, ClosedOffer=choice)
    offered = heard(playing)

    playing.time_out()

    assert offered == [OFFER]
    assert heard(playing)[-1] == said("NobodyFreePrompt"), "there is no queue to wait in"


@pytest.mark.parametrize("seconds", ["soon", "0", "604801", "-60", "1.5"])
def test_sms_contact_is_queued_when_the_time_for_the_reply_is_not_valid(seconds: str) -> None:
    contact = FlowContact(CALL, channel="CHAT", subtype="connect:SMS")

    # The template chooses another flow for 0 seconds; the gate itself must not depend on that.
    changed = document("sms")
    [wait] = [each for each in changed["Actions"] if each["Type"] == "Wait"]
    wait["Parameters"]["TimeLimitSeconds"] = seconds
    playing = FlowPlayer(read_flow(changed, "CONTACT_FLOW"), contact, {})
    playing.run()

    assert playing.end == End("QUEUED", "transfer")


@pytest.mark.parametrize(("choice", "minutes"), [("en-GB", "around 5 minutes"), ("ja-JP", "およそ 5 分")])
def test_caller_hears_the_wait_in_the_language_of_the_stack(choice: str, minutes: str, call: Call) -> None:
    assert minutes in heard(call(at=center(voice={"wait_seconds": 240}), Language=choice))[0]
