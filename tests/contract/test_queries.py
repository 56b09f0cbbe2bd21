"""The Logs Insights queries on the pages find what the function logs."""

import json
import re
from typing import Any

import pytest

from cloudformation import RESOURCES
from pages import PAGES, blocks
from telemetry import KEYS_OF_POWERTOOLS, LOG_KEYS, write, write_text

WIDGETS = json.loads(RESOURCES["DeflectionDashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])["widgets"]
QUERIES = [query for page in PAGES for query in blocks(page, "") if query.startswith("fields ")]
KEYWORDS = {"fields", "filter", "stats", "sort", "limit", "by", "as", "and", "or", "not", "in", "desc", "asc", "like"}

BREAKDOWNS = [widget["properties"]["query"] for widget in WIDGETS if widget["type"] == "log"]

type Lines = list[dict[str, Any]]


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Lines:
    return write(capsys, monkeypatch)


def test_pages_have_queries() -> None:
    assert QUERIES


@pytest.mark.parametrize("query", QUERIES)
def test_query_uses_only_keys_that_are_logged(query: str) -> None:
    defined = set(re.findall(r" as (\w+)", query))
    functions = set(re.findall(r"(\w+)\(", query))
    bare = re.sub(r'"[^"]*"|/[^/]+/|@\w+|\b\d+\w*\b', "", query)

    assert set(re.findall(r"\b[a-z_]\w*", bare)) <= LOG_KEYS | KEYS_OF_POWERTOOLS | defined | KEYWORDS | functions


@pytest.mark.parametrize("query", QUERIES)
def test_query_finds_logs_and_not_metrics(query: str, lines: Lines) -> None:
    found = [line for line in lines if passes(line, query)]

    assert found
    assert [line for line in found if "_aws" in line] == []


def passes(line: dict[str, Any], query: str) -> bool:
    """Return whether a line passes the filters of a query."""
    filters = " and ".join(re.findall(r"^\| filter (.+)$", query, re.MULTILINE))
    return all(any(matches(line, each) for each in either.split(" or ")) for either in filters.split(" and "))


def matches(line: dict[str, Any], comparison: str) -> bool:
    if present := re.fullmatch(r"ispresent\((\w+)\)", comparison):
        return present[1] in line
    name, operator, value = comparison.split(" ", 2)
    actual = json.dumps(line) if name == "@message" else str(line.get(name, ""))
    if operator == "like":
        return re.search(value.strip("/"), actual) is not None
    assert operator in ("=", "in")
    return actual in re.findall(r'"(.*?)"', value)


def run(query: str, lines: list[str]) -> dict[str, dict[str, int]]:
    """Return the sums of a query by its groups, with the functions as Logs Insights defines them."""
    source, like, fields, stats, *_ = query.split(" | ")
    assert source == "SOURCE '${DeflectionLogGroup}'"
    [(pattern, group)] = re.findall(r"/(.*)/ .* by (\w+)$", f"{like} {stats}")
    wanted = dict(reversed(each) for each in re.findall(r"strcontains\(@message, '(.*?)'\) as (\w+)", fields))
    found: dict[str, dict[str, int]] = {}
    for line in lines:
        logged = json.loads(line)
        if re.search(pattern, logged.get("message", "")):
            sums = found.setdefault(logged[group], {})
            for name, alias in re.findall(r"sum\((\w+)\) as (\w+)", stats):
                sums[alias] = sums.get(alias, 0) + (wanted[name] in line)
    return found


def test_dashboard_shows_the_funnel_by_language_and_by_route(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    lines = write_text(capsys, monkeypatch)

    by_language, by_route = (run(query, lines) for query in BREAKDOWNS)

    nothing = dict.fromkeys(
        ("Started", "Declined", "Failed", "Ended", "Replied", "Silent", "Answered", "Saved", "ByPhone"), 0
    )
    english = nothing | {"Started": 1, "Declined": 1, "Failed": 1, "Ended": 1, "Replied": 1, "Saved": 1}
    assert by_language["en-US"] == english
    assert by_route["brand-b"] == nothing | {"Ended": 1, "Replied": 1, "Saved": 1}
    assert by_language[""]["Ended"] == 2
