"""Say what Amazon Connect would refuse of an action when the flow is created."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from connect_simulator.flows.accepted_actions import ACCEPTED, Accepted


def kind(action: Mapping[str, Any]) -> str:
    """Return the name of the row for an action; two types have a row for each of their two forms."""
    match action:
        case {"Parameters": {"StoreInput": stored}}:
            return f"{action['Type']}, {'stored' if stored == 'True' else 'a key'}"
        case {"Parameters": {"InterruptFrequencySeconds": _}}:
            return f"{action['Type']}, interrupted"
        case _:
            return str(action["Type"])


def findings(action: Mapping[str, Any], flow_type: str) -> list[str]:
    """Return why Amazon Connect would refuse an action in a flow of this type."""
    row = ACCEPTED.get(kind(action))
    if row is None:
        return [f"{action['Type']} is not in the table"]
    return [f"{action['Identifier']}: {finding}" for finding in _findings(action, row, flow_type)]


def flow_findings(document: Mapping[str, Any], flow_type: str) -> list[str]:
    """Return why Amazon Connect would refuse a flow; types of action that the table does not have are accepted."""
    known = (action for action in document.get("Actions", ()) if kind(action) in ACCEPTED)
    return [finding for action in known for finding in findings(action, flow_type)]


def _findings(action: Mapping[str, Any], row: Accepted, flow_type: str) -> Iterator[str]:
    if flow_type not in row.types:
        yield f"not in a {flow_type}"
    yield from _parameter_findings(action["Parameters"], row)
    transitions = action["Transitions"]
    yield from (f"unknown transition {name}" for name in transitions.keys() - {"NextAction", "Conditions", "Errors"})
    if ("NextAction" in transitions) is row.ends:
        yield "NextAction must be given unless the action ends the flow"
    errors = {each["ErrorType"]: each["NextAction"] for each in transitions.get("Errors", [])}
    if not row.errors <= errors.keys() <= row.errors | row.optional_errors:
        yield f"errors must be {sorted(row.errors)}"
    elif row.follows and errors[row.follows] != transitions.get("NextAction"):
        yield f"NextAction must be that of {row.follows}"
    yield from _condition_findings(transitions.get("Conditions", []), row)


def _parameter_findings(parameters: Mapping[str, Any], row: Accepted) -> Iterator[str]:
    patterns = {**row.required, **row.optional}
    yield from (f"{name} is missing" for name in row.required.keys() - parameters.keys())
    for name, value in parameters.items():
        if name not in patterns:
            yield f"{name} is refused"
        elif not re.fullmatch(patterns[name], str(value)):
            yield f"{name} must match {patterns[name]}"


def _condition_findings(conditions: list[Mapping[str, Any]], row: Accepted) -> Iterator[str]:
    operands = [each["Condition"]["Operands"] for each in conditions]
    if not all(len(each) == 1 and re.fullmatch(row.operands, each[0]) for each in operands):
        yield f"each condition must have one operand that matches {row.operands}"
    if not {each["Condition"]["Operator"] for each in conditions} <= row.operators:
        yield f"operators must be among {sorted(row.operators)}"
    if row.all_operands - {operand for each in operands for operand in each}:
        yield f"conditions must name {sorted(row.all_operands)}"
    if row.operators and row.needs_conditions and not conditions:
        yield "at least one condition is required"
