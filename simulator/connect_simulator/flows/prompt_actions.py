"""Actions that speak or write to the customer, and those that wait for an answer."""

from collections.abc import Mapping

from connect_simulator.flows.action_types import ActionResult, prompt_text
from connect_simulator.flows.document import CATCH_ALL, Action, FlowError
from connect_simulator.flows.flow_contact import FlowContact
from connect_simulator.flows.lambda_invocation import Function


def play_prompt(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> ActionResult:
    """Run MessageParticipant."""
    return ActionResult(prompts=(prompt_text(action, contact),))


def loop_prompts(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> ActionResult:
    """Run MessageParticipantIteratively."""
    if contact.channel != "VOICE":
        return ActionResult(error=CATCH_ALL)
    prompts = tuple(next(iter(message.values())) for message in action.parameters["Messages"])
    return ActionResult(expects="AGENT", prompts=prompts)


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
    return ActionResult(expects="DIGITS" if stores else "KEY", prompts=(prompt_text(action, contact),))


def ask_bot(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> ActionResult:
    """Run ConnectParticipantWithLexBot."""
    if not action.parameters["LexV2Bot"]["AliasArn"].startswith("arn:"):
        return ActionResult(error=CATCH_ALL)
    return ActionResult(expects="REPLY", prompts=(prompt_text(action, contact),))
