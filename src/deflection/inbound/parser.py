"""Parse an event by its structure."""

from deflection.errors import UnrecognizedEventError
from deflection.events import IncomingEvent
from deflection.inbound.flow import parse_flow_invocation


def parse_event(event: object) -> IncomingEvent:
    """
    Parse a flow invocation or an EventBridge event; `sqs_worker` parses SQS records.

    Raises:
        UnrecognizedEventError: The event is not one that this function handles.
        MalformedEventError: A required field is missing or has the wrong type.
    """
    match event:
        case {"Details": _}:
            return parse_flow_invocation(event)
        case {"detail-type": _}:
            from deflection.inbound.eventbridge import (
                parse_eventbridge_event,
            )  # imported only for EventBridge events, to keep init short

            return parse_eventbridge_event(event)
        case _:
            raise UnrecognizedEventError(
                "The event is not one that this function handles; invoke it from a flow's AWS Lambda function block, "
                "an EventBridge rule or an SQS queue."
            )
