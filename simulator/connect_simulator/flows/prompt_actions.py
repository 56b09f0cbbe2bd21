"""Actions that speak or write to the customer, and those that wait for an answer."""

import re
from collections.abc import Mapping
from typing import Final

from connect_simulator.flows.action_types import ActionResult, prompt_text
from connect_simulator.flows.customer_input import RETURNED
from connect_simulator.flows.document import CATCH_ALL, Action, FlowError
from connect_simulator.flows.flow_contact import FlowContact
from connect_simulator.flows.lambda_invocation import Function

MAX_WAIT_SECONDS: Final = 604_800


def play_prompt(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> ActionResult:
    """Run MessageParticipant."""
    return ActionResult(prompts=(prompt_text(action, contact),))


def loop_prompts(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> ActionResult:
    """Run MessageParticipantIteratively."""
    if contact.channel != "VOICE":
        return ActionResult(error=CATCH_ALL)
    prompts = tuple(next(iter(message.values())) for message in action.parameters["Messages"])
    seconds = action.parameters.get("InterruptFrequencySeconds")
    return ActionResult(expects="AGENT", seconds=None if seconds is None else int(seconds), prompts=prompts)


def get_input(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> ActionResult:
    """Run GetParticipantInput."""
    if contact.channel != "VOICE":
        return ActionResult(error=CATCH_ALL)
    stores = action.parameters["StoreInput"] == "True"
    if stores is not ("InputValidation" in action.parameters) or (stores and action.conditions):
        raise FlowError(
            f"{action.id}: InputValidation must be given if StoreInput is True, and only then; "
            "Conditions must not be given if StoreInput is True."
        )
    seconds, prompts = int(action.parameters["InputTimeLimitSeconds"]), (prompt_text(action, contact),)
    return ActionResult(expects="DIGITS" if stores else "KEY", seconds=seconds, prompts=prompts)


def ask_bot(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> ActionResult:
    """Run ConnectParticipantWithLexBot."""
    if not action.parameters["LexV2Bot"]["AliasArn"].startswith("arn:"):
        return ActionResult(error=CATCH_ALL)
    seconds = int(action.parameters["LexTimeoutSeconds"]["Text"])
    return ActionResult(expects="REPLY", seconds=seconds, prompts=(prompt_text(action, contact),))


def wait(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> ActionResult:
    """Run Wait, which only a chat can do."""
    events = action.parameters.get("Events", ())
    if not set(events) <= {RETURNED}:
        raise FlowError(f"{action.id}: Wait is simulated only for the event {RETURNED}.")
    seconds = contact.resolve(action.parameters["TimeLimitSeconds"]) or ""
    # Assumption: a referenced time limit that is not valid takes the error branch.
    if (
        contact.channel != "CHAT"
        or not re.fullmatch(r"[0-9]{1,6}", seconds)
        or not 1 <= int(seconds) <= MAX_WAIT_SECONDS
    ):
        return ActionResult(error=CATCH_ALL)
    # Assumption: the first reply to an outbound message counts as the customer's return.
    return ActionResult(expects="REPLY" if events else "TIME", seconds=int(seconds))
