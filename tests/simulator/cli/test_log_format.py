"""How `make run` shows the function's log lines and metrics."""

import json

from connect_simulator.cli.log_format import readable

METRICS = {
    "_aws": {
        "Timestamp": 1,
        "CloudWatchMetrics": [
            {
                "Namespace": "ConnectSmsDeflection",
                "Dimensions": [["status", "service"], ["service"]],
                "Metrics": [{"Name": "Started", "Unit": "Count"}, {"Name": "FlowLatency", "Unit": "Milliseconds"}],
            }
        ],
    },
    "status": "STARTED",
    "Started": [1.0],
    "FlowLatency": [382.4293840000337],
}
COLD_START = {"_aws": {"CloudWatchMetrics": [{"Metrics": [{"Name": "ColdStart"}]}]}, "ColdStart": 1}


def test_log_line_is_indented() -> None:
    assert readable(['{"level":"INFO","message":"Größe"}']) == ['{\n  "level": "INFO",\n  "message": "Größe"\n}']


def test_metrics_of_all_lines_are_one_line_after_the_log() -> None:
    lines = [json.dumps(COLD_START), json.dumps(METRICS), '{"level":"INFO"}']

    assert readable(lines) == ['{\n  "level": "INFO"\n}', "Metrics: ColdStart 1, Started 1, FlowLatency 382.4 ms"]


def test_other_lines_stay_as_they_are() -> None:
    assert readable(["2 records", "17", ""]) == ["2 records", "17", ""]
    assert readable([]) == []
