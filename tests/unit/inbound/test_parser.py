from typing import Any

import pytest

from builders import CALL, event, flow_event, read_flow
from deflection.contact import Contact, Endpoint
from deflection.errors import MalformedEventError, UnrecognizedEventError
from deflection.events import FlowInvocation
from deflection.inbound.parser import parse_event

INSTANCE = event("flow_voice")["Details"]["ContactData"]["InstanceARN"]


def test_flow_invocation_has_a_contact_and_flow_parameters() -> None:
    assert parse_event(flow_event({"DryRun": "true"})) == FlowInvocation(
        Contact(
            id=CALL,
            instance_arn=INSTANCE,
            initial_id=CALL,
            channel="VOICE",
            customer_endpoint=Endpoint("+14255550142"),
            system_endpoint=Endpoint("+14255550190"),
            queue_name="Billing",
            queue_arn=f"{INSTANCE}/queue/7c1d2e3f-4a5b-4c6d-8e7f-9a0b1c2d3e4f",
            language="en-US",
            attributes={"customerName": "Jane Doe", "orderNumber": "A-1001", "smsConsent": "yes"},
        ),
        {"DryRun": "true"},
    )


@pytest.mark.parametrize("value", [None, 5, True, "text", [], ["a"], {"a": {"b": None}}, "\ud800"])
@pytest.mark.parametrize(
    "key",
    ["Attributes", "Channel", "CustomerEndpoint", "InitialContactId", "Queue", "SystemEndpoint", "FutureField"],
)
def test_optional_field_of_the_wrong_type_counts_as_absent(key: str, value: Any) -> None:
    without = flow_event()
    without["Details"]["ContactData"].pop(key, None)
    is_valid = key in {"Channel", "InitialContactId"} and value == "text"

    assert is_valid or parse_event(flow_event(**{key: value})) == parse_event(without)


def test_unknown_channel_and_unknown_initiation_method_are_accepted() -> None:
    invocation = read_flow(flow_event(Channel="hologram", InitiationMethod="TELEPATHY"))

    assert invocation.contact.channel == "HOLOGRAM"


def test_attribute_that_is_not_a_string_is_left_out() -> None:
    invocation = read_flow(flow_event(Attributes={"a": "b", "c": 5, "d": None, "e": "\ud800", "\udfff": "f"}))

    assert invocation.contact.attributes == {"a": "b"}


def flow_event_with_parameters(parameters: Any) -> dict[str, Any]:
    changed = flow_event()
    changed["Details"]["Parameters"] = parameters
    return changed


@pytest.mark.parametrize("blank", [None, "", " ", [], {}, "{}", "[]"])
def test_blank_flow_parameters_count_as_absent(blank: Any) -> None:
    assert read_flow(flow_event_with_parameters(blank)).parameters == {}


def test_flow_parameters_may_be_a_json_string() -> None:
    assert read_flow(flow_event_with_parameters('{"DryRun": true}')).parameters == {"DryRun": True}


@pytest.mark.parametrize("value", [5, "text", ["a"], "[1]", "null", '{"DryRun": tru'])
def test_flow_parameters_that_are_not_an_object_are_malformed(value: Any) -> None:
    with pytest.raises(MalformedEventError, match=r"\bDetails\.Parameters\b"):
        read_flow(flow_event_with_parameters(value))


@pytest.mark.parametrize("value", [None, "", 5, [], {}, "\ud800"])
@pytest.mark.parametrize("key", ["ContactId", "InstanceARN"])
def test_error_names_the_required_field_that_is_missing_or_invalid(key: str, value: Any) -> None:
    with pytest.raises(MalformedEventError, match=rf"\bDetails\.ContactData\.{key}\b"):
        parse_event(flow_event(**{key: value}))


def test_contact_id_over_256_characters_is_malformed() -> None:
    with pytest.raises(MalformedEventError, match="ContactId"):
        parse_event(flow_event(ContactId="x" * 257))


@pytest.mark.parametrize("details", [None, 5, [], {}, {"ContactData": None}])
def test_flow_event_without_contact_data_is_malformed(details: Any) -> None:
    with pytest.raises(MalformedEventError, match="Details"):
        parse_event({"Details": details, "Name": "ContactFlowEvent"})


@pytest.mark.parametrize("foreign", [None, 5, "text", [], {}, {"Records": []}, {"details": {}}])
def test_any_other_event_is_unrecognized(foreign: Any) -> None:
    with pytest.raises(UnrecognizedEventError):
        parse_event(foreign)


def test_flow_invocation_repr_has_no_number_and_no_attribute_value() -> None:
    text = repr(parse_event(flow_event({"DestinationEndpoint_Address": "+14255550111"})))

    for personal in ("4255550142", "4255550111", "Jane", "A-1001"):
        assert personal not in text
