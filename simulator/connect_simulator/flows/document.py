"""A flow as written in the Flow language: its actions and the branches between them."""

import operator
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Final

VERSION: Final = "2019-10-30"
CATCH_ALL: Final = "NoMatchingError"
NO_CONDITION: Final = "NoMatchingCondition"


NUMBER: Final = re.compile(r"-?[0-9]+(\.[0-9]+)?")

OPERATORS: Final[Mapping[str, Callable[[str, str], bool]]] = {
    "Equals": operator.eq,
    "TextStartsWith": str.startswith,
    "TextEndsWith": str.endswith,
    "TextContains": operator.contains,
    "NumberGreaterThan": lambda value, operand: _compare_numbers(operator.gt, value, operand),
    "NumberGreaterOrEqualTo": lambda value, operand: _compare_numbers(operator.ge, value, operand),
    "NumberLessThan": lambda value, operand: _compare_numbers(operator.lt, value, operand),
    "NumberLessOrEqualTo": lambda value, operand: _compare_numbers(operator.le, value, operand),
}


class FlowError(Exception):
    """A flow that this simulator cannot play; the message says where and why."""


@dataclass(frozen=True)
class Condition:
    """A condition on the result of an action, and the action that follows if it is true."""

    operator: str
    operand: str
    next: str

    @property
    def name(self) -> str:
        """The name of the branch: the operand, after the operator unless that is Equals."""
        return self.operand if self.operator == "Equals" else f"{self.operator} {self.operand}"

    def matches(self, result: str) -> bool:
        """Check whether the condition is true; a number operator is false for a result that is not a number."""
        return OPERATORS[self.operator](result, self.operand)


@dataclass(frozen=True)
class Action:
    """An action, which the flow designer shows as a block.

    Attributes:
        id: Its Identifier.
        type: Its Type, such as GetParticipantInput.
        parameters: Its Parameters.
        next: The next action without a result or an error; None for an action that ends the flow.
        conditions: The conditions on the result; the first one that is true selects the next action.
        errors: The next action for each error type.
    """

    id: str
    type: str
    parameters: Mapping[str, Any]
    next: str | None
    conditions: tuple[Condition, ...]
    errors: Mapping[str, str]

    def branch_for(self, result: str) -> tuple[str, str]:
        """Return the name of the branch for a result, and the action that follows.

        Raises:
            FlowError: The action does not have such a branch.
        """
        for condition in self.conditions:
            if condition.matches(result):
                return condition.name, condition.next
        if NO_CONDITION in self.errors:
            return NO_CONDITION, self.errors[NO_CONDITION]
        raise FlowError(f"{self.id} does not have a branch for the result {result}.")

    def branch_for_error(self, error: str) -> tuple[str, str]:
        """Return the name of the branch for an error, and the action that follows.

        Raises:
            FlowError: The action does not have such a branch.
        """
        for branch in (error, CATCH_ALL):
            if branch in self.errors:
                return branch, self.errors[branch]
        raise FlowError(f"{self.id} does not have a branch for the error {error}.")

    def branches(self) -> Iterator[tuple[str, str]]:
        """Yield the name of every branch, and the action that follows; the default branch has an empty name."""
        if self.next is not None:
            yield "", self.next
        yield from ((condition.name, condition.next) for condition in self.conditions)
        yield from self.errors.items()


@dataclass(frozen=True)
class Flow:
    """A flow.

    Attributes:
        type: Its type, such as CONTACT_FLOW.
        start: The id of the first action.
        actions: All actions by id.
    """

    type: str
    start: str
    actions: Mapping[str, Action]


def read_flow(document: Any, flow_type: str) -> Flow:
    """Read a flow from a document of the Flow language.

    Source: https://docs.aws.amazon.com/connect/latest/devguide/flow-language-actions.html

    Raises:
        FlowError: The version is not supported, an id is not unique, or a branch leads to an unknown action.
    """
    if document.get("Version") != VERSION:
        raise FlowError(f"Version must be {VERSION} (got {document.get('Version')}).")
    actions: dict[str, Action] = {}
    for definition in document["Actions"]:
        action = _read_action(definition)
        if action.id in actions:
            raise FlowError(f"Identifier must be unique (got {action.id} twice).")
        actions[action.id] = action
    targets = {document["StartAction"]} | {to for action in actions.values() for _, to in action.branches()}
    for missing in sorted(targets - actions.keys()):
        raise FlowError(f"The flow does not have the action {missing}.")
    return Flow(flow_type, document["StartAction"], MappingProxyType(actions))


def _read_action(definition: Mapping[str, Any]) -> Action:
    transitions = definition["Transitions"]
    for unknown in sorted(transitions.keys() - {"NextAction", "Conditions", "Errors"}):
        raise FlowError(f"{definition['Identifier']} has an unknown transition {unknown}.")
    return Action(
        id=definition["Identifier"],
        type=definition["Type"],
        parameters=MappingProxyType(definition["Parameters"]),
        next=transitions.get("NextAction"),
        conditions=tuple(_read_condition(each) for each in transitions.get("Conditions", ())),
        errors=MappingProxyType({each["ErrorType"]: each["NextAction"] for each in transitions.get("Errors", ())}),
    )


def _read_condition(transition: Mapping[str, Any]) -> Condition:
    match transition["Condition"]:
        case {"Operator": str(name), "Operands": [str(operand)]} if name in OPERATORS:
            return Condition(name, operand, transition["NextAction"])
        case condition:
            raise FlowError(f"Condition must be one of {', '.join(OPERATORS)} with one operand (got {condition}).")


def _compare_numbers(compare: Callable[[float, float], bool], value: str, operand: str) -> bool:
    # Assumption: a number operator is false for a value that is not a number.
    return NUMBER.fullmatch(value) is not None and compare(float(value), float(operand))
