"""Actions that promise the caller a callback."""

import re
from collections.abc import Mapping
from typing import Final

from connect_simulator.flows.action_types import ActionResult
from connect_simulator.flows.contact_center import Callback
from connect_simulator.flows.document import CATCH_ALL, Action, FlowError
from connect_simulator.flows.flow_contact import FlowContact
from connect_simulator.flows.lambda_invocation import Function

INVALID: Final = "InvalidCallbackNumber"
NOT_DIALABLE: Final = "CallbackNumberNotDialable"
# Assumption: Amazon Connect takes a number of 8 to 15 digits as valid.
NUMBER: Final = re.compile(r"\+?[1-9][0-9]{7,14}")
MAX_SECONDS: Final = 259_200


def set_callback_number(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> ActionResult:
    """Run UpdateContactCallbackNumber."""
    given = contact.resolve(action.parameters["CallbackNumber"]) or ""
    if contact.channel != "VOICE" or not NUMBER.fullmatch(given):
        return ActionResult(error=INVALID)
    number = f"+{given.removeprefix('+')}"  # AWS puts the plus sign before a number that lacks it.
    if number in contact.center.undialable:
        return ActionResult(error=NOT_DIALABLE)
    contact.callback_number = number
    return ActionResult()


def create_callback(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> ActionResult:
    """Run CreateCallbackContact: the callback is a contact of its own, and the call goes on."""
    given = action.parameters.get("QueueId")
    found = contact.center.find_queue(contact.queue_arn if given is None else contact.resolve(given))
    number = contact.callback_number or contact.customer
    if contact.channel != "VOICE" or found is None or not number:
        return ActionResult(error=CATCH_ALL)
    names = ("InitialCallDelaySeconds", "MaximumConnectionAttempts", "RetryDelaySeconds")
    delay, attempts, retry = (_whole_number(action, name) for name in names)
    contact.center.callbacks.append(Callback(contact.id, number, found[0], delay, attempts, retry))
    return ActionResult()


def _whole_number(action: Action, name: str) -> int:
    value = action.parameters[name]
    limit = None if name == "MaximumConnectionAttempts" else MAX_SECONDS
    if not re.fullmatch(r"[1-9][0-9]*", value) or (limit is not None and int(value) > limit):
        most = "" if limit is None else f" and at most {limit}"
        raise FlowError(f"{action.id}: {name} must be a static whole number of at least 1{most} (got {value}).")
    return int(value)
