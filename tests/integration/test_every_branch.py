"""Every branch of every flow, played: each condition, and each error where it can happen."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from itertools import chain
from typing import Any

import pytest

from builders import CALL, Deflect
from cloudformation import PROMPTS, VARIABLES, deployed
from connect_simulator import demo
from connect_simulator.flows import FlowContact, FlowPlayer
from connect_simulator.flows.contact_center import ContactCenter
from flows import NAMES, flow, heard, play, said

CUSTOMER_QUEUE, VOICE = "customer_queue", "voice"
SETTINGS = {
    name: deployed(VARIABLES[name], {}) for name in ("CONSENT_ATTRIBUTE", "ATTRIBUTES_TO_COPY", "INITIAL_MESSAGE")
}

type Do = Callable[[FlowPlayer], Any]
type Answer = Mapping[str, str]


def press(keys: str) -> Do:
    return lambda playing: playing.press(keys)


def time_out(playing: FlowPlayer) -> Any:
    return playing.time_out()


def wait(playing: FlowPlayer) -> Any:
    return playing.wait()


def reply(playing: FlowPlayer) -> Any:
    return playing.reply()


def answer(status: str, reason: str = "", contact: str = "") -> Answer:
    return {"Status": status, "Reason": reason, "ContactId": contact}


@dataclass(frozen=True)
class Scenario:
    """A contact's way through a flow.

    Attributes:
        name: The flow's file.
        does: The customer's actions, in their order.
        answers: The function's answers in place of the real ones.
        center: Changes of the queue.
        given: The template parameters.
        attributes: The contact's attributes at the start.
        errors: The actions that fail.
    """

    name: str
    does: tuple[Do, ...] = ()
    answers: tuple[Answer, ...] = ()
    center: Mapping[str, Any] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    attributes: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def play(self, deflect: Deflect, errors: Mapping[str, str] | None = None) -> FlowPlayer:
        """Play the scenario until the flow expects something else than the customer's next action."""
        answers = list(self.answers)
        center = ContactCenter()
        center.queues[demo.QUEUE_ARN].update(self.center)
        text: dict[str, Any] = {"channel": "CHAT", "subtype": "connect:SMS"} if self.name.startswith("sms") else {}
        contact = FlowContact(CALL, center=center, attributes=dict(self.attributes), **text)
        if self.name == CUSTOMER_QUEUE:
            contact.queue_arn = demo.QUEUE_ARN

        def function(event: Any) -> Any:
            return answers.pop(0) if answers else deflect(event, **SETTINGS)

        playing = play(self.name, contact, function, given=dict(self.given), errors={**self.errors, **(errors or {})})
        for do in self.does:
            if not _expected(playing, do):
                break
            do(playing)
        return playing


def _expected(playing: FlowPlayer, do: Do) -> bool:
    expects = playing.waiting.expects if playing.waiting else None
    wanted_by: dict[Do, set[str]] = {wait: {"AGENT"}, reply: {"REPLY"}, time_out: {"KEY", "DIGITS", "REPLY"}}
    return expects in wanted_by.get(do, {"KEY", "DIGITS"})


NUMBER_MISSING = answer("DECLINED", "CUSTOMER_NUMBER_MISSING")
RECENT = answer("DECLINED", "RECENTLY_DEFLECTED", "text-1")
ANSWERS: tuple[tuple[Answer, ...], ...] = (
    (),
    (answer("DEFERRED", "QUOTA_EXCEEDED"),),
    (answer("FAILED", "CONFLICT"),),
    (answer("DRY_RUN"),),
    ({},),
    (answer("DECLINED", "QUIET_HOURS"),),
    (RECENT,),
    (NUMBER_MISSING,),
    (answer("DECLINED", "CUSTOMER_NUMBER_INVALID"),),
    (answer("DECLINED", "LINE_TYPE_NOT_TEXTABLE"),),
    (NUMBER_MISSING, answer("STARTED", "", "text-1")),
    (NUMBER_MISSING, answer("DEFERRED", "QUOTA_EXCEEDED")),
    (NUMBER_MISSING, RECENT),
    (NUMBER_MISSING, answer("DECLINED", "QUIET_HOURS")),
    (NUMBER_MISSING, answer("FAILED", "CONFLICT")),
    (NUMBER_MISSING, answer("DRY_RUN")),
    (NUMBER_MISSING, {}),
)
WAITS = (29, 30, 90, 210, 450, 750, 1050, 1500, 2700, 5400)
CLOSED = {"is_open": False}
CATCH_ALL = "NoMatchingError"
FIRST: dict[str, tuple[Do, ...]] = {VOICE: (), CUSTOMER_QUEUE: (wait,)}
"""What happens before the offer."""
CLOSED_PROMPTS = [name for name in PROMPTS["en-US"] if name.startswith("Closed") and name != "ClosedOfferPrompt"]


def scenarios() -> Iterator[Scenario]:
    for does, each in [((press("1"), press("4255550111#")), each) for each in ANSWERS]:
        yield Scenario(VOICE, does, each)
        yield Scenario(VOICE, does, each, CLOSED, {"ClosedOffer": "SMS"})
        yield Scenario(CUSTOMER_QUEUE, (wait, *does), each)
    for do in (press("1"), press("2"), press("9"), time_out):
        yield Scenario(VOICE, (do,))
        yield Scenario(VOICE, (do,), given={"CallbackOffer": "true"})
        yield Scenario(VOICE, (do,), center=CLOSED, given={"ClosedOffer": "SMS"})
        yield Scenario(CUSTOMER_QUEUE, (wait, do))
        yield Scenario(CUSTOMER_QUEUE, (wait, do), given={"CallbackOffer": "true"})
    for name, first in FIRST.items():
        yield Scenario(name, (*first, press("1"), time_out), (NUMBER_MISSING,))
        for staffed in (0, 1):
            chat = {"reports": {"CHAT": {"agents_staffed": staffed}}}
            yield Scenario(name, first, center=chat, given={"OfferIfStaffed": "true"})
    yield Scenario(VOICE, center=CLOSED, given={"ClosedOffer": "PROMPT"})
    yield Scenario(VOICE, center=CLOSED)
    for seconds in WAITS:
        yield Scenario(VOICE, center={"reports": {"VOICE": {"wait_seconds": seconds}}})
    for voice in (
        {"wait_seconds": 299},
        {"wait_seconds": 300},
        {"oldest_seconds": 299},
        {"oldest_seconds": 300},
        {"contacts": 0},
        {"contacts": 1},
    ):
        yield Scenario(VOICE, center={"reports": {"VOICE": voice}}, given={"OfferMinWaitSeconds": "300"})
    for status in ("STARTED", "DEFERRED", "DECLINED", "DRY_RUN"):
        yield Scenario(CUSTOMER_QUEUE, (wait,), attributes={"deflectionStatus": status})
    for name, done in (("sms", reply), ("sms", time_out), ("sms_bot", reply), ("sms_bot", time_out)):
        yield Scenario(name, (done,))
        yield Scenario(name, (done,), errors={"transfer": CATCH_ALL})
    yield Scenario("sms_direct")
    yield Scenario("sms_direct", errors={"transfer": CATCH_ALL})
    yield Scenario(VOICE, (time_out,), errors={"transfer": CATCH_ALL})
    yield Scenario(VOICE, center={"reports": {"VOICE": None}})
    for name, first in FIRST.items():
        yield Scenario(name, (*first, press("1")), errors={"deflect": CATCH_ALL})
        yield Scenario(name, (*first, press("2")), given={"CallbackOffer": "true"}, errors={"callback": CATCH_ALL})


SCENARIOS = list(scenarios())
LAST_WORDS = {
    said(prompt)
    for prompt in (
        "NobodyFreePrompt",
        "CallbackConfirmedPrompt",
        "SmsClosingMessage",
        "SmsNobodyFreeMessage",
        *CLOSED_PROMPTS,
    )
}


def taken(playing: FlowPlayer, name: str) -> set[tuple[str, str, str]]:
    """Return the file, the action and the branch of each transition that was played."""
    latest: dict[str, str] = {}
    found = set[tuple[str, str, str]]()
    inside = ""
    for step in playing.steps:
        if step.module and not inside:
            latest.pop(step.module, None)
        if step.module in latest:
            found.add(("offer" if step.module else name, latest[step.module], step.branch))
        latest[step.module], inside = step.action, step.module
    return found


def errors_of(name: str) -> list[tuple[str, str, str]]:
    actions = flow(name).actions.values()
    return [(name, action.id, error) for action in actions for error in action.errors]


def test_every_condition_of_every_flow_is_played(deflect: Deflect) -> None:
    played = set(chain.from_iterable(taken(each.play(deflect), each.name) for each in SCENARIOS))

    conditions = {
        (name, action.id, condition.name)
        for name in NAMES
        for action in flow(name, OfferMinWaitSeconds="300").actions.values()
        for condition in action.conditions
    }
    assert conditions - played == set()


@cache
def plays() -> list[tuple[Scenario, FlowPlayer]]:
    """Play every scenario once, with a function that starts each text."""
    started = dict(answer("STARTED", "", "text-1"))
    return [(each, each.play(lambda *_, **__: started)) for each in SCENARIOS]


def scenario_for(name: str, action: str, error: str) -> tuple[Scenario, dict[str, str]]:
    """Return a scenario that takes this branch, and the error to cause if none takes it by itself."""
    for each, playing in plays():
        if (name, action, error) in taken(playing, each.name):
            return each, {}
    for each, playing in plays():
        if name in {"offer" if step.module else each.name for step in playing.steps if step.action == action}:
            return each, {action: error}
    raise LookupError(f"No scenario comes to {action} of {name}.")


@pytest.mark.parametrize(("name", "action", "error"), [each for name in NAMES for each in errors_of(name)])
def test_every_error_is_played_and_loses_nobody(name: str, action: str, error: str, deflect: Deflect) -> None:
    """After an error, the contact is in the queue, or waits in its flow, or heard why before it ended."""
    scenario, errors = scenario_for(name, action, error)

    playing = scenario.play(deflect, errors)

    is_prompt = flow(name).actions[action].type == "MessageParticipant"
    assert (name, action, error) in taken(playing, scenario.name)
    if playing.end and playing.end.reason == "DISCONNECTED" and not is_prompt and name != "sms_bot":
        assert heard(playing)[-1] in LAST_WORDS
    else:
        assert playing.waiting or (playing.end and playing.end.reason in ("QUEUED", "FLOW_ENDED", "DISCONNECTED"))
