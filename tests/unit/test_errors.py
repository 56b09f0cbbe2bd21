import pytest

from deflection.errors import (
    AccessDeniedError,
    CheckUnavailableError,
    DeflectionError,
    QuotaExceededError,
    ServiceUnavailableError,
    ThrottledError,
    TimedOutError,
)


@pytest.mark.parametrize(
    ("error", "retryable", "retryable_at_once", "outcome_unknown"),
    [
        (AccessDeniedError(), False, False, False),
        (QuotaExceededError(), True, False, False),
        (CheckUnavailableError(), True, False, False),
        (ThrottledError(), True, True, False),
        (ServiceUnavailableError(), True, True, True),
        (TimedOutError(), True, True, True),
    ],
)
def test_error_says_when_to_retry_and_whether_its_outcome_is_known(
    error: DeflectionError, *, retryable: bool, retryable_at_once: bool, outcome_unknown: bool
) -> None:
    assert (error.retryable, error.retryable_at_once, error.outcome_unknown) == (
        retryable,
        retryable_at_once,
        outcome_unknown,
    )


@pytest.mark.parametrize("error", DeflectionError.__subclasses__())
def test_text_of_an_error_is_the_message_of_its_reason_by_default(error: type[DeflectionError]) -> None:
    assert str(error()) == error.reason.message
    assert str(error("A more precise sentence.")) == "A more precise sentence."
    assert error().code == error.reason.name
