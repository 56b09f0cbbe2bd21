"""The table of the repeat window: its items, their expiration and invalid items."""

import hashlib
import json
from collections.abc import Callable
from itertools import count
from typing import Any

import pytest
from botocore import exceptions as sdk

from deflection.aws.deadline import Deadline
from deflection.aws.dynamodb import RepeatWindow, ResultTable
from deflection.errors import CheckUnavailableError, DeflectionError, TimedOutError
from deflection.outcome import StartedContact

NOW = 1_795_342_000.5
RECIPIENT = ["instance", "+14255550142", "connect:SMS"]
STARTED = StartedContact("contact", "token")
SOON = Deadline(9e9)


class FakeTable:
    """A fake table that first raises these errors and then stores items."""

    def __init__(self, *errors: Exception) -> None:
        self._errors = list(errors)
        self.items: dict[str, dict[str, Any]] = {}
        self.reads: list[dict[str, Any]] = []

    def get_item(self, **request: Any) -> dict[str, Any]:
        self.reads.append(request)
        self._raise_next_error()
        return {"Item": self.items.get(request["Key"]["id"]["S"])}

    def put_item(self, **request: Any) -> dict[str, Any]:
        self._raise_next_error()
        key = request["Item"]["id"]["S"]
        if request.get("ConditionExpression") == "attribute_not_exists(id)" and key in self.items:
            raise conflict()
        self.items[key] = request["Item"]
        return {}

    def _raise_next_error(self) -> None:
        if self._errors:
            raise self._errors.pop(0)


def refused(status: int) -> sdk.ClientError:
    return sdk.ClientError({"ResponseMetadata": {"HTTPStatusCode": status}}, "PutItem")


def remembered(table: FakeTable, minutes: int = 60) -> RepeatWindow:
    window = RepeatWindow(table, "texts", minutes)
    assert window.remember(RECIPIENT, STARTED, NOW, SOON)
    return window


def test_a_start_is_found_under_its_recipient_only() -> None:
    window = remembered(FakeTable())

    assert window.find(RECIPIENT, NOW, SOON) == STARTED
    assert window.find([*RECIPIENT[:2], "connect:WhatsApp"], NOW, SOON) is None


@pytest.mark.parametrize("minutes", [1, 60, 10_080])
def test_a_start_is_remembered_for_as_long_as_the_setting_says(minutes: int) -> None:
    window = remembered(FakeTable(), minutes)

    assert window.find(RECIPIENT, NOW + 60 * minutes - 1, SOON) == STARTED
    assert window.find(RECIPIENT, NOW + 60 * minutes, SOON) is None


def test_a_clock_that_is_late_finds_the_start_too() -> None:
    assert remembered(FakeTable()).find(RECIPIENT, NOW - 3600, SOON) == STARTED


def test_the_later_of_two_starts_stays() -> None:
    window = remembered(FakeTable())
    later = StartedContact("other contact", "other token")
    window.remember(RECIPIENT, later, NOW, SOON)

    assert window.find(RECIPIENT, NOW, SOON) == later


def test_the_table_knows_a_customer_by_a_hash_and_has_no_number() -> None:
    table = FakeTable()
    remembered(table)

    assert list(table.items) == [f"deflection#{hashlib.sha256(json.dumps(RECIPIENT).encode()).hexdigest()}"]
    assert "4255550142" not in str(table.items)


def test_a_read_sees_every_write_before_it() -> None:
    table = FakeTable()
    RepeatWindow(table, "texts", 60).find(RECIPIENT, NOW, SOON)

    assert [read["ConsistentRead"] for read in table.reads] == [True]


@pytest.mark.parametrize(
    "change",
    [
        lambda item: item.pop("contact_id"),
        lambda item: item.pop("client_token"),
        lambda item: item.pop("expiration"),
        lambda item: item.update(contact_id={"S": ""}),
        lambda item: item.update(contact_id={"N": "7"}),
        lambda item: item.update(client_token={}),
        lambda item: item.update(expiration={"S": "9999999999"}),
        lambda item: item.update(expiration={"N": "soon"}),
        lambda item: item.update(expiration={"N": "-1"}),
    ],
)
def test_item_with_another_format_counts_as_absent(change: Callable[[dict[str, Any]], object]) -> None:
    table = FakeTable()
    window = remembered(table)
    for item in table.items.values():
        change(item)

    assert window.find(RECIPIENT, NOW, SOON) is None


def test_a_table_that_cannot_be_asked_is_an_error() -> None:
    with pytest.raises(CheckUnavailableError) as raised:
        RepeatWindow(FakeTable(refused(500)), "texts", 60).find(RECIPIENT, NOW, SOON)

    assert isinstance(raised.value.__cause__, DeflectionError)
    assert str(raised.value.__cause__) in str(raised.value)


@pytest.mark.parametrize(
    "find",
    [
        lambda table, deadline: RepeatWindow(table, "texts", 60).find(RECIPIENT, NOW, deadline),
        lambda table, deadline: ResultTable(lambda: table, "texts").find("call#1", deadline),
    ],
    ids=["repeat window", "results"],
)
def test_call_to_the_table_times_out_after_one_second(find: Callable[[FakeTable, Deadline], object]) -> None:
    looks = count(step=1.1)

    with pytest.raises(CheckUnavailableError) as raised:
        find(FakeTable(), Deadline(1000, lambda: next(looks)))

    assert isinstance(raised.value.__cause__, TimedOutError)


def test_a_write_is_tried_again_until_it_succeeds() -> None:
    table, slept = FakeTable(refused(500), refused(400), refused(403)), list[float]()
    window = RepeatWindow(table, "texts", 60)

    assert window.remember(RECIPIENT, STARTED, NOW, SOON, slept.append)
    assert window.find(RECIPIENT, NOW, SOON) == STARTED
    assert slept == [0.02, 0.04, 0.08]


def test_a_write_is_given_up_when_the_time_is_over() -> None:
    table, slept = FakeTable(*[refused(500)] * 100), list[float]()
    deadline = Deadline(1, lambda: sum(slept))

    assert not RepeatWindow(table, "texts", 60).remember(RECIPIENT, STARTED, NOW, deadline, slept.append)
    assert sum(slept) < 1


def conflict() -> sdk.ClientError:
    error = {"Error": {"Code": "ConditionalCheckFailedException"}, "ResponseMetadata": {"HTTPStatusCode": 400}}
    return sdk.ClientError(error, "PutItem")


def test_result_is_claimed_with_its_value_for_two_weeks() -> None:
    table = FakeTable()
    results = ResultTable(lambda: table, "texts")

    assert results.claim("call#1", "yes", NOW, SOON)

    assert results.find("call#1", SOON) == "yes"
    assert results.find("call#2", SOON) is None
    assert table.items["result#call#1"]["expiration"] == {"N": str(int(NOW) + 14 * 86_400)}


def test_stored_result_cannot_be_claimed_again_and_keeps_its_value() -> None:
    table = FakeTable()
    results = ResultTable(lambda: table, "texts")

    assert [results.claim("call#1", value, NOW, SOON) for value in ("yes", "no")] == [True, False]
    assert results.find("call#1", SOON) == "yes"
    assert [read["ConsistentRead"] for read in table.reads] == [True]


def test_table_of_results_that_does_not_answer_is_a_check_that_is_unavailable() -> None:
    with pytest.raises(CheckUnavailableError, match="could not be stored"):
        ResultTable(lambda: FakeTable(refused(500)), "texts").claim("call#1", "", NOW, SOON)
    with pytest.raises(CheckUnavailableError, match="could not be read"):
        ResultTable(lambda: FakeTable(refused(500)), "texts").find("call#1", SOON)
