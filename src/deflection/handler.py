"""The function as Lambda invokes it."""

import gc
import time

_began = time.monotonic()  # before the imports, for they are most of what a first invocation waits for
gc.disable()  # nothing of what is loaded is garbage, and looking for some takes a tenth of the time

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from deflection import response, telling
from deflection.deadline import Deadline
from deflection.deferral import deferred
from deflection.deflect import deflect
from deflection.errors import DeflectionError, InvalidSettingsError
from deflection.event import Arrived, FlowInvocation, read
from deflection.outcome import About, Failed, Outcome
from deflection.remote import Remote
from deflection.travel import CameAs, Way, way
from deflection.wiring import Application, load

ANSWERING_SECONDS = 0.25
"""What is kept back for building the answer, for the logs and for the way to the flow."""
LONGEST_SECONDS = 8.0
"""What an event may take that no flow waits for; Lambda gives it again."""
DEFERRING_SECONDS = 0.4
"""What is kept back for putting a deflection onto the queue."""

_application = load(_began)
gc.freeze()  # nor will any of it be
gc.enable()


@telling.logger.inject_lambda_context(log_event=False, clear_state=True)
@telling.tracer.capture_lambda_handler(capture_response=False, capture_error=False)
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
    telling.invoked(context.function_name)
    seconds = context.get_remaining_time_in_millis() / 1000 - ANSWERING_SECONDS
    came_as = CameAs.shape_of(event)
    if came_as is CameAs.QUEUE_RECORD:
        from deflection import batch  # only the queue needs it

        return batch.work_off(event["Records"], application, seconds)
    waited = _waited_for_init(came_as, application)
    try:
        arrived, outcome = _arrived_and_outcome(event, came_as, application, seconds, waited)
    except Exception as error:
        raise telling.defect(error) from None
    took = time.monotonic() - began
    if came_as is CameAs.FLOW_INVOCATION:
        telling.answered(waited + took)
    telling.tell(arrived, outcome, took)
    if isinstance(outcome, Failed) and way(came_as, outcome) is Way.RAISE:
        raise type(outcome.error)(str(outcome.error)) from None  # what AWS said may hold what is personal
    return response.flat(outcome)


def _waited_for_init(came_as: CameAs, application: Application | InvalidSettingsError) -> float:
    if isinstance(application, InvalidSettingsError) or came_as is not CameAs.FLOW_INVOCATION:
        return 0
    return application.init.waited(application.clock.now())


def _arrived_and_outcome(
    event: object, came_as: CameAs, application: Application | InvalidSettingsError, seconds: float, waited: float
) -> tuple[Arrived | None, Outcome]:
    if isinstance(application, InvalidSettingsError):
        return None, Failed(About(), application)
    settings, clock = application.settings, application.clock
    if came_as is CameAs.FLOW_INVOCATION:
        # A flow's time limit runs from before the function's init.
        seconds = min(seconds, settings.flow_time_limit_seconds - waited - ANSWERING_SECONDS)
    end = Deadline(clock.elapsed() + min(seconds, LONGEST_SECONDS), clock.elapsed)
    try:
        arrived = read(event)
    except DeflectionError as error:
        return None, Failed(About(), error)
    telling.begin(arrived)
    remote = Remote(application, end.sooner(DEFERRING_SECONDS) if application.queue else end)
    outcome = deflect(arrived, settings, remote, clock.now())
    if isinstance(arrived, FlowInvocation) and isinstance(outcome, Failed) and application.queue:
        outcome = deferred(outcome, arrived, application.queue, settings, clock.now(), end)
    return arrived, outcome
