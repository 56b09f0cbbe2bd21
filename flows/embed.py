"""Write flows, test cases, prompts and the dashboard into `template.yaml`, where its comments name their files.

`# flows/<name>.json` marks a flow, `# flows/test_cases.py` the test cases, `# ops/dashboard.json` the dashboard,
`# flows/prompts` the mapping and the lists of languages. An action, a test case or a widget takes one line. The
template stays ASCII, because CloudFormation returns other characters of a template as question marks.

In the actions of a flow, an object with the member `CopyOf` stands for the actions of that flow module from
`StartAction` on; `Results` names the action that follows each result. A customer queue flow cannot invoke a module.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from test_cases import CASES, Case, content

FLOWS = Path(__file__).parent
TEMPLATE = FLOWS.parent / "template.yaml"
DASHBOARD_SOURCE = FLOWS.parent / "ops" / "dashboard.json"
FLOW = re.compile(
    r"^(?P<margin> *)- \| # flows/(?P<name>\w+)\.json\n"
    r"(?:(?P=margin)  .*\n)*"
    r"(?:(?P=margin)- \{(?:\w+: !.*)?\}\n)?",
    re.MULTILINE,
)
"""A text that Fn::Sub fills in, and its prompts."""
DASHBOARD = re.compile(
    r"^(?P<head>(?P<margin> *)DashboardBody: !Sub \| # ops/dashboard\.json\n)(?:(?P=margin)  .*\n)*", re.MULTILINE
)
TEST_CASES = re.compile(r"(?<=# flows/test_cases\.py\n)(?:  TestCase\w+: \{.*\n)*")
TEST_CASE = (
    "  {logical_id}: {{Type: AWS::Connect::TestCase, Condition: TestCasesAreDeployed, Properties: "
    "{{InstanceArn: !Ref InstanceArn, Name: !Sub '${{AWS::StackName}} {name}', Status: PUBLISHED, "
    "EntryPoint: {{Type: VOICE_CALL, VoiceCallEntryPointParameters: {{FlowId: !GetAtt VoiceFlow.ContactFlowArn}}}}, "
    "Content: !Sub ['{content}', {{{variables}}}]}}}}\n"
)
"""Without SourcePhoneNumber: CloudFormation's pattern for it matches no phone number."""
MAPPINGS = re.compile(r"^  Prompts: # flows/prompts\n(?:    .*\n|  Prompts\d+:\n)*", re.MULTILINE)
MAX_VALUES = 200
"""The most values that CloudFormation takes in one mapping; the prompts are spread over several ones."""
PATTERN = re.compile(r"(?<=^    AllowedPattern: ).*(?= # flows/prompts$)", re.MULTILINE)
"""AllowedValues would make cfn-lint try each combination of languages for the prompts of a flow, without end."""
CONSTRAINT = re.compile(r"(?<=^    ConstraintDescription: ).*(?= # flows/prompts$)", re.MULTILINE)
NEXT_ACTION = re.compile(r'(?<="NextAction": ")[^"]+')
COLUMNS = 6
"""The blocks in a row of the flow designer."""
OUTSIDE_FLOWS = "InitialMessage"
"""A setting of the function; the other texts are inside the JSON of a flow."""
OTHER_VARIABLES = {
    "OfferModuleId": "!Select [3, !Split [/, !GetAtt OfferModule.ContactFlowModuleArn]]",
    "CallbackSentence": '!If [CallbackIsOffered, !Join ["", [" ", {}]], ""]',
}
"""The values that the flows are filled in with, besides prompts and template parameters."""

type Prompts = Mapping[str, str]


def embed(template: str) -> str:
    """Return the template with the current flows and prompts."""
    languages = {file.stem: json.loads(file.read_text("utf-8")) for file in sorted(FLOWS.glob("prompts/*.json"))}
    names = list(next(iter(languages.values())))
    size = MAX_VALUES // len(languages)
    mappings = {
        f"Prompts{number + 1 if number else ''}": names[number * size : (number + 1) * size]
        for number in range(-(-len(names) // size))
    }
    found = {
        name: f"!FindInMap [{mapping}, !Ref Language, {name}]" for mapping, each in mappings.items() for name in each
    }
    template = FLOW.sub(lambda block: _flow(block["margin"], block["name"], found), template)
    template = TEST_CASES.sub("".join(_test_case(case, found) for case in CASES), template)
    template = DASHBOARD.sub(lambda block: block["head"] + _indented(_dashboard(), block["margin"]), template)
    template = MAPPINGS.sub(lambda _: _mappings(mappings, languages), template)
    template = PATTERN.sub(f"^({'|'.join(languages)})$", template)
    return CONSTRAINT.sub(f"must be one of {', '.join(languages)}.", template)


def _flow(margin: str, flow: str, found: Mapping[str, str]) -> str:
    text = _compact(_read_flow(flow), "Actions")
    return f"{margin}- | # flows/{flow}.json\n{_indented(text, margin)}{margin}- {{{_variables(text, found)}}}\n"


def _test_case(case: Case, found: Mapping[str, str]) -> str:
    text = json.dumps(content(case))
    return TEST_CASE.format(
        logical_id=case.logical_id, name=case.name, content=text.replace("'", "''"), variables=_variables(text, found)
    )


def _variables(text: str, found: Mapping[str, str]) -> str:
    """Return the variables of Fn::Sub that a text uses and that are not resources or template parameters."""
    others = {name: value.format(found["CallbackOfferPrompt"]) for name, value in OTHER_VARIABLES.items()}
    return ", ".join(f"{name}: {value}" for name, value in {**found, **others}.items() if f"${{{name}}}" in text)


def _read_flow(name: str) -> dict[str, Any]:
    """Read a flow, with the actions of a module in the place of each object with the member `CopyOf`."""
    document: dict[str, Any] = json.loads((FLOWS / f"{name}.json").read_text())
    actions = document["Actions"]
    document["Actions"] = [action for each in actions for action in (_copies(each) if "CopyOf" in each else [each])]
    positions = document["Metadata"]["ActionMetadata"]
    for each in document["Actions"]:
        positions.setdefault(each["Identifier"], {"position": _position(len(positions))})
    return document


def _copies(entry: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Copy the actions of a module from one on; actions of the flow follow them in place of the module's results."""
    actions = {each["Identifier"]: each for each in _read_flow(entry["CopyOf"])["Actions"]}
    results = {name: each["Parameters"].get("Result") for name, each in actions.items()}
    following = {name: entry["Results"][result] for name, result in results.items() if result in entry["Results"]}
    names, left = set[str](), [entry["StartAction"]]
    while left:
        name = left.pop()
        if name not in names and name not in following:
            names.add(name)
            left += NEXT_ACTION.findall(json.dumps(actions[name]))
    copied = json.dumps([action for name, action in actions.items() if name in names])
    copies: list[dict[str, Any]] = json.loads(NEXT_ACTION.sub(lambda name: following.get(name[0], name[0]), copied))
    return copies


def _position(number: int) -> dict[str, int]:
    """Return the place in the flow designer of the action with this number."""
    row, column = divmod(number, COLUMNS)
    return {"x": 240 + 280 * column, "y": 20 + 220 * row}


def _mappings(mappings: Mapping[str, list[str]], languages: Mapping[str, Prompts]) -> str:
    lines = []
    for mapping, names in mappings.items():
        lines.append(f"  {mapping}: # flows/prompts" if mapping == "Prompts" else f"  {mapping}:")
        lines += [
            f"    {language}: {_row({name: texts[name] for name in names})}" for language, texts in languages.items()
        ]
    return "".join(f"{line}\n" for line in lines)


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
