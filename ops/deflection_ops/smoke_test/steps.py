"""The messages of the steps of the smoke test."""

from deflection_ops.finding import CheckMessages, Problem, Verdict

LOOK_UP = "Look up the reason in docs/reference.md#reasons, and run `make doctor`."
STOP_BY_HAND = "End it with `aws connect stop-contact`; it ends by itself after ChatDurationMinutes."

DRY_RUN_FAILED = Problem("DRY_RUN_FAILED", "The function returned {detail}.", LOOK_UP)
NUMBER_OPTED_OUT = Problem(
    "NUMBER_OPTED_OUT",
    "The number is on the opt-out list {subject}, so AWS would not send the message.",
    "Send START from that phone to the source number, or use another phone.",
)
NOT_CONFIRMED = Problem(
    "NOT_CONFIRMED", "No message was sent: nobody agreed.", "Answer yes, or give FORCE=1.", Verdict.NOT_ASKED
)
MESSAGE_NOT_STARTED = Problem("MESSAGE_NOT_STARTED", "The function returned {detail}.", LOOK_UP)
REPEAT_DIFFERS = Problem(
    "REPEAT_DIFFERS",
    "The repeated invocation did not return the contact {subject}, but {detail}.",
    "Report it to the maintainers: a repeated invocation may send a customer two messages.",
)
REPEAT_NOT_TRIED = Problem("REPEAT_NOT_TRIED", "The repeated invocation returned {detail}.", LOOK_UP, Verdict.NOT_ASKED)
CONTACT_DIFFERS = Problem(
    "CONTACT_DIFFERS",
    "Contact {subject} differs from the request: {detail}.",
    "Look at the contact in Contact search; the SMS flow may have changed it.",
)
CONTACT_NOT_STOPPED = Problem("CONTACT_NOT_STOPPED", "Contact {subject} was not ended: {detail}", STOP_BY_HAND)
RELATED_MESSAGE_NOT_STARTED = Problem(
    "RELATED_MESSAGE_NOT_STARTED",
    "A message related to an ended contact was not started: {detail}.",
    "ContactEventTrigger=ABANDONED needs such messages; use QUEUED instead.",
)
RELATED_MESSAGE_NOT_TRIED = Problem(
    "RELATED_MESSAGE_NOT_TRIED",
    "REPEAT_WINDOW_MINUTES allows no second message.",
    "Deploy without RepeatWindowMinutes to try it.",
    Verdict.NOT_ASKED,
)
RELATED_CONTACT_OPEN = Problem(
    "RELATED_CONTACT_OPEN", "Contact {subject} has not ended.", "Give RELATED= the id of a contact that has ended."
)
RELATED_CONTACT_DIFFERS = Problem(
    "RELATED_CONTACT_DIFFERS",
    "The second SMS contact is related to {detail} instead of {subject}.",
    "Look at the contact in Contact search.",
)
CONTACT_LEFT_OPEN = Problem("CONTACT_LEFT_OPEN", "Contact {subject} is still open.", STOP_BY_HAND)
FIND_CONTACT = (
    "Find it in Contact search, by the phone number or by the attribute deflectionSmoke or deflectionSmokeSecond. "
    + STOP_BY_HAND
)
ANSWER_LOST = Problem(
    "LEFT_OPEN_ANSWER_LOST",
    "The function's answer was lost, so an SMS contact may be open.",
    FIND_CONTACT,
    Verdict.WARNING,
)
OUTCOME_UNKNOWN = Problem(
    "LEFT_OPEN_OUTCOME_UNKNOWN",
    "The function returned {subject}, so an SMS contact may be open.",
    FIND_CONTACT,
    Verdict.WARNING,
)
MESSAGE_DEFERRED = Problem(
    "LEFT_OPEN_DEFERRED",
    "A message waits on the queue; the function sends it within {subject} seconds, after this command has ended.",
    FIND_CONTACT,
    Verdict.WARNING,
)

DRY_RUN = CheckMessages("dry run", "The function returned {subject}.", (DRY_RUN_FAILED,))
OPT_OUT = CheckMessages("opt-out list", "The number is not on the list {subject}.", (NUMBER_OPTED_OUT,))
FIRST_MESSAGE = CheckMessages(
    "first message", "The SMS contact {subject} was started.", (NOT_CONFIRMED, MESSAGE_NOT_STARTED)
)
REPEAT = CheckMessages(
    "repeated invocation", "It returned the same contact, {subject}.", (REPEAT_DIFFERS, REPEAT_NOT_TRIED)
)
CONTACT = CheckMessages("SMS contact", "Contact {subject} is as requested.", (CONTACT_DIFFERS,))
STOP = CheckMessages("stop contact", "Contact {subject} was ended.", (CONTACT_NOT_STOPPED,))
RELATED_MESSAGE = CheckMessages(
    "related message",
    "A message related to an ended contact was started: {subject}.",
    (RELATED_MESSAGE_NOT_STARTED, RELATED_MESSAGE_NOT_TRIED),
)
RELATED_CONTACT = CheckMessages(
    "related contact",
    "The second SMS contact is related to {subject}.",
    (RELATED_CONTACT_OPEN, RELATED_CONTACT_DIFFERS),
)
CLEAN_UP = CheckMessages("clean-up", "Contact {subject} was ended.", (CONTACT_LEFT_OPEN,))
LEFT_OPEN = CheckMessages("left open", "", (ANSWER_LOST, OUTCOME_UNKNOWN, MESSAGE_DEFERRED))
STEPS = (
    DRY_RUN,
    OPT_OUT,
    FIRST_MESSAGE,
    REPEAT,
    CONTACT,
    STOP,
    RELATED_MESSAGE,
    RELATED_CONTACT,
    CLEAN_UP,
    LEFT_OPEN,
)
"""All steps, in their order."""
