"""The repeat window remembers each message that was started, and nothing else."""

import logging
import multiprocessing
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import pytest

from builders import Deflect, flow_event
from connect_simulator import Simulator, demo
from raw_aws import BODIES, Fault, RawAws, answering, framed
from workers import invoke

TABLE = {"REPEAT_WINDOW_MINUTES": "60", "TABLE_NAME": "deflections"}
START = "StartOutboundChatContact"


@pytest.fixture
def _real_table(aws: RawAws, table: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """The simulator's table beside the double's Connect."""
    assert (aws.calls, table) == ([], None)
    monkeypatch.delenv("AWS_ENDPOINT_URL_DYNAMODB")


def call(number: int) -> dict[str, Any]:
    """A call of the one customer."""
    return flow_event(ContactId=f"call-{number}", InitialContactId=f"call-{number}")


def refused_at(moment: Event) -> Fault:
    """A start that is refused at this moment."""
    return Fault("refused late", lambda _: [moment, *framed(b"{}", 400)], works=False)


@pytest.mark.usefixtures("_real_table")
@pytest.mark.parametrize("second", [1, 2], ids=["the same call", "another call"])
def test_message_started_beside_a_refused_start_is_remembered(second: int, aws: RawAws, deflect: Deflect) -> None:
    moment = Event()
    aws.arm(START, refused_at(moment))

    with ThreadPoolExecutor(1) as pool:
        first_answer = pool.submit(deflect, call(1), **TABLE)
        aws.wait_for(START)
        second_answer = deflect(call(second), **TABLE)
        moment.set()
    third_answer = deflect(call(3), **TABLE)

    assert first_answer.result()["Reason"] == "REQUEST_REFUSED"
    assert second_answer["Status"] == "STARTED"
    assert (third_answer["Reason"], third_answer["ContactId"]) == ("RECENTLY_DEFLECTED", second_answer["ContactId"])


@pytest.mark.usefixtures("_real_table")
def test_killed_start_does_not_block_the_next_one(aws: RawAws, deflect: Deflect, simulator: Simulator) -> None:
    moment = Event()
    aws.arm(START, refused_at(moment))
    environment = TABLE | demo.CREDENTIALS | {"AWS_ENDPOINT_URL": simulator.url, "AWS_ENDPOINT_URL_CONNECT": aws.url}

    process = multiprocessing.get_context("spawn").Process(target=invoke, args=(call(1), environment))
    process.start()
    aws.wait_for(START)
    process.kill()
    process.join()
    moment.set()
    second = deflect(call(2), **TABLE)
    third = deflect(call(3), **TABLE)

    assert second["Status"] == "STARTED"
    assert (third["Reason"], third["ContactId"]) == ("RECENTLY_DEFLECTED", second["ContactId"])


@pytest.mark.parametrize("name", ["empty body", "empty object", "other object", "list"])
def test_unanswered_read_sends_nothing(name: str, aws: RawAws, deflect: Deflect) -> None:
    started = deflect(call(1), **TABLE)
    aws.arm("GetItem", stays=Fault("no answer", answering(BODIES[name])))

    answer = deflect(call(2), FLOW_TIME_LIMIT_SECONDS="1", **TABLE)

    assert (answer["Status"], answer["Reason"]) == ("FAILED", "CHECK_UNAVAILABLE")
    assert list(aws.account.started.values()) == [started["ContactId"]]


@pytest.mark.parametrize("name", ["empty body", "empty object", "other object", "list"])
def test_write_is_retried(name: str, aws: RawAws, deflect: Deflect) -> None:
    aws.arm(
        "PutItem",
        Fault("no answer", answering(BODIES[name]), works=False),
        Fault("busy", answering({}, 500), works=False),
    )

    first = deflect(call(1), **TABLE)
    second = deflect(call(2), **TABLE)

    assert first["Status"] == "STARTED"
    assert (second["Reason"], second["ContactId"]) == ("RECENTLY_DEFLECTED", first["ContactId"])


@pytest.mark.parametrize("status", [400, 403, 500])
def test_failed_write_is_started_and_logged_as_a_warning(
    status: int, aws: RawAws, deflect: Deflect, caplog: pytest.LogCaptureFixture
) -> None:
    aws.arm("PutItem", stays=Fault("no answer", answering({}, status), works=False))

    answer = deflect(call(1), FLOW_TIME_LIMIT_SECONDS="1", **TABLE)

    assert answer["Status"] == "STARTED"
    assert [record.message for record in caplog.records if record.levelno == logging.WARNING] == [
        "The repeat window could not be updated"
    ]


@pytest.mark.usefixtures("_real_table")
@pytest.mark.parametrize(
    "item",
    [
        {},
        {"contact_id": {"S": "contact"}},
        {"contact_id": {"S": "contact"}, "client_token": {"S": "token"}, "expiration": {"S": "9999999999"}},
        {"contact_id": {"S": "contact"}, "client_token": {"N": "7"}, "expiration": {"N": "9999999999"}},
        {"contact_id": {"L": []}, "client_token": {"S": "token"}, "expiration": {"N": "9999999999"}},
        {"contact_id": {"S": "contact"}, "client_token": {"S": "token"}, "expiration": {"N": "1"}},
        {"status": {"S": "INPROGRESS"}, "expiration": {"N": "9999999999"}},
    ],
)
def test_expired_or_malformed_item_does_not_stop_the_message(
    item: dict[str, Any], deflect: Deflect, services: Any
) -> None:
    table = services("dynamodb")
    deflect(call(1), **TABLE)
    key = table.scan(TableName="deflections")["Items"][0]["id"]
    table.put_item(TableName="deflections", Item={"id": key} | item)

    second = deflect(call(2), **TABLE)
    third = deflect(call(3), **TABLE)

    assert second["Status"] == "STARTED"
    assert (third["Reason"], third["ContactId"]) == ("RECENTLY_DEFLECTED", second["ContactId"])
