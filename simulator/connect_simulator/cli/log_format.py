"""Format the function's standard output for a reader: log lines indented, metrics in one line."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

UNITS: Final = {"Milliseconds": " ms", "Seconds": " s", "Bytes": " bytes"}
"""Units of CloudWatch that are shown; a count needs none."""


def readable(lines: Iterable[str]) -> list[str]:
    """
    Indent log lines in JSON and summarize all metrics in one last line.

    Metrics are lines in CloudWatch's embedded metric format. All other lines stay as they are.

    Source: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
    """
    shown, metrics = [], list[str]()
    for line in lines:
        entry = _parsed(line)
        if not isinstance(entry, dict):
            shown.append(line)
        elif "_aws" in entry:
            metrics += [text for each in entry["_aws"]["CloudWatchMetrics"] for text in _metrics(each, entry)]
        else:
            shown.append(json.dumps(entry, indent=2, ensure_ascii=False))
    return [*shown, f"Metrics: {', '.join(metrics)}"] if metrics else shown


def _parsed(line: str) -> Any:
    try:
        return json.loads(line)
    except ValueError:
        return None


def _metrics(directive: Mapping[str, Any], values: Mapping[str, Any]) -> Iterator[str]:
    for metric in directive["Metrics"]:
        value = values[metric["Name"]]
        total = sum(value) if isinstance(value, list) else value
        yield f"{metric['Name']} {round(total, 1):g}{UNITS.get(metric.get('Unit', ''), '')}"
