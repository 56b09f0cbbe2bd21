"""Convert an outcome to the flow's response: always the same keys, with strings as values."""

import json
from typing import TypedDict, assert_never

from deflection.errors import DeflectionError, InvalidParameterError
from deflection.outcome import Declined, Deferred, DryRun, Failed, Ignored, Outcome, Started, Status

MAX_RESPONSE_BYTES = 32 * 1024
"""Source: https://docs.aws.amazon.com/connect/latest/adminguide/feature-limits.html"""


class FlowResponse(TypedDict):
    """The response map; the flow reads its keys as `$.External.<key>`."""

    Status: str
    """How the deflection ended: one of the statuses."""
    Reason: str
    """Why the message was not started, or not yet; empty with STARTED and DRY_RUN."""
    Message: str
    """One sentence for logs, not for callers, without personal data."""
    ContactId: str
    """The id of the SMS contact; with RECENTLY_DEFLECTED the id of the earlier one; otherwise empty."""
    RelatedContactId: str
    """The contact that the SMS contact is related to; empty for none, or if the parameters could not be read."""
    Subtype: str
    """The channel that was started or tried last: connect:SMS or connect:WhatsApp."""
    Retryable: str
    """Whether the flow may invoke the function again: true or false. It is false with DEFERRED."""
    Selected: str
    """The value that the flow parameter Select names."""


def to_flow_response(outcome: Outcome) -> FlowResponse:
    """Return the response to a flow."""
    status, reason, message = describe_outcome(outcome)
    return {
        "Status": status,
        "Reason": reason,
        "Message": message,
        "ContactId": outcome.contact_id if isinstance(outcome, Started | Declined) else "",
        "RelatedContactId": outcome.details.related_contact_id,
        "Subtype": outcome.details.subtype,
        "Retryable": "true" if isinstance(outcome, Failed) and outcome.error.retryable else "false",
        "Selected": outcome.selected if isinstance(outcome, Started | DryRun) else "",
    }


def describe_outcome(outcome: Outcome) -> tuple[str, str, str]:
    """Return the outcome's status, its reason code, and a sentence for a person."""
    match outcome:
        case Started():
            return Status.STARTED, "", "The conversation was started."
        case DryRun():
            return Status.DRY_RUN, "", "The request passed every check; nothing was sent."
        case Declined(reason=declined):
            return Status.DECLINED, declined.name, declined.message
        case Ignored(reason=ignored):
            return Status.IGNORED, ignored.name, ignored.message
        case Deferred(error=error):
            return Status.DEFERRED, error.code, f"{_clause(error)}; the request is on the queue."
        case Failed(error=error, deferral_error=DeflectionError() as deferral_error):
            return Status.FAILED, error.code, f"{_clause(error)}. The request is not on the queue: {deferral_error}"
        case Failed(error=error):
            return Status.FAILED, error.code, str(error)
        case _:
            assert_never(outcome)


def check_response_size(outcome: Started) -> None:
    """
    Check that the response is not too large for Amazon Connect.

    Raises:
        InvalidParameterError: `Selected` makes the response too large.
    """
    size = len(json.dumps(to_flow_response(outcome), ensure_ascii=False).encode())
    if size >= MAX_RESPONSE_BYTES:
        raise InvalidParameterError(
            f"Select must give a response below {MAX_RESPONSE_BYTES} bytes (got {size}); select a smaller value."
        )


def _clause(error: DeflectionError) -> str:
    return str(error).removesuffix(".")
