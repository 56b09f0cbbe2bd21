"""The calls to AWS and their order: free calls first, and no call for a fact that the event has."""

from typing import Any

import pytest

from builders import CALL, contact, event, flow_event, read_flow, settings
from connect_simulator import demo
from deflection.contact import Contact, Endpoint
from deflection.deflect import deflect
from deflection.events import DeflectionRequested
from deflection.inbound.eventbridge import parse_eventbridge_event
from deflection.outcome import Declined, Failed, Started, StartedContact
from deflection.reasons import DeclineReason
from deflection.request.message_catalog import MessageCatalog
from deflection.request.routes import Route


class FakeServices:
    """AWS that starts every contact, and that records each call."""

    def __init__(self, *, switched_off: bool = False) -> None:
        self.calls: list[str] = []
        self.requests: list[Any] = []
        self._switched_off = switched_off

    def is_switched_off(self) -> bool:
        self.calls.append("switch")
        return self._switched_off

    def describe(self, contact_id: str) -> Contact:
        self.calls.append("contact")
        return contact(id=contact_id, queue_name="", system_endpoint=None)

    def claim_result(self, _key: str, _value: str) -> bool:
        self.calls.append("claim")
        return True

    def find_result(self, _key: str) -> str | None:
        self.calls.append("find")
        return None

    def find_route(self, _contact: Contact, _country: str) -> Route:
        self.calls.append("routes")
        return Route()

    def messages(self) -> MessageCatalog | None:
        self.calls.append("messages")
        return None

    def screen(self, _destination: Endpoint) -> DeclineReason | None:
        self.calls.append("screening")
        return None

    def start(self, request: Any) -> StartedContact:
        self.calls.append("start")
        self.requests.append(request)
        return StartedContact("new-contact", request["ClientToken"])


def test_contact_of_a_flow_is_not_described_again() -> None:
    services = FakeServices()

    outcome = deflect(read_flow(flow_event()), settings(), services, now=0)

    assert isinstance(outcome, Started)
    assert services.calls == ["switch", "routes", "messages", "screening", "start"]


def test_nothing_else_is_called_when_messages_are_switched_off() -> None:
    services = FakeServices(switched_off=True)

    outcome = deflect(read_flow(flow_event()), settings(), services, now=0)

    assert isinstance(outcome, Declined)
    assert outcome.reason is DeclineReason.SWITCHED_OFF
    assert services.calls == ["switch"]


def test_declined_contact_reads_no_document_and_is_not_screened() -> None:
    services = FakeServices()

    outcome = deflect(read_flow(flow_event(Channel="CHAT")), settings(), services, now=0)

    assert isinstance(outcome, Declined)
    assert services.calls == ["switch"]


@pytest.mark.parametrize(
    "flow_parameters",
    [
        {"ChatDurationInMinutes": "1"},
        {"InitialSystemMessage_Content": "x" * 1025},
        {"Attributes": {"a": "x" * 32_700}, "Select": "^Attributes"},
    ],
    ids=["invalid parameter", "message too long", "response too large"],
)
def test_request_that_cannot_be_sent_or_answered_is_not_screened(flow_parameters: dict[str, Any]) -> None:
    services = FakeServices()

    outcome = deflect(read_flow(flow_event(flow_parameters)), settings(), services, now=0)

    assert isinstance(outcome, Failed)
    assert not outcome.error.retryable
    assert services.calls == ["switch", "routes", "messages"]


@pytest.mark.parametrize(("resolved", "documents"), [(True, []), (False, ["routes", "messages"])])
def test_resolved_request_reads_no_document_again(documents: list[str], *, resolved: bool) -> None:
    services = FakeServices()
    parameters = {"DestinationEndpoint_Address": "+14255550142", "ClientToken": "token"}
    request = DeflectionRequested("event", 0, "", demo.INSTANCE_ARN, parameters, {}, is_resolved=resolved)

    outcome = deflect(request, settings(), services, now=0)

    assert isinstance(outcome, Started)
    assert services.calls == ["switch", *documents, "screening", "start"]


def test_resolved_request_gets_nothing_added_from_the_settings() -> None:
    services = FakeServices()
    parameters = {"DestinationEndpoint_Address": "+14255550142", "ClientToken": "token"}
    request = DeflectionRequested("event", 0, "", demo.INSTANCE_ARN, parameters, {"a": "b"}, is_resolved=True)
    additions = {
        "INITIAL_MESSAGE": "Hello",
        "CHAT_DURATION_MINUTES": "60",
        "DISPLAY_NAME": "Customer",
        "ATTRIBUTES_TO_COPY": "*",
    }

    deflect(request, settings(**additions), services, now=0)

    (sent,) = services.requests
    assert not sent.keys() & {"InitialSystemMessage", "ChatDurationInMinutes", "ParticipantDetails", "Attributes"}


def test_deferred_request_keeps_the_queue_and_dialled_number_of_the_flow() -> None:
    services = FakeServices()
    request = DeflectionRequested(
        "event", 0, CALL, demo.INSTANCE_ARN, {}, {}, queue_name="Sales", dialled="+14255550190"
    )

    deflect(request, settings(INITIAL_MESSAGE="$Queue_Name $SystemEndpoint_Address"), services, now=0)

    assert services.calls[:2] == ["contact", "switch"]
    assert services.requests[0]["InitialSystemMessage"]["Content"] == "Sales +14255550190"


def test_request_without_a_contact_needs_a_destination_and_an_id() -> None:
    request = DeflectionRequested("event", 0, "", demo.INSTANCE_ARN, {}, {})

    outcome = deflect(request, settings(), FakeServices(), now=0)

    assert isinstance(outcome, Failed)
    assert outcome.error.code == "MALFORMED_EVENT"


@pytest.mark.parametrize(("age", "fails"), [(300, True), (301, False), (None, False)])
def test_result_that_is_not_known_is_asked_again_until_the_event_is_old(age: int | None, *, fails: bool) -> None:
    ended = parse_eventbridge_event(
        event("contact_event_deflected_call_ended") | ({"time": None} if age is None else {})
    )
    now = (ended.time or 0) + (age or 0)

    outcome = deflect(ended, settings(), FakeServices(), now=now)

    assert isinstance(outcome, Failed) is fails
