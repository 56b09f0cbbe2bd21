"""The outcome as the flow gets it: always the same keys, all strings."""

import json
from collections.abc import Mapping
from typing import assert_never

from deflection.errors import DeflectionError, InvalidParameterError
from deflection.outcome import Declined, DeclineReason, Deferred, DryRun, Failed, Ignored, Outcome, Started

MAX_RESPONSE_BYTES = 32 * 1024
"""A response must be smaller. Source: https://docs.aws.amazon.com/connect/latest/adminguide/feature-limits.html"""

SENTENCES: Mapping[DeclineReason, str] = {
    DeclineReason.SWITCHED_OFF: "Texts are switched off.",
    DeclineReason.CHANNEL_NOT_ELIGIBLE: "Contacts of this channel are not deflected.",
    DeclineReason.INSTANCE_NOT_ALLOWED: "The contact, or the InstanceId given, is of another Amazon Connect instance.",
    DeclineReason.CUSTOMER_NUMBER_MISSING: "The contact has no phone number of the customer.",
    DeclineReason.CUSTOMER_NUMBER_INVALID: "The customer's number is not a valid phone number.",
    DeclineReason.COUNTRY_NOT_ALLOWED: "The customer's number is of a country that is not texted.",
    DeclineReason.LINE_TYPE_NOT_TEXTABLE: "The customer's number is of a line that takes no texts.",
    DeclineReason.CONSENT_MISSING: "The customer has not agreed to be texted.",
    DeclineReason.OPTED_OUT: "The customer has asked not to be texted.",
    DeclineReason.RECENTLY_DEFLECTED: "The customer was texted a short while ago, in the contact that is named.",
    DeclineReason.QUIET_HOURS: "It is night, or may be, where the customer is.",
    DeclineReason.EVENT_TOO_OLD: "The event is too old to be answered by a text.",
}


def to_flow_response(outcome: Outcome) -> dict[str, str]:
    """The map for the flow, which reads it as `$.External.<key>`."""
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
    """The outcome's status, its reason, and a sentence for a person."""
    match outcome:
        case Started():
            return "STARTED", "", "The text conversation was started."
        case DryRun():
            return "DRY_RUN", "", "The request passed every check; nothing was sent."
        case Declined():
            return "DECLINED", outcome.reason.value, SENTENCES[outcome.reason]
        case Ignored():
            return "IGNORED", outcome.reason.value, "The event asks for nothing."
        case Deferred():
            return "DEFERRED", outcome.error.code, f"{_clause(outcome.error)}; the text is on the queue."
        case Failed(error=error, deferral_error=DeflectionError() as refusal):
            return "FAILED", error.code, f"{_clause(error)}; nor could the text be put on the queue: {refusal}"
        case Failed():
            return "FAILED", outcome.error.code, str(outcome.error)
        case _:
            assert_never(outcome)


def _clause(error: DeflectionError) -> str:
    return str(error).removesuffix(".")


def check_response_size(outcome: Started) -> None:
    """
    Nothing, when the response to this outcome is one that Amazon Connect takes.

    Raises:
        InvalidParameterError: Its `Selected` makes it too large.
    """
    size = len(json.dumps(to_flow_response(outcome), ensure_ascii=False).encode())
    if size >= MAX_RESPONSE_BYTES:
        raise InvalidParameterError(
            f"Select makes a response of {size} bytes, and a flow takes less than {MAX_RESPONSE_BYTES}; select less."
        )
