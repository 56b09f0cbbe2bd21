"""Who was texted a short while ago is not texted again: the one step that starts a contact, remembered."""

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any, cast

from aws_lambda_powertools.utilities.idempotency import (
    DynamoDBPersistenceLayer,
    IdempotencyConfig,
    idempotent_function,
)
from aws_lambda_powertools.utilities.idempotency.exceptions import BaseError, IdempotencyAlreadyInProgressError
from aws_lambda_powertools.utilities.typing import LambdaContext

from deflection.aws.client import create_client, translate_error
from deflection.aws.deadline import Deadline, run_with_timeout
from deflection.errors import CheckUnavailableError, DeflectionError
from deflection.outcome import StartedContact

TABLE_TIMEOUT_SECONDS = 1.0
"""What a call to the table may take."""


def create_dynamodb_client(region: str) -> Any:
    """A DynamoDB client of a Region."""
    return create_client("dynamodb", region, TABLE_TIMEOUT_SECONDS)


class RepeatWindow:
    """
    A table that remembers for a while which customers were texted.

    Only what succeeded is remembered, under a hash of whom it was for; so no number is in the table.
    """

    def __init__(self, client: Any, table_name: str, minutes: int) -> None:
        self._client = client
        self._table_name = table_name
        self._seconds = 60 * minutes

    def start_once(
        self, whom: list[str], client_token: str, start: Callable[[], str], deadline: Deadline
    ) -> StartedContact:
        """
        The contact that was started for this customer within the window: now, or earlier.

        A start that is under way elsewhere is not waited for: its client token protects it.

        Raises:
            CheckUnavailableError: The table could not be asked, and nothing was started.
            DeflectionError: The start failed.
        """
        started: list[str] = []
        failed: list[DeflectionError] = []

        def remembered(**_whom: list[str]) -> dict[str, Any]:
            try:
                started.append(start())
            except DeflectionError as error:
                failed.append(error)
                raise
            return {"ContactId": started[0], "ClientToken": client_token}

        milliseconds = max(int(1000 * deadline.remaining), 0)
        config = IdempotencyConfig(expires_after_seconds=self._seconds, hash_function="sha256")
        # For so long, a start counts as under way, should this process die.
        config.register_lambda_context(
            cast("LambdaContext", SimpleNamespace(get_remaining_time_in_millis=lambda: milliseconds))
        )
        once = idempotent_function(
            remembered,
            data_keyword_argument="whom",
            persistence_store=DynamoDBPersistenceLayer(self._table_name, boto3_client=_Bounded(self._client, deadline)),
            config=config,
            key_prefix="deflection",
        )
        try:
            told = once(whom=whom)
        except IdempotencyAlreadyInProgressError:
            return StartedContact(start(), client_token)
        except BaseError as error:
            if started:
                return StartedContact(started[0], client_token)
            if failed:
                raise failed[0] from error
            cause = translate_error(error.__cause__ or error)
            raise CheckUnavailableError(f"The table of the repeat window could not be asked: {cause}") from error
        return StartedContact(told["ContactId"], told["ClientToken"])


class _Bounded:
    """A DynamoDB client whose calls end with a deadline, name resolution and all."""

    def __init__(self, client: Any, deadline: Deadline) -> None:
        self._client = client
        self._deadline = deadline

    def __getattr__(self, operation: str) -> Callable[..., Any]:
        call = getattr(self._client, operation)
        return lambda **request: run_with_timeout(self._deadline.capped(TABLE_TIMEOUT_SECONDS), lambda: call(**request))
