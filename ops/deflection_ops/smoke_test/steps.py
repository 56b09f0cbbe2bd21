"""Define the messages of the smoke test's steps."""

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
    "NOT_CONFIRMED",
    "No message was sent, because nobody answered yes.",
    "Answer yes, or give FORCE=1.",
    Verdict.NOT_ASKED,
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
    "REPEAT_WINDOW_MINUTES does not allow a second message.",
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
    "The function's response was lost, so an SMS contact may be open.",
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
TEST_CASES_MISSING = Problem(
    "TEST_CASES_MISSING",
    "The stack does not have test cases, so nobody has tried its voice flow.",
    "Deploy with DeployFlows=with-test-cases; Amazon Connect then calls the flow by itself.",
    Verdict.WARNING,
)
LOOK_AT_RUN = "Look at its last run in Amazon Connect, under Test cases."
TEST_CASE_WITHOUT_OFFER = Problem(
    "TEST_CASE_WITHOUT_OFFER",
    "{subject} failed: the voice flow did not offer a message.",
    "Run the test cases within the hours of the queue, and with OfferMinWaitSeconds=0 and OfferIfStaffed=false. "
    + LOOK_AT_RUN,
)
TEST_CASE_FAILED = Problem("TEST_CASE_FAILED", "{subject} failed at {detail}.", LOOK_AT_RUN)
TEST_CASE_ENDLESS = Problem("TEST_CASE_ENDLESS", "{subject} did not end and was stopped.", LOOK_AT_RUN)
TEST_CASE_ENDED = Problem(
    "TEST_CASE_ENDED", "{subject} ended with the status {detail}.", LOOK_AT_RUN, Verdict.NOT_ASKED
)
TEST_CASE_NOT_BEGUN = Problem(
    "TEST_CASE_NOT_BEGUN",
    "Amazon Connect did not begin {subject}.",
    "Run the smoke test again in some minutes; Amazon Connect limits how many test cases it begins.",
    Verdict.NOT_ASKED,
)
REPLY_NOT_RECEIVED = Problem(
    "REPLY_NOT_RECEIVED",
    "Contact {subject} got no reply within {detail} seconds.",
    "Run the smoke test again and answer the message.",
    Verdict.WARNING,
)
REPLY_NOT_NOTICED = Problem(
    "REPLY_NOT_NOTICED",
    "Contact {subject} got a reply, but the SMS flow did not notice it.",
    "Deploy with SmsReplySeconds=0, or with LexBotAliasArn, and report it to the maintainers.",
)
EVENTS_NOT_SEEN = Problem(
    "EVENTS_NOT_SEEN",
    "The rule {subject} got no event within {detail} seconds.",
    "Look at the metric Invocations of the rule in some hours; delivery events can take 72 hours.",
    Verdict.WARNING,
)

TEST_CASES = CheckMessages(
    "test case",
    "{subject} passed.",
    (
        TEST_CASES_MISSING,
        TEST_CASE_WITHOUT_OFFER,
        TEST_CASE_FAILED,
        TEST_CASE_ENDLESS,
        TEST_CASE_ENDED,
        TEST_CASE_NOT_BEGUN,
    ),
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
REPLY = CheckMessages(
    "reply", "Contact {subject} got a reply, and the SMS flow noticed it.", (REPLY_NOT_RECEIVED, REPLY_NOT_NOTICED)
)
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
EVENTS = CheckMessages("events", "The rule {subject} got an event.", (EVENTS_NOT_SEEN,))
STEPS = (
    TEST_CASES,
    DRY_RUN,
    OPT_OUT,
    FIRST_MESSAGE,
    REPEAT,
    CONTACT,
    REPLY,
    STOP,
    RELATED_MESSAGE,
    RELATED_CONTACT,
    CLEAN_UP,
    LEFT_OPEN,
    EVENTS,
)
"""All steps, in their order."""
