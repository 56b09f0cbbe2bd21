"""The stack of a template as it is by default: its flows, and the variables of its function."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import yaml

from connect_simulator import demo
from connect_simulator.flows import Flow, read_flow

FUNCTION_ARN: Final = f"arn:aws:lambda:{demo.REGION}:{demo.ACCOUNT}:function:connect-sms-deflection:live"
QUEUE_FLOW_ARN: Final = demo.SMS_FLOW_ARN.replace("contact-flow/5", "contact-flow/9")
MADE: Final = {
    "QueueArn": demo.QUEUE_ARN,
    "DeflectionFunctionAliaslive": FUNCTION_ARN,
    "CustomerQueueFlow.ContactFlowArn": QUEUE_FLOW_ARN,
}
NOT_SETTINGS: Final = ("AWS_", "POWERTOOLS_")


@dataclass(frozen=True)
class Stack:
    """The documents of the flows by their names, their types, and the function's variables with their values."""

    documents: Mapping[str, str]
    types: Mapping[str, str]
    variables: Mapping[str, str]

    def flow(self, name: str, parameters: Mapping[str, str] | None = None) -> Flow:
        """A flow, whose first block that invokes the function gives it these parameters."""
        document = json.loads(self.documents[name])
        for action in document["Actions"]:
            if action["Type"] == "InvokeLambdaFunction" and parameters:
                given = action["Parameters"].setdefault("LambdaInvocationAttributes", {})
                action["Parameters"]["LambdaInvocationAttributes"] = {**parameters, **given}
        return read_flow(document, self.types[name])


def read_stack(template: Path) -> Stack:
    """
    The stack that a template makes.

    Raises:
        OSError: It cannot be read.
        KeyError: It lacks what this project's template has.
    """
    read: dict[str, Any] = yaml.load(template.read_text(), _Loader)  # noqa: S506 (a safe loader, with tags)
    defaults = {name: str(parameter.get("Default", "")) for name, parameter in read["Parameters"].items()}
    known = defaults | MADE
    resources = read["Resources"]
    flows = {
        name: each["Properties"] for name, each in resources.items() if each["Type"] == "AWS::Connect::ContactFlow"
    }
    written = resources["DeflectionFunction"]["Properties"]["Environment"]["Variables"]
    return Stack(
        {name: _substituted(_document(flow["Content"]), known) for name, flow in flows.items()},
        {name: flow["Type"] for name, flow in flows.items()},
        dict(_variables(written, defaults)),
    )


def _variables(written: Mapping[str, Any], defaults: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """What the demo says where the template has no default."""
    for name, value in written.items():
        if not name.startswith(NOT_SETTINGS):
            given = defaults.get(value["Ref"], "") if isinstance(value, dict) and "Ref" in value else ""
            yield name, given or demo.ENVIRONMENT.get(name, "")


def _document(content: Any) -> str:
    """Its text; of two that a condition tells apart, the latter, which is the one by default."""
    match content:
        case {"If": [_, _, otherwise]}:
            return _document(otherwise)
        case {"Sub": str(text)}:
            return text
        case _:
            raise KeyError("Content")


def _substituted(text: str, known: Mapping[str, str]) -> str:
    return re.sub(r"\$\{([\w.]+)\}", lambda match: known[match[1]], text)


def _tagged(loader: Any, tag: str, node: Any) -> dict[str, Any]:
    match node:
        case yaml.ScalarNode():
            return {tag: loader.construct_scalar(node)}
        case yaml.SequenceNode():
            return {tag: loader.construct_sequence(node, deep=True)}
        case _:
            return {tag: loader.construct_mapping(node, deep=True)}


# It reads CloudFormation's tags as maps of one member.
_Loader: Any = type("_Loader", (getattr(yaml, "CSafeLoader", yaml.SafeLoader),), {})
_Loader.add_multi_constructor("!", _tagged)
