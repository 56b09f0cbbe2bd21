"""The level and the fields of the log line of a deflection."""

import pytest

from deflection.errors import AccessDeniedError, ThrottledError
from deflection.log_line import choose_level, outcome_fields
from deflection.outcome import Declined, Deferred, Failed, Outcome, OutcomeDetails, Started
from deflection.reasons import DeclineReason

DETAILS = OutcomeDetails()
AFTER_A_REFUSAL = OutcomeDetails(refused=("connect:WhatsApp: REQUEST_REFUSED",))
THROTTLED, DENIED = ThrottledError("Slow down."), AccessDeniedError("Denied.")


@pytest.mark.parametrize(
    ("outcome", "level"),
    [
        (Started(DETAILS, "contact"), "info"),
        (Started(AFTER_A_REFUSAL, "contact"), "warning"),
        (Declined(DETAILS, DeclineReason.SWITCHED_OFF), "info"),
        (Deferred(DETAILS, THROTTLED), "info"),
        (Failed(DETAILS, THROTTLED), "warning"),
        (Failed(DETAILS, THROTTLED, deferral_error=DENIED), "error"),
        (Failed(DETAILS, DENIED), "error"),
    ],
)
def test_level_says_whether_somebody_must_act(outcome: Outcome, level: str) -> None:
    assert choose_level(outcome) == level


@pytest.mark.parametrize(
    "outcome", [Started(DETAILS, "contact"), Declined(DETAILS, DeclineReason.RECENTLY_DEFLECTED, "contact")]
)
def test_line_names_the_sms_contact_that_was_started_now_or_before(outcome: Outcome) -> None:
    assert outcome_fields(outcome, 0)["contact_id"] == "contact"
