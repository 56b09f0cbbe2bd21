"""What the template's rules let through, with EventBridge's own semantics, as moto has them."""

import json
from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest
from moto.events.models import EventPattern

from builders import EVENTS, event
from connect_simulator import demo
from contract.test_template import GIVEN, PARAMETERS, RULES, VARIABLES, deployed
from deflection.arrived import CONTACT_EVENT_TYPES, ContactEvent
from deflection.inbound.eventbridge import parse_eventbridge_event
from deflection.outcome import IgnoreReason
from deflection.rules.triggers import rejection_reason
from deflection.settings import read_settings

SWITCHES = {
    "ABANDONED": ("ContactEventRule", {"ContactEventTrigger": "ABANDONED", "ConsentAttribute": "smsConsent"}),
    "QUEUED": ("ContactEventRule", {"ContactEventTrigger": "QUEUED", "ConsentAttribute": "smsConsent"}),
    "MATCHED": ("RuleMatchedRule", {"RuleActionNames": "SEND_LINK,TEXT_THE_CUSTOMER"}),
    "REQUESTED": ("DeflectionRequestedRule", {"AcceptDeflectionRequests": "true"}),
    "ANSWERS": ("AnswersRule", {"CountAnswers": "true"}),
}
"""What an operator can ask for: the rule that it switches on, and the parameters that ask for it."""

LET_THROUGH_BY = {
    "contact_event_abandoned": "ABANDONED",
    "contact_event_answered": "ABANDONED",  # how it ended is for the function to see
    "contact_event_outbound": None,
    "contact_event_pascal_case": "ABANDONED",
    "contact_event_queued": "QUEUED",
    "contact_event_sms_answered": "ANSWERS",
    "contact_event_sms_ended": "ANSWERS",
    "deflection_requested": "REQUESTED",
    "deflection_requested_without_contact": "REQUESTED",
    "rule_matched": "MATCHED",
}
KINDS = ("contact_event_*", "deflection_requested*", "rule_matched*")
CONTACT_EVENT_FILES = [name for name in LET_THROUGH_BY if name.startswith("contact_event_")]


def pattern(switch: str) -> str:
    rule, given = SWITCHES[switch]
    return json.dumps(deployed(RULES[rule]["EventPattern"], GIVEN | given))


def lets_through(switch: str, candidate: dict[str, Any]) -> bool:
    matcher: Any = EventPattern.load(pattern(switch))
    return bool(matcher.matches_event(candidate))


def let_through_by(candidate: dict[str, Any]) -> list[str]:
    return [switch for switch in SWITCHES if lets_through(switch, candidate)]


def with_detail(name: str, **changes: Any) -> dict[str, Any]:
    changed = event(name)
    changed["detail"] |= changes
    return changed


def camel_case(key: str) -> str:
    return key[0].lower() + key[1:]


def pascal_case(key: str) -> str:
    return key[0].upper() + key[1:]


def respelled(value: Any, spell: Callable[[str], str]) -> Any:
    """A detail with its keys spelled otherwise, all but the keys of maps, which are the operator's or Connect's."""
    match value:
        case dict():
            return {key if ":" in key else spell(key): respelled(entry, spell) for key, entry in value.items()}
        case _:
            return value


def spellings(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """A contact event in every way that AWS writes one."""
    original = event(name)
    for detail_type in CONTACT_EVENT_TYPES:
        yield detail_type, original | {"detail-type": detail_type}
    for spell in (camel_case, pascal_case):
        yield spell("keys"), original | {"detail": respelled(original["detail"], spell)}
    enums = {"channel", "eventtype", "initiationmethod"}
    for change in (str.lower, str.upper, str.title):
        detail = {key: change(entry) if key.lower() in enums else entry for key, entry in original["detail"].items()}
        yield change("values"), original | {"detail": detail}


def test_the_table_has_every_event_that_a_rule_may_meet() -> None:
    assert sorted(file.stem for kind in KINDS for file in EVENTS.glob(f"{kind}.json")) == sorted(LET_THROUGH_BY)


@pytest.mark.parametrize(("name", "switch"), LET_THROUGH_BY.items())
def test_an_event_goes_through_one_rule_at_most(name: str, switch: str | None) -> None:
    assert let_through_by(event(name)) == ([switch] if switch else [])


@pytest.mark.parametrize("name", CONTACT_EVENT_FILES)
def test_a_contact_event_goes_the_same_way_however_it_is_spelled(name: str) -> None:
    expected = LET_THROUGH_BY[name]

    ways = {spelling: let_through_by(candidate) for spelling, candidate in spellings(name)}

    assert ways == dict.fromkeys(ways, [expected] if expected else [])
    assert len(ways) == 7


@pytest.mark.parametrize("switch", SWITCHES)
@pytest.mark.parametrize("name", LET_THROUGH_BY)
def test_whatever_the_function_follows_or_counts_is_let_through(name: str, switch: str) -> None:
    arrived = parse_eventbridge_event(event(name))
    read = read_settings(deployed(VARIABLES, GIVEN | SWITCHES[switch][1]))
    sent = datetime.fromisoformat(event(name)["time"]).timestamp()

    reason = rejection_reason(arrived, read, sent)

    counted = reason is IgnoreReason.SMS_CONTACT_EVENT and switch == "ANSWERS"
    followed = reason is None and (isinstance(arrived, ContactEvent) or LET_THROUGH_BY[name] == switch)
    assert lets_through(switch, event(name)) or not (counted or followed)


@pytest.mark.parametrize(
    ("candidate", "why"),
    [
        (with_detail("contact_event_abandoned", instanceArn=demo.INSTANCE_ARN[:-1] + "0"), "another instance"),
        (with_detail("rule_matched", instanceArn=demo.INSTANCE_ARN[:-1] + "0"), "another instance"),
        (with_detail("deflection_requested", instanceArn=demo.INSTANCE_ARN[:-1] + "0"), "another instance"),
        (with_detail("contact_event_sms_ended", instanceArn=demo.INSTANCE_ARN[:-1] + "0"), "another instance"),
        (event("contact_event_abandoned") | {"source": "com.example.crm"}, "an application's, not Connect's"),
        (event("rule_matched") | {"source": "com.example.crm"}, "an application's, not Connect's"),
        (event("deflection_requested") | {"source": "aws.connect"}, "Connect's, not an application's"),
        (event("deflection_requested") | {"source": "connect-sms-deflection"}, "in the name of the function itself"),
        (event("deflection_requested") | {"account": "444455556666"}, "another account's"),
        (with_detail("contact_event_abandoned", channel="CHAT"), "no call"),
        (with_detail("contact_event_abandoned", eventType="CONTACT_DATA_UPDATED"), "nothing that starts a text"),
        (with_detail("contact_event_abandoned", initiationMethod="TRANSFER"), "not inbound"),
        (with_detail("rule_matched", actionName="NOTIFY_A_SUPERVISOR"), "an action that nobody named"),
        (event("rule_matched") | {"detail-type": "Contact Lens Post Call Rules Matched"}, "after the call"),
        (with_detail("contact_event_sms_ended", eventType="QUEUED"), "neither answered nor ended"),
        (with_detail("contact_event_sms_ended", channel="VOICE"), "no text, and not inbound"),
        (
            with_detail(
                "contact_event_sms_ended", segmentAttributes={"connect:Subtype": {"valueString": "connect:Chat"}}
            ),
            "a web chat",
        ),
    ],
)
def test_what_the_function_would_only_decline_or_ignore_is_held_back(candidate: dict[str, Any], why: str) -> None:
    assert let_through_by(candidate) == [], why


def test_a_text_that_is_related_to_no_call_is_not_counted() -> None:
    unrelated = event("contact_event_sms_answered")
    del unrelated["detail"]["relatedContactId"]

    assert let_through_by(unrelated) == []


def test_every_rule_is_disabled_unless_a_parameter_asks_for_it() -> None:
    states = {
        switch: {name: deployed(rule["State"], GIVEN | given) for name, rule in RULES.items()}
        for switch, (_, given) in {"nothing": ("", dict[str, str]()), **SWITCHES}.items()
    }

    assert states == {
        switch: {name: "ENABLED" if name == asked_for else "DISABLED" for name in RULES}
        for switch, asked_for in {"nothing": None, **{switch: rule for switch, (rule, _) in SWITCHES.items()}}.items()
    }


def test_without_action_names_the_pattern_is_one_that_eventbridge_takes() -> None:
    names = deployed(RULES["RuleMatchedRule"]["EventPattern"], GIVEN)["detail"]["actionName"]

    assert PARAMETERS["RuleActionNames"]["Default"] == ""
    assert names == [{"exists": True}]


@pytest.mark.parametrize("switch", SWITCHES)
def test_a_pattern_is_no_longer_than_eventbridge_takes(switch: str) -> None:
    assert len(pattern(switch)) <= 2048
