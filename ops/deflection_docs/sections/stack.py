"""The parameters, rules and outputs of the stack."""

from collections.abc import Iterator
from typing import Any

from deflection_docs.section import Row, Section, Table
from deflection_docs.template import Template


def template_parameters(template: Template) -> Section:
    """Return the template parameters, one table for each group of the CloudFormation console."""
    tables = tuple(
        Table(
            ("Template parameter", "Default", "Value", "Meaning"),
            tuple(Row(name, _cells(template.parameters[name])) for name in group["Parameters"]),
            group["Label"]["default"],
        )
        for group in template.groups
    )
    return Section(
        "Template parameters",
        "template",
        "The values of a deployment: `sam deploy --parameter-overrides Name=value`. A deployment that does not name a "
        "parameter keeps its value.",
        tables,
    )


def template_rules(template: Template) -> Section:
    """Return the rules between the template parameters."""
    rows = tuple(
        Row(name, (" ".join(each["AssertDescription"] for each in rule["Assertions"]),))
        for name, rule in template.rules.items()
    )
    return Section(
        "Template rules",
        "rule",
        "CloudFormation refuses a deployment that breaks one of these rules, before it changes anything.",
        (Table(("Rule", "Meaning"), rows),),
        linked=False,
    )


def outputs(template: Template) -> Section:
    """Return the outputs of the stack."""
    rows = tuple(
        Row(name, (template.when(output.get("Condition")), output["Description"]))
        for name, output in template.outputs.items()
    )
    return Section(
        "Stack outputs",
        "output",
        "The values that the stack shows in CloudFormation.",
        (Table(("Output", "Depends on", "Meaning"), rows),),
    )


def _cells(parameter: dict[str, Any]) -> tuple[str, ...]:
    default = str(parameter.get("Default", "required"))
    return (
        default if default == "required" else f"`{default}`" if default else "empty",
        "; ".join(_limits(parameter)) or parameter["Type"],
        parameter["Description"],
    )


def _limits(parameter: dict[str, Any]) -> Iterator[str]:
    if "AllowedValues" in parameter:
        yield ", ".join(f"`{value}`" for value in parameter["AllowedValues"])
        return
    if "MinValue" in parameter:
        yield (
            f"{parameter['MinValue']} to {parameter['MaxValue']}"
            if "MaxValue" in parameter
            else (f"{parameter['MinValue']} or more")
        )
    if "ConstraintDescription" in parameter:
        yield parameter["ConstraintDescription"].removeprefix("must be ").removesuffix(".")
