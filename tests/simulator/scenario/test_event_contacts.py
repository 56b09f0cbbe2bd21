"""The call, the caller and the time of an event."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from connect_simulator import World, demo
from connect_simulator.scenario.event_contacts import contacts_in, with_caller, with_current_time

CALL = {"Id": "call-1", "Channel": "VOICE", "InitiationMethod": "INBOUND"}


@pytest.mark.parametrize(
    "detail",
    [
        {"contactId": "call-1"},
        {"ContactId": "call-1"},
        {"contactid": "call-1", "contactArn": f"{demo.INSTANCE_ARN}/contact/call-2"},
        {"contactArn": f"{demo.INSTANCE_ARN}/contact/call-1"},
        {"ContactARN": f"{demo.INSTANCE_ARN}/contact/call-1"},
    ],
)
def test_event_and_its_queue_record_name_the_same_call(detail: dict[str, Any], connect: Any, world: World) -> None:
    event = {"detail": detail}
    records = {"Records": [{"body": json.dumps(event)}, {"body": json.dumps({"detail": {"contactId": "call-3"}})}]}
    [call] = contacts_in(event)
    [first, second] = contacts_in(records)
    assert (first["Id"], second["Id"]) == ("call-1", "call-3")
    assert call.items() >= CALL.items()
    world.put_contact(call)
    described = connect.describe_contact(InstanceId=demo.INSTANCE_ID, ContactId="call-1")["Contact"]
    assert described["CustomerEndpoint"] == {"Type": "TELEPHONE_NUMBER", "Address": "+14255550142"}
    assert described["Attributes"] == {"customerName": "Jane Doe", "orderNumber": "A-1001", "smsConsent": "yes"}
    assert described["QueueInfo"]["EnqueueTimestamp"].timestamp() > 0
    assert "DisconnectReason" not in described


@pytest.mark.parametrize(
    ("detail", "dialled", "queue"),
    [
        ({}, "+14255550190", demo.QUEUE_ID),
        ({"tags": None, "queueInfo": []}, "+14255550190", demo.QUEUE_ID),
        ({"tags": {"aws:connect:systemEndpoint": "+14255550191"}}, "+14255550191", demo.QUEUE_ID),
        ({"QueueInfo": {"QueueArn": f"{demo.INSTANCE_ARN}/queue/q-1"}}, "+14255550190", "q-1"),
        ({"queueArn": f"{demo.INSTANCE_ARN}/queue/q-1"}, "+14255550190", "q-1"),
    ],
)
def test_call_has_the_system_endpoint_and_queue_of_its_event(detail: dict[str, Any], dialled: str, queue: str) -> None:
    [call] = contacts_in({"detail": {"contactId": "call-1"} | detail})
    assert call["SystemEndpoint"] == {"Type": "TELEPHONE_NUMBER", "Address": dialled}
    assert call["QueueInfo"]["Id"] == queue


@pytest.mark.parametrize("name", ["eventType", "EVENTTYPE"])
def test_disconnected_event_ends_the_call(name: str) -> None:
    [call] = contacts_in({"detail": {"contactId": "call-1", name: "DISCONNECTED"}})
    assert call["DisconnectReason"] == "CUSTOMER_DISCONNECT"


@pytest.mark.parametrize(
    "event",
    [
        None,
        ["detail"],
        {"Details": {"ContactData": {"ContactId": "call-1"}}},
        {"detail": {"contactId": None, "contactArn": 7}},
        {"detail": {"contactId": ""}},
        {"detail": "contactId"},
        {"Records": None},
        {"Records": [None, {}, {"body": None}, {"body": "no JSON"}, {"body": "7"}]},
    ],
)
def test_event_without_a_contact_has_no_call(event: Any) -> None:
    assert list(contacts_in(event)) == []


def test_event_and_queue_record_get_the_current_time() -> None:
    old = {"detail-type": "Deflection Requested", "time": "2020-01-01T00:00:00Z"}
    records = {"Records": [{"messageId": "1", "body": json.dumps(old)}, {"messageId": "2", "body": "no event"}]}
    this_year = f"{datetime.now(UTC):%Y}-"

    now = with_current_time(records)

    assert with_current_time(old)["time"].startswith(this_year)
    assert json.loads(now["Records"][0]["body"])["time"].startswith(this_year)
    assert now["Records"][1] == records["Records"][1]
    assert with_current_time({"Details": {}, "time": "then"}) == {"Details": {}, "time": "then"}


def test_event_gets_the_requested_age() -> None:
    event = {"detail-type": "Deflection Requested"}
    records = {"Records": [{"body": json.dumps(event)}]}
    day = 24 * 3600

    now, yesterday = (datetime.fromisoformat(with_current_time(event, age)["time"]) for age in (0, day))
    recorded = json.loads(with_current_time(records, day)["Records"][0]["body"])["time"]

    assert (now - yesterday).total_seconds() == pytest.approx(day, abs=60)
    assert (now - datetime.fromisoformat(recorded)).total_seconds() == pytest.approx(day, abs=60)


def test_caller_replaces_the_number_of_a_flow_event_and_of_a_call() -> None:
    [call] = contacts_in({"detail": {"contactId": "call-1"}}, "+61491570006")
    flow = {"Details": {"ContactData": {"Channel": "VOICE", "CustomerEndpoint": None}, "Parameters": {}}}
    called = with_caller(flow, "+61491570006")
    assert call["CustomerEndpoint"] == {"Type": "TELEPHONE_NUMBER", "Address": "+61491570006"}
    assert called["Details"]["ContactData"] == {"Channel": "VOICE", "CustomerEndpoint": call["CustomerEndpoint"]}
    assert called["Details"]["Parameters"] == {}
    assert flow["Details"]["ContactData"]["CustomerEndpoint"] is None


@pytest.mark.parametrize("event", [None, [], {"Details": None}, {"Details": {"ContactData": None}}, {"detail": {}}])
def test_other_events_do_not_change_with_the_caller(event: Any) -> None:
    assert with_caller(event, "+61491570006") == event
