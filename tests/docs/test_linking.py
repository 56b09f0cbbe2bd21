import pytest

from deflection_docs.linking import Linker
from deflection_docs.section import Row, Section, Table


def section(kind: str, *names: str, prefix: str = "", linked: bool = True, unlinked: tuple[str, ...] = ()) -> Section:
    rows = tuple(Row(name, ()) for name in names)
    return Section(kind.title(), kind, "", (Table((), rows),), prefix, linked, unlinked)


SETTINGS = section("setting", "QUIET_HOURS", "Subtypes")
REASONS = section("reason", "QUIET_HOURS", "THROTTLED")
PARAMETERS = section("parameter", "ContactFlowId", "Select", unlinked=("setting",))
COMMANDS = section("command", "doctor", prefix="make ")
STATEMENTS = section("permission", "DescribeContact", linked=False)
LINKER = Linker([SETTINGS, REASONS, PARAMETERS, COMMANDS, STATEMENTS])


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("Read THROTTLED.", "Read [`THROTTLED`](#reason-THROTTLED)."),
        ("Read `THROTTLED`.", "Read [`THROTTLED`](#reason-THROTTLED)."),
        ("Set ContactFlowId=x", "Set [`ContactFlowId`](#parameter-ContactFlowId)=x"),
        ("Run make doctor: it checks", "Run [`make doctor`](#command-doctor): it checks"),
        ("Run `make doctor`.", "Run [`make doctor`](#command-doctor)."),
        ("make sure", "make sure"),
        (
            "See docs/messages.md#the-switch or docs/messages.md.",
            "See [messages.md](messages.md#the-switch) or [messages.md](messages.md).",
        ),
    ],
)
def test_name_of_the_reference_becomes_a_link(text: str, markdown: str) -> None:
    assert LINKER.markdown(text, REASONS) == markdown


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("Select a route", "Select a route"),
        ("`Select` a route", "[`Select`](#parameter-Select) a route"),
        ("arn:aws:connect:THROTTLED", "arn:aws:connect:THROTTLED"),
        ("`aws x THROTTLED`", "`aws x THROTTLED`"),
        ("DescribeContact", "DescribeContact"),
        ("UNKNOWN", "UNKNOWN"),
    ],
)
def test_word_that_may_mean_something_else_is_no_link(text: str, markdown: str) -> None:
    assert LINKER.markdown(text, REASONS) == markdown


@pytest.mark.parametrize(
    ("text", "markdown"),
    [
        ("* or <id> [x] ~y", r"\* or \<id> \[x\] \~y"),
        ("one | two\nthree", r"one \| two three"),
        ("$name or ${name}, $$5 and $.External.Status", "`$name` or `${name}`, `$$`5 and `$.External.Status`"),
        ("`<id>` and `a|b`", r"`<id>` and `a\|b`"),
    ],
)
def test_markup_in_a_text_is_shown_as_it_is(text: str, markdown: str) -> None:
    assert LINKER.markdown(text, REASONS) == markdown


def test_name_of_two_sections_links_to_the_own_section_or_to_the_first_one() -> None:
    assert LINKER.markdown("QUIET_HOURS", REASONS) == "[`QUIET_HOURS`](#reason-QUIET_HOURS)"
    assert LINKER.markdown("QUIET_HOURS", REASONS, "QUIET_HOURS") == "[`QUIET_HOURS`](#setting-QUIET_HOURS)"
    assert LINKER.markdown("QUIET_HOURS", COMMANDS) == "[`QUIET_HOURS`](#setting-QUIET_HOURS)"
    assert LINKER.markdown("QUIET_HOURS", PARAMETERS) == "[`QUIET_HOURS`](#reason-QUIET_HOURS)"
