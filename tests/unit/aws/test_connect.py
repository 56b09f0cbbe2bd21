from collections.abc import Callable

import pytest
from botocore import exceptions as sdk
from botocore.parsers import ResponseParserError

from builders import FakeConnect, FakeTime, refused
from deflection.aws.connect import start_contact
from deflection.aws.deadline import Deadline
from deflection.errors import DeflectionError

REQUEST = {"ClientToken": "token", "DestinationEndpoint": {"Address": "+14255550142"}}


def started(
    connect: FakeConnect, seconds: float = 3.0, jitter: Callable[[], float] = lambda: 1.0
) -> tuple[str, FakeTime]:
    time = FakeTime()
    return start_contact(connect, REQUEST, Deadline(seconds, lambda: time.now), time.sleep, jitter), time


THROTTLED = refused("ThrottlingException", 429)


def test_status_of_a_proxy_is_named_once() -> None:
    with pytest.raises(DeflectionError, match=r"^AWS answered StartOutboundChatContact with 503\.$"):
        started(FakeConnect(refused("503", 503)), seconds=0.05)


@pytest.mark.parametrize(
    "error",
    [
        sdk.NoCredentialsError(),
        sdk.SSLError(endpoint_url="https://example.com", error="expired"),
    ],
)
def test_error_of_the_sdk_is_named(error: Exception) -> None:
    with pytest.raises(DeflectionError) as raised:
        started(FakeConnect(error), seconds=0.05)

    assert f"({type(error).__name__})" in str(raised.value)


@pytest.mark.parametrize(
    ("error", "code", "retryable"),
    [
        (refused("InvalidRequestException", 400), "REQUEST_REFUSED", False),
        (refused("AccessDeniedException", 403), "ACCESS_DENIED", False),
        (refused("ResourceNotFoundException", 404), "RESOURCE_NOT_FOUND", False),
        (refused("ConflictException", 409), "CONFLICT", False),
        (refused("LimitExceededException", 429), "QUOTA_EXCEEDED", True),
        (THROTTLED, "THROTTLED", True),
        (refused("InternalServiceException", 500), "SERVICE_UNAVAILABLE", True),
        (refused("ExpiredTokenException", 403), "ACCESS_DENIED", False),
        (refused("UnknownOperationException", 404), "RESOURCE_NOT_FOUND", False),
        (refused("DuplicateException", 409), "CONFLICT", False),
        (refused("TooManyRequestsException", 429), "THROTTLED", True),
        (refused("RequestEntityTooLargeException", 413), "REQUEST_REFUSED", False),
        (refused("of +14255550142", 400), "REQUEST_REFUSED", False),
        (refused("503", 503), "SERVICE_UNAVAILABLE", True),
        (sdk.ClientError({}, "StartOutboundChatContact"), "SERVICE_UNAVAILABLE", True),
        (sdk.ConnectTimeoutError(endpoint_url="https://example.com"), "TIMED_OUT", True),
        (sdk.ReadTimeoutError(endpoint_url="https://example.com"), "TIMED_OUT", True),
        (sdk.EndpointConnectionError(endpoint_url="https://example.com"), "SERVICE_UNAVAILABLE", True),
        (sdk.ConnectionClosedError(endpoint_url="https://example.com"), "SERVICE_UNAVAILABLE", True),
        (sdk.SSLError(endpoint_url="https://example.com", error="expired"), "SERVICE_UNAVAILABLE", True),
        (sdk.HTTPClientError(error="broken"), "SERVICE_UNAVAILABLE", True),
        (sdk.IncompleteReadError(actual_bytes=1, expected_bytes=2), "SERVICE_UNAVAILABLE", True),
        (ResponseParserError("no JSON"), "SERVICE_UNAVAILABLE", True),
        (sdk.NoCredentialsError(), "ACCESS_DENIED", False),
        (sdk.PartialCredentialsError(provider="env", cred_var="secret"), "ACCESS_DENIED", False),
        (sdk.CredentialRetrievalError(provider="env", error_msg="gone"), "ACCESS_DENIED", False),
    ],
)
def test_each_error_has_its_code_and_contains_no_number(error: Exception, code: str, *, retryable: bool) -> None:
    connect = FakeConnect(error, error)

    with pytest.raises(DeflectionError) as raised:
        started(connect, seconds=0.19)

    assert (raised.value.code, raised.value.retryable) == (code, retryable)
    assert len(connect.requests) == 1
    assert "4255550142" not in str(raised.value)


def test_a_bug_is_no_outcome() -> None:
    with pytest.raises(sdk.ParamValidationError):
        started(FakeConnect(sdk.ParamValidationError(report="Unknown parameter")))


@pytest.mark.parametrize(
    "error", [THROTTLED, refused("InternalServiceException", 500), sdk.ReadTimeoutError(endpoint_url="x")]
)
def test_retryable_error_is_retried_with_the_same_request(error: Exception) -> None:
    connect = FakeConnect(error, error, "new-contact")

    contact_id, time = started(connect)

    assert contact_id == "new-contact"
    assert connect.requests == [REQUEST, REQUEST, REQUEST]
    assert time.slept == [0.1, 0.2]


def test_contact_that_may_be_started_is_not_reported_as_refused() -> None:
    with pytest.raises(DeflectionError) as raised:
        started(FakeConnect(sdk.ReadTimeoutError(endpoint_url="x"), refused("ConflictException", 409)))

    assert raised.value.code == "TIMED_OUT"


def test_pauses_double_up_to_a_second_and_chance_shortens_them() -> None:
    _, time = started(FakeConnect(*[THROTTLED] * 6, "new-contact"), seconds=9, jitter=lambda: 0.5)

    assert time.slept == [0.05, 0.1, 0.2, 0.4, 0.5, 0.5]


def test_an_exhausted_quota_is_not_tried_again() -> None:
    connect = FakeConnect(refused("LimitExceededException", 429), "new-contact")

    with pytest.raises(DeflectionError):
        started(connect)

    assert len(connect.requests) == 1


def test_trying_ends_with_the_deadline() -> None:
    connect = FakeConnect(*[THROTTLED] * 100)

    with pytest.raises(DeflectionError) as raised:
        started(connect, seconds=2.0)

    assert raised.value.code == "THROTTLED"
    assert len(connect.requests) == 5


def test_nothing_is_sent_after_the_deadline() -> None:
    connect = FakeConnect("new-contact")

    with pytest.raises(DeflectionError) as raised:
        started(connect, seconds=0.0)

    assert raised.value.code == "TIMED_OUT"
    assert connect.requests == []
