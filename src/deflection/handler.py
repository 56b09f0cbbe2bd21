"""
The function as Lambda invokes it: wiring, and what is told to the logs, the trace and the metrics.

No event, request, response or error is captured, and no environment variable can turn that on.
"""

import time

_began = time.monotonic()  # before the imports, for they are most of what a first invocation waits for

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from deflection import connect, response, settings
from deflection.deadline import Deadline, Init, flow_deadline
from deflection.deflect import deflect
from deflection.errors import DeflectionError, InvalidSettingsError
from deflection.event import read
from deflection.outcome import Failed, Outcome, Started, failed
from deflection.text import shown_id

CHANNELS = frozenset({"VOICE", "CHAT", "TASK", "EMAIL"})

_service, _namespace = settings.telemetry()
logger = Logger(service=_service)
tracer = Tracer(service=_service, auto_patch=False)
metrics = Metrics(service=_service, namespace=_namespace)
for _library in ("botocore", "urllib3"):
    logging.getLogger(_library).setLevel(logging.WARNING)  # at DEBUG they would log whole requests


@dataclass(frozen=True)
class Application:
    """What every invocation needs, made once when the function is loaded."""

    settings: settings.Settings
    client: connect.Client
    init: Init


def load(environment: Mapping[str, str] | None = None) -> Application | InvalidSettingsError:
    """The application that an environment describes (the process's own by default), or what is wrong with it."""
    try:
        read_settings = settings.read() if environment is None else settings.read(environment)
    except InvalidSettingsError as error:
        return error
    client = connect.client(read_settings.region, read_settings.flow_time_limit_seconds)
    return Application(read_settings, client, Init(time.monotonic() - _began, time.time()))


_application = load()


@logger.inject_lambda_context(log_event=False, clear_state=True)
@tracer.capture_lambda_handler(capture_response=False, capture_error=False)
@metrics.log_metrics(capture_cold_start_metric=True)
def lambda_handler(
    event: object, context: LambdaContext, application: Application | InvalidSettingsError = _application
) -> dict[str, str]:
    """The flow's answer to an event; always the keys of `response`, all of them text."""
    began = time.monotonic()
    outcome = _outcome_of(event, context, application)
    _tell(outcome, time.monotonic() - began)
    return response.flat(outcome)


def _outcome_of(event: object, context: LambdaContext, application: Application | InvalidSettingsError) -> Outcome:
    if isinstance(application, InvalidSettingsError):
        return failed(application)
    deadline = flow_deadline(
        application.settings.flow_time_limit_seconds,
        application.init.waited(time.time()),
        context.get_remaining_time_in_millis() / 1000,
    )
    try:
        arrived = read(event)
    except DeflectionError as error:
        return failed(error)
    logger.set_correlation_id(shown_id(arrived.contact.id))
    tracer.put_annotation("channel", arrived.contact.channel if arrived.contact.channel in CHANNELS else "OTHER")
    return deflect(arrived, application.settings, lambda request: _start(application.client, request, deadline))


def _start(client: connect.Client, request: Mapping[str, Any], deadline: Deadline) -> str:
    began = time.monotonic()
    try:
        with tracer.provider.in_subsegment(name="## StartOutboundChatContact"):
            return connect.start(client, request, deadline)
    finally:
        metrics.add_metric("ConnectLatency", MetricUnit.Milliseconds, 1000 * (time.monotonic() - began))


def _tell(outcome: Outcome, seconds: float) -> None:
    status, reason, sentence = response.told(outcome)
    tracer.put_annotation("status", status)
    tracer.put_annotation("reason", reason)
    metrics.add_dimension("status", status)
    metrics.add_dimensions(service=_service)
    if reason:
        metrics.add_dimensions(service=_service, status=status, reason=reason)
    metrics.add_metric("Deflections", MetricUnit.Count, 1)
    log = logger.error if isinstance(outcome, Failed) else logger.info
    log(
        sentence,
        extra={
            "status": status,
            "reason": reason,
            "contact_id": outcome.contact_id if isinstance(outcome, Started) else "",
            "related_contact_id": shown_id(outcome.about.related_contact_id),
            "destination": outcome.about.destination.masked if outcome.about.destination else "",
            "subtype": outcome.about.subtype,
            "duration_ms": round(1000 * seconds, 1),
        },
    )
