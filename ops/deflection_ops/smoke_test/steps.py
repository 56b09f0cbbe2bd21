"""How the steps of the first hour are told."""

from deflection_ops.finding import CheckMessages, Verdict

LOOK_UP = "Look the reason up in docs/troubleshooting.md, and run `make doctor`."

DRY_RUN = CheckMessages("dry run", "The function answered {what}.", "The function answered {wrong}", LOOK_UP)
OPTED_OUT = CheckMessages(
    "opted out",
    "The number is not on the list {what}.",
    "The number is on the opt-out list {wrong}: nothing would come.",
    "Text START from that phone to the source number, or try another phone.",
)
TEXT = CheckMessages("text", "The SMS contact {what} was started.", "The function answered {wrong}", LOOK_UP)
REPETITION = CheckMessages(
    "repetition",
    "The same invocation came to the same contact, {what}.",
    "The same invocation came to something else: {wrong}",
    "Report it: a repeated invocation may text a caller twice.",
)
CONTACT = CheckMessages(
    "SMS contact",
    "It is what was asked for: {what}.",
    "It is not what was asked for: {wrong}.",
    "Look at the contact in Contact search; the SMS flow may have changed it.",
)
STOP = CheckMessages("stop", "{what} was ended.", "{what} {wrong}", "End it in the agent's desktop or by its flow.")
ENDED = CheckMessages(
    "ended contact",
    "A text related to an ended contact was started: {what}.",
    "A text related to an ended contact was not started: {wrong}",
    "ContactEventTrigger=ABANDONED needs this; use QUEUED instead.",
)
RELATED = CheckMessages(
    "related contact",
    "The second contact points to {what}.",
    "{what} {wrong}.",
    "Give RELATED= the id of a contact that has ended, and look at the contact in Contact search.",
)
LEFT_OVER = CheckMessages(
    "left over",
    "",
    "{wrong}",
    "Look for it in Contact search, by the phone's number or the attribute deflectionSmoke (deflectionSmokeSecond), "
    "and end it with `aws connect stop-contact`; it ends by itself after ChatDurationMinutes.",
    Verdict.WARNING,
)
CLEAN_UP = CheckMessages(
    "clean-up",
    "{what} was ended.",
    "{what} {wrong}.",
    "End it with `aws connect stop-contact`; it ends by itself after ChatDurationMinutes.",
)
LINES = (DRY_RUN, OPTED_OUT, TEXT, REPETITION, CONTACT, STOP, ENDED, RELATED, CLEAN_UP, LEFT_OVER)
