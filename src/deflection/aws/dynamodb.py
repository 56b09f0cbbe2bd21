"""Store who got a message and which results were counted, so that neither is repeated."""

import hashlib
import json
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from botocore.exceptions import ClientError

from deflection.aws.client import call_aws, create_client
from deflection.aws.deadline import Deadline
from deflection.errors import CheckUnavailableError, DeflectionError
from deflection.outcome import StartedContact

KEY_ATTRIBUTE = "id"
EXPIRY_ATTRIBUTE = "expiration"
TABLE_TIMEOUT_SECONDS = 1.0
"""The time limit of a call to the table."""
FIRST_PAUSE_SECONDS = 0.02
RESULT_SECONDS = 14 * 24 * 3600
"""How long results are stored: the longest conversation of 7 days, and events that are days late."""


class DynamoDbClient(Protocol):
    """The operations of the SDK's DynamoDB client that are used."""

    def get_item(self, **request: Any) -> Mapping[str, Any]:
        """Return the `Item` of a key, if it exists."""

    def put_item(self, **request: Any) -> Mapping[str, Any]:
        """Write an item; replace an item with the same key."""


def create_dynamodb_client(region: str) -> DynamoDbClient:
    """Create a DynamoDB client."""
    client: DynamoDbClient = create_client("dynamodb", region, TABLE_TIMEOUT_SECONDS)
    return client


class RepeatWindow:
    """
    A table that stores for some minutes which contact was started for a customer.

    The key is a hash, so that the table contains no phone numbers. Two starts at the same time do not find each
    other; the later write replaces the earlier one.
    """

    def __init__(self, client: DynamoDbClient, table_name: str, minutes: int) -> None:
        self._client = client
        self._table_name = table_name
        self._seconds = 60 * minutes

    def find(self, recipient: Sequence[str], now: float, deadline: Deadline) -> StartedContact | None:
        """
        Find the contact that was started for a customer within the window.

        An item that does not have the format of `remember` counts as absent.

        Raises:
            CheckUnavailableError: The table could not be read.
        """
        request = {"TableName": self._table_name, "Key": {KEY_ATTRIBUTE: _key(recipient)}, "ConsistentRead": True}
        try:
            response = self._call(lambda: self._client.get_item(**request, ReturnConsumedCapacity="TOTAL"), deadline)
        except DeflectionError as error:
            raise CheckUnavailableError(f"The repeat-window table could not be read: {error}") from error
        match response.get("Item"):
            case {
                "expiration": {"N": expiration},
                "contact_id": {"S": contact_id},
                "client_token": {"S": client_token},
            } if contact_id and expiration.isdecimal() and now < float(expiration):
                return StartedContact(contact_id, client_token)
        return None

    def remember(
        self,
        recipient: Sequence[str],
        started: StartedContact,
        now: float,
        deadline: Deadline,
        sleep: Callable[[float], None] = time.sleep,
    ) -> bool:
        """Store the started contact, retry until the deadline, and return whether it succeeded."""
        item = {
            KEY_ATTRIBUTE: _key(recipient),
            EXPIRY_ATTRIBUTE: {"N": str(int(now) + self._seconds)},
            "contact_id": {"S": started.contact_id},
            "client_token": {"S": started.client_token},
        }
        request = {"TableName": self._table_name, "Item": item}
        pause = FIRST_PAUSE_SECONDS
        while True:
            try:
                # Half of the remaining time, so that there is time for a retry.
                half = deadline.capped(deadline.remaining / 2)
                self._call(lambda: self._client.put_item(**request, ReturnConsumedCapacity="TOTAL"), half)
            except DeflectionError:
                if deadline.remaining < 2 * pause:
                    return False
            else:
                return True
            sleep(pause)
            pause *= 2

    def _call(self, call: Callable[[], Mapping[str, Any]], deadline: Deadline) -> Mapping[str, Any]:
        return call_aws(call, deadline.capped(TABLE_TIMEOUT_SECONDS))


class ResultTable:
    """
    A table that stores for two weeks which results were counted, by the ids of contacts and messages.

    The client is created at its first use, because flows never use the table.
    """

    def __init__(self, client: Callable[[], DynamoDbClient], table_name: str) -> None:
        self._client = client
        self._table_name = table_name

    def claim(self, key: str, value: str, now: float, deadline: Deadline) -> bool:
        """
        Store a result, and return whether it was not stored before.

        After an error the result may be stored nevertheless; the next claim then returns False.

        Raises:
            CheckUnavailableError: The table could not be written.
        """
        item = {
            **_result_key(key),
            EXPIRY_ATTRIBUTE: {"N": str(int(now) + RESULT_SECONDS)},
            "value": {"S": value},
        }
        request = {"TableName": self._table_name, "Item": item, "ConditionExpression": "attribute_not_exists(id)"}

        def put() -> bool:
            try:
                self._client().put_item(**request, ReturnConsumedCapacity="TOTAL")
            except ClientError as error:
                if error.response.get("Error", {}).get("Code") == "ConditionalCheckFailedException":
                    return False
                raise
            return True

        try:
            return self._call(put, deadline)
        except DeflectionError as error:
            raise CheckUnavailableError(f"The result could not be stored in the table: {error}") from error

    def find(self, key: str, deadline: Deadline) -> str | None:
        """
        Return the value of a stored result, or None.

        Raises:
            CheckUnavailableError: The table could not be read.
        """
        request = {"TableName": self._table_name, "Key": _result_key(key), "ConsistentRead": True}
        try:
            response = self._call(lambda: self._client().get_item(**request, ReturnConsumedCapacity="TOTAL"), deadline)
        except DeflectionError as error:
            raise CheckUnavailableError(f"The result could not be read from the table: {error}") from error
        match response.get("Item"):
            case {"value": {"S": value}}:
                return str(value)
        return None

    def _call[T](self, call: Callable[[], T], deadline: Deadline) -> T:
        return call_aws(call, deadline.capped(TABLE_TIMEOUT_SECONDS))


def _result_key(key: str) -> dict[str, dict[str, str]]:
    return {KEY_ATTRIBUTE: {"S": f"result#{key}"}}


def _key(recipient: Sequence[str]) -> dict[str, str]:
    return {"S": f"deflection#{hashlib.sha256(json.dumps(recipient).encode()).hexdigest()}"}
