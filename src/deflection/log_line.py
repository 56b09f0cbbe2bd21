"""Build the log line of a deflection, without personal data."""

from typing import TYPE_CHECKING, Literal

from deflection.outcome import Declined, Failed, Outcome, Started, Status
from deflection.redaction import redact_id
from deflection.response import describe_outcome

if TYPE_CHECKING:
    from deflection.telemetry import OutcomeFields

LOG_MESSAGES = {
    Status.STARTED: "Deflection started",
    Status.DEFERRED: "Deflection deferred",
    Status.DECLINED: "Deflection declined",
    Status.IGNORED: "Event ignored",
    Status.FAILED: "Deflection failed",
    Status.DRY_RUN: "Dry run completed",
}


def outcome_fields(outcome: Outcome, seconds: float) -> "OutcomeFields":
    """Return the fields of the log line; `seconds` is how long the deflection took."""
    status, reason, sentence = describe_outcome(outcome)
    details = outcome.details
    return {
        "status": status,
        "reason": reason,
        "detail": sentence,
        "contact_id": outcome.contact_id if isinstance(outcome, Started | Declined) else "",
        "related_contact_id": redact_id(details.related_contact_id),
        "destination": details.destination.masked if details.destination else "",
        "subtype": details.subtype,
        "refused": details.refused,
        "sms_parts": details.sms_parts,
        "language": details.language,
        "route": details.route,
        "duration_ms": round(1000 * seconds, 1),
    }


def choose_level(outcome: Outcome) -> Literal["info", "warning", "error"]:
    """Return the level of the log line."""
    match outcome:
        case Failed(error=error, deferral_error=None) if error.retryable:
            return "warning"
        case Failed():
            return "error"
        case Started() if outcome.details.refused:
            return "warning"
        case _:
            return "info"
