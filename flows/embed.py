"""Write the flows, the prompts and the dashboard into `template.yaml`, where its comments name their files.

`# flows/<name>.json` marks a flow, `# ops/dashboard.json` the dashboard, `# flows/prompts` the mapping and the lists of
languages. An action or a widget takes one line. The template stays ASCII, because CloudFormation returns other
characters of a template as question marks.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

FLOWS = Path(__file__).parent
TEMPLATE = FLOWS.parent / "template.yaml"
DASHBOARD_SOURCE = FLOWS.parent / "ops" / "dashboard.json"
FLOW = re.compile(
    r"^(?P<margin> *)- \| # flows/(?P<name>\w+)\.json\n"
    r"(?:(?P=margin)  .*\n)*"
    r"(?:(?P=margin)- \{\w+: !FindInMap .*\n)?",
    re.MULTILINE,
)
"""A text that Fn::Sub fills in, and its prompts."""
DASHBOARD = re.compile(
    r"^(?P<head>(?P<margin> *)DashboardBody: !Sub \| # ops/dashboard\.json\n)(?:(?P=margin)  .*\n)*", re.MULTILINE
)
MAPPING = re.compile(r"^(?P<head>  Prompts: # flows/prompts\n)(?:    .*\n)*", re.MULTILINE)
PATTERN = re.compile(r"(?<=^    AllowedPattern: ).*(?= # flows/prompts$)", re.MULTILINE)
"""AllowedValues would make cfn-lint try each combination of languages for the prompts of a flow, without end."""
CONSTRAINT = re.compile(r"(?<=^    ConstraintDescription: ).*(?= # flows/prompts$)", re.MULTILINE)
OUTSIDE_FLOWS = "InitialMessage"
"""A setting of the function; the other texts are inside the JSON of a flow."""

type Prompts = Mapping[str, str]


def embed(template: str) -> str:
    """Return the template with the current flows and prompts."""
    languages = {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(FLOWS.glob("prompts/*.json"))}
    names = list(next(iter(languages.values())))
    rows = "".join(f"    {language}: {_row(prompts)}\n" for language, prompts in languages.items())
    template = FLOW.sub(lambda block: _flow(block["margin"], block["name"], names), template)
    template = DASHBOARD.sub(lambda block: block["head"] + _indented(_dashboard(), block["margin"]), template)
    template = MAPPING.sub(lambda block: block["head"] + rows, template)
    template = PATTERN.sub(f"^({'|'.join(languages)})$", template)
    return CONSTRAINT.sub(f"must be one of {', '.join(languages)}.", template)


def _flow(margin: str, flow: str, names: list[str]) -> str:
    content = _compact(json.loads((FLOWS / f"{flow}.json").read_text()), "Actions")
    prompts = [f"{name}: !FindInMap [Prompts, !Ref Language, {name}]" for name in names if f"${{{name}}}" in content]
    return f"{margin}- | # flows/{flow}.json\n{_indented(content, margin)}{margin}- {{{', '.join(prompts)}}}\n"


def _dashboard() -> str:
    return _compact(json.loads(DASHBOARD_SOURCE.read_text()), "widgets")


def _compact(document: dict[str, Any], rows: str) -> str:
    """Return a document as JSON with a line for each of its rows, which come last."""
    items = document.pop(rows)
    head = json.dumps(document)[:-1]
    return f'{head}, "{rows}": [\n  ' + ",\n  ".join(map(json.dumps, items)) + "\n]}\n"


def _indented(text: str, margin: str) -> str:
    return "".join(f"{margin}  {line}" for line in text.splitlines(keepends=True))


def _row(prompts: Prompts) -> str:
    """Return a language's prompts as a YAML mapping on one line."""
    values = (f"{name}: {_plain(text) if name == OUTSIDE_FLOWS else _in_json(text)}" for name, text in prompts.items())
    return f"{{{', '.join(values)}}}"


def _in_json(text: str) -> str:
    """Quote a text that becomes a part of a JSON string: JSON's escapes reach the flow as they are."""
    escaped = json.dumps(text)[1:-1].replace("'", "''")
    return f"'{escaped}'"


def _plain(text: str) -> str:
    """Quote a text that reaches the function as it is: YAML decodes the escapes."""
    escaped = re.sub(r"[^ !#-\[\]-~]", lambda character: f"\\U{ord(character[0]):08x}", text)
    return f'"{escaped}"'


if __name__ == "__main__":
    TEMPLATE.write_text(embed(TEMPLATE.read_text()))
