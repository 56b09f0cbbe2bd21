"""The simulator's own endpoints."""

from collections.abc import Callable
from typing import Any

import pytest

from connect_simulator import Simulator, demo
from control_client import call, respond

type RequestWith = Callable[..., dict[str, Any]]


def test_contacts_and_requests_are_listed(simulator: Simulator, connect: Any, request_with: RequestWith) -> None:
    started = connect.start_outbound_chat_contact(**request_with(ClientToken="token"))["ContactId"]
    assert [contact["Id"] for contact in call(simulator.url, "GET", "contacts")] == [started]
    (received,) = call(simulator.url, "GET", "requests")
    assert (received["body"], received["contact_id"], received["repeated"]) == (
        request_with(ClientToken="token"),
        started,
        False,
    )
    assert received["received_at"] == simulator.world.requests[0].received_at


def test_contact_is_added(simulator: Simulator, connect: Any) -> None:
    call(simulator.url, "POST", "contacts", {"Id": "call-1", "Channel": "VOICE", "InitiationTimestamp": 1_800_000_000})
    contact = connect.describe_contact(InstanceId=demo.INSTANCE_ID, ContactId="call-1")["Contact"]
    assert (contact["Channel"], contact["InitiationTimestamp"].timestamp()) == ("VOICE", 1_800_000_000)


@pytest.mark.parametrize("several", [True, False])
def test_faults_are_added_and_cleared(
    simulator: Simulator, connect: Any, request_with: RequestWith, *, several: bool
) -> None:
    fault = {"operation": "StartOutboundChatContact", "kind": "conflict", "times": None}
    call(simulator.url, "POST", "faults", [fault] if several else fault)
    with pytest.raises(connect.exceptions.ConflictException):
        connect.start_outbound_chat_contact(**request_with())
    call(simulator.url, "DELETE", "faults")
    assert connect.start_outbound_chat_contact(**request_with())["ContactId"]


def test_reset_clears_the_world_the_faults_and_moto(
    simulator: Simulator, connect: Any, client_of: Callable[..., Any], request_with: RequestWith
) -> None:
    sqs = client_of("sqs")
    sqs.create_queue(QueueName="q")
    connect.start_outbound_chat_contact(**request_with())
    call(simulator.url, "POST", "faults", {"operation": "*", "kind": "internal", "times": None})
    call(simulator.url, "POST", "reset")
    assert call(simulator.url, "GET", "contacts") == []
    assert call(simulator.url, "GET", "requests") == []
    assert "QueueUrls" not in sqs.list_queues()


@pytest.mark.parametrize(
    ("method", "name", "body", "status"),
    [
        ("GET", "nothing", None, 404),
        ("POST", "faults", {"operation": "SendMessage", "kind": "flood"}, 400),
        ("POST", "faults", {"operation": "SendMessage"}, 400),
        ("POST", "faults", {"operation": None, "kind": "internal"}, 400),
        ("POST", "faults", {"operation": 5, "kind": "internal"}, 400),
        ("POST", "contacts", {"Channel": "VOICE"}, 400),
        ("POST", "contacts", None, 400),
    ],
)
def test_invalid_control_request_gets_the_reason(
    simulator: Simulator, method: str, name: str, body: object, status: int
) -> None:
    answered, answer = respond(simulator.url, method, name, body)
    assert answered == status
    assert answer["message"]
