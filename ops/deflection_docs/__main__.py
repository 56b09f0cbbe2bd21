"""Write the reference, or with `--check` compare it with the code."""

import sys
from difflib import unified_diff
from pathlib import Path

from deflection_docs.page import render
from deflection_docs.template import ROOT

REFERENCE = ROOT / "docs" / "reference.md"


def main(arguments: list[str], page: Path = REFERENCE) -> int:
    """Write the page and return 0; with `--check` print the differences and return 1 if there are any."""
    text = render()
    if "--check" not in arguments:
        page.write_text(text, "utf-8")
        return 0
    written = page.read_text("utf-8") if page.exists() else ""
    differences = list(unified_diff(written.splitlines(), text.splitlines(), str(page), "the code", n=0, lineterm=""))
    if differences:
        sys.stderr.write("\n".join([*differences, f"{page.name} is not what the code says: make docs\n"]))
    return 1 if differences else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
