"""
Define the errors of a deflection.

    DeflectionError
    ├── UnrecognizedEventError
    ├── MalformedEventError
    ├── InvalidParameterError
    ├── InvalidMessageError
    ├── InvalidSettingsError
    ├── RequestRefusedError
    ├── AccessDeniedError
    │   └── CredentialsRefusedError
    ├── ResourceNotFoundError
    ├── ConflictError
    ├── ThrottledError
    ├── QuotaExceededError
    ├── ServiceUnavailableError
    ├── TimedOutError
    └── CheckUnavailableError

`reasons` has the meaning of each error and when to retry it. An error's message is one sentence for a person and
contains no personal data.
"""

from typing import ClassVar

from deflection.reasons import FailureReason, Retry


class DeflectionError(Exception):
    """
    The deflection failed.

    Attributes:
        reason: The reason, with its code, meaning and cure.
        outcome_unknown: Whether the service may have completed the request although the call failed.
    """

    reason: ClassVar[FailureReason]
    outcome_unknown: bool = False

    def __init__(self, message: str = "") -> None:
        super().__init__(message or self.reason.message)

    @property
    def code(self) -> str:
        """The `Reason` for the flow."""
        return self.reason.name

    @property
    def retryable(self) -> bool:
        """Whether the same request may succeed later."""
        return self.reason.retry is not Retry.NEVER

    @property
    def retryable_at_once(self) -> bool:
        """Whether the same request may succeed within the same invocation."""
        return self.reason.retry is Retry.AT_ONCE


class UnrecognizedEventError(DeflectionError):
    """The event is not one that this function handles."""

    reason = FailureReason.UNRECOGNIZED_EVENT


class MalformedEventError(DeflectionError):
    """A required field of the event is missing or has the wrong type."""

    reason = FailureReason.MALFORMED_EVENT


class InvalidParameterError(DeflectionError):
    """A parameter is unknown, has the wrong type, or exceeds a limit of the API."""

    reason = FailureReason.INVALID_PARAMETER


class InvalidMessageError(DeflectionError):
    """The first message or its template is invalid."""

    reason = FailureReason.INVALID_MESSAGE


class InvalidSettingsError(DeflectionError):
    """The function's settings, or a document in SSM, are invalid or incomplete."""

    reason = FailureReason.INVALID_SETTINGS


class RequestRefusedError(DeflectionError):
    """The service refused the request as invalid."""

    reason = FailureReason.REQUEST_REFUSED


class AccessDeniedError(DeflectionError):
    """The function is not allowed to make this request."""

    reason = FailureReason.ACCESS_DENIED


class CredentialsRefusedError(AccessDeniedError):
    """AWS refused the function's credentials or clock, so every request fails."""


class ResourceNotFoundError(DeflectionError):
    """The instance, the flow, the number or the contact does not exist."""

    reason = FailureReason.RESOURCE_NOT_FOUND


class ConflictError(DeflectionError):
    """The request conflicts with a resource that already exists."""

    reason = FailureReason.CONFLICT


class ThrottledError(DeflectionError):
    """The request rate exceeds the quota."""

    reason = FailureReason.THROTTLED


class QuotaExceededError(DeflectionError):
    """The instance has as many open chats as its quota allows."""

    reason = FailureReason.QUOTA_EXCEEDED


class ServiceUnavailableError(DeflectionError):
    """The service failed or could not be reached."""

    reason = FailureReason.SERVICE_UNAVAILABLE
    outcome_unknown = True


class TimedOutError(DeflectionError):
    """The service did not answer in time."""

    reason = FailureReason.TIMED_OUT
    outcome_unknown = True


class CheckUnavailableError(DeflectionError):
    """A check that calls a service failed."""

    reason = FailureReason.CHECK_UNAVAILABLE
