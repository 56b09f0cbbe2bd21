"""The Markdown pages of the repository, and what can be read from them without knowing their words."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[1]
PAGES = {
    str(path.relative_to(ROOT)): path.read_text()
    for path in (*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md")))
}
MAKEFILE = (ROOT / "Makefile").read_text()
TARGETS = frozenset(re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.MULTILINE))

_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)


def blocks(page: str, language: str) -> list[str]:
    """Return the fenced code blocks of a language."""
    return [text for name, text in _FENCE.findall(PAGES[page]) if name == language]


def inline_code(page: str) -> list[str]:
    """Return the code between backticks outside fenced blocks."""
    return re.findall(r"`([^`\n]+)`", _FENCE.sub("", PAGES[page]))


def commands(page: str) -> list[tuple[str, str]]:
    """Return each command of the console and sh blocks, with the output that the page shows."""
    found = [re.findall(r"^ *\$ ((?:.*\\\n)*.*)\n((?:(?! *\$ ).*\n)*)", block, re.MULTILINE)
             for block in blocks(page, "console")]  # fmt: skip
    found += [[(command, "") for command in re.findall(r"^ *((?:.*\\\n)*.+)\n", block, re.MULTILINE)]
              for block in blocks(page, "sh")]  # fmt: skip
    return [(re.sub(r"\s*\\\n\s*", " ", command), output) for each in found for command, output in each]


def all_commands(page: str) -> list[str]:
    """Return the commands of the blocks and the code between backticks."""
    return [*(command for command, _ in commands(page)), *inline_code(page)]


def anchors(page: str) -> set[str]:
    """Return the anchors of a page."""
    return anchors_in(PAGES[page])


def anchors_in(text: str) -> set[str]:
    """Return the anchors that GitHub gives to the headings of a text, and those that it sets itself."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    named = re.findall(r'<a id="([^"]+)">', text)
    return {*named, *(re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings)}
