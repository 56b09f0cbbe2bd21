"""The branch of an action that waited for the customer, after the customer did something or nothing.

A branch is its name and the id of the action that follows.
"""

import re
from typing import Final

from connect_simulator.flows.document import NO_CONDITION, Action, FlowError
from connect_simulator.flows.flow_contact import FlowContact

TIMEOUT: Final = "Timeout"
INTERRUPTED: Final = "MessagesInterrupted"
RETURNED: Final = "CustomerReturned"
WAITED: Final = "WaitCompleted"

type Branch = tuple[str, str]


def branch_on_keys(action: Action, contact: FlowContact, keys: str) -> Branch:
    """Return the branch after keys; the star deletes what was typed, and the pound key ends the input."""
    if "InputValidation" not in action.parameters:
        return action.branch_for(keys[0])
    max_length = int(action.parameters["InputValidation"]["CustomValidation"]["MaximumLength"])
    contact.stored_input = keys.partition("#")[0].rpartition("*")[2][:max_length]
    return default_branch(action)


def branch_on_reply(action: Action, intent: str) -> Branch:
    """Return the branch after a message; only a bot recognizes an intent."""
    if action.type == "Wait":
        return action.branch_for(RETURNED)
    if not action.conditions:
        return action.branch_for_error(NO_CONDITION)
    return action.branch_for(intent)


def branch_on_timeout(action: Action, contact: FlowContact) -> Branch:
    """Return the branch after the time limit of the action."""
    match action.type:
        case "Wait":
            return action.branch_for(WAITED)
        case "MessageParticipantIteratively":
            return action.branch_for(INTERRUPTED)
        case _ if "InputValidation" in action.parameters:
            # AWS: without any input, the flow continues as with input, and the stored input is this word.
            contact.stored_input = TIMEOUT
            return default_branch(action)
        case _:
            return action.branch_for_error("InputTimeLimitExceeded")


def default_branch(action: Action) -> Branch:
    """Return the branch without a result or an error.

    Raises:
        FlowError: NextAction is missing from the action.
    """
    if action.next is None:
        raise FlowError(f"{action.id} must have NextAction.")
    return "", action.next


def require_keys(keys: str) -> None:
    """Raise ValueError for keys that a telephone does not have."""
    if not re.fullmatch(r"[0-9*#]+", keys):
        raise ValueError(f"keys must contain only 0 to 9, * and # (got {keys}).")
