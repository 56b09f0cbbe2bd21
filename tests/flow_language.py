"""Build flows in the Flow language, and play them for a contact."""

from collections.abc import Callable
from typing import Any

from connect_simulator.flows import (
    Flow,
    FlowContact,
    FlowPlayer,
    read_flow,
)

FUNCTION = "arn:aws:lambda:us-east-1:111122223333:function:deflection:live"


END = {"Identifier": "end", "Type": "DisconnectParticipant", "Parameters": {}, "Transitions": {}}


def action(kind: str, parameters: dict[str, Any], identifier: str = "a", **transitions: Any) -> dict[str, Any]:
    """Build an action that leads to the end, also after an error, unless transitions are given."""
    usual = {"NextAction": "end", "Errors": [{"ErrorType": "NoMatchingError", "NextAction": "end"}]}
    return {
        "Identifier": identifier,
        "Type": kind,
        "Parameters": parameters,
        "Transitions": {name: value for name, value in (usual | transitions).items() if value is not None},
    }


def when(**results: str) -> list[dict[str, Any]]:
    """Return a condition for each result; an underscore ends a result that Python reserves, such as True_."""
    return [
        {"NextAction": to, "Condition": {"Operator": "Equals", "Operands": [result.removesuffix("_")]}}
        for result, to in results.items()
    ]


def compares(operator: str, operand: str, to: str = "end") -> dict[str, Any]:
    """Return a condition with any operator."""
    return {"NextAction": to, "Condition": {"Operator": operator, "Operands": [operand]}}


def otherwise(*errors: str) -> list[dict[str, str]]:
    return [{"ErrorType": error, "NextAction": "end"} for error in errors]


def flow(*actions: dict[str, Any], flow_type: str = "CONTACT_FLOW", **changes: Any) -> Flow:
    start = actions[0]["Identifier"] if actions else "end"
    document: dict[str, Any] = {
        "Version": "2019-10-30",
        "StartAction": start,
        "Metadata": {},
        "Actions": [*actions, END],
    }
    return read_flow(document | changes, flow_type)


def begin(*actions: dict[str, Any], function: Callable[[Any], Any] = dict, **contact: Any) -> FlowPlayer:
    """Play a flow of these actions until the customer must do something."""
    flow_type, errors = contact.pop("flow_type", "CONTACT_FLOW"), contact.pop("errors", {})
    begun = flow(*actions, flow_type=flow_type)
    play = FlowPlayer(begun, FlowContact("call-1", **contact), {FUNCTION: function}, errors)
    play.run()
    return play


def say(text: str, identifier: str = "a", **transitions: Any) -> dict[str, Any]:
    return action("MessageParticipant", {"Text": text}, identifier, **transitions)


def write(**attributes: str) -> dict[str, Any]:
    return action("UpdateContactAttributes", {"Attributes": attributes, "TargetContact": "Current"})


def invoke(response_type: str = "STRING_MAP", **given: str) -> dict[str, Any]:
    parameters = {
        "LambdaFunctionARN": FUNCTION,
        "InvocationTimeLimitSeconds": "3",
        "InvocationType": "SYNCHRONOUS",
        "ResponseValidation": {"ResponseType": response_type},
    }
    return action("InvokeLambdaFunction", parameters | {"LambdaInvocationAttributes": given})
