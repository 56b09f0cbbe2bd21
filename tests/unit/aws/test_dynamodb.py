"""What the table of the repeat window is given to keep."""

import hashlib
import json
from datetime import datetime
from itertools import count
from typing import Any

import pytest
from botocore import exceptions as sdk

from deflection.aws.deadline import Deadline
from deflection.aws.dynamodb import RepeatWindow
from deflection.errors import CheckUnavailableError

WHOM = ["instance", "+14255550142", "connect:SMS"]


class FakeTable:
    """A table that has nothing of anybody, and keeps what it is given."""

    def __init__(self) -> None:
        self.put: dict[str, Any] = {}
        self.updated: dict[str, Any] = {}
        self.refusal: Exception | None = None

    def put_item(self, **request: Any) -> dict[str, Any]:
        if self.refusal:
            raise self.refusal
        self.put = request["Item"]
        return {}

    def update_item(self, **request: Any) -> dict[str, Any]:
        named, values = request["ExpressionAttributeNames"], request["ExpressionAttributeValues"]
        self.updated = {name: values[":" + placeholder.removeprefix("#")] for placeholder, name in named.items()}
        return {}


@pytest.fixture
def table() -> FakeTable:
    return FakeTable()


def once(table: FakeTable, minutes: int, deadline: Deadline) -> tuple[float, float]:
    """Starts a contact; the times before and after it, for as long as it takes on this machine."""
    before = datetime.now().astimezone().timestamp()
    RepeatWindow(table, "texts", minutes).start_once(WHOM, "token", lambda: "contact", deadline)
    return before, datetime.now().astimezone().timestamp()


@pytest.mark.parametrize("minutes", [1, 60, 10_080])
def test_a_text_is_remembered_for_as_long_as_the_setting_says(minutes: int, table: FakeTable) -> None:
    before, after = once(table, minutes, Deadline(9e9))

    assert int(before) + 60 * minutes <= int(table.updated["expiration"]["N"]) <= after + 60 * minutes


def test_a_start_that_died_counts_as_under_way_for_as_long_as_it_had(table: FakeTable) -> None:
    before, after = once(table, 60, Deadline(at=7, clock=lambda: 4))

    assert int(1000 * before) + 3000 <= int(table.put["in_progress_expiration"]["N"]) <= 1000 * after + 3000


def test_the_table_knows_a_customer_by_a_hash_that_is_the_same_in_every_version(table: FakeTable) -> None:
    once(table, 60, Deadline(9e9))

    assert table.put["id"]["S"] == f"deflection#{hashlib.sha256(json.dumps(WHOM).encode()).hexdigest()}"


def test_an_answer_of_the_table_that_makes_no_sense_is_told_as_such(table: FakeTable) -> None:
    refusal = sdk.ClientError({"Error": {"Code": "ConditionalCheckFailedException"}}, "PutItem")
    item = {"id": {"S": "deflection#"}, "status": {"S": "GONE"}, "expiration": {"N": "9999999999"}}
    refusal.response["Item"] = item
    table.refusal = refusal

    with pytest.raises(CheckUnavailableError) as raised:
        once(table, 60, Deadline(9e9))

    cause = "AWS's answer makes no sense (IdempotencyInvalidStatusError)."
    assert str(raised.value) == f"The table of the repeat window could not be asked: {cause}"


def test_a_call_to_the_table_has_a_second_however_much_time_there_is() -> None:
    looks = count(step=1.1)

    with pytest.raises(CheckUnavailableError, match="did not answer in time"):
        once(FakeTable(), 60, Deadline(at=1000, clock=lambda: next(looks)))
