"""Writes the flows of this folder into `template.yaml`, under each line that ends with `# flows/<name>.json`."""

import re
from pathlib import Path

FLOWS = Path(__file__).parent
TEMPLATE = FLOWS.parent / "template.yaml"
BLOCK = re.compile(
    r"^(?P<margin> *)(?P<head>\S.*!Sub \| # flows/(?P<name>\w+)\.json\n)(?P<text>(?:(?P=margin) +\S.*\n)*)",
    re.MULTILINE,
)
"""A line that names a flow, and the lines under it that stand further to the right."""


def embed(template: str) -> str:
    """The template with the flows as they are in their files."""
    return BLOCK.sub(_embedded, template)


def _embedded(block: re.Match[str]) -> str:
    margin, head, name = block["margin"], block["head"], block["name"]
    flow = (FLOWS / f"{name}.json").read_text()
    return f"{margin}{head}" + "".join(f"{margin}  {line}" for line in flow.splitlines(keepends=True))


if __name__ == "__main__":
    TEMPLATE.write_text(embed(TEMPLATE.read_text()))
