"""Copy each flow of this folder into `template.yaml`, below its `# flows/<name>.json`."""

import re
from pathlib import Path

FLOWS = Path(__file__).parent
TEMPLATE = FLOWS.parent / "template.yaml"
BLOCK = re.compile(
    r"^(?P<margin> *)(?P<head>\S.*!Sub \| # flows/(?P<name>\w+)\.json\n)(?P<text>(?:(?P=margin) +\S.*\n)*)",
    re.MULTILINE,
)
"""A line that names a flow, and the lines below it that are indented further."""


def embed(template: str) -> str:
    """Return the template with the current flows."""
    return BLOCK.sub(_embedded, template)


def _embedded(block: re.Match[str]) -> str:
    margin, head, name = block["margin"], block["head"], block["name"]
    flow = (FLOWS / f"{name}.json").read_text()
    return f"{margin}{head}" + "".join(f"{margin}  {line}" for line in flow.splitlines(keepends=True))


if __name__ == "__main__":
    TEMPLATE.write_text(embed(TEMPLATE.read_text()))
