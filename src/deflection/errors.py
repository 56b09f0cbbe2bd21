"""
Every way in which a deflection can fail.

    DeflectionError
    ├── UnrecognizedEventError      UNRECOGNIZED_EVENT
    ├── MalformedEventError         MALFORMED_EVENT
    ├── InvalidParameterError       INVALID_PARAMETER
    ├── InvalidMessageError         INVALID_MESSAGE
    ├── InvalidSettingsError        INVALID_SETTINGS
    ├── RequestRefusedError         REQUEST_REFUSED
    ├── AccessDeniedError           ACCESS_DENIED
    │   └── CredentialsRefusedError
    ├── ResourceNotFoundError       RESOURCE_NOT_FOUND
    ├── ConflictError               CONFLICT
    ├── ThrottledError              THROTTLED             retryable
    ├── QuotaExceededError          QUOTA_EXCEEDED        retryable, but not within one invocation
    ├── ServiceUnavailableError     SERVICE_UNAVAILABLE   retryable
    ├── TimedOutError               TIMED_OUT             retryable
    └── CheckUnavailableError       CHECK_UNAVAILABLE     retryable, but not within one invocation

The text of an error is one sentence for a person and holds no personal data.
"""

from typing import ClassVar


class DeflectionError(Exception):
    """
    The deflection could not be done.

    Attributes:
        code: The `Reason` that the flow gets.
        retryable: Whether the same request may succeed a little later.
        retryable_at_once: Whether it may succeed within the same invocation.
        outcome_unknown: Whether the service may have done it all the same.
    """

    code: ClassVar[str]
    retryable: ClassVar[bool] = False
    retryable_at_once: ClassVar[bool] = False
    outcome_unknown: bool = False


class UnrecognizedEventError(DeflectionError):
    """The event is of no kind that this function takes."""

    code = "UNRECOGNIZED_EVENT"


class MalformedEventError(DeflectionError):
    """The event lacks a field that is needed, or has it in a wrong type."""

    code = "MALFORMED_EVENT"


class InvalidParameterError(DeflectionError):
    """A parameter is unknown, of a wrong type, or beyond a limit of the API."""

    code = "INVALID_PARAMETER"


class InvalidMessageError(DeflectionError):
    """The first message or its template cannot be sent as it is."""

    code = "INVALID_MESSAGE"


class InvalidSettingsError(DeflectionError):
    """The function's environment is wrong or incomplete."""

    code = "INVALID_SETTINGS"


class RequestRefusedError(DeflectionError):
    """Amazon Connect refused the request as invalid."""

    code = "REQUEST_REFUSED"


class AccessDeniedError(DeflectionError):
    """The function may not make this request."""

    code = "ACCESS_DENIED"


class CredentialsRefusedError(AccessDeniedError):
    """The function's credentials, or its clock, are not taken, whatever it asks for."""


class ResourceNotFoundError(DeflectionError):
    """Amazon Connect does not know the instance, the flow, the number or the contact."""

    code = "RESOURCE_NOT_FOUND"


class ConflictError(DeflectionError):
    """The request conflicts with what Amazon Connect already has."""

    code = "CONFLICT"


class ThrottledError(DeflectionError):
    """Requests come faster than Amazon Connect takes them."""

    code = "THROTTLED"
    retryable = True
    retryable_at_once = True


class QuotaExceededError(DeflectionError):
    """The instance has as many open chats as its quota allows."""

    code = "QUOTA_EXCEEDED"
    retryable = True


class ServiceUnavailableError(DeflectionError):
    """Amazon Connect could not be reached, or failed."""

    code = "SERVICE_UNAVAILABLE"
    retryable = True
    retryable_at_once = True
    outcome_unknown = True


class TimedOutError(DeflectionError):
    """Amazon Connect did not answer in time."""

    code = "TIMED_OUT"
    retryable = True
    retryable_at_once = True
    outcome_unknown = True


class CheckUnavailableError(DeflectionError):
    """A rule that must ask someone could not, or got no answer yet."""

    code = "CHECK_UNAVAILABLE"
    retryable = True
