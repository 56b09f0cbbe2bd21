"""Read template.yaml, and put its expressions into words."""

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from cfnlint.decode import cfn_yaml

ROOT = Path(__file__).parents[2]
NO_VALUE = {"Ref": "AWS::NoValue"}


class Template:
    """The template, with intrinsic functions in their long form."""

    def __init__(self, path: Path = ROOT / "template.yaml") -> None:
        content = json.loads(json.dumps(cfn_yaml.load(str(path))))
        self.parameters: Mapping[str, Any] = content["Parameters"]
        self.groups: list[Any] = content["Metadata"]["AWS::CloudFormation::Interface"]["ParameterGroups"]
        self.rules: Mapping[str, Any] = content["Rules"]
        self.conditions: Mapping[str, Any] = content["Conditions"]
        self.resources: Mapping[str, Any] = content["Resources"]
        self.outputs: Mapping[str, Any] = content["Outputs"]

    def resources_of(self, type_: str) -> dict[str, Any]:
        """Return the resources of a type by their logical id."""
        return {name: each for name, each in self.resources.items() if each["Type"] == type_}

    @property
    def function(self) -> Any:
        """Return the properties of the function."""
        [function] = self.resources_of("AWS::Serverless::Function").values()
        return function["Properties"]

    @property
    def variables(self) -> Mapping[str, Any]:
        """Return the expressions of the function's environment variables."""
        variables: Mapping[str, Any] = self.function["Environment"]["Variables"]
        return variables

    def sources(self, expression: Any) -> tuple[list[str], list[str]]:
        """Return the template parameters and the resources whose values an expression has."""
        names = list(dict.fromkeys(_names_in(expression)))
        return [name for name in names if name in self.parameters], [name for name in names if name in self.resources]

    def when(self, condition: str | None) -> str:
        """Return which template parameters decide a condition; `always` without a condition."""
        if condition is None:
            return "always"
        return " or ".join(f"`{name}`" for name in dict.fromkeys(self._deciding(self.conditions[condition])))

    def _deciding(self, condition: Any) -> Iterator[str]:
        match condition:
            case {"Condition": str(name)}:
                yield from self._deciding(self.conditions[name])
            case {"Ref": str(name)}:
                yield name
            case dict() | list():
                for part in condition.values() if isinstance(condition, dict) else condition:
                    yield from self._deciding(part)
            case _:
                return


def _names_in(expression: Any) -> Iterator[str]:
    match expression:
        case {"Ref": str(name)} | {"Fn::GetAtt": [str(name), *_]}:
            yield name.partition(".")[0]
        case {"Fn::If": [_, *values]}:
            yield from _names_in(values)
        case dict() | list():
            for part in expression.values() if isinstance(expression, dict) else expression:
                yield from _names_in(part)
        case _:
            return


def as_text(expression: Any) -> str:
    """Return an expression as one text; references look like `${Name}`."""
    match expression:
        case {"Ref": name}:
            return f"${{{name}}}"
        case {"Fn::GetAtt": [name, attribute]}:
            return f"${{{name}.{attribute}}}"
        case {"Fn::Sub": [str(text), _]} | {"Fn::Sub": str(text)}:
            return text
        case {"Fn::If": [_, first, second]}:
            return as_text(second if first == NO_VALUE else first)
        case {"Fn::Join": [_, parts]} | {"Fn::Split": [_, parts]}:
            return as_text(parts)
        case list():
            return ", ".join(map(as_text, expression))
        case dict():
            return ", ".join(f"{name}: {as_text(value)}" for name, value in expression.items())
        case _:
            return str(expression)
