"""
Sends the request to Amazon Connect. The only room that knows its client and its errors.

The SDK's own retries know no deadline, and do retry an exhausted quota, so they are off; the loop here draws on the
time that the flow still waits, and every repetition carries the same client token.
"""

import random
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

import boto3
from botocore import exceptions as sdk
from botocore.config import Config
from botocore.parsers import ResponseParserError

from deflection.deadline import Deadline, within
from deflection.errors import (
    AccessDeniedError,
    ConflictError,
    DeflectionError,
    QuotaExceededError,
    RequestRefusedError,
    ResourceNotFoundError,
    ServiceUnavailableError,
    ThrottledError,
    TimedOutError,
)
from deflection.text import shown

SERVICE_ERRORS: Mapping[str, type[DeflectionError]] = {
    "AccessDeniedException": AccessDeniedError,
    "ConflictException": ConflictError,
    "InternalServiceException": ServiceUnavailableError,
    "InvalidRequestException": RequestRefusedError,
    "LimitExceededException": QuotaExceededError,
    "ResourceNotFoundException": ResourceNotFoundError,
    "ThrottlingException": ThrottledError,
}
STATUS_ERRORS: Mapping[int, type[DeflectionError]] = {
    403: AccessDeniedError,
    404: ResourceNotFoundError,
    409: ConflictError,
    429: ThrottledError,
}
SDK_ERRORS: Mapping[type[Exception], type[DeflectionError]] = {
    sdk.ConnectTimeoutError: TimedOutError,
    sdk.ReadTimeoutError: TimedOutError,
    sdk.ConnectionError: ServiceUnavailableError,
    sdk.HTTPClientError: ServiceUnavailableError,
    sdk.IncompleteReadError: ServiceUnavailableError,
    ResponseParserError: ServiceUnavailableError,
    sdk.CredentialRetrievalError: AccessDeniedError,
    sdk.NoCredentialsError: AccessDeniedError,
    sdk.PartialCredentialsError: AccessDeniedError,
}
"""From the particular to the general: the first row that an error is an instance of counts."""

CONNECT_TIMEOUT_SECONDS = 1.0
FIRST_PAUSE_SECONDS = 0.1
LONGEST_PAUSE_SECONDS = 1.0
SHORTEST_CALL_SECONDS = 0.1


_chance = random.SystemRandom()  # a seeded one would be the same in every environment that SnapStart restores


class Client(Protocol):
    """The one operation of boto3's Connect client that is used."""

    def start_outbound_chat_contact(self, **request: Any) -> Mapping[str, Any]:
        """The answer, with the new contact's `ContactId`."""


def client(region: str, flow_time_limit_seconds: float) -> Client:
    """A Connect client of a Region, whose calls give up early enough for a second try within the flow's limit."""
    config = Config(
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=0.6 * flow_time_limit_seconds,
        retries={"total_max_attempts": 1},
        tcp_keepalive=True,
    )
    started: Client = boto3.client("connect", region_name=region, config=config)
    return started


def start(
    client: Client,
    request: Mapping[str, Any],
    deadline: Deadline,
    sleep: Callable[[float], None] = time.sleep,
    jitter: Callable[[], float] = _chance.random,
) -> str:
    """
    The contact id of the SMS contact that Amazon Connect started, or had started for the same client token.

    Args:
        client: The Connect client.
        request: The arguments of the operation.
        deadline: When to give up.
        sleep: Waits for a number of seconds.
        jitter: A number from 0 to 1 by which a pause is shortened, so that throttled calls do not come back at once.

    Raises:
        DeflectionError: The one that `SERVICE_ERRORS`, `STATUS_ERRORS` or `SDK_ERRORS` names.
    """
    longest = FIRST_PAUSE_SECONDS
    while True:
        try:
            return within(deadline, lambda: _start_once(client, request))
        except DeflectionError as error:
            pause = longest * jitter()
            if not error.retryable_at_once or pause + SHORTEST_CALL_SECONDS > deadline.left:
                raise
        sleep(pause)
        longest = min(2 * longest, LONGEST_PAUSE_SECONDS)


def _start_once(client: Client, request: Mapping[str, Any]) -> str:
    try:
        answer = client.start_outbound_chat_contact(**request)
    except sdk.ClientError as error:
        raise _of_service(error) from error
    except tuple(SDK_ERRORS) as error:
        raise _of_sdk(error) from error
    contact_id = answer.get("ContactId")
    if not contact_id:
        raise ServiceUnavailableError("Amazon Connect's answer names no contact.")
    return str(contact_id)


def _of_service(error: sdk.ClientError) -> DeflectionError:
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500))
    by_status = STATUS_ERRORS.get(status, RequestRefusedError if 400 <= status < 500 else ServiceUnavailableError)
    # Connect's own text may repeat the number or the message, so only its code is passed on.
    return SERVICE_ERRORS.get(code, by_status)(f"Amazon Connect answered {status}, {shown(code)}.")


def _of_sdk(error: Exception) -> DeflectionError:
    kind = next(ours for theirs, ours in SDK_ERRORS.items() if isinstance(error, theirs))
    return kind(f"Amazon Connect could not be asked: {type(error).__name__}.")
