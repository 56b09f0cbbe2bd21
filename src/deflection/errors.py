"""
Define every way in which a deflection can fail.

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

`reasons` says for each one what it means and when to retry. The text of an error is one sentence for a person and
holds no personal data.
"""

from typing import ClassVar

from deflection.reasons import FailureReason, Retry


class DeflectionError(Exception):
    """
    The deflection could not be done.

    Attributes:
        reason: The row of the table of reasons.
        outcome_unknown: Whether the service may have done what was asked all the same.
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
    """The first message or its template cannot be sent."""

    reason = FailureReason.INVALID_MESSAGE


class InvalidSettingsError(DeflectionError):
    """The function's settings, or a document in SSM, are wrong or incomplete."""

    reason = FailureReason.INVALID_SETTINGS


class RequestRefusedError(DeflectionError):
    """The service refused the request as invalid."""

    reason = FailureReason.REQUEST_REFUSED


class AccessDeniedError(DeflectionError):
    """The function is not allowed to make this request."""

    reason = FailureReason.ACCESS_DENIED


class CredentialsRefusedError(AccessDeniedError):
    """The function's credentials or clock are not accepted for any request."""


class ResourceNotFoundError(DeflectionError):
    """The service does not know the instance, the flow, the number or the contact."""

    reason = FailureReason.RESOURCE_NOT_FOUND


class ConflictError(DeflectionError):
    """The request conflicts with something that the service already has."""

    reason = FailureReason.CONFLICT


class ThrottledError(DeflectionError):
    """Requests come faster than the quota allows."""

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
    """A check that asks a service could not be made."""

    reason = FailureReason.CHECK_UNAVAILABLE
