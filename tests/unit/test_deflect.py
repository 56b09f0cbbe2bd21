"""The line asks nobody for what it knows already, and asks those who are paid last."""

from typing import Any

import pytest

from builders import contact, flow_event, read_flow, settings
from connect_simulator import demo
from deflection.arrived import Arrived, DeflectionRequested
from deflection.contact import Contact, Endpoint
from deflection.deflect import deflect
from deflection.errors import RequestRefusedError
from deflection.outcome import Declined, Outcome, StartedContact
from deflection.reasons import DeclineReason
from deflection.request.message_catalog import MessageCatalog
from deflection.request.routes import Route
from deflection.response import to_flow_response

TEMPLATE = {"KnowledgeBaseId": "a", "MessageTemplateId": "b", "TemplateAttributes": {}}


class FakeServices:
    """AWS that starts what it is asked to but for this kind, and that keeps who was asked."""

    def __init__(self, refuses: str = "", declines: DeclineReason | None = None) -> None:
        self._refuses = refuses
        self._declines = declines
        self.asked: list[str] = []

    def is_switched_off(self) -> bool:
        self.asked.append("switch")
        return False

    def describe(self, contact_id: str) -> Contact:
        self.asked.append("contact")
        return contact(id=contact_id)

    def find_route(self, _contact: Contact, _country: str) -> Route:
        self.asked.append("routes")
        return Route()

    def messages(self) -> MessageCatalog | None:
        self.asked.append("messages")
        return None

    def screen(self, _destination: Endpoint) -> DeclineReason | None:
        self.asked.append("screening")
        return self._declines

    def start(self, request: Any) -> StartedContact:
        subtype = request["SegmentAttributes"]["connect:Subtype"]["ValueString"]
        self.asked.append(subtype)
        if subtype == self._refuses:
            raise RequestRefusedError("No.")
        return StartedContact("contact", request["ClientToken"])


def came_of(arrived: Arrived, services: FakeServices, **changes: str) -> Outcome:
    return deflect(arrived, settings(**changes), services, now=0)


def test_a_number_is_looked_up_once_however_many_kinds_of_text_are_tried() -> None:
    services = FakeServices(refuses="connect:WhatsApp")
    wish = read_flow(flow_event({"InitialTemplatedSystemMessage": TEMPLATE}))

    told = to_flow_response(came_of(wish, services, SUBTYPES="connect:WhatsApp,connect:SMS"))

    assert (told["Status"], told["Subtype"]) == ("STARTED", "connect:SMS")
    assert services.asked == ["switch", "routes", "messages", "screening", "connect:WhatsApp", "connect:SMS"]


@pytest.mark.parametrize(
    "parameters",
    [
        {"ChatDurationInMinutes": "1"},
        {"InitialSystemMessage_Content": "x" * 1025},
        {"Attributes": {"a": "x" * 32_700}, "Select": "^Attributes"},
    ],
    ids=["a limit", "the text", "the answer"],
)
def test_nobody_is_paid_for_a_request_that_cannot_be_sent_or_answered(parameters: dict[str, Any]) -> None:
    services = FakeServices()

    told = to_flow_response(came_of(read_flow(flow_event(parameters)), services))

    assert (told["Status"], told["Retryable"]) == ("FAILED", "false")
    assert services.asked == ["switch", "routes", "messages"]


def test_a_number_that_may_not_be_texted_is_started_by_no_kind() -> None:
    services = FakeServices(declines=DeclineReason.OPTED_OUT)

    outcome = came_of(read_flow(flow_event()), services, SUBTYPES="connect:SMS,connect:WhatsApp")

    assert isinstance(outcome, Declined)
    assert services.asked == ["switch", "routes", "messages", "screening"]


@pytest.mark.parametrize(("resolved", "documents"), [(True, []), (False, ["routes", "messages"])])
def test_what_was_resolved_when_it_was_deferred_reads_no_document_again(
    documents: list[str], *, resolved: bool
) -> None:
    services = FakeServices()
    parameters = {"DestinationEndpoint_Address": "+14255550142", "ClientToken": "token"}
    record = DeflectionRequested("event", 0, "", demo.INSTANCE_ARN, parameters, {}, is_resolved=resolved)

    told = to_flow_response(came_of(record, services))

    assert told["Status"] == "STARTED"
    assert services.asked == ["switch", *documents, "screening", "connect:SMS"]
