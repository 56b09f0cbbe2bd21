import pytest

from deflection.errors import DeflectionError
from deflection.reasons import DeclineReason, FailureReason, IgnoreReason, Reason, Retry

REASONS: list[Reason] = [*DeclineReason, *IgnoreReason, *FailureReason]


def test_every_code_is_defined_once() -> None:
    codes = [reason.name for reason in REASONS]

    assert len(codes) == len(set(codes))


@pytest.mark.parametrize("reason", REASONS, ids=lambda reason: reason.name)
def test_every_reason_has_a_message_a_meaning_and_a_cure(reason: Reason) -> None:
    assert all(text.endswith((".", "?")) for text in (reason.message, reason.meaning, reason.cure))


def test_only_these_failures_are_retryable() -> None:
    retryable = {reason.name: reason.retry for reason in REASONS if reason.retry is not Retry.NEVER}

    assert retryable == {
        "THROTTLED": Retry.AT_ONCE,
        "SERVICE_UNAVAILABLE": Retry.AT_ONCE,
        "TIMED_OUT": Retry.AT_ONCE,
        "QUOTA_EXCEEDED": Retry.LATER,
        "CHECK_UNAVAILABLE": Retry.LATER,
    }


def test_every_failure_reason_has_one_error() -> None:
    reasons = [error.reason for error in DeflectionError.__subclasses__()]

    assert sorted(reason.name for reason in reasons) == sorted(reason.name for reason in FailureReason)
