"""Write the flows and the prompts of this folder into `template.yaml`, where its comments name them.

`# flows/<name>.json` marks a flow, `# flows/prompts` the mapping and the lists of languages. The template stays ASCII,
because CloudFormation returns other characters of a template as question marks.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path

FLOWS = Path(__file__).parent
TEMPLATE = FLOWS.parent / "template.yaml"
FLOW = re.compile(
    r"^(?P<margin> *)- \| # flows/(?P<name>\w+)\.json\n"
    r"(?:(?P=margin)  .*\n)*"
    r"(?:(?P=margin)- \w+: !FindInMap .*\n(?:(?P=margin)  .*\n)*)?",
    re.MULTILINE,
)
"""A text that Fn::Sub fills in, and its prompts."""
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
    template = MAPPING.sub(lambda block: block["head"] + rows, template)
    template = PATTERN.sub(f"^({'|'.join(languages)})$", template)
    return CONSTRAINT.sub(f"must be one of {', '.join(languages)}.", template)


def _flow(margin: str, flow: str, names: list[str]) -> str:
    text = (FLOWS / f"{flow}.json").read_text()
    used = [name for name in names if f"${{{name}}}" in text]
    content = "".join(f"{margin}  {line}" for line in text.splitlines(keepends=True))
    prompts = [f"{name}: !FindInMap [Prompts, !Ref Language, {name}]\n" for name in used]
    variables = f"{margin}- " + f"{margin}  ".join(prompts)
    return f"{margin}- | # flows/{flow}.json\n{content}{variables}"


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
