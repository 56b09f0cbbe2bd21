"""The settings of the function."""

from typing import Any, get_args

from pydantic.fields import FieldInfo

from deflection.settings import Settings
from deflection_docs.section import Row, Section, Table
from deflection_docs.template import Template

NUMBERS = {int: "a whole number", float: "a number"}


def settings(template: Template) -> Section:
    """Return every setting with its value, default and meaning, and what sets it in the template."""
    rows = tuple(_row(name.upper(), field, template) for name, field in Settings.model_fields.items())
    return Section(
        "Settings",
        "setting",
        "Environment variables of the function, which it reads once when it is loaded. An empty variable counts as not "
        "set. The template sets them from its parameters and resources.",
        (Table(("Setting", "Value", "Default", "Meaning", "Set in the template by"), rows),),
    )


def _row(name: str, field: FieldInfo, template: Template) -> Row:
    parameters, resources = template.sources(template.variables.get(name))
    default = "required" if field.is_required() else _text(field.default)
    meaning = str(field.description)
    return Row(name, (_value(field), default, meaning, ", ".join(f"`{each}`" for each in (*parameters, *resources))))


def _value(field: FieldInfo) -> str:
    types = (field.annotation, *get_args(field.annotation))
    return ", ".join([*(words for type_, words in NUMBERS.items() if type_ in types), str(field.title)])


def _text(value: Any) -> str:
    if isinstance(value, tuple):
        value = ",".join(value)
    return f"`{str(value).lower() if isinstance(value, bool) else value}`" if value not in (None, "") else "none"
