"""The state of the simulated Connect: contacts, client tokens, quotas and recorded requests."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from moto import mock_aws
from moto.connect.models import connect_backends

from connect_simulator import Quota, Simulator, World, demo, world_for

type RequestWith = Callable[..., dict[str, Any]]

DAY = 24 * 3600


class Clock:
    now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock(simulator: Simulator) -> Clock:
    simulator.world.clock = Clock()
    return simulator.world.clock


def test_started_contact_can_be_described(connect: Any, request_with: RequestWith, clock: Clock) -> None:
    request = request_with(
        RelatedContactId="the-call", Attributes={"case": "42"}, ParticipantDetails={"DisplayName": "Ana"}
    )
    started = connect.start_outbound_chat_contact(**request)["ContactId"]
    contact = connect.describe_contact(InstanceId=demo.INSTANCE_ID, ContactId=started)["Contact"]
    assert contact.pop("InitiationTimestamp").timestamp() == clock.now
    assert contact.pop("LastUpdateTimestamp").timestamp() == clock.now
    assert contact == {
        "Arn": f"{demo.INSTANCE_ARN}/contact/{started}",
        "Id": started,
        "InitialContactId": started,
        "InitiationMethod": "API",
        "Channel": "CHAT",
        "RelatedContactId": "the-call",
        "CustomerEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": "+14255550100"},
        "SystemEndpoint": {"Type": "CONNECT_PHONENUMBER_ARN", "Address": demo.SMS_NUMBER_ARN},
        "SegmentAttributes": {"connect:Subtype": {"ValueString": "connect:SMS"}},
        "Attributes": {"case": "42"},
        "ChatMetrics": {"ChatContactMetrics": {"MultiParty": False, "TotalMessages": 0, "TotalBotMessages": 0}},
    }


def test_call_is_described_by_instance_id_and_arn(connect: Any, world: World) -> None:
    call = {
        "Id": "call-1",
        "Channel": "VOICE",
        "InitiationMethod": "INBOUND",
        "CustomerEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": "+14255550199"},
        "Tags": {"Dept": "Finance"},
        "InitiationTimestamp": datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
    }
    world.put_contact(call)
    for instance in (demo.INSTANCE_ID, demo.INSTANCE_ARN):
        contact = connect.describe_contact(InstanceId=instance, ContactId="call-1")["Contact"]
        assert contact == call | {"Arn": f"{demo.INSTANCE_ARN}/contact/call-1"}


@pytest.mark.parametrize(("instance", "contact"), [(demo.INSTANCE_ID, "unknown"), ("unknown", "call-1")])
def test_unknown_contact_is_not_found(connect: Any, world: World, instance: str, contact: str) -> None:
    world.put_contact({"Id": "call-1"})
    with pytest.raises(connect.exceptions.ResourceNotFoundException):
        connect.describe_contact(InstanceId=instance, ContactId=contact)


@pytest.mark.parametrize("contact", [{"Channel": "VOICE"}, {"Id": "call-1", "PhoneNumber": "+14255550100"}])
def test_invalid_contact_is_rejected(world: World, contact: dict[str, str]) -> None:
    with pytest.raises(ValueError, match=r"Id|PhoneNumber"):
        world.put_contact(contact)


def test_requests_are_recorded(connect: Any, request_with: RequestWith, world: World, clock: Clock) -> None:
    request = request_with(ClientToken="token", InitialSystemMessage={"ContentType": "text/plain", "Content": "Grüße"})
    started = connect.start_outbound_chat_contact(**request)["ContactId"]
    clock.now += 1
    connect.start_outbound_chat_contact(**request)
    assert [(r.body, r.contact_id, r.received_at, r.repeated) for r in world.requests] == [
        (request, started, clock.now - 1, False),
        (request, started, clock.now, True),
    ]
    assert list(world.contacts) == [started]


def test_client_token_returns_its_contact_for_seven_days(connect: Any, request_with: RequestWith, clock: Clock) -> None:
    request = request_with(ClientToken="token", ChatDurationInMinutes=60)
    first = connect.start_outbound_chat_contact(**request)["ContactId"]
    clock.now += 7 * DAY - 1
    assert connect.start_outbound_chat_contact(**request)["ContactId"] == first
    clock.now += 1
    assert connect.start_outbound_chat_contact(**request)["ContactId"] != first


def test_client_token_belongs_to_one_instance(connect: Any, request_with: RequestWith, world: World) -> None:
    world.instances.add("other")
    request = request_with(ClientToken="token")
    first = connect.start_outbound_chat_contact(**request)["ContactId"]
    assert connect.start_outbound_chat_contact(**request | {"InstanceId": "other"})["ContactId"] != first


def test_calls_are_not_throttled_without_quotas(connect: Any, request_with: RequestWith, world: World) -> None:
    for _ in range(20):
        connect.start_outbound_chat_contact(**request_with())
    assert len(world.requests) == 20


def test_calls_beyond_the_burst_are_throttled_until_tokens_are_refilled(
    connect: Any, request_with: RequestWith, world: World, clock: Clock
) -> None:
    world.quota = Quota(rate=2, burst=5, open_chats=None)

    def passed_of(calls: int) -> int:
        return sum(_passes(connect, "ThrottlingException", request_with()) for _ in range(calls))

    assert passed_of(7) == 5
    clock.now += 1
    assert passed_of(4) == 2
    clock.now += 3600
    assert passed_of(7) == 5


def test_chats_beyond_the_quota_are_rejected_until_one_ends(
    connect: Any, request_with: RequestWith, world: World, clock: Clock
) -> None:
    world.quota = Quota(rate=None, open_chats=2)
    hour = connect.start_outbound_chat_contact(**request_with(ChatDurationInMinutes=60, ClientToken="a"))["ContactId"]
    whole = connect.start_outbound_chat_contact(**request_with(ClientToken="b"))["ContactId"]
    with pytest.raises(connect.exceptions.LimitExceededException, match="concurrent active chats is exceeded"):
        connect.start_outbound_chat_contact(**request_with())
    assert connect.start_outbound_chat_contact(**request_with(ClientToken="b"))["ContactId"] == whole
    clock.now += 3600
    assert _passes(connect, "LimitExceededException", request_with())
    assert not _passes(connect, "LimitExceededException", request_with())
    world.end_chat(whole)
    world.end_chat(whole)
    assert _passes(connect, "LimitExceededException", request_with())
    for ended in (hour, whole):
        contact = connect.describe_contact(InstanceId=demo.INSTANCE_ID, ContactId=ended)["Contact"]
        assert contact["DisconnectTimestamp"].timestamp() == clock.now


def test_chat_lasts_25_hours_by_default(connect: Any, request_with: RequestWith, world: World, clock: Clock) -> None:
    world.quota = Quota(rate=None, open_chats=1)
    connect.start_outbound_chat_contact(**request_with())
    clock.now += 25 * 3600 - 1
    assert not _passes(connect, "LimitExceededException", request_with())
    clock.now += 1
    assert _passes(connect, "LimitExceededException", request_with())


def test_quotas_are_off_by_default_and_then_those_of_aws(world: World) -> None:
    assert world.quota is None
    assert Quota() == Quota(rate=2, burst=5, open_chats=500)


def test_moto_reset_removes_the_world(simulator: Simulator, connect: Any, request_with: RequestWith) -> None:
    connect.start_outbound_chat_contact(**request_with())
    connect_backends.reset()
    assert (simulator.world.requests, simulator.world.contacts) == ([], {})


def test_operations_work_under_mock_aws(request_with: RequestWith) -> None:
    with mock_aws():
        client = boto3.client("connect", demo.REGION, aws_access_key_id="test", aws_secret_access_key="test")
        started = client.start_outbound_chat_contact(**request_with())["ContactId"]
        for instance in (demo.INSTANCE_ID, demo.INSTANCE_ARN):
            assert client.describe_contact(InstanceId=instance, ContactId=started)["Contact"]["Channel"] == "CHAT"
        with pytest.raises(client.exceptions.InvalidRequestException):
            client.start_outbound_chat_contact(**request_with(ChatDurationInMinutes=10_081))
        assert len(world_for(connect_backends["123456789012"][demo.REGION]).requests) == 1
    with mock_aws():
        assert world_for(connect_backends["123456789012"][demo.REGION]).requests == []


def _passes(connect: Any, refusal: str, request: dict[str, Any]) -> bool:
    try:
        connect.start_outbound_chat_contact(**request)
    except getattr(connect.exceptions, refusal):
        return False
    return True
