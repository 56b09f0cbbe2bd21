"""Put the sections together to the Markdown of the reference."""

from collections.abc import Iterator

from deflection_docs.linking import Linker
from deflection_docs.section import Section, Table
from deflection_docs.sections import read_sections
from deflection_docs.template import Template

HEAD = """\
<!-- `make docs` writes this page from the code and the template. Change those, not the page. -->

# Reference

Look up a name here: everything that you can set, read or search for, with its meaning.
"""


def render(sections: tuple[Section, ...] | None = None) -> str:
    """Return the text of the page."""
    sections = read_sections(Template()) if sections is None else sections
    linker = Linker(sections)
    contents = " · ".join(f"[{section.title}](#{_slug(section.title)})" for section in sections)
    return "\n".join([HEAD, contents, *(line for section in sections for line in _section(section, linker))]) + "\n"


def _section(section: Section, linker: Linker) -> Iterator[str]:
    yield from ("", f"## {section.title}", "", linker.markdown(section.intro, section))
    for table in section.tables:
        if table.title:
            yield from ("", f"### {table.title}")
        yield from ("", *_table(table, section, linker))


def _table(table: Table, section: Section, linker: Linker) -> Iterator[str]:
    yield f"| {' | '.join(table.columns)} |"
    yield f"|{'---|' * len(table.columns)}"
    for row in table.rows:
        cells = (linker.markdown(cell, section, row.name) for cell in row.cells)
        yield f'| <a id="{section.anchor(row.name)}"></a>`{section.prefix}{row.name}` | {" | ".join(cells)} |'


def _slug(title: str) -> str:
    """Return the anchor that GitHub gives to a heading."""
    return title.lower().replace(" ", "-")
