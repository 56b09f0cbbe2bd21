"""The log keys and the metrics that the function writes are the ones that operators build on."""

from typing import Any

import pytest

from telemetry import KEYS_OF_POWERTOOLS, LOG_KEYS, METRICS, write

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
