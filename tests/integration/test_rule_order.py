"""The order of the rules: a request breaks every rule, then satisfies them one by one."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest

from builders import CALL, FakeConnect, application, flow_event, read_flow
from connect_simulator import demo
from deflection.aws.deadline import Deadline
from deflection.aws.gateway import AwsGateway
from deflection.aws.switch import Switch
from deflection.deflect import deflect
from deflection.events import RuleMatched
from deflection.outcome import StartedContact
from deflection.response import to_flow_response

OTHER_INSTANCE = demo.INSTANCE_ARN.replace("a1b2c3d4", "b1b2c3d4")
BROKEN: dict[str, Any] = {
    "event's instance": OTHER_INSTANCE,
    "action": "ANOTHER",
    "time": 0.0,
    "switch": "off",
    "test type": "EXPERIENCE_VALIDATION",
    "channel": "CHAT",
    "parameters": {"InstanceId": OTHER_INSTANCE},
    "number": None,
    "attributes": {},
    "opted out": True,
    "line": "LANDLINE",
    "token": "of another call",
    "settings": {"QUIET_HOURS": "00:01-00:00"},
}
"""A request that breaks every rule."""
EVENT = "a rule of Contact Lens"
FLOW = "a flow"
BOTH = (FLOW, EVENT)
RULES: list[tuple[str, tuple[str, ...], dict[str, Any]]] = [
    ("INSTANCE_NOT_ALLOWED", (EVENT,), {"event's instance": demo.INSTANCE_ARN}),
    ("TRIGGER_NOT_MATCHED", (EVENT,), {"action": "TEXT_THE_CUSTOMER"}),
    ("EVENT_TOO_OLD", (EVENT,), {"time": 1000.0}),
    ("SWITCHED_OFF", BOTH, {"switch": "on"}),
    ("SIMULATED_CONTACT", BOTH, {"test type": ""}),
    ("CHANNEL_NOT_ELIGIBLE", BOTH, {"channel": "VOICE"}),
    ("INSTANCE_NOT_ALLOWED", (FLOW,), {"parameters": {}}),
    ("CUSTOMER_NUMBER_MISSING", BOTH, {"number": "12"}),
    ("CUSTOMER_NUMBER_INVALID", BOTH, {"number": "+14255550142"}),
    ("COUNTRY_NOT_ALLOWED", BOTH, {"number": "+442079460000"}),
    ("LINE_TYPE_NOT_TEXTABLE", BOTH, {"number": "+61491570006"}),
    ("CONSENT_MISSING", BOTH, {"attributes": {"smsConsent": "yes"}}),
    ("QUIET_HOURS", (EVENT,), {"settings": {}}),
    ("OPTED_OUT", BOTH, {"opted out": False}),
    ("LINE_TYPE_NOT_TEXTABLE", BOTH, {"line": "MOBILE"}),
    ("RECENTLY_DEFLECTED", BOTH, {"token": None}),
]
"""Each rule in order: its reason, the sources it applies to, and what satisfies it."""


class FakeAws:
    """The switch, the opt-out list, the carrier and the repeat window of a request."""

    def __init__(self, request: Mapping[str, Any]) -> None:
        self._request = request

    def get(self, _name: str, **_options: Any) -> Any:
        return self._request["switch"]

    def describe_opted_out_numbers(self, **request: Any) -> Mapping[str, Any]:
        listed = request["OptedOutNumbers"] if self._request["opted out"] else []
        return {"OptedOutNumbers": [{"OptedOutNumber": number} for number in listed]}

    def carrier_lookup(self, **_request: Any) -> Mapping[str, Any]:
        return {"PhoneNumberType": self._request["line"]}

    def find(self, *_: Any) -> StartedContact | None:
        token = self._request["token"]
        return StartedContact("earlier", token) if token else None

    def remember(self, *_: Any) -> bool:
        return True


def reason(source: str, request: Mapping[str, Any]) -> str:
    changes = {
        "RULE_ACTION_NAMES": "TEXT_THE_CUSTOMER",
        "SWITCH_PARAMETER": "switch",
        "ALLOWED_COUNTRIES": "GB,AU",
        "CONSENT_ATTRIBUTE": "smsConsent",
        "OPT_OUT_LIST_NAME": "Default",
        "CARRIER_LOOKUP": "true",
        **request["settings"],
    }
    number = request["number"]
    endpoint = {"Type": "TELEPHONE_NUMBER", "Address": number} if number else None
    segments = {"connect:ValidationTestType": {"ValueString": request["test type"]}}
    caller = {
        "Channel": request["channel"],
        "CustomerEndpoint": endpoint,
        "Attributes": request["attributes"],
        "SegmentAttributes": segments,
    }
    fake: Any = FakeAws(request)
    function = replace(
        application(FakeConnect("contact", contact=caller), **changes),
        provider=fake,
        switch=Switch(fake, "switch"),
        sms=fake,
        repeat_window=fake,
    )
    matched = RuleMatched("event", request["time"], CALL, request["event's instance"], request["action"])
    arrived = read_flow(flow_event(request["parameters"], **caller)) if source == FLOW else matched
    outcome = deflect(arrived, function.settings, AwsGateway(function, Deadline(9e9)), now=1000.0)
    return to_flow_response(outcome)["Reason"]


def reasons(source: str) -> Iterator[str]:
    """Yield the reason for each rule that applies, and satisfy all rules up to it; at the end an empty reason."""
    request = BROKEN
    for _, applies_to, satisfied in RULES:
        if source in applies_to:
            yield reason(source, request)
        request = request | satisfied
    yield reason(source, request)


@pytest.mark.parametrize("source", BOTH)
def test_rules_are_applied_in_order(source: str) -> None:
    expected = [reason for reason, applies_to, _ in RULES if source in applies_to]

    assert list(reasons(source)) == [*expected, ""]
