"""Check that a response is one of the documented responses."""

import json
from typing import Any

from deflection.reasons import DeclineReason, FailureReason, IgnoreReason, Retry

KEYS = ["Status", "Reason", "Message", "ContactId", "RelatedContactId", "Subtype", "Retryable", "Selected"]
RETRYABLE = {reason.name for reason in FailureReason if reason.retry is not Retry.NEVER}
REASONS: dict[str, set[str]] = {
    "STARTED": {""},
    "DRY_RUN": {""},
    "DEFERRED": RETRYABLE,
    "DECLINED": {reason.name for reason in DeclineReason},
    "IGNORED": {reason.name for reason in IgnoreReason},
    "FAILED": {reason.name for reason in FailureReason},
}
LIMIT_BYTES = 32 * 1024


def is_declared(answer: Any) -> bool:
    """Return whether an answer has the documented keys and a reason that fits its status."""
    return (
        isinstance(answer, dict)
        and list(answer) == KEYS
        and all(isinstance(value, str) for value in answer.values())
        and answer["Reason"] in REASONS.get(answer["Status"], set())
        and (answer["Status"] == "STARTED") <= bool(answer["ContactId"])
        and answer["Retryable"] == str(answer["Status"] == "FAILED" and answer["Reason"] in RETRYABLE).lower()
        and len(json.dumps(answer, ensure_ascii=False).encode()) < LIMIT_BYTES
    )
