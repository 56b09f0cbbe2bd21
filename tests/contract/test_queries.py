"""The Logs Insights queries on the pages find what the function logs."""

import json
import re
from typing import Any

import pytest

from pages import PAGES, blocks
from telemetry import KEYS_OF_POWERTOOLS, LOG_KEYS, write

QUERIES = [query for page in PAGES for query in blocks(page, "") if query.startswith("fields ")]
KEYWORDS = {"fields", "filter", "stats", "sort", "limit", "by", "as", "and", "or", "not", "in", "desc", "asc", "like"}

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
