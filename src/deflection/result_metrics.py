"""Count the results of a message, and describe them for the record."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, assert_never

from deflection.outcome import Status
from deflection.redaction import redact_id
from deflection.results import AgentAnswer, CallEnd, ConversationEnd, Delivery, Result
from deflection.telemetry import Metric

if TYPE_CHECKING:
    from deflection.telemetry import ResultFields

CONVERSATION_ENDED = "Deflection ended"
"""The log message of the record of a message."""
DELIVERED_STATUSES = frozenset({"SUCCESSFUL", "DELIVERED"})
"""Both mean that the message arrived; which one a carrier reports depends on the country."""

_REPLIES = {True: Metric.REPLIED, False: Metric.NOT_REPLIED, None: Metric.REPLY_UNKNOWN}
_CALLS = {True: Metric.SAVED, False: Metric.ANSWERED_BY_PHONE, None: Metric.CALL_END_UNKNOWN}


def count_result(result: Result) -> list[tuple[str, float]]:
    """Return the metrics of a result and their values."""
    match result:
        case AgentAnswer():
            return [(Metric.ANSWERED, 1)]
        case CallEnd(saved=saved):
            return [(_CALLS[saved], 1)]
        case Delivery(status="UNKNOWN"):
            return [(Metric.DELIVERY_UNKNOWN, 1)]
        case Delivery(status=status):
            return [(Metric.DELIVERED if status in DELIVERED_STATUSES else Metric.NOT_DELIVERED, 1)]
        case ConversationEnd():
            metrics: list[tuple[str, float]] = [(_REPLIES[result.replied], 1)]
            if result.reply_seconds is not None:
                metrics.append((Metric.REPLY_TIME, result.reply_seconds))
            return metrics if result.answered else [*metrics, (Metric.ENDED_UNANSWERED, 1)]
        case _:
            assert_never(result)


def delivery_dimensions(result: Result) -> Mapping[str, str]:
    """Return the dimensions of `Deliveries`, or none for another result."""
    return {"delivery_status": result.status, "country": result.country} if isinstance(result, Delivery) else {}


def describe_end(end: Result) -> "ResultFields | None":
    """Return the record of a message at the end of its conversation, without personal data."""
    if not isinstance(end, ConversationEnd):
        return None
    return {
        "status": Status.STARTED,
        "reason": redact_id(end.disconnect_reason),
        "contact_id": redact_id(end.contact_id),
        "related_contact_id": redact_id(end.related_contact_id),
        "subtype": end.subtype,
        "started_at": _iso(end.started_at),
        "ended_at": _iso(end.ended_at),
        "replied": end.replied,
        "reply_seconds": end.reply_seconds,
        "language": end.language,
        "route": end.route,
        "answered": end.answered,
        "saved": end.saved,
    }


def _iso(seconds: float | None) -> str | None:
    return None if seconds is None else datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
