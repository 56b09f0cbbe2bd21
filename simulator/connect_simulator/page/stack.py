"""The stack that a template creates by default: its flows, and its function's environment variables."""

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
CREATED_RESOURCES: Final = {
    "QueueArn": demo.QUEUE_ARN,
    "DeflectionFunctionAliaslive": FUNCTION_ARN,
    "CustomerQueueFlow.ContactFlowArn": QUEUE_FLOW_ARN,
}
NON_SETTING_PREFIXES: Final = ("AWS_", "POWERTOOLS_")


@dataclass(frozen=True)
class Stack:
    """A stack.

    Attributes:
        documents: The documents of the flows, by language and resource name.
        language: The template's default language.
        types: The types of the flows, by resource name.
        variables: The function's settings.
    """

    documents: Mapping[str, Mapping[str, str]]
    language: str
    types: Mapping[str, str]
    variables: Mapping[str, str]

    def flow(self, name: str, parameters: Mapping[str, str] | None = None, language: str = "") -> Flow:
        """Read a flow; each block that invokes the function gets these parameters, too.

        A language that the template does not have is replaced by its default.
        """
        document = json.loads(self.documents.get(language, self.documents[self.language])[name])
        for action in document["Actions"]:
            if action["Type"] == "InvokeLambdaFunction" and parameters:
                given = action["Parameters"].setdefault("LambdaInvocationAttributes", {})
                action["Parameters"]["LambdaInvocationAttributes"] = {**parameters, **given}
        return read_flow(document, self.types[name])


def read_stack(template: Path) -> Stack:
    """Read the stack from a template.

    Raises:
        OSError: The template cannot be read.
        KeyError: The template does not have the resources of this project.
    """
    content: dict[str, Any] = yaml.load(template.read_text(), _Loader)  # noqa: S506 (a safe loader, with tags)
    defaults = {name: str(parameter.get("Default", "")) for name, parameter in content["Parameters"].items()}
    values = defaults | CREATED_RESOURCES
    languages: Mapping[str, Mapping[str, str]] = content["Mappings"]["Prompts"]
    default = defaults["Language"]
    resources = content["Resources"]
    flows = {
        name: each["Properties"] for name, each in resources.items() if each["Type"] == "AWS::Connect::ContactFlow"
    }
    variables = resources["DeflectionFunction"]["Properties"]["Environment"]["Variables"]
    return Stack(
        {
            language: {
                name: _substitute(_document(flow["Content"]), {**values, **prompts, "Language": language})
                for name, flow in flows.items()
            }
            for language, prompts in languages.items()
        },
        default,
        {name: flow["Type"] for name, flow in flows.items()},
        dict(_settings(variables, defaults, languages[default])),
    )


def _settings(
    variables: Mapping[str, Any], defaults: Mapping[str, str], prompts: Mapping[str, str]
) -> Iterator[tuple[str, str]]:
    """Yield each setting with the template's default; settings without one get the demo's value."""
    for name, value in variables.items():
        if not name.startswith(NON_SETTING_PREFIXES):
            yield name, _default(value, defaults, prompts) or demo.ENVIRONMENT.get(name, "")


def _default(value: Any, defaults: Mapping[str, str], prompts: Mapping[str, str]) -> str:
    """Return a setting's default; of Fn::If, the second branch, which is the default in this template."""
    match value:
        case {"If": [_, _, otherwise]}:
            return _default(otherwise, defaults, prompts)
        case {"Ref": name}:
            return defaults.get(name, "")
        case {"FindInMap": [_, _, name]}:
            return prompts[name]
        case _:
            return ""


def _document(content: Any) -> str:
    """Return the flow's text; of Fn::If, the second branch."""
    match content:
        case {"If": [_, _, otherwise]}:
            return _document(otherwise)
        case {"Sub": [str(text), _]}:
            return text
        case _:
            raise KeyError("Content")


def _substitute(text: str, values: Mapping[str, str]) -> str:
    return re.sub(r"\$\{([\w.]+)\}", lambda match: values[match[1]], text)


def _construct_tag(loader: Any, tag: str, node: Any) -> dict[str, Any]:
    match node:
        case yaml.ScalarNode():
            return {tag: loader.construct_scalar(node)}
        case yaml.SequenceNode():
            return {tag: loader.construct_sequence(node, deep=True)}
        case _:
            return {tag: loader.construct_mapping(node, deep=True)}


# Reads each CloudFormation tag as a map with one member.
_Loader: Any = type("_Loader", (getattr(yaml, "CSafeLoader", yaml.SafeLoader),), {})
_Loader.add_multi_constructor("!", _construct_tag)
