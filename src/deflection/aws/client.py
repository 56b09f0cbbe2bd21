"""Call an AWS service before the deadline and translate its errors."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import cache
from io import BytesIO
from typing import Any

from botocore import exceptions as sdk
from botocore.awsrequest import AWSPreparedRequest, AWSResponse
from botocore.config import Config
from botocore.handlers import BUILTIN_HANDLERS
from botocore.parsers import ResponseParserError
from botocore.session import Session

from deflection.aws.deadline import Deadline, run_with_timeout
from deflection.aws.response_validation import validate_response
from deflection.errors import (
    AccessDeniedError,
    ConflictError,
    CredentialsRefusedError,
    DeflectionError,
    QuotaExceededError,
    RequestRefusedError,
    ResourceNotFoundError,
    ServiceUnavailableError,
    ThrottledError,
    TimedOutError,
)
from deflection.redaction import redact

SERVICE_ERRORS: Mapping[str, type[DeflectionError]] = {
    "AccessDeniedException": AccessDeniedError,
    "ConflictException": ConflictError,
    "ExpiredTokenException": CredentialsRefusedError,
    "InternalServiceException": ServiceUnavailableError,
    "InvalidRequestException": RequestRefusedError,
    "InvalidSignatureException": CredentialsRefusedError,
    "LimitExceededException": QuotaExceededError,
    "ResourceNotFoundException": ResourceNotFoundError,
    "ThrottlingException": ThrottledError,
    "UnrecognizedClientException": CredentialsRefusedError,
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
    sdk.CredentialRetrievalError: CredentialsRefusedError,
    sdk.NoCredentialsError: CredentialsRefusedError,
    sdk.PartialCredentialsError: CredentialsRefusedError,
}
"""Subclasses come before their base classes; the first entry that matches an error is used."""

SERVICES = frozenset({"connect", "dynamodb", "pinpoint-sms-voice-v2", "sqs", "ssm"})
"""The services that the function calls, as the SDK names them."""

CONNECT_TIMEOUT_SECONDS = 1.0
MAX_CONNECTIONS = 64
"""The size of each client's connection pool; a queue worker processes at most as many records at the same time."""


def create_client(service: str, region: str, read_timeout_seconds: float) -> Any:
    """
    Create a botocore client without the SDK's own retries.

    Those retries ignore the deadline, and they repeat a request that exceeded a quota. boto3 is not used, because it
    makes each cold start longer and adds nothing that the function needs. The SDK does not validate requests either,
    because the function has checked every value; tests check that the SDK would accept each request.
    """
    config = Config(
        parameter_validation=False,
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=read_timeout_seconds,
        max_pool_connections=MAX_CONNECTIONS,
        retries={"mode": "standard", "total_max_attempts": 1},
        tcp_keepalive=True,
    )
    return _session().create_client(service, region_name=region, config=config)


def call_aws[T](call: Callable[[], T], deadline: Deadline) -> T:
    """
    Call a service and return its response.

    Raises:
        DeflectionError: The call failed; TimedOutError if it did not end before the deadline.
    """
    return run_with_timeout(deadline, lambda: translate_errors(call))


def translate_errors[T](call: Callable[[], T]) -> T:
    """
    Call a service without a deadline and return its response.

    Raises:
        DeflectionError: The call failed.
    """
    try:
        return call()
    except (sdk.ClientError, *SDK_ERRORS) as error:
        raise translate_error(error) from error


def rehearse(client: Any, call: Callable[[], object], answer: bytes) -> None:
    """
    Make a call without a connection: the SDK signs the request and parses this answer.

    The SDK fills several caches with the first call of each operation. Without credentials it does not fill all.
    """

    def respond(request: AWSPreparedRequest, **_: Any) -> AWSResponse:
        return AWSResponse(request.url, 200, {}, _Body(answer))

    client.meta.events.register_first("before-send", respond)
    with suppress(DeflectionError):
        translate_errors(call)
    client.meta.events.unregister("before-send", respond)


class _Body(BytesIO):
    """A response body with the method of urllib3 that the SDK reads it with."""

    def stream(self, *_: object, **__: object) -> list[bytes]:
        return [self.read()]


def translate_error(error: BaseException) -> DeflectionError:
    """Translate an SDK error to a DeflectionError; any other error becomes ServiceUnavailableError."""
    name = type(error).__name__
    if isinstance(error, sdk.ClientError):
        return _translate_client_error(error)
    for sdk_error, error_type in SDK_ERRORS.items():
        if isinstance(error, sdk_error):
            problem = (
                "No usable credentials were found" if error_type is CredentialsRefusedError else "AWS did not respond"
            )
            return error_type(f"{problem} ({name}).")
    return ServiceUnavailableError(f"The call to AWS failed ({name}).")


def create_session() -> Session:
    """
    Create an SDK session that has only the SDK's event handlers for the services that the function calls.

    The SDK has about 300 handlers and copies them for each client, which took 4 % of a cold start. The second part of
    an event's name is the service; an event without one is for all services.
    """
    session = Session(include_builtin_handlers=False)
    for event, handler, *_ in BUILTIN_HANDLERS:
        service = event.split(".")[1:2]
        if not service or service[0] in SERVICES:
            session.register(event, handler)
    return session


@cache
def _session() -> Session:
    session = create_session()
    session.register("before-parse", validate_response)
    return session


def _translate_client_error(error: sdk.ClientError) -> DeflectionError:
    code = str(error.response.get("Error", {}).get("Code", ""))
    status = int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 500))
    by_status = STATUS_ERRORS.get(status, RequestRefusedError if 400 <= status < 500 else ServiceUnavailableError)
    # The service's error message may contain the number or the message, so only its code is used.
    detail = str(status) if code in ("", str(status)) else f"{status}, {redact(code)}"
    return SERVICE_ERRORS.get(code, by_status)(f"AWS answered {error.operation_name} with {detail}.")
