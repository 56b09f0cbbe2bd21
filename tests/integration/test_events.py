"""Every event in events/, through the handler, against the simulated Amazon Connect."""

from datetime import UTC, datetime

import pytest

from builders import CALL, EVENTS, Deflect, event
from connect_simulator import Simulator, demo
from connect_simulator.scenario.event_contacts import contacts_in

SPANISH = "6f708192-a3b4-4c5d-9e6f-8091a2b3c4d5"
TRANSFERRED = "1b2c3d4e-5f60-4718-9a2b-3c4d5e6f7081"

STARTED = {
    "flow_voice": ("+14255550142", CALL),
    "flow_voice_minimal": ("+14255550142", CALL),
    "flow_voice_spanish": ("+14255550142", SPANISH),
    "flow_voice_transferred": ("+14255550142", TRANSFERRED),
    "flow_keypad": ("+14255550142", CALL),
    "flow_guide": ("+14255550142", CALL),
    "flow_unrelated": ("+14255550142", ""),
    "flow_select_all": ("+14255550142", CALL),
    "flow_select_parameter": ("+14255550142", CALL),
    "flow_string_parameters": ("+61491570006", CALL),
    "flow_json_parameters": ("+61491570006", CALL),
    "flow_template": ("+14255550142", CALL),
}
NOT_STARTED = {
    "flow_dry_run": ("DRY_RUN", "", CALL),
    "flow_anonymous": ("DECLINED", "CUSTOMER_NUMBER_MISSING", CALL),
    "flow_webrtc": ("DECLINED", "CUSTOMER_NUMBER_MISSING", CALL),
    "flow_chat": ("DECLINED", "CHANNEL_NOT_ELIGIBLE", "2c3d4e5f-6071-4829-8a3b-4c5d6e7f8091"),
    "flow_task": ("DECLINED", "CHANNEL_NOT_ELIGIBLE", "4e5f6071-8293-4a4b-8c5d-6e7f8091a2b3"),
    "flow_email": ("DECLINED", "CHANNEL_NOT_ELIGIBLE", "5f607182-93a4-4b5c-8d6e-7f8091a2b3c4"),
    "flow_unknown_parameter": ("FAILED", "INVALID_PARAMETER", ""),
    "flow_malformed": ("FAILED", "MALFORMED_EVENT", ""),
    "foreign": ("FAILED", "UNRECOGNIZED_EVENT", ""),
}


ABANDONED = {"CONTACT_EVENT_TRIGGER": "ABANDONED", "CONSENT_ATTRIBUTE": "smsConsent"}
EVENTBRIDGE: dict[str, tuple[dict[str, str], str, str]] = {
    "contact_event_abandoned": (ABANDONED, "STARTED", ""),
    "contact_event_pascal_case": (ABANDONED, "STARTED", ""),
    "contact_event_queued": (ABANDONED | {"CONTACT_EVENT_TRIGGER": "QUEUED"}, "STARTED", ""),
    "contact_event_answered": (ABANDONED, "IGNORED", "TRIGGER_NOT_MATCHED"),
    "contact_event_outbound": (ABANDONED, "IGNORED", "TRIGGER_NOT_MATCHED"),
    "contact_event_deflected_call_ended": ({}, "IGNORED", "SMS_CONTACT_EVENT"),
    "delivery_sms": ({}, "IGNORED", "SMS_CONTACT_EVENT"),
    "delivery_whatsapp": ({}, "IGNORED", "SMS_CONTACT_EVENT"),
    "contact_event_sms_answered": ({}, "IGNORED", "SMS_CONTACT_EVENT"),
    "contact_event_sms_ended": ({}, "IGNORED", "SMS_CONTACT_EVENT"),
    "rule_matched": ({"RULE_ACTION_NAMES": "TEXT_THE_CUSTOMER"}, "STARTED", ""),
    "deflection_requested": ({}, "STARTED", ""),
    "deflection_requested_without_contact": ({}, "STARTED", ""),
}
"""Settings, status and reason of each EventBridge event."""


def test_every_event_has_an_expected_result() -> None:
    assert {path.stem for path in EVENTS.glob("*.json")} == {*STARTED, *NOT_STARTED, *EVENTBRIDGE, "queue_batch"}


@pytest.mark.parametrize("name", EVENTBRIDGE)
def test_eventbridge_event_has_its_status_and_reason(name: str, deflect: Deflect, simulator: Simulator) -> None:
    settings, status, reason = EVENTBRIDGE[name]
    arrived = event(name) | {"time": datetime.now(UTC).isoformat()}
    for call in contacts_in(arrived):
        simulator.world.put_contact(call)

    response = deflect(arrived, **settings)

    assert (response["Status"], response["Reason"]) == (status, reason)


@pytest.mark.parametrize(("name", "destination", "related"), [(name, *expected) for name, expected in STARTED.items()])
def test_event_starts_one_sms_contact(
    name: str, destination: str, related: str, deflect: Deflect, simulator: Simulator
) -> None:
    response = deflect(event(name))

    (received,) = simulator.world.requests
    started = simulator.world.contacts[response["ContactId"]]
    assert (response["Status"], response["Reason"], response["Retryable"]) == ("STARTED", "", "false")
    assert response["ContactId"] == received.contact_id
    assert response["RelatedContactId"] == received.body.get("RelatedContactId", "") == related
    assert received.body["DestinationEndpoint"] == {"Type": "TELEPHONE_NUMBER", "Address": destination}
    assert started["CustomerEndpoint"]["Address"] == destination
    assert started["SegmentAttributes"]["connect:Subtype"] == {"ValueString": "connect:SMS"}


@pytest.mark.parametrize(("name", "status", "reason", "related"), [(n, *rest) for n, rest in NOT_STARTED.items()])
def test_event_starts_nothing_and_returns_the_reason(
    name: str, status: str, reason: str, related: str, deflect: Deflect, simulator: Simulator
) -> None:
    response = deflect(event(name))

    assert simulator.world.requests == []
    assert (response["Status"], response["Reason"]) == (status, reason)
    assert (response["ContactId"], response["RelatedContactId"], response["Retryable"]) == ("", related, "false")
    assert response["Message"]


def test_plain_call_is_sent_with_the_values_of_the_settings(deflect: Deflect, simulator: Simulator) -> None:
    deflect(event("flow_voice"), CHAT_DURATION_MINUTES="480", DISPLAY_NAME="Customer")

    assert simulator.world.requests[0].body == {
        "InstanceId": demo.INSTANCE_ID,
        "ContactFlowId": demo.SMS_FLOW_ID,
        "SourceEndpoint": {"Type": "CONNECT_PHONENUMBER_ARN", "Address": demo.SMS_NUMBER_ARN},
        "DestinationEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": "+14255550142"},
        "SegmentAttributes": {"connect:Subtype": {"ValueString": "connect:SMS"}},
        "Attributes": {"customerName": "Jane Doe", "orderNumber": "A-1001"},
        "ChatDurationInMinutes": 480,
        "ParticipantDetails": {"DisplayName": "Customer"},
        "InitialSystemMessage": {"ContentType": "text/plain", "Content": demo.ENVIRONMENT["INITIAL_MESSAGE"]},
        "RelatedContactId": CALL,
        "ClientToken": "1fc6b1fc63ce5758963f457668f7ce68b81db5a68010e0da7850eb87d44cf629",
    }


def test_repeated_and_transferred_calls_return_the_same_contact(deflect: Deflect, simulator: Simulator) -> None:
    first = deflect(event("flow_voice"))
    again = deflect(event("flow_voice"))
    transferred = deflect(event("flow_voice_transferred"))

    assert first["ContactId"] == again["ContactId"] == transferred["ContactId"]
    assert len(simulator.world.contacts) == 1


def test_star_selects_the_whole_service_response(deflect: Deflect) -> None:
    response = deflect(event("flow_select_all"))

    assert response["Selected"] == f'{{"ContactId": "{response["ContactId"]}"}}'


def test_caret_selects_a_parameter_of_the_request(deflect: Deflect) -> None:
    response = deflect(event("flow_select_parameter"))

    assert response["Selected"] == '{"customerName": "Jane Doe", "orderNumber": "A-1001"}'


@pytest.mark.usefixtures("table")
def test_result_counts_once_however_often_its_event_comes(deflect: Deflect, capsys: pytest.CaptureFixture[str]) -> None:
    answered = event("contact_event_sms_answered")

    for _ in range(3):
        deflect(answered, TABLE_NAME="deflections")

    assert capsys.readouterr().out.count('"Answered":[1.0]') == 1
