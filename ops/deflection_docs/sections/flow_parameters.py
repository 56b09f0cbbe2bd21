"""The flow parameters."""

import json
from collections.abc import Iterator
from typing import Any

from deflection.request import parameters
from deflection.request.limits import LIMITS, MAX_CONTENT_CHARACTERS
from deflection.request.parameters import NESTED_MEMBERS, SINGULAR_NAMES, Parameters
from deflection_docs.docstrings import member_docstrings
from deflection_docs.section import Row, Section, Table
from deflection_docs.template import ROOT

SAMPLES = ("flow_string_parameters", "flow_template", "flow_dry_run")
"""The sample events with the examples; of two, the later one counts."""


def flow_parameters() -> Section:
    """Return every flow parameter with its spellings, limits and an example."""
    meanings, examples = member_docstrings(parameters, "Parameters"), _examples()
    rows = tuple(
        Row(name, (_other_spelling(name), _value(name), f"`{examples[name]}`", meanings[name]))
        for name in Parameters.model_fields
    )
    return Section(
        "Flow parameters",
        "parameter",
        "The function input parameters of the flow's block, and the `parameters` of an application's event. None is "
        "required. A flow parameter takes precedence over a route, a route over a setting. Values may be strings or "
        "JSON. Empty and null values count as missing.",
        (Table(("Flow parameter", "Other spelling", "Value", "Example", "Meaning"), rows),),
        unlinked=("template",),
    )


def _other_spelling(name: str) -> str:
    for singular, plural in SINGULAR_NAMES.items():
        if plural == name:
            return f"`{singular}`"
    group, _, member = name.partition("_")
    return f'`{{"{group}": {{"{member}": …}}}}`' if member in NESTED_MEMBERS.get(group, ()) else ""


def _value(name: str) -> str:
    return "; ".join([str(Parameters.model_fields[name].description), *_limits(name)])


def _limits(name: str) -> Iterator[str]:
    if name == "InitialSystemMessage_Content":
        yield ", ".join(f"1 to {maximum} characters for {type_}" for type_, maximum in MAX_CONTENT_CHARACTERS.items())
    for field, limit in LIMITS.items():
        if field == name:
            yield limit.rule
        elif field.startswith(f"{name}_"):
            yield f"{field.rpartition('_')[2]}: {limit.rule}"


def _examples() -> dict[str, str]:
    """Return the values of the sample events by flow parameter."""
    found: dict[str, str] = {}
    for sample in SAMPLES:
        event: Any = json.loads((ROOT / "events" / f"{sample}.json").read_text("utf-8"))
        for name, value in event["Details"]["Parameters"].items():
            found[SINGULAR_NAMES.get(name, name)] = value if isinstance(value, str) else json.dumps(value)
    return found
