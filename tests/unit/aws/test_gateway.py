"""Each call to AWS gets a part of the deadline, and each start is stored for its recipient."""

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from threading import Event
from typing import Any

import pytest

from builders import FakeConnect, application, contact
from connect_simulator import demo
from deflection.aws.deadline import Deadline
from deflection.aws.gateway import AwsGateway
from deflection.contact import Endpoint
from deflection.errors import CheckUnavailableError, TimedOutError
from deflection.outcome import StartedContact

CUSTOMER = Endpoint("+14255550142")
SMS: dict[str, Any] = {
    "InstanceId": demo.INSTANCE_ARN,
    "DestinationEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": CUSTOMER.address},
    "SegmentAttributes": {"connect:Subtype": {"ValueString": "connect:SMS"}},
    "ClientToken": "token",
}
OTHERS: list[dict[str, Any]] = [
    SMS | {"InstanceId": demo.INSTANCE_ARN.replace("a1b2c3d4", "b1b2c3d4")},
    SMS | {"DestinationEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": "+61491570006"}},
    SMS | {"SegmentAttributes": {"connect:Subtype": {"ValueString": "connect:WhatsApp"}}},
]


class FakeWindow:
    """A fake table without entries that leaves `left` seconds for the start."""

    def __init__(self, left: float = 100) -> None:
        self.now = 100 - left
        self.asked: list[list[str]] = []
        self.remembered: list[tuple[list[str], StartedContact]] = []

    def find(self, recipient: list[str], _now: float, _deadline: Deadline) -> None:
        self.asked.append(recipient)

    def remember(self, recipient: list[str], started: StartedContact, *_others: Any) -> bool:
        self.remembered.append((recipient, started))
        return True


def starting(window: Any, client: FakeConnect) -> AwsGateway:
    return AwsGateway(replace(application(client), repeat_window=window), Deadline(at=100, clock=lambda: window.now))


@pytest.mark.parametrize("other", OTHERS, ids=["instance", "number", "channel"])
def test_a_text_is_remembered_for_an_instance_a_number_and_a_kind_of_text(other: dict[str, Any]) -> None:
    window = FakeWindow()

    for request in (SMS, other, SMS):
        starting(window, FakeConnect("contact")).start(request)

    first, second, again = window.asked
    assert first == again != second
    assert window.remembered == [(recipient, StartedContact("contact", "token")) for recipient in window.asked]


def test_contact_is_not_started_without_time_to_update_the_table() -> None:
    client = FakeConnect("contact")

    with pytest.raises(TimedOutError):
        starting(FakeWindow(left=0.15), client).start(SMS)

    assert client.requests == []


class FakeSsm:
    """A fake SSM that returns one value without a delay."""

    def __init__(self, value: str) -> None:
        self._value = value

    def get(self, _name: str, **_others: Any) -> str:
        return self._value


@pytest.mark.parametrize(
    ("setting", "value", "ask"),
    [
        ("ROUTES_PARAMETER", "[]", lambda remote: remote.find_route(contact(), "US")),
        ("MESSAGES_PARAMETER", '{"default": "Hello"}', AwsGateway.messages),
    ],
)
def test_reading_a_document_times_out_after_one_second(
    setting: str, value: str, ask: Callable[[AwsGateway], Any]
) -> None:
    looks = count(step=1.1)
    ssm: Any = FakeSsm(value)
    function = replace(application(**{setting: "/texts/name"}), provider=ssm)

    with pytest.raises(CheckUnavailableError) as raised:
        ask(AwsGateway(function, Deadline(at=1000, clock=lambda: next(looks))))

    assert isinstance(raised.value.__cause__, TimedOutError)


def test_reading_the_opt_out_list_times_out_after_one_second() -> None:
    over, looks = Event(), count(step=1.1)

    class FakeSms:
        def describe_opted_out_numbers(self, **_request: Any) -> dict[str, Any]:
            over.wait(5)
            return {}

    sms: Any = FakeSms()
    remote = AwsGateway(
        replace(application(OPT_OUT_LIST_NAME="Default"), sms=sms), Deadline(at=1000, clock=lambda: next(looks))
    )

    with pytest.raises(CheckUnavailableError) as raised:
        remote.screen(CUSTOMER)
    over.set()

    assert isinstance(raised.value.__cause__, TimedOutError)
