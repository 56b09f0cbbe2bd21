"""The stack that a template creates: its flows, and its function's environment variables."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from connect_simulator import demo
from connect_simulator.flows import Flow, FlowError, read_flow
from connect_simulator.flows.acceptance import flow_findings
from connect_simulator.page.template import Evaluator, load_template

FUNCTION_ARN: Final = f"arn:aws:lambda:{demo.REGION}:{demo.ACCOUNT}:function:connect-sms-deflection:live"
QUEUE_FLOW_ARN: Final = demo.SMS_FLOW_ARN.replace("contact-flow/5", "contact-flow/9")
CREATED_RESOURCES: Final = {
    "QueueArn": demo.QUEUE_ARN,
    "InstanceArn": demo.INSTANCE_ARN,
    "AWS::StackName": "connect-sms-deflection",
    "DeflectionFunctionAliaslive": FUNCTION_ARN,
    "CustomerQueueFlow.ContactFlowArn": QUEUE_FLOW_ARN,
}
NON_SETTING_PREFIXES: Final = ("AWS_", "POWERTOOLS_")
FLOW: Final = "AWS::Connect::ContactFlow"
MODULE: Final = "AWS::Connect::ContactFlowModule"
NO_VALUES: Final[Mapping[str, str]] = {}


@dataclass(frozen=True)
class Stack:
    """A stack.

    Attributes:
        template: The template.
        parameters: The defaults of the template parameters.
        variables: The function's settings.
    """

    template: Mapping[str, Any] = field(repr=False)
    parameters: Mapping[str, str]
    variables: Mapping[str, str]

    def flow(
        self,
        name: str,
        parameters: Mapping[str, str] = NO_VALUES,
        language: str = "",
        given: Mapping[str, str] = NO_VALUES,
    ) -> Flow:
        """Read a flow; each block that invokes the function gets these parameters, too.

        A language that the template does not have is replaced by its default. `given` are template parameters that
        differ from their defaults.
        """
        resource = self.template["Resources"][name]["Properties"]
        return self._read(resource, resource["Type"], parameters, self._evaluator(language, given))

    def modules(
        self,
        parameters: Mapping[str, str] = NO_VALUES,
        language: str = "",
        given: Mapping[str, str] = NO_VALUES,
    ) -> dict[str, Flow]:
        """Read the flow modules by ARN, as `flow` does."""
        evaluator = self._evaluator(language, given)
        return {
            evaluator.value(f"{name}.ContactFlowModuleArn"): self._read(
                each["Properties"], "MODULE", parameters, evaluator
            )
            for name, each in self._modules()
        }

    @property
    def flow_names(self) -> list[str]:
        """The resource names of the flows."""
        return [name for name, each in self.template["Resources"].items() if each["Type"] == FLOW]

    @property
    def module_names(self) -> dict[str, str]:
        """The resource names of the flow modules, by ARN."""
        evaluator = self._evaluator("", NO_VALUES)
        return {evaluator.value(f"{name}.ContactFlowModuleArn"): name for name, _ in self._modules()}

    def _modules(self) -> Iterator[tuple[str, Any]]:
        yield from ((name, each) for name, each in self.template["Resources"].items() if each["Type"] == MODULE)

    def _evaluator(self, language: str, given: Mapping[str, str]) -> Evaluator:
        values = {**self.parameters, **CREATED_RESOURCES, **given}
        for name, _ in self._modules():
            values[f"{name}.ContactFlowModuleArn"] = f"{demo.INSTANCE_ARN}/flow-module/{uuid5(NAMESPACE_URL, name)}"
        if language in self.template["Mappings"]["Prompts"]:
            values["Language"] = language
        return Evaluator(self.template, values)

    def _read(
        self, resource: Mapping[str, Any], flow_type: str, parameters: Mapping[str, str], evaluator: Evaluator
    ) -> Flow:
        document = json.loads(evaluator.evaluate(resource["Content"]))
        if findings := flow_findings(document, flow_type):
            raise FlowError(f"Amazon Connect refuses this flow: {'; '.join(findings)}.")
        for action in document["Actions"]:
            if action["Type"] == "InvokeLambdaFunction" and parameters:
                own = action["Parameters"].setdefault("LambdaInvocationAttributes", {})
                action["Parameters"]["LambdaInvocationAttributes"] = {**parameters, **own}
        return read_flow(document, flow_type)


def read_stack(template: Path) -> Stack:
    """Read the stack from a template.

    Raises:
        OSError: The template cannot be read.
        KeyError: The template does not have the resources of this project.
        FlowError: Amazon Connect would refuse a flow or a flow module, or it cannot be played.
    """
    content = load_template(template)
    defaults = {name: str(parameter.get("Default", "")) for name, parameter in content["Parameters"].items()}
    prompts = {
        name: text
        for mapping, languages in content["Mappings"].items()
        if mapping.startswith("Prompts")
        for name, text in languages[defaults["Language"]].items()
    }
    variables = content["Resources"]["DeflectionFunction"]["Properties"]["Environment"]["Variables"]
    stack = Stack(content, defaults, dict(_settings(variables, defaults, prompts)))
    for name in stack.flow_names:
        stack.flow(name)
    stack.modules()
    return stack


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
