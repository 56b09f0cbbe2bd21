"""
Write the log line, the trace and the metrics of each deflection.

Events, requests and responses are never captured, and no environment variable can turn that on.
"""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from threading import Lock
from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Tracer
from aws_lambda_powertools.metrics import EphemeralMetrics

from deflection.environment import read_telemetry_names
from deflection.events import ContactEvent, FlowInvocation, IncomingEvent
from deflection.funnel import count_outcome
from deflection.log_line import LOG_MESSAGES, choose_level, outcome_fields
from deflection.outcome import Ignored, Outcome, Started, Status
from deflection.redaction import redact_id
from deflection.telemetry import Metric, unit_of

if TYPE_CHECKING:
    from deflection.results import Result
    from deflection.telemetry import ExceptionFields

KNOWN_CHANNELS = frozenset({"VOICE", "CHAT", "TASK", "EMAIL"})

_service, _namespace = read_telemetry_names()
logger = Logger(service=_service)
tracer = Tracer(service=_service, auto_patch=False)
_latencies: ContextVar[tuple[tuple[str, float], ...]] = ContextVar("latencies", default=())
_cold_start = iter((True,))
_writing = Lock()
"""Held while a metric or a log line is written: Powertools writes a metric and its line break in two calls."""
for _library in ("botocore", "urllib3"):
    logging.getLogger(_library).setLevel(logging.WARNING)  # at DEBUG they log complete requests


def record_invocation(function_name: str) -> None:
    """Begin an invocation; count the first one of this process as a cold start."""
    _latencies.set(())
    if next(_cold_start, False):
        metrics = _metrics()
        metrics.add_dimension("function_name", function_name)
        _add(metrics, Metric.COLD_START, 1)
        metrics.flush_metrics()


def set_contact(incoming: IncomingEvent) -> None:
    """Add the contact to every following log line and to the trace."""
    contact_id = (
        incoming.contact.id if isinstance(incoming, FlowInvocation) else incoming.related_contact_id or incoming.id
    )
    logger.thread_safe_append_keys(correlation_id=redact_id(contact_id))
    if isinstance(incoming, FlowInvocation | ContactEvent):
        channel = incoming.contact.channel
        _annotate(channel=channel if channel in KNOWN_CHANNELS else "OTHER")


@contextmanager
def record_context() -> Iterator[None]:
    """Give a record of a batch its own trace segment and log context."""
    _latencies.set(())
    logger.thread_safe_clear_keys()
    with tracer.provider.in_subsegment(name="## record"):
        yield


@contextmanager
def trace_call(operation: str, latency: str) -> Iterator[None]:
    """Trace a call to a service and measure its latency."""
    began = time.monotonic()
    failure = None
    with tracer.provider.in_subsegment(name=f"## {operation}") as segment:
        try:
            yield
        except Exception as error:  # the segment must not record its text, which may contain personal data
            failure = error
            segment.put_annotation("error", type(error).__name__)
    _latencies.set((*_latencies.get(), (latency, 1000 * (time.monotonic() - began))))
    if failure:
        raise failure


def report_invalid_switch() -> None:
    """Log that the value of the operator's switch is neither on nor off."""
    with _writing:
        logger.error("Invalid value of SWITCH_PARAMETER")


def warn_repeat_window_not_updated() -> None:
    """Log that a started contact is not in the repeat window, so the customer may get a second message."""
    with _writing:
        logger.warning("The repeat window could not be updated")


def record_flow_latency(seconds: float) -> None:
    """Record how long a flow waited for its response, including the function's init."""
    _latencies.set((*_latencies.get(), (Metric.FLOW_LATENCY, 1000 * seconds)))


def record_queue_age(seconds: float) -> None:
    """
    Record the age of the oldest event of a batch that asks for a message.

    SQS's `ApproximateAgeOfOldestMessage` leaves out messages that were received three times or more.
    """
    metrics = _metrics()
    _add(metrics, Metric.QUEUE_AGE, seconds)
    with _writing:
        metrics.flush_metrics()


def record_outcome(incoming: IncomingEvent | None, outcome: Outcome, seconds: float) -> None:
    """Write the log line, the trace annotations and the metrics of one deflection."""
    fields = outcome_fields(outcome, seconds)
    status, reason = fields["status"], fields["reason"]
    _annotate(status=status, reason=reason)
    parts = outcome.details.sms_parts if isinstance(outcome, Started) else 0
    with _writing:
        _emit_metrics(status, reason, [Metric.DEFLECTIONS, *count_outcome(incoming, outcome)], parts)
        write_line = getattr(logger, choose_level(outcome))
        write_line(LOG_MESSAGES[Status(status)], extra=fields)
        if isinstance(outcome, Ignored) and outcome.result:
            _record_result(outcome.result)


class UnexpectedError(Exception):
    """The function has a bug; the log has the error's type and traceback, without personal data."""


def report_unexpected_error(error: Exception) -> UnexpectedError:
    """Log the type and traceback of an unexpected error; return an error without personal data."""
    import traceback

    kind = type(error).__name__
    metrics = _metrics()
    _add(metrics, Metric.FAILED, 1)
    with _writing:
        metrics.flush_metrics()
        where = traceback.format_tb(error.__traceback__)
        fields: ExceptionFields = {"kind": kind, "where": where}
        logger.error("Unhandled exception", extra=fields)
    return UnexpectedError(f"Unhandled exception: {kind}. The log shows where.")


def _record_result(result: "Result") -> None:
    """Write the metrics of a result and, at the end of a conversation, its record."""
    # Imported only for results, to keep init short.
    from deflection.result_metrics import CONVERSATION_ENDED, count_result, delivery_dimensions, describe_end

    metrics = _metrics()
    for metric, value in count_result(result):
        _add(metrics, metric, value)
    metrics.flush_metrics()
    if dimensions := delivery_dimensions(result):
        deliveries = _metrics()
        deliveries.add_dimensions(service=_service, **dimensions)
        _add(deliveries, Metric.DELIVERIES, 1)
        deliveries.flush_metrics()
    if fields := describe_end(result):
        logger.info(CONVERSATION_ENDED, extra=fields)


def _emit_metrics(status: str, reason: str, names: list[str], parts: int) -> None:
    metrics = _metrics()
    metrics.add_dimension("status", status)
    metrics.add_dimensions(service=_service)
    if reason:
        metrics.add_dimensions(service=_service, status=status, reason=reason)
    if parts:
        _add(metrics, Metric.SMS_PARTS, parts)
    for latency, milliseconds in _latencies.get():
        _add(metrics, latency, milliseconds)
    for name in names:
        _add(metrics, name, 1)
    metrics.flush_metrics()


def _annotate(**annotations: str) -> None:
    """Annotate the current segment; the recorder would look for it, and parse its header, for each annotation."""
    recorder: Any = tracer.provider  # of the X-Ray SDK; Powertools' interface does not have this method
    segment = None if tracer.disabled else recorder.get_trace_entity()
    if segment and segment.sampled:
        for name, value in annotations.items():
            segment.put_annotation(name, value)


def _add(metrics: EphemeralMetrics, metric: str, value: float) -> None:
    metrics.add_metric(metric, unit_of(metric), value)


def _metrics() -> EphemeralMetrics:
    return EphemeralMetrics(service=_service, namespace=_namespace)
