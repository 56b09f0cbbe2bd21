"""
What the operators are told: a line in the log, a trace, and counts.

No event, request or response is captured, and no environment variable can turn that on.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.metrics import EphemeralMetrics, MetricUnit

from deflection.arrived import Arrived, ContactEvent, FlowInvocation
from deflection.outcome import Declined, Deferred, DryRun, Failed, Ignored, Outcome, Started
from deflection.reasons import DeclineReason, IgnoreReason
from deflection.redaction import redact_id
from deflection.response import describe_outcome
from deflection.settings import read_telemetry_names

KNOWN_CHANNELS = frozenset({"VOICE", "CHAT", "TASK", "EMAIL"})

_service, _namespace = read_telemetry_names()
logger = Logger(service=_service)
tracer = Tracer(service=_service, auto_patch=False)
_latencies: ContextVar[tuple[tuple[str, float], ...]] = ContextVar("measured", default=())
_cold_start = iter((True,))
for _library in ("botocore", "urllib3"):
    logging.getLogger(_library).setLevel(logging.WARNING)  # at DEBUG they would log whole requests


def record_invocation(function_name: str) -> None:
    """An invocation; the first one of this process is counted as a cold start."""
    _latencies.set(())
    if next(_cold_start, False):
        metrics = _metrics()
        metrics.add_dimension("function_name", function_name)
        metrics.add_metric("ColdStart", MetricUnit.Count, 1)
        metrics.flush_metrics()


def set_contact(arrived: Arrived) -> None:
    """Names the contact in every line and in the trace, from now on."""
    contact_id = arrived.contact.id if isinstance(arrived, FlowInvocation) else arrived.related_contact_id or arrived.id
    logger.set_correlation_id(redact_id(contact_id))
    if isinstance(arrived, FlowInvocation | ContactEvent):
        channel = arrived.contact.channel
        tracer.put_annotation("channel", channel if channel in KNOWN_CHANNELS else "OTHER")


@contextmanager
def record_context() -> Iterator[None]:
    """A record of a batch: its own segment of the trace, and nothing of the record before."""
    _latencies.set(())
    logger.remove_keys(["correlation_id"])
    with tracer.provider.in_subsegment(name="## record"):
        yield


@contextmanager
def trace_call(operation: str, latency: str) -> Iterator[None]:
    """A segment of the trace for a call to a service, and how long it took."""
    began = time.monotonic()
    failure = None
    with tracer.provider.in_subsegment(name=f"## {operation}") as segment:
        try:
            yield
        except Exception as error:  # a segment would keep its text, which may be anything
            failure = error
            segment.put_annotation("error", type(error).__name__)
    _latencies.set((*_latencies.get(), (latency, 1000 * (time.monotonic() - began))))
    if failure:
        raise failure


def warn_not_remembered() -> None:
    """Log that the repeat window does not know a contact that was started, so that the customer may get another."""
    logger.warning("The repeat window could not be updated")


def record_flow_latency(seconds: float) -> None:
    """How long a flow waited for its answer, loading the function included."""
    _latencies.set((*_latencies.get(), ("FlowLatency", 1000 * seconds)))


def record_outcome(arrived: Arrived | None, outcome: Outcome, seconds: float) -> None:
    """One deflection: a line, annotations, and what it counts for."""
    status, reason, sentence = describe_outcome(outcome)
    tracer.put_annotation("status", status)
    tracer.put_annotation("reason", reason)
    parts = outcome.details.sms_parts if isinstance(outcome, Started) else 0
    _emit_metrics(status, reason, ["Deflections", *_funnel_metrics(arrived, outcome)], parts)
    match outcome:
        case Failed(error=error, deferral_error=None) if error.retryable:
            log = logger.warning
        case Failed():
            log = logger.error
        case Started() if outcome.details.refused:
            log = logger.warning
        case _:
            log = logger.info
    log(
        sentence,
        extra={
            "status": status,
            "reason": reason,
            "contact_id": outcome.contact_id if isinstance(outcome, Started | Declined) else "",
            "related_contact_id": redact_id(outcome.details.related_contact_id),
            "destination": outcome.details.destination.masked if outcome.details.destination else "",
            "subtype": outcome.details.subtype,
            "refused": outcome.details.refused,
            "sms_parts": outcome.details.sms_parts,
            "duration_ms": round(1000 * seconds, 1),
        },
    )


class UnexpectedError(Exception):
    """A defect of this function; the log says of what kind and where, and nothing of the customer."""


def report_unexpected_error(error: Exception) -> UnexpectedError:
    """A defect of ours as it may be raised, once the log has its kind and its place; its text may be anything."""
    import traceback

    kind = type(error).__name__
    metrics = _metrics()
    metrics.add_metric("Failed", MetricUnit.Count, 1)
    metrics.flush_metrics()
    logger.error("A defect of this function.", extra={"kind": kind, "where": traceback.format_tb(error.__traceback__)})
    return UnexpectedError(f"A defect of this function: {kind}. The log says where.")


def _emit_metrics(status: str, reason: str, names: list[str], parts: int) -> None:
    metrics = _metrics()
    metrics.add_dimension("status", status)
    metrics.add_dimensions(service=_service)
    if reason:
        metrics.add_dimensions(service=_service, status=status, reason=reason)
    if parts:
        metrics.add_metric("SmsParts", MetricUnit.Count, parts)
    for latency, milliseconds in _latencies.get():
        metrics.add_metric(latency, MetricUnit.Milliseconds, milliseconds)
    for name in names:
        metrics.add_metric(name, MetricUnit.Count, 1)
    metrics.flush_metrics()


def _metrics() -> EphemeralMetrics:
    return EphemeralMetrics(service=_service, namespace=_namespace)


def _funnel_metrics(arrived: Arrived | None, outcome: Outcome) -> list[str]:
    """
    The stations of the funnel that were reached: asked for, eligible, started or failed; then answered or not.

    What is tried again later counts then.
    """
    match outcome:
        case Ignored(reason=IgnoreReason.SMS_CONTACT_EVENT) if isinstance(arrived, ContactEvent):
            if arrived.type == "CONNECTED_TO_AGENT":
                return ["Answered"]
            return ["EndedUnanswered"] if arrived.type == "DISCONNECTED" and not arrived.contact.was_answered else []
        case Ignored() | DryRun() | Deferred():
            return []
        case Declined(reason=DeclineReason.CONSENT_MISSING) if isinstance(arrived, ContactEvent):
            return []  # nobody asked
        case Failed(error=error) if error.retryable and not isinstance(arrived, FlowInvocation):
            return []
        case Started():
            return ["AskedFor", "Eligible", "Started"]
        case _:
            reached = ["AskedFor", "Eligible"] if outcome.details.destination else ["AskedFor"]
            return [*reached, "Failed"] if isinstance(outcome, Failed) else reached
