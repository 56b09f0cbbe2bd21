"""The EventBridge rules of the template, matched as moto matches them."""

import json
from typing import Any

from moto.events.models import EventPattern

from cloudformation import GIVEN, RULES, deployed

SWITCHES = {
    "ABANDONED": ("ContactEventRule", {"ContactEventTrigger": "ABANDONED", "ConsentAttribute": "smsConsent"}),
    "QUEUED": ("ContactEventRule", {"ContactEventTrigger": "QUEUED", "ConsentAttribute": "smsConsent"}),
    "MATCHED": ("RuleMatchedRule", {"RuleActionNames": "SEND_LINK,TEXT_THE_CUSTOMER"}),
    "REQUESTED": ("DeflectionRequestedRule", {"AcceptDeflectionRequests": "true"}),
    "ANSWERS": ("AnswersRule", {"CountOutcomes": "true"}),
    "CALLS": ("DeflectedCallsRule", {"CountOutcomes": "true"}),
    "DELIVERIES": ("DeliveriesRule", {"DeliveryEventNumbers": "+14255550100,14255550101"}),
}
"""The rule that an operator turns on, and the template parameters that turn it on."""


def pattern(switch: str) -> str:
    rule, given = SWITCHES[switch]
    return json.dumps(deployed(RULES[rule]["EventPattern"], GIVEN | given))


def matches(switch: str, candidate: dict[str, Any]) -> bool:
    matcher: Any = EventPattern.load(pattern(switch))
    return bool(matcher.matches_event(candidate))


def matched_by(candidate: dict[str, Any]) -> list[str]:
    return [switch for switch in SWITCHES if matches(switch, candidate)]
