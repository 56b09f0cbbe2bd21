"""Actions that read or change the contact: its voice, language, event hooks, working queue and attributes."""

from collections.abc import Mapping
from typing import Final

from connect_simulator.flows.action_types import ActionResult
from connect_simulator.flows.document import CATCH_ALL, NO_CONDITION, Action, FlowError
from connect_simulator.flows.flow_contact import FlowContact
from connect_simulator.flows.lambda_invocation import Function

ENGINES: Final = ("Standard", "Neural", "Generative")


def set_voice(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> ActionResult:
    """Run UpdateContactTextToSpeechVoice."""
    if action.parameters["TextToSpeechEngine"] not in ENGINES:
        return ActionResult(error=CATCH_ALL)
    contact.voice = action.parameters["TextToSpeechVoice"]
    return ActionResult()


def set_language(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> ActionResult:
    """Run UpdateContactData for the contact's language, which Amazon Connect does not validate."""
    _require_current_contact(action)
    contact.language = contact.resolve(action.parameters["LanguageCode"])
    return ActionResult()


def set_event_hook(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> ActionResult:
    """Run UpdateContactEventHooks."""
    [(event, flow)] = action.parameters["EventHooks"].items()
    contact.event_hooks[event] = contact.resolve(flow)
    return ActionResult()


def set_queue(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> ActionResult:
    """Run UpdateContactTargetQueue."""
    found = contact.center.find_queue(contact.resolve(action.parameters["QueueId"]))
    if found is None:
        return ActionResult(error=CATCH_ALL)
    contact.queue_arn, _queue = found
    return ActionResult()


def set_attributes(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> ActionResult:
    """Run UpdateContactAttributes."""
    _require_current_contact(action)
    values = {name: contact.resolve(value) for name, value in action.parameters["Attributes"].items()}
    for name, value in values.items():
        if not value:
            raise FlowError(
                f"{action.id}: {name} must have a value. "
                "AWS does not document what Amazon Connect does with an empty or unset reference."
            )
    contact.attributes |= values
    return ActionResult(attributes=values)


def tag_contact(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> ActionResult:
    """Run TagContact.

    Source: https://docs.aws.amazon.com/connect/latest/devguide/contact-actions-tagcontact.html
    """
    # Assumption: a reference that is not set sets an empty tag.
    contact.tags |= {name: contact.resolve(value) or "" for name, value in action.parameters["Tags"].items()}
    return ActionResult()


def set_flow_attributes(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> ActionResult:
    """Run UpdateFlowAttributes; the attributes end with the flow, and modules do not see them."""
    given = action.parameters["FlowAttributes"]
    # Assumption: a reference that is not set sets an empty attribute.
    contact.flow_attributes |= {name: contact.resolve(each["Value"]) or "" for name, each in given.items()}
    return ActionResult()


def compare(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> ActionResult:
    """Run Compare."""
    value = contact.resolve(action.parameters["ComparisonValue"])
    # Assumption: a reference that is not set matches no condition.
    return ActionResult(error=NO_CONDITION) if value is None else ActionResult(result=value)


def _require_current_contact(action: Action) -> None:
    if action.parameters["TargetContact"] != "Current":
        raise FlowError(f"{action.id}: TargetContact must be Current; other contacts are not simulated.")
