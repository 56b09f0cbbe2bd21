"""The commands of the Makefile."""

import re

from deflection_docs.section import Row, Section, Table
from deflection_docs.template import ROOT

_COMMAND = re.compile(r"^([a-z-]+):.*?## (.*)$", re.MULTILINE)


def commands() -> Section:
    """Return the commands with their descriptions."""
    makefile = (ROOT / "Makefile").read_text("utf-8")
    rows = tuple(Row(name, (description,)) for name, description in _COMMAND.findall(makefile))
    return Section(
        "Commands",
        "command",
        "Targets of `make`. Write a variable in capitals after the target: `make doctor STACK=connect-sms-deflection`.",
        (Table(("Command", "What it does"), rows),),
        prefix="make ",
    )
