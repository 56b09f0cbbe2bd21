"""The Logs Insights queries of `docs/operator.md` find what the function logs, and each of it once."""

import json
import re
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from builders import QUEUES, FakeConnect, FakeSqs, LambdaContext, application, event, refused
from contract.test_readme import names, rows, table
from deflection.handler import lambda_handler
from deflection.observability import UnexpectedError, logger

GUIDE = (Path(__file__).parents[2] / "docs" / "operator.md").read_text()
QUERIES = dict(re.findall(r"^\*\*(.+?)\*\*.*\n\n```\n((?s:fields .*?))^```$", GUIDE, re.MULTILINE))
TEXT = "464e5195-c1da-4702-b61a-e8e014c7ad60"
OF_POWERTOOLS = {
    "level",
    "location",
    "message",
    "timestamp",
    "service",
    "correlation_id",
    "cold_start",
    "xray_trace_id",
}


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_query_asks_for_fields_that_are_logged(query: str) -> None:
    logged = {name for first, *_ in table("Log key") for name in names(first)} | OF_POWERTOOLS
    made = set(re.findall(r" as (\w+)", query))
    keywords = {
        "fields",
        "filter",
        "stats",
        "sort",
        "limit",
        "by",
        "as",
        "and",
        "or",
        "not",
        "in",
        "desc",
        "asc",
        "like",
    }
    functions = set(re.findall(r"(\w+)\(", query))
    bare = re.sub(r'"[^"]*"|/[^/]+/|@\w+|\b\d+\w*\b', "", query)

    assert set(re.findall(r"\b[a-z_]\w*", bare)) <= logged | made | keywords | functions


@pytest.mark.parametrize("query", QUERIES.values(), ids=QUERIES)
def test_a_query_compares_with_values_that_are_logged(query: str) -> None:
    known = set(rows("Status")) | set(rows("Reason")) | {"ERROR", "WARNING", "INFO"}

    for values in re.findall(r"(?:status|reason|level) (?:=|in) (\[.*?\]|\"\w+\")", query):
        assert set(re.findall(r'"(\w+)"', values)) <= known


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What is written of a text, a refusal, a failure, a deferral, an old event and a defect: logs and metrics."""
    monkeypatch.setattr(logger.registered_handler, "stream", sys.stdout)
    quota = refused("LimitExceededException", 429)
    for name, client in (
        ("flow_voice", FakeConnect(TEXT)),
        ("flow_anonymous", FakeConnect()),
        ("flow_unknown_parameter", FakeConnect()),
        ("flow_voice", FakeConnect(quota)),
        ("contact_event_abandoned", FakeConnect()),
        ("flow_voice", FakeConnect(ZeroDivisionError())),
    ):
        serving = application(
            client,
            sqs=FakeSqs(),
            **QUEUES,
            INITIAL_MESSAGE="Hello",
            CONTACT_EVENT_TRIGGER="ABANDONED",
            CONSENT_ATTRIBUTE="smsConsent",
        )
        with suppress(UnexpectedError):
            lambda_handler(event(name), LambdaContext(), application=serving)
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("One call", ["STARTED", "DECLINED", "FAILED", "DEFERRED", "DECLINED", None]),
        ("What failed", ["FAILED"]),
        ("Why people are declined", ["DECLINED", "DECLINED"]),
        ("What waits, and why", ["DEFERRED"]),
        ("Defects and crashes", [None]),
        ("The call of a conversation", ["STARTED"]),
        ("How long", ["STARTED", "DECLINED", "FAILED", "DEFERRED", "DECLINED"]),
        ("Calls that got no text because they waited too long", ["DECLINED"]),
    ],
)
def test_a_query_finds_the_log_and_not_the_metrics(title: str, found: list[str | None], lines: Any) -> None:
    passed = [line for line in lines if passes(line, QUERIES[title])]

    assert [line.get("status") for line in passed] == found
    assert [line for line in passed if "_aws" in line] == []


def test_every_query_is_tried() -> None:
    [titles] = [mark.args[1] for mark in test_a_query_finds_the_log_and_not_the_metrics.pytestmark]

    assert [title for title, _ in titles] == list(QUERIES)


def passes(line: dict[str, Any], query: str) -> bool:
    """Whether it goes through the query's filters, as far as the guide uses that language."""
    filters = " and ".join(re.findall(r"^\| filter (.+)$", query, re.MULTILINE))
    return all(any(holds(line, each) for each in either.split(" or ")) for either in filters.split(" and "))


def holds(line: dict[str, Any], comparison: str) -> bool:
    if present := re.fullmatch(r"ispresent\((\w+)\)", comparison):
        return present[1] in line
    name, operator, value = comparison.split(" ", 2)
    told = json.dumps(line) if name == "@message" else str(line.get(name, ""))
    if operator == "like":
        return re.search(value.strip("/"), told) is not None
    assert operator in ("=", "in")
    return told in re.findall(r'"(.*?)"', value)
