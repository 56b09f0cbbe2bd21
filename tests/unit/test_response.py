import pytest

from deflection.contact import Endpoint
from deflection.errors import (
    AccessDeniedError,
    DeflectionError,
    InvalidParameterError,
    ThrottledError,
    UnrecognizedEventError,
)
from deflection.outcome import Declined, Deferred, DryRun, Failed, Ignored, Outcome, OutcomeDetails, Started
from deflection.reasons import DeclineReason, IgnoreReason
from deflection.response import MAX_RESPONSE_BYTES, check_response_size, to_flow_response

DETAILS = OutcomeDetails("call", "connect:WhatsApp", Endpoint("+14255550142"))


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Started(DETAILS, "new", "selected"), ("STARTED", "", "new", "false", "selected")),
        (DryRun(DETAILS, "selected"), ("DRY_RUN", "", "", "false", "selected")),
        (Declined(DETAILS, DeclineReason.OPTED_OUT), ("DECLINED", "OPTED_OUT", "", "false", "")),
        (
            Declined(DETAILS, DeclineReason.RECENTLY_DEFLECTED, "earlier"),
            ("DECLINED", "RECENTLY_DEFLECTED", "earlier", "false", ""),
        ),
        (Ignored(DETAILS, IgnoreReason.SMS_CONTACT_EVENT), ("IGNORED", "SMS_CONTACT_EVENT", "", "false", "")),
        (Deferred(DETAILS, ThrottledError()), ("DEFERRED", "THROTTLED", "", "false", "")),
        (Failed(DETAILS, ThrottledError()), ("FAILED", "THROTTLED", "", "true", "")),
        (Failed(DETAILS, AccessDeniedError()), ("FAILED", "ACCESS_DENIED", "", "false", "")),
    ],
)
def test_response_has_all_keys_for_every_outcome(outcome: Outcome, expected: tuple[str, ...]) -> None:
    response = to_flow_response(outcome)

    assert list(response) == [
        "Status",
        "Reason",
        "Message",
        "ContactId",
        "RelatedContactId",
        "Subtype",
        "Retryable",
        "Selected",
    ]
    assert tuple(response[key] for key in ("Status", "Reason", "ContactId", "Retryable", "Selected")) == expected
    assert (response["RelatedContactId"], response["Subtype"]) == ("call", "connect:WhatsApp")
    assert response["Message"]


@pytest.mark.parametrize("reason", [*DeclineReason, *IgnoreReason])
def test_message_of_a_declined_or_ignored_outcome_is_that_of_its_reason(reason: DeclineReason | IgnoreReason) -> None:
    outcome = Declined(DETAILS, reason) if isinstance(reason, DeclineReason) else Ignored(DETAILS, reason)

    assert to_flow_response(outcome)["Message"] == reason.message


@pytest.mark.parametrize(
    ("outcome", "named"),
    [
        (Failed(DETAILS, ThrottledError("Too fast.")), ["Too fast"]),
        (Deferred(DETAILS, ThrottledError("Too fast.")), ["Too fast", "queue"]),
        (
            Failed(DETAILS, ThrottledError("Too fast."), deferral_error=AccessDeniedError("No permission.")),
            ["Too fast", "queue", "No permission"],
        ),
    ],
)
def test_message_of_a_failure_has_its_error_and_the_error_of_the_queue(outcome: Outcome, named: list[str]) -> None:
    message = to_flow_response(outcome)["Message"]

    assert all(part in message for part in named)


@pytest.mark.parametrize("error", [UnrecognizedEventError(), ThrottledError()])
def test_error_without_a_text_has_the_message_of_its_reason(error: DeflectionError) -> None:
    assert to_flow_response(Failed(DETAILS, error))["Message"] == error.reason.message


def test_response_must_be_smaller_than_32_kb_of_utf_8() -> None:
    def size_of_selected(selected: str) -> Started:
        return Started(OutcomeDetails(), "new", selected)

    check_response_size(size_of_selected("x" * 32_000))
    with pytest.raises(InvalidParameterError, match=rf"Select\b.*\b{MAX_RESPONSE_BYTES}\b"):
        check_response_size(size_of_selected("é" * 17_000))
