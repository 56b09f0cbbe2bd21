"""Define the parts of the reference: sections with tables of names."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Row:
    """
    One line of a table.

    Attributes:
        name: The name that the line is about; it becomes the anchor.
        cells: The other columns, as texts with code between backticks.
    """

    name: str
    cells: tuple[str, ...]


@dataclass(frozen=True)
class Table:
    """
    A table of names.

    Attributes:
        columns: The heads of all columns.
        rows: The lines.
        title: The heading above the table; empty for none.
    """

    columns: tuple[str, ...]
    rows: tuple[Row, ...]
    title: str = ""


@dataclass(frozen=True)
class Section:
    """
    All names of one kind.

    Attributes:
        title: The heading.
        kind: The first part of the anchors, such as `setting` in `#setting-QUEUE_URL`.
        intro: The paragraph below the heading.
        tables: The names.
        prefix: The text that the page shows before each name.
        linked: Whether the names link here wherever the page mentions them.
        unlinked: The kinds whose names mean something else in this section.
    """

    title: str
    kind: str
    intro: str
    tables: tuple[Table, ...]
    prefix: str = ""
    linked: bool = True
    unlinked: tuple[str, ...] = ()

    def names(self) -> Iterator[str]:
        """Yield the names that the section describes."""
        for table in self.tables:
            for row in table.rows:
                yield row.name

    def anchor(self, name: str) -> str:
        """Return the anchor of a name."""
        return f"{self.kind}-{name}"
