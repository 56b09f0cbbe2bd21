"""A flow as it is written: its actions, and where each leads."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

VERSION: Final = "2019-10-30"
CATCH_ALL: Final = "NoMatchingError"
NO_CONDITION: Final = "NoMatchingCondition"


class FlowError(Exception):
    """The flow is not one that this simulator can play; its text says where and why."""


@dataclass(frozen=True)
class Action:
    """One action, which the flow designer shows as a block.

    Attributes:
        id: Its Identifier.
        type: Its Type, such as GetParticipantInput.
        parameters: What it is told.
        next: The action that follows when nothing else is said, or none for one that ends the flow.
        conditions: The action that follows each result, by the result.
        errors: The action that follows each error, by the error's type.
    """

    id: str
    type: str
    parameters: Mapping[str, Any]
    next: str | None
    conditions: Mapping[str, str]
    errors: Mapping[str, str]

    def after(self, result: str) -> tuple[str, str]:
        """The branch of a result, and the action that it leads to."""
        if result in self.conditions:
            return result, self.conditions[result]
        if NO_CONDITION in self.errors:
            return NO_CONDITION, self.errors[NO_CONDITION]
        raise FlowError(f"{self.id}: no branch for the result {result}.")

    def after_error(self, error: str) -> tuple[str, str]:
        """The branch of an error, and the action that it leads to."""
        for branch in (error, CATCH_ALL):
            if branch in self.errors:
                return branch, self.errors[branch]
        raise FlowError(f"{self.id}: no branch for {error}.")

    def branches(self) -> Iterator[tuple[str, str]]:
        """Every branch, with the action that it leads to."""
        if self.next is not None:
            yield "", self.next
        yield from self.conditions.items()
        yield from self.errors.items()


@dataclass(frozen=True)
class Flow:
    """A flow: its type, such as CONTACT_FLOW, the action that it starts with, and all of its actions by their ids."""

    type: str
    start: str
    actions: Mapping[str, Action]


def read_flow(document: Any, flow_type: str) -> Flow:
    """The flow in a document of the Flow language.

    Source: https://docs.aws.amazon.com/connect/latest/devguide/flow-language-actions.html

    Raises:
        FlowError: It is of another version, an id is there twice, or a branch leads nowhere.
    """
    if document.get("Version") != VERSION:
        raise FlowError(f"Version is not {VERSION}.")
    actions: dict[str, Action] = {}
    for written in document["Actions"]:
        action = _action(written)
        if action.id in actions:
            raise FlowError(f"{action.id} is there twice.")
        actions[action.id] = action
    led_to = {document["StartAction"]} | {to for action in actions.values() for _, to in action.branches()}
    for missing in sorted(led_to - actions.keys()):
        raise FlowError(f"There is no action {missing}.")
    return Flow(flow_type, document["StartAction"], MappingProxyType(actions))


def _action(written: Mapping[str, Any]) -> Action:
    transitions = written["Transitions"]
    for unknown in sorted(transitions.keys() - {"NextAction", "Conditions", "Errors"}):
        raise FlowError(f"{written['Identifier']}: {unknown} is no transition.")
    return Action(
        id=written["Identifier"],
        type=written["Type"],
        parameters=MappingProxyType(written["Parameters"]),
        next=transitions.get("NextAction"),
        conditions=MappingProxyType({_operand(each): each["NextAction"] for each in transitions.get("Conditions", ())}),
        errors=MappingProxyType({each["ErrorType"]: each["NextAction"] for each in transitions.get("Errors", ())}),
    )


def _operand(transition: Mapping[str, Any]) -> str:
    match transition["Condition"]:
        case {"Operator": "Equals", "Operands": [str(operand)]}:
            return operand
        case condition:
            raise FlowError(f"Only Equals with one operand is known, not {condition}.")
