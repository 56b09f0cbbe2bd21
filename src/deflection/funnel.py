"""Count how far each deflection got."""

from deflection.events import ContactEvent, FlowInvocation, IncomingEvent
from deflection.outcome import Declined, Deferred, DryRun, Failed, Ignored, Outcome, Started
from deflection.reasons import DeclineReason
from deflection.telemetry import Metric


def count_outcome(incoming: IncomingEvent | None, outcome: Outcome) -> list[str]:
    """
    Return the metrics of an outcome: asked for, eligible, started or failed.

    A retried deflection is counted once, after its last attempt.
    """
    match outcome:
        case Ignored() | DryRun() | Deferred():
            return []
        case Declined(reason=DeclineReason.CONSENT_MISSING) if isinstance(incoming, ContactEvent):
            return []  # the customer did not ask for a message
        case Declined(reason=DeclineReason.INSTANCE_NOT_ALLOWED) if isinstance(incoming, ContactEvent):
            return []  # the event belongs to another stack
        case Failed(error=error) if error.retryable and not isinstance(incoming, FlowInvocation):
            return []
        case Started():
            return [Metric.ASKED_FOR, Metric.ELIGIBLE, Metric.STARTED]
        case _:
            reached = [Metric.ASKED_FOR, *([Metric.ELIGIBLE] if outcome.details.destination else [])]
            return [*reached, Metric.FAILED] if isinstance(outcome, Failed) else reached
