"""The Lambda handler: handle one event."""

import gc
import time

_init_began = time.monotonic()  # before the imports, which take most of the init time
gc.disable()  # init creates no garbage; collection would take a tenth of its time

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from deflection import observability, response
from deflection.aws.deadline import Deadline
from deflection.aws.gateway import Application, AwsGateway
from deflection.bootstrap import load_application
from deflection.deferral import defer_failure
from deflection.deflect import deflect
from deflection.errors import DeflectionError, InvalidSettingsError
from deflection.events import EventSource, FlowInvocation, IncomingEvent
from deflection.failure_policy import Disposition, choose_disposition
from deflection.inbound.parser import parse_event
from deflection.outcome import Failed, Outcome, OutcomeDetails

RESPONSE_RESERVE_SECONDS = 0.25
"""Reserved for building the response, writing the log and returning to the flow."""
MAX_EVENT_SECONDS = 8.0
"""The time limit of an event without a waiting flow; Lambda retries the event."""
DEFERRAL_RESERVE_SECONDS = 0.4
"""Reserved for putting the request on the queue."""

_application = load_application(_init_began)
gc.freeze()  # objects of init stay for the life of the execution environment
gc.enable()


@observability.logger.inject_lambda_context(log_event=False, clear_state=True)
@observability.tracer.capture_lambda_handler(capture_response=False, capture_error=False)
def lambda_handler(
    event: Any, context: LambdaContext, application: Application | InvalidSettingsError = _application
) -> Mapping[str, Any]:
    """
    Handle a flow invocation, an EventBridge event or an SQS batch.

    Args:
        event: The event.
        context: Lambda's context.
        application: The settings and clients, or the error in the settings.

    Returns:
        The response map for a flow or an EventBridge event, or the batch item failures for SQS.

    Raises:
        DeflectionError: An EventBridge event failed; Lambda retries it and then sends it to its failure destination.
        UnexpectedError: The function has a bug.
    """
    started_at = time.monotonic()
    observability.record_invocation(context.function_name)
    seconds = context.get_remaining_time_in_millis() / 1000 - RESPONSE_RESERVE_SECONDS
    source = EventSource.of(event)
    if source is EventSource.QUEUE_RECORD:
        from deflection import sqs_worker  # imported only for SQS records, to keep init short

        return sqs_worker.process_batch(event["Records"], application, seconds)
    init_seconds = _init_seconds(source, application)
    try:
        incoming, outcome = _handle_event(event, source, application, seconds, init_seconds)
    except Exception as error:
        raise observability.report_unexpected_error(error) from None
    duration = time.monotonic() - started_at
    if source is EventSource.FLOW_INVOCATION:
        observability.record_flow_latency(init_seconds + duration)
    observability.record_outcome(incoming, outcome, duration)
    if isinstance(outcome, Failed) and choose_disposition(source, outcome) is Disposition.RAISE:
        raise type(outcome.error)(str(outcome.error)) from None  # the cause may contain personal data
    return response.to_flow_response(outcome)


def _init_seconds(source: EventSource, application: Application | InvalidSettingsError) -> float:
    if isinstance(application, InvalidSettingsError) or source is not EventSource.FLOW_INVOCATION:
        return 0
    return application.cold_start.seconds_waited(application.clock.now())


def _handle_event(
    event: object,
    source: EventSource,
    application: Application | InvalidSettingsError,
    seconds: float,
    init_seconds: float,
) -> tuple[IncomingEvent | None, Outcome]:
    if isinstance(application, InvalidSettingsError):
        return None, Failed(OutcomeDetails(), application)
    settings, clock = application.settings, application.clock
    if source is EventSource.FLOW_INVOCATION:
        # The flow's time limit includes the function's init.
        seconds = min(seconds, settings.flow_time_limit_seconds - init_seconds - RESPONSE_RESERVE_SECONDS)
    deadline = Deadline(clock.elapsed() + min(seconds, MAX_EVENT_SECONDS), clock.elapsed)
    try:
        incoming = parse_event(event)
    except DeflectionError as error:
        return None, Failed(OutcomeDetails(), error)
    observability.set_contact(incoming)
    gateway = AwsGateway(application, deadline.minus(DEFERRAL_RESERVE_SECONDS) if application.queue else deadline)
    outcome = deflect(incoming, settings, gateway, clock.now())
    if isinstance(incoming, FlowInvocation) and isinstance(outcome, Failed) and application.queue:
        outcome = defer_failure(outcome, incoming, application.queue, settings, clock.now(), deadline)
    return incoming, outcome
