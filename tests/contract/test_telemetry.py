"""The log keys and the metrics that the function writes are the ones that operators build on."""

from typing import Any

import pytest

from deflection_docs.sections.telemetry import record_keys
from telemetry import KEYS_OF_POWERTOOLS, LOG_KEYS, METRICS, RECORD_KEYS, write

type Lines = list[dict[str, Any]]


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Lines:
    return write(capsys, monkeypatch)


def test_metrics_have_the_names_that_operators_build_on(lines: Lines) -> None:
    written = {
        metric["Name"]
        for line in lines
        for directive in line.get("_aws", {}).get("CloudWatchMetrics", [])
        for metric in directive["Metrics"]
    }

    assert written | {"ColdStart"} == METRICS


def test_logs_have_the_keys_that_operators_build_on(lines: Lines) -> None:
    written = {key for line in lines if "_aws" not in line for key in line}

    assert written - KEYS_OF_POWERTOOLS == LOG_KEYS


def test_record_has_its_keys_with_the_types_of_the_reference(lines: Lines) -> None:
    columns = {row.name: row.cells[0].strip("`") for table in record_keys().tables for row in table.rows}
    records = [line for line in lines if line.get("message") == "Deflection ended"]
    python_types: dict[str, tuple[type, ...]] = {"string": (str,), "boolean": (bool,), "double": (int, float)}

    assert {key for record in records for key in record} - KEYS_OF_POWERTOOLS == RECORD_KEYS
    for record in records:
        for key in record.keys() & RECORD_KEYS:
            assert isinstance(record[key], python_types[columns[key]]), key
