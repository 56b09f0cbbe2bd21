"""Read a CloudFormation template, and evaluate its expressions under template parameters."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final

import yaml


def load_template(path: Path) -> dict[str, Any]:
    """Read a template; each tag of CloudFormation becomes a map with one member, such as `{"Ref": "Language"}`."""
    content: dict[str, Any] = yaml.load(path.read_text(), _Loader)  # noqa: S506 (a safe loader, with tags)
    return content


class Evaluator:
    """Evaluates the expressions of a template.

    Source: https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/intrinsic-function-reference.html
    """

    def __init__(self, template: Mapping[str, Any], values: Mapping[str, str]) -> None:
        """Use these values of template parameters, and of resources and their attributes."""
        self._template = template
        self._values = values

    def evaluate(self, expression: Any) -> Any:
        """Return the value of an expression.

        Raises:
            KeyError: A name that it refers to is not known, or its function is not supported.
        """
        match expression:
            case dict() if len(expression) == 1 and (name := next(iter(expression))) in FUNCTIONS:
                return FUNCTIONS[name](self, expression[name])
            case dict():
                return {name: self.evaluate(value) for name, value in expression.items()}
            case list():
                return [self.evaluate(value) for value in expression]
            case _:
                return expression

    def value(self, name: str) -> str:
        """Return the value of a template parameter, a resource or an attribute of a resource."""
        return self._values[name]

    def choose(self, arguments: Any) -> Any:
        """Evaluate Fn::If."""
        condition, yes, no = arguments
        return self.evaluate(yes if self.holds(condition) else no)

    def holds(self, condition: str) -> bool:
        """Return whether a condition of the template is true."""
        return bool(self.evaluate(self._template["Conditions"][condition]))

    def substitute(self, arguments: Any) -> str:
        """Evaluate Fn::Sub; its own variables come first."""
        text, given = (arguments, {}) if isinstance(arguments, str) else arguments
        own = {name: self.evaluate(value) for name, value in given.items()}
        return re.sub(
            r"\$\{([\w.:]+)\}", lambda match: own[match[1]] if match[1] in own else self.value(match[1]), text
        )

    def find_in_map(self, arguments: Any) -> Any:
        """Evaluate Fn::FindInMap."""
        name, first, second = (self.evaluate(argument) for argument in arguments)
        return self._template["Mappings"][name][first][second]

    def join(self, arguments: Any) -> str:
        """Evaluate Fn::Join."""
        separator, parts = arguments
        return str(separator).join(self.evaluate(parts))


FUNCTIONS: Final[Mapping[str, Callable[[Evaluator, Any], Any]]] = {
    "Ref": Evaluator.value,
    "GetAtt": lambda template, name: template.value(name if isinstance(name, str) else ".".join(name)),
    "If": Evaluator.choose,
    "Sub": Evaluator.substitute,
    "FindInMap": Evaluator.find_in_map,
    "Join": Evaluator.join,
    "Split": lambda template, arguments: template.evaluate(arguments[1]).split(arguments[0]),
    "Select": lambda template, arguments: template.evaluate(arguments[1])[int(arguments[0])],
    "Equals": lambda template, arguments: template.evaluate(arguments[0]) == template.evaluate(arguments[1]),
    "Not": lambda template, arguments: not template.evaluate(arguments[0]),
    "And": lambda template, arguments: all(template.evaluate(argument) for argument in arguments),
    "Or": lambda template, arguments: any(template.evaluate(argument) for argument in arguments),
    "Condition": Evaluator.holds,
}


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
