"""The contact's data that a flow and a function receive."""

import json
from pathlib import Path
from typing import Any

import pytest

from connect_simulator import demo
from connect_simulator.flows import (
    FlowContact,
    FlowError,
)
from flow_language import action, begin, invoke

EVENT = json.loads((Path(__file__).parents[3] / "events" / "flow_voice.json").read_text())


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        ("words", "words"),
        ("$5", "$5"),
        ("$.Attributes.language", "English"),
        ("$.Attributes['two words']", "yes"),
        ("$.Attributes.none", None),
        ("$.External.Status", "STARTED"),
        ("$.StoredCustomerInput", "4255550111"),
        ("$.CustomerEndpoint.Address", "+14255550142"),
        ("$.SystemEndpoint.Address", "+14255550190"),
        ("$.Queue.Name", None),
        ("$.ContactId", "call-1"),
        ("$.SegmentAttributes['connect:Subtype']", "connect:Telephony"),
        ("$.Attributes.language.deeper", None),
    ],
)
def test_reference_resolves_to_a_value_of_the_contact(reference: str, value: str | None) -> None:
    contact = FlowContact(
        "call-1",
        attributes={"language": "English", "two words": "yes"},
        external={"Status": "STARTED"},
        stored_input="4255550111",
    )

    assert contact.resolve(reference) == value


@pytest.mark.parametrize("reference", ["Hello $.Attributes.name", "$.Views.x", "$.", "$.Attributes.a, $.Attributes.b"])
def test_unknown_reference_is_rejected(reference: str) -> None:
    with pytest.raises(FlowError):
        FlowContact("call-1").resolve(reference)


def test_lambda_event_has_the_contact_data_of_a_call() -> None:
    events: list[Any] = []

    def function(event: Any) -> dict[str, str]:
        events.append(event)
        return {"Status": "STARTED"}

    play = begin(
        action("UpdateContactTargetQueue", {"QueueId": demo.QUEUE_ARN}, "q", NextAction="a"),
        invoke(Given="words", Number="$.StoredCustomerInput"),
        function=function,
        attributes={"name": "Jane"},
    )

    [event] = events
    data = event["Details"]["ContactData"]
    sample = EVENT["Details"]["ContactData"]
    assert event["Details"]["Parameters"] == {"Given": "words", "Number": None}
    assert data.keys() == sample.keys()
    assert data["Attributes"] == {"name": "Jane"}
    assert (data["InstanceARN"], data["CustomerEndpoint"]) == (sample["InstanceARN"], sample["CustomerEndpoint"])
    assert data["Queue"]["ARN"] == demo.QUEUE_ARN
    assert play.contact.external == {"Status": "STARTED"}
    assert [step.invocation.attempts for step in play.steps if step.invocation] == [1]


def test_withheld_number_has_no_endpoint() -> None:
    assert FlowContact("call-1", customer=None).lambda_event({})["Details"]["ContactData"]["CustomerEndpoint"] is None


@pytest.mark.parametrize(("is_test", "value"), [(True, "EXPERIENCE_VALIDATION"), (False, None)])
def test_contact_of_a_test_case_carries_its_mark(value: str | None, *, is_test: bool) -> None:
    contact = FlowContact("call-1", is_test=is_test)
    segment = contact.lambda_event({})["Details"]["ContactData"]["SegmentAttributes"]

    assert contact.resolve("$.SegmentAttributes['connect:ValidationTestType']") == value
    assert segment.get("connect:ValidationTestType", {"ValueString": None}) == {"ValueString": value}
