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

from deflection import response, settings
from deflection.bus import ContactEvent
from deflection.event import Arrived, FlowInvocation
from deflection.outcome import (
    Declined,
    DeclineReason,
    Deferred,
    DryRun,
    Failed,
    Ignored,
    IgnoreReason,
    Outcome,
    Started,
)
from deflection.text import shown_id

CHANNELS = frozenset({"VOICE", "CHAT", "TASK", "EMAIL"})

_service, _namespace = settings.telemetry()
logger = Logger(service=_service)
tracer = Tracer(service=_service, auto_patch=False)
_measured: ContextVar[tuple[tuple[str, float], ...]] = ContextVar("measured", default=())
_first = iter((True,))
for _library in ("botocore", "urllib3"):
    logging.getLogger(_library).setLevel(logging.WARNING)  # at DEBUG they would log whole requests


def invoked(function_name: str) -> None:
    """An invocation; the first one of this process is counted as a cold start."""
    _measured.set(())
    if next(_first, False):
        metrics = _metrics()
        metrics.add_dimension("function_name", function_name)
        metrics.add_metric("ColdStart", MetricUnit.Count, 1)
        metrics.flush_metrics()


def begin(arrived: Arrived) -> None:
    """Names the contact in every line and in the trace, from now on."""
    contact_id = arrived.contact.id if isinstance(arrived, FlowInvocation) else arrived.related_contact_id or arrived.id
    logger.set_correlation_id(shown_id(contact_id))
    if isinstance(arrived, FlowInvocation | ContactEvent):
        channel = arrived.contact.channel
        tracer.put_annotation("channel", channel if channel in CHANNELS else "OTHER")


@contextmanager
def record() -> Iterator[None]:
    """A record of a batch: its own segment of the trace, and nothing of the record before."""
    _measured.set(())
    logger.remove_keys(["correlation_id"])
    with tracer.provider.in_subsegment(name="## record"):
        yield


@contextmanager
def call(operation: str, latency: str) -> Iterator[None]:
    """A segment of the trace for a call to a service, and how long it took."""
    began = time.monotonic()
    failure = None
    with tracer.provider.in_subsegment(name=f"## {operation}") as segment:
        try:
            yield
        except Exception as error:  # a segment would keep its text, which may be anything
            failure = error
            segment.put_annotation("error", type(error).__name__)
    _measured.set((*_measured.get(), (latency, 1000 * (time.monotonic() - began))))
    if failure:
        raise failure


def answered(seconds: float) -> None:
    """How long a flow waited for its answer, loading the function included."""
    _measured.set((*_measured.get(), ("FlowLatency", 1000 * seconds)))


def tell(arrived: Arrived | None, outcome: Outcome, seconds: float) -> None:
    """One deflection: a line, annotations, and what it counts for."""
    status, reason, sentence = response.told(outcome)
    tracer.put_annotation("status", status)
    tracer.put_annotation("reason", reason)
    parts = outcome.about.sms_parts if isinstance(outcome, Started) else 0
    _count(status, reason, ["Deflections", *_stations(arrived, outcome)], parts)
    match outcome:
        case Failed(error=error, not_deferred=None) if error.retryable:
            log = logger.warning
        case Failed():
            log = logger.error
        case Started() if outcome.about.refused:
            log = logger.warning
        case _:
            log = logger.info
    log(
        sentence,
        extra={
            "status": status,
            "reason": reason,
            "contact_id": outcome.contact_id if isinstance(outcome, Started | Declined) else "",
            "related_contact_id": shown_id(outcome.about.related_contact_id),
            "destination": outcome.about.destination.masked if outcome.about.destination else "",
            "subtype": outcome.about.subtype,
            "refused": outcome.about.refused,
            "sms_parts": outcome.about.sms_parts,
            "duration_ms": round(1000 * seconds, 1),
        },
    )


class DefectError(Exception):
    """A defect of this function; the log says of what kind and where, and nothing of the customer."""


def defect(error: Exception) -> DefectError:
    """A defect of ours as it may be raised, once the log has its kind and its place; its text may be anything."""
    import traceback

    kind = type(error).__name__
    metrics = _metrics()
    metrics.add_metric("Failed", MetricUnit.Count, 1)
    metrics.flush_metrics()
    logger.error("A defect of this function.", extra={"kind": kind, "where": traceback.format_tb(error.__traceback__)})
    return DefectError(f"A defect of this function: {kind}. The log says where.")


def _count(status: str, reason: str, names: list[str], parts: int) -> None:
    metrics = _metrics()
    metrics.add_dimension("status", status)
    metrics.add_dimensions(service=_service)
    if reason:
        metrics.add_dimensions(service=_service, status=status, reason=reason)
    if parts:
        metrics.add_metric("SmsParts", MetricUnit.Count, parts)
    for latency, milliseconds in _measured.get():
        metrics.add_metric(latency, MetricUnit.Milliseconds, milliseconds)
    for name in names:
        metrics.add_metric(name, MetricUnit.Count, 1)
    metrics.flush_metrics()


def _metrics() -> EphemeralMetrics:
    return EphemeralMetrics(service=_service, namespace=_namespace)


def _stations(arrived: Arrived | None, outcome: Outcome) -> list[str]:
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
            reached = ["AskedFor", "Eligible"] if outcome.about.destination else ["AskedFor"]
            return [*reached, "Failed"] if isinstance(outcome, Failed) else reached
