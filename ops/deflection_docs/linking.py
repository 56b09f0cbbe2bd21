"""Turn a sentence of the code into Markdown, with links to the names that the reference describes."""

import re
from collections.abc import Mapping, Sequence

from deflection_docs.section import Section

_PIECE = re.compile(
    r"`(?P<code>[^`]+)`"  # GitHub reads the text between two dollar signs as mathematics
    r"|docs/(?P<page>[\w-]+\.md)(?P<anchor>#[\w-]+)?"
    r"|(?P<command>make [a-z-]+)\b"
    r"|(?P<variable>\$\$|\$\{?[A-Za-z]\w*\}?|\$(?:\.\w+)*)"
    r"|(?<![\w./#:{<-])(?P<name>[A-Z]\w+)(?![\w:]|[.-]\w)"
)
"""The parts of a sentence that are not plain words."""
_DISTINCTIVE = re.compile(r"[A-Z]+|\w+_\w+|[A-Z]+[a-z]+[A-Z]\w+")
"""Names that cannot be an ordinary word of a sentence; `Message` can."""


class Linker:
    """The links to the names of all sections; if two sections have a name, the link goes to the first one."""

    def __init__(self, sections: Sequence[Section]) -> None:
        self._sections = sections
        self._commands = {
            f"{section.prefix}{name}": section.anchor(name)
            for section in sections
            if section.prefix
            for name in section.names()
        }

    def markdown(self, text: str, section: Section, row: str = "") -> str:
        """Return a sentence of a section, or of one of its rows, as Markdown that fits into a table."""
        anchors = self._anchors(section, row)
        parts, end = [], 0
        for match in _PIECE.finditer(text):
            parts += [_escape(text[end : match.start()]), self._piece(match, anchors)]
            end = match.end()
        return "".join([*parts, _escape(text[end:])]).replace("\n", " ").replace("|", r"\|")

    def _anchors(self, section: Section, row: str) -> Mapping[str, str]:
        """Return the anchors of all names; those of the section come first, except for the name of the row itself."""
        others = [each for each in self._sections if each.linked and each.kind not in section.unlinked]
        own = {name: section.anchor(name) for name in section.names() if name != row}
        return {name: each.anchor(name) for each in reversed(others) for name in each.names()} | own

    def _piece(self, match: re.Match[str], anchors: Mapping[str, str]) -> str:
        code, page, name = match["code"], match["page"], match["name"]
        if page:
            return f"[{page}]({page}{match['anchor'] or ''})"
        if match["command"] or code in self._commands:
            command = code or match["command"]
            return _link(command, self._commands[command]) if command in self._commands else command
        if code or match["variable"]:
            return _link(code, anchors[code]) if code in anchors else f"`{code or match['variable']}`"
        return _link(name, anchors[name]) if name in anchors and _DISTINCTIVE.fullmatch(name) else _escape(name)


def _link(name: str, anchor: str) -> str:
    return f"[`{name}`](#{anchor})"


def _escape(text: str) -> str:
    """Escape what Markdown would read as markup."""
    return re.sub(r"([<*~\[\]\\])", r"\\\1", text)
