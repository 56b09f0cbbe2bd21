"""The simulator's own endpoints."""

from collections.abc import Callable
from typing import Any

import pytest

from connect_simulator import Simulator, World, demo
from connect_simulator.flows import Callback
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


def test_queue_is_changed_and_listed(simulator: Simulator) -> None:
    report = {"contacts": 3, "oldest_seconds": 240, "wait_seconds": 600}
    call(simulator.url, "POST", "queues", {"reports": {"VOICE": {"agents_staffed": 1}}})

    changed = call(simulator.url, "POST", "queues", {"is_open": False, "reports": {"VOICE": report, "CHAT": None}})

    assert changed == call(simulator.url, "GET", "queues")
    queue = changed[demo.QUEUE_ARN]
    assert (queue["name"], queue["is_open"], queue["reports"]["CHAT"]) == ("Billing", False, None)
    assert queue["reports"]["VOICE"] == report | {"agents_online": 2, "agents_staffed": 1, "agents_available": 0}


def test_reply_is_sent_to_the_chat(simulator: Simulator, connect: Any, request_with: RequestWith) -> None:
    started = connect.start_outbound_chat_contact(**request_with())["ContactId"]

    assert call(simulator.url, "POST", "replies", {"ContactId": started, "Text": "Hi"}) == []

    contact = connect.describe_contact(InstanceId=demo.INSTANCE_ID, ContactId=started)["Contact"]
    assert contact["ChatMetrics"]["CustomerMetrics"]["MessagesSent"] == 1


def test_refused_change_leaves_the_queue_as_it_was(simulator: Simulator) -> None:
    before = call(simulator.url, "GET", "queues")

    status, _ = respond(simulator.url, "POST", "queues", {"is_open": False, "reports": {"VOICE": {"contacts": -1}}})

    assert (status, call(simulator.url, "GET", "queues")) == (400, before)


def test_callbacks_are_listed(simulator: Simulator, world: World) -> None:
    world.center.callbacks.append(Callback("call-1", "+14255550142", demo.QUEUE_ARN, 5, 1, 60))

    [callback] = call(simulator.url, "GET", "callbacks")

    assert (callback["number"], callback["queue_arn"]) == ("+14255550142", demo.QUEUE_ARN)


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
        ("POST", "replies", {"ContactId": "another", "Text": "Hi"}, 400),
        ("POST", "replies", None, 400),
        ("POST", "queues", {"queue": "another"}, 400),
        ("POST", "queues", {"open": True}, 400),
        ("POST", "queues", {"is_open": "yes"}, 400),
        ("POST", "queues", {"name": None}, 400),
        ("POST", "queues", {"reports": {"TASK": {}}}, 400),
        ("POST", "queues", {"reports": {"CHAT": 5}}, 400),
        ("POST", "queues", {"reports": {"CHAT": {"size": 5}}}, 400),
        ("POST", "queues", {"reports": {"CHAT": {"contacts": None}}}, 400),
        ("POST", "queues", {"reports": {"CHAT": {"contacts": "5"}}}, 400),
    ],
)
def test_invalid_control_request_gets_the_reason(
    simulator: Simulator, method: str, name: str, body: object, status: int
) -> None:
    answered, answer = respond(simulator.url, method, name, body)
    assert answered == status
    assert answer["message"]
