"""The function as Lambda invokes it."""

import gc
import time

_began = time.monotonic()  # before the imports, for they are most of what a first invocation waits for
gc.disable()  # nothing of what is loaded is garbage, and looking for some takes a tenth of the time

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from deflection.arrived import Arrived, FlowInvocation
from deflection.aws.deadline import Deadline
from deflection.aws.gateway import Application, AwsGateway
from deflection.bootstrap import load_application
from deflection.deferral import defer_failure
from deflection.deflect import deflect
from deflection.errors import DeflectionError, InvalidSettingsError
from deflection.failure_policy import Disposition, EventSource, choose_disposition
from deflection.inbound.parser import parse_event
from deflection.observability import (
    logger,
    record_flow_latency,
    record_invocation,
    record_outcome,
    report_unexpected_error,
    set_contact,
    tracer,
)
from deflection.outcome import Failed, Outcome, OutcomeDetails
from deflection.response import to_flow_response

RESPONSE_RESERVE_SECONDS = 0.25
"""What is kept back for building the answer, for the logs and for the way to the flow."""
MAX_EVENT_SECONDS = 8.0
"""What an event may take that no flow waits for; Lambda gives it again."""
DEFERRAL_RESERVE_SECONDS = 0.4
"""What is kept back for putting a deflection onto the queue."""

_application = load_application(_began)
gc.freeze()  # nor will any of it be
gc.enable()


@logger.inject_lambda_context(log_event=False, clear_state=True)
@tracer.capture_lambda_handler(capture_response=False, capture_error=False)
def lambda_handler(
    event: Any, context: LambdaContext, application: Application | InvalidSettingsError = _application
) -> dict[str, Any]:
    """
    The answer to an event: the map for a flow, or for a batch the records that SQS shall give again.

    Raises:
        DeflectionError: An EventBridge event failed; Lambda tries again, and keeps it in its failure destination.
        DefectError: The function has a defect.
    """
    began = time.monotonic()
    record_invocation(context.function_name)
    seconds = context.get_remaining_time_in_millis() / 1000 - RESPONSE_RESERVE_SECONDS
    source = EventSource.of(event)
    if source is EventSource.QUEUE_RECORD:
        from deflection.sqs_worker import process_batch  # only the queue needs it

        return process_batch(event["Records"], application, seconds)
    waited = _init_seconds(source, application)
    try:
        arrived, outcome = _handle_event(event, source, application, seconds, waited)
    except Exception as error:
        raise report_unexpected_error(error) from None
    took = time.monotonic() - began
    if source is EventSource.FLOW_INVOCATION:
        record_flow_latency(waited + took)
    record_outcome(arrived, outcome, took)
    if isinstance(outcome, Failed) and choose_disposition(source, outcome) is Disposition.RAISE:
        raise type(outcome.error)(str(outcome.error)) from None  # what AWS said may hold what is personal
    return to_flow_response(outcome)


def _init_seconds(source: EventSource, application: Application | InvalidSettingsError) -> float:
    if isinstance(application, InvalidSettingsError) or source is not EventSource.FLOW_INVOCATION:
        return 0
    return application.cold_start.seconds_waited(application.clock.now())


def _handle_event(
    event: object, source: EventSource, application: Application | InvalidSettingsError, seconds: float, waited: float
) -> tuple[Arrived | None, Outcome]:
    if isinstance(application, InvalidSettingsError):
        return None, Failed(OutcomeDetails(), application)
    settings, clock = application.settings, application.clock
    if source is EventSource.FLOW_INVOCATION:
        # A flow's time limit runs from before the function's init.
        seconds = min(seconds, settings.flow_time_limit_seconds - waited - RESPONSE_RESERVE_SECONDS)
    end = Deadline(clock.elapsed() + min(seconds, MAX_EVENT_SECONDS), clock.elapsed)
    try:
        arrived = parse_event(event)
    except DeflectionError as error:
        return None, Failed(OutcomeDetails(), error)
    set_contact(arrived)
    remote = AwsGateway(application, end.minus(DEFERRAL_RESERVE_SECONDS) if application.queue else end)
    outcome = deflect(arrived, settings, remote, clock.now())
    if isinstance(arrived, FlowInvocation) and isinstance(outcome, Failed) and application.queue:
        outcome = defer_failure(outcome, arrived, application.queue, settings, clock.now(), end)
    return arrived, outcome
