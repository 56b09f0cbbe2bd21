"""Which events the EventBridge rules of the template match."""

from collections.abc import Callable, Iterator
from datetime import datetime
from typing import Any

import pytest

from builders import EVENTS, event
from cloudformation import GIVEN, PARAMETERS, RULES, VARIABLES, deployed
from connect_simulator import demo
from deflection.environment import read_settings
from deflection.events import CONTACT_EVENT_TYPES, ContactEvent
from deflection.inbound.eventbridge import parse_eventbridge_event
from deflection.reasons import IgnoreReason
from deflection.rules.triggers import rejection_reason
from eventbridge import SWITCHES, matched_by, matches, pattern

MATCHED_BY = {
    "contact_event_abandoned": "ABANDONED",
    "contact_event_answered": "ABANDONED",  # the function looks at how it ended
    "contact_event_deflected_call_ended": "CALLS",
    "contact_event_outbound": None,
    "contact_event_pascal_case": "ABANDONED",
    "contact_event_queued": "QUEUED",
    "contact_event_sms_answered": "ANSWERS",
    "contact_event_sms_ended": "ANSWERS",
    "delivery_sms": "DELIVERIES",
    "delivery_whatsapp": "DELIVERIES",
    "deflection_requested": "REQUESTED",
    "deflection_requested_without_contact": "REQUESTED",
    "rule_matched": "MATCHED",
}
KINDS = ("contact_event_*", "deflection_requested*", "delivery_*", "rule_matched*")
CONTACT_EVENT_FILES = [name for name in MATCHED_BY if name.startswith("contact_event_")]


def with_detail(name: str, **changes: Any) -> dict[str, Any]:
    changed = event(name)
    changed["detail"] |= changes
    return changed


def camel_case(key: str) -> str:
    return key[0].lower() + key[1:]


def pascal_case(key: str) -> str:
    return key[0].upper() + key[1:]


def respelled(value: Any, spell: Callable[[str], str]) -> Any:
    """Return a detail with respelled keys; keys of maps, such as `connect:Subtype` and tags, stay."""
    match value:
        case dict():
            return {
                key if ":" in key else spell(key): entry if key.lower() == "tags" else respelled(entry, spell)
                for key, entry in value.items()
            }
        case _:
            return value


def spellings(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield a contact event in every spelling that AWS uses."""
    original = event(name)
    for detail_type in CONTACT_EVENT_TYPES:
        yield detail_type, original | {"detail-type": detail_type}
    for spell in (camel_case, pascal_case):
        yield spell("keys"), original | {"detail": respelled(original["detail"], spell)}
    enums = {"channel", "eventtype", "initiationmethod"}
    for change in (str.lower, str.upper, str.title):
        detail = {key: change(entry) if key.lower() in enums else entry for key, entry in original["detail"].items()}
        yield change("values"), original | {"detail": detail}


def test_every_sample_event_has_an_expected_rule() -> None:
    assert sorted(file.stem for kind in KINDS for file in EVENTS.glob(f"{kind}.json")) == sorted(MATCHED_BY)


@pytest.mark.parametrize(("name", "switch"), MATCHED_BY.items())
def test_an_event_matches_at_most_one_rule(name: str, switch: str | None) -> None:
    assert matched_by(event(name)) == ([switch] if switch else [])


@pytest.mark.parametrize("name", CONTACT_EVENT_FILES)
def test_spelling_does_not_change_which_rule_matches(name: str) -> None:
    expected = MATCHED_BY[name]

    ways = {spelling: matched_by(candidate) for spelling, candidate in spellings(name)}

    assert ways == dict.fromkeys(ways, [expected] if expected else [])
    assert len(ways) == 7


@pytest.mark.parametrize("switch", SWITCHES)
@pytest.mark.parametrize("name", MATCHED_BY)
def test_every_event_that_the_function_uses_matches_its_rule(name: str, switch: str) -> None:
    arrived = parse_eventbridge_event(event(name))
    read = read_settings(deployed(VARIABLES, GIVEN | SWITCHES[switch][1]))
    sent = datetime.fromisoformat(event(name)["time"]).timestamp()

    reason = rejection_reason(arrived, read, sent)

    is_counted = reason is IgnoreReason.SMS_CONTACT_EVENT and MATCHED_BY[name] == switch
    is_followed = reason is None and (isinstance(arrived, ContactEvent) or MATCHED_BY[name] == switch)
    assert matches(switch, event(name)) or not (is_counted or is_followed)


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
def test_events_that_the_function_would_decline_match_no_rule(candidate: dict[str, Any], why: str) -> None:
    assert matched_by(candidate) == [], why


def test_an_sms_contact_without_a_related_call_matches_no_rule() -> None:
    unrelated = event("contact_event_sms_answered")
    del unrelated["detail"]["relatedContactId"]

    assert matched_by(unrelated) == []


def test_rules_are_disabled_until_a_template_parameter_enables_them() -> None:
    states = {
        switch: {name: deployed(rule["State"], GIVEN | given) for name, rule in RULES.items()}
        for switch, (_, given) in {"nothing": ("", dict[str, str]()), **SWITCHES}.items()
    }

    assert states == {
        switch: {name: "ENABLED" if (name, given) in SWITCHES.values() else "DISABLED" for name in RULES}
        for switch, given in {"nothing": {}, **{switch: given for switch, (_, given) in SWITCHES.items()}}.items()
    }


def test_pattern_without_action_names_is_valid() -> None:
    names = deployed(RULES["RuleMatchedRule"]["EventPattern"], GIVEN)["detail"]["actionName"]

    assert PARAMETERS["RuleActionNames"]["Default"] == ""
    assert names == [{"exists": True}]


@pytest.mark.parametrize("switch", SWITCHES)
def test_pattern_fits_the_eventbridge_limit(switch: str) -> None:
    assert len(pattern(switch)) <= 2048
