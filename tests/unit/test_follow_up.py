"""The result that an event has about a message that was started, and when the event is delivered again."""

from typing import Any

import pytest

from builders import CALL, event
from deflection.contact import Contact
from deflection.errors import AccessDeniedError, CheckUnavailableError, DeflectionError, ThrottledError
from deflection.events import EventBridgeEvent
from deflection.follow_up import follow_up
from deflection.inbound.eventbridge import parse_eventbridge_event
from deflection.results import AgentAnswer, CallEnd, ConversationEnd, Delivery, Result

STARTED_AT = 1_795_342_000.0


class Services:
    """AWS that knows one contact or raises errors, and remembers results."""

    def __init__(
        self, error: DeflectionError | None = None, table_error: DeflectionError | None = None, **contact: Any
    ) -> None:
        self._error = error
        self._table_error = table_error
        self._contact = contact
        self.results: dict[str, str] = {}

    def describe(self, contact_id: str) -> Contact:
        if self._error:
            raise self._error
        return Contact(contact_id, "instance", initiated_at=STARTED_AT, **self._contact)

    def claim_result(self, key: str, value: str) -> bool:
        if self._table_error:
            raise self._table_error
        is_new = key not in self.results
        self.results[key] = value
        return is_new

    def find_result(self, key: str) -> str | None:
        return self.results.get(key)


def arrived(name: str, **detail: Any) -> EventBridgeEvent:
    changed = event(name)
    changed["detail"] |= detail
    return parse_eventbridge_event(changed)


ENDED, ANSWERED = arrived("contact_event_sms_ended"), arrived("contact_event_sms_answered")
CALL_ENDED = arrived("contact_event_deflected_call_ended")


def read(incoming: EventBridgeEvent, services: Services, *, may_retry: bool = False) -> Result | None:
    return follow_up(incoming, services, may_retry=may_retry)


def end_of(**contact: Any) -> ConversationEnd:
    end = read(ENDED, Services(**contact))
    assert isinstance(end, ConversationEnd)
    return end


@pytest.mark.parametrize(
    ("contact", "replied", "seconds"),
    [
        ({"attributes": {"replied": "yes"}, "queued_at": STARTED_AT + 40}, True, 40),
        ({"attributes": {"replied": "yes"}}, True, None),
        ({"attributes": {"replied": "no"}, "customer_messages": 2}, False, None),
        ({"attributes": {"replied": "perhaps"}, "customer_messages": 0}, False, None),
        ({"customer_messages": 1, "last_customer_message_at": STARTED_AT + 90}, True, 90),
        ({"customer_messages": 2, "last_customer_message_at": STARTED_AT + 90}, True, None),
        ({"customer_messages": 2, "queued_at": STARTED_AT + 40}, True, None),
        ({"customer_messages": 1, "last_customer_message_at": STARTED_AT - 1}, True, 0),
        (
            {
                "attributes": {"replied": "no"},
                "customer_messages": 1,
                "last_customer_message_at": STARTED_AT + 90,
            },
            False,
            None,
        ),
        ({}, None, None),
    ],
)
def test_reply_is_what_the_flow_noted_or_connect_counted(
    contact: dict[str, Any], replied: object, seconds: float | None
) -> None:
    end = end_of(**contact)

    assert (end.replied, end.reply_seconds) == (replied, seconds)


@pytest.mark.parametrize(
    ("contact", "saved"),
    [
        ({"disconnect_reason": "CUSTOMER_DISCONNECT"}, True),
        ({"disconnect_reason": "CONTACT_FLOW_DISCONNECT"}, True),
        ({"disconnect_reason": "TELECOM_PROBLEM"}, True),
        ({"disconnect_reason": "EXPIRED"}, True),
        ({"disconnect_reason": "AGENT_DISCONNECT", "was_answered": True}, False),
        ({}, None),
    ],
)
def test_call_is_saved_if_it_ended_without_an_agent(contact: dict[str, Any], saved: Any) -> None:
    assert read(CALL_ENDED, Services(**contact)) == CallEnd(saved)


@pytest.mark.parametrize("error", [None, AccessDeniedError("Denied.")])
def test_reason_in_the_event_counts_if_connect_does_not_describe_it(error: DeflectionError | None) -> None:
    ended = arrived("contact_event_deflected_call_ended", disconnectReason="CUSTOMER_DISCONNECT")

    assert read(ended, Services(error), may_retry=True) == CallEnd(saved=True)


def test_call_that_may_go_on_as_another_contact_is_not_counted_yet() -> None:
    services = Services(disconnect_reason="OTHER")

    assert read(CALL_ENDED, services) is None
    assert services.results == {}


@pytest.mark.parametrize(
    ("services", "segments"),
    [
        (Services(is_simulated=True, disconnect_reason="CUSTOMER_DISCONNECT"), {}),
        (
            Services(AccessDeniedError("Denied.")),
            {"connect:ValidationTestType": {"valueString": "EXPERIENCE_VALIDATION"}},
        ),
    ],
)
def test_simulated_call_of_a_test_case_is_not_counted(services: Services, segments: dict[str, Any]) -> None:
    ended = arrived("contact_event_deflected_call_ended", segmentAttributes=segments)

    assert read(ended, services) is None
    assert services.results == {}


def test_record_knows_whether_the_call_was_saved() -> None:
    services = Services(disconnect_reason="CUSTOMER_DISCONNECT")

    read(CALL_ENDED, services)
    end = read(ENDED, services)

    assert isinstance(end, ConversationEnd)
    assert end.saved is True


@pytest.mark.parametrize("incoming", [ENDED, ANSWERED, CALL_ENDED, arrived("delivery_sms")])
def test_event_that_comes_twice_has_one_result(incoming: EventBridgeEvent) -> None:
    services = Services(disconnect_reason="CUSTOMER_DISCONNECT")

    assert read(incoming, services) is not None
    assert read(incoming, services) is None


@pytest.mark.parametrize(
    ("name", "detail", "result"),
    [
        ("delivery_sms", {}, Delivery("DELIVERED", "US")),
        ("delivery_sms", {"eventType": "TEXT_NEW", "isoCountryCode": "1"}, Delivery("OTHER", "UNKNOWN")),
        ("delivery_sms", {"isFinal": False}, None),
        ("delivery_sms", {"messageId": None}, None),
        ("delivery_whatsapp", {}, Delivery("FAILED", "UNKNOWN")),
        ("contact_event_sms_ended", {"eventType": "QUEUED"}, None),
        ("contact_event_sms_answered", {}, AgentAnswer()),
    ],
)
def test_result_of_an_event(name: str, detail: dict[str, Any], result: Result | None) -> None:
    assert read(arrived(name, **detail), Services()) == result


@pytest.mark.parametrize("incoming", [ENDED, CALL_ENDED])
def test_throttled_description_is_asked_again_until_the_event_is_old(incoming: EventBridgeEvent) -> None:
    throttled = Services(ThrottledError("Throttled."))

    with pytest.raises(ThrottledError):
        read(incoming, throttled, may_retry=True)
    assert read(incoming, throttled) is not None


@pytest.mark.parametrize("incoming", [ENDED, CALL_ENDED])
def test_contact_that_cannot_be_described_has_an_unknown_result(incoming: EventBridgeEvent) -> None:
    result = read(incoming, Services(AccessDeniedError("Denied.")), may_retry=True)

    assert getattr(result, "replied", None) is None
    assert getattr(result, "saved", None) is None
    assert result is not None


def test_call_without_a_reason_is_asked_again_until_its_event_is_old() -> None:
    with pytest.raises(CheckUnavailableError):
        read(CALL_ENDED, Services(), may_retry=True)


def test_result_that_cannot_be_stored_is_tried_again_and_then_not_counted() -> None:
    services = Services(table_error=CheckUnavailableError("No table."))

    with pytest.raises(CheckUnavailableError):
        read(ANSWERED, services, may_retry=True)
    assert read(ANSWERED, services) is None


def test_record_has_the_language_and_route_of_the_contact_and_no_other_text() -> None:
    labelled = end_of(attributes={"deflectionLanguage": "es-US", "deflectionRoute": "brand-b"})
    changed = end_of(attributes={"deflectionLanguage": "Jane", "deflectionRoute": "call me at 14255550142"})

    assert (labelled.language, labelled.route) == ("es-US", "brand-b")
    assert (changed.language, changed.route) == ("OTHER", "")
    assert (end_of().language, end_of().route) == ("", "")


@pytest.mark.parametrize("name", ["contact_event_sms_answered", "contact_event_sms_ended"])
def test_transferred_conversation_counts_once(name: str) -> None:
    services = Services()
    legs = [arrived(name, contactId=leg, initialContactId="first") for leg in ("first", "second")]

    assert [read(leg, services) is not None for leg in legs] == [True, False]


def test_transferred_call_counts_once_and_its_record_finds_it() -> None:
    services = Services(disconnect_reason="CUSTOMER_DISCONNECT")
    legs = [
        arrived("contact_event_deflected_call_ended", contactId=leg, initialContactId=CALL) for leg in ("second", CALL)
    ]

    assert [read(leg, services) is not None for leg in legs] == [True, False]
    end = read(arrived("contact_event_sms_ended", relatedContactId=CALL), services)
    assert isinstance(end, ConversationEnd)
    assert end.saved is True


def test_final_status_that_comes_in_two_events_counts_once() -> None:
    services = Services()
    receipts = [parse_eventbridge_event(event("delivery_sms") | {"id": each}) for each in ("one", "two")]

    assert [read(receipt, services) is not None for receipt in receipts] == [True, False]


AGENT = {"connectedToAgentTimestamp": "2026-11-22T10:06:00Z"}


def test_agent_counts_if_either_the_event_or_connect_knows_one() -> None:
    by_event = read(arrived("contact_event_sms_ended", agentInfo=AGENT), Services())

    assert isinstance(by_event, ConversationEnd)
    assert (by_event.answered, end_of(was_answered=True).answered, end_of().answered) == (True, True, False)


def test_call_whose_event_names_an_agent_is_not_saved() -> None:
    answered = arrived("contact_event_deflected_call_ended", agentInfo=AGENT)

    assert read(answered, Services(disconnect_reason="CUSTOMER_DISCONNECT")) == CallEnd(saved=False)


def test_conversation_ended_when_connect_says_or_at_the_time_of_the_event() -> None:
    assert (end_of(ended_at=STARTED_AT + 60).ended_at, end_of().ended_at) == (STARTED_AT + 60, ENDED.time)


def test_record_does_not_know_about_a_call_whose_end_is_unknown() -> None:
    services = Services(AccessDeniedError("Denied."))

    assert read(CALL_ENDED, services) == CallEnd(None)
    end = read(ENDED, services)
    assert isinstance(end, ConversationEnd)
    assert end.saved is None


@pytest.mark.parametrize(
    ("name", "type_"),
    [("contact_event_deflected_call_ended", "CONNECTED_TO_AGENT"), ("contact_event_sms_ended", "QUEUED")],
)
def test_other_events_have_no_result(name: str, type_: str) -> None:
    assert read(arrived(name, eventType=type_), Services(disconnect_reason="CUSTOMER_DISCONNECT")) is None


def test_result_that_can_never_be_stored_is_not_tried_again() -> None:
    denied = Services(table_error=AccessDeniedError("Denied."))

    assert read(ANSWERED, denied, may_retry=True) is None
