"""Print what became of the messages of a stack, from its metrics in CloudWatch; `make report STACK=name` reads only."""

import argparse
import csv
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta

from deflection.telemetry import Metric
from deflection_ops import cli
from deflection_ops.aws import AwsApi
from deflection_ops.errors import AwsError

NAMESPACE = "ConnectSmsDeflection"
MAX_DAYS = 455
"""How long CloudWatch keeps metrics by the hour."""
DEFAULT_DAYS = 7
SECONDS_OF_DAY = 86_400
ROWS: Mapping[str, str] = {
    Metric.ASKED_FOR: "Asked for",
    Metric.ELIGIBLE: "Eligible",
    Metric.STARTED: "Started",
    Metric.DELIVERED: "Delivered",
    Metric.NOT_DELIVERED: "- not delivered",
    Metric.DELIVERY_UNKNOWN: "- delivery unknown",
    Metric.REPLIED: "Replied",
    Metric.NOT_REPLIED: "- did not reply",
    Metric.REPLY_UNKNOWN: "- reply unknown",
    Metric.ANSWERED: "Answered by an agent",
    Metric.ENDED_UNANSWERED: "- ended without an agent",
    Metric.SAVED: "Saved: call ended without an agent",
    Metric.ANSWERED_BY_PHONE: "- answered by phone all the same",
    Metric.CALL_END_UNKNOWN: "- end of the call unknown",
    Metric.SMS_PARTS: "SMS parts billed",
}
"""The metrics of the funnel, from left to right; a dash begins what did not reach the next stage."""


def main(
    argv: Sequence[str] | None = None,
    aws: AwsApi | None = None,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
) -> int:
    """Print the counts and return the exit status: 0, or 2 if AWS could not be asked."""
    parser = cli.create_parser("report", __doc__ or "")
    parser.add_argument("--days", type=_days, default=DEFAULT_DAYS, help=f"the last days, 1 to {MAX_DAYS}")
    parser.add_argument("--csv", action="store_true", help="print the metrics as CSV")
    arguments = parser.parse_args(argv)
    try:
        counts = _read_counts(cli.connect(arguments, aws), arguments.stack, arguments.days, now())
    except AwsError as error:
        return cli.end_with_error(error, arguments, ())
    if arguments.json:
        sys.stdout.write(
            json.dumps({"stack": arguments.stack, "days": arguments.days, "counts": counts}, indent=2) + "\n"
        )
    elif arguments.csv:
        csv.writer(sys.stdout, lineterminator="\n").writerows([("metric", "count"), *counts.items()])
    else:
        sys.stdout.write(_format_table(arguments.stack, arguments.days, counts))
    return 0


def _days(text: str) -> int:
    if not text:
        return DEFAULT_DAYS
    if not text.isdecimal() or not 1 <= int(text) <= MAX_DAYS:
        raise argparse.ArgumentTypeError(f"DAYS must be a whole number from 1 to {MAX_DAYS}")
    return int(text)


def _read_counts(aws: AwsApi, stack: str, days: int, now: datetime) -> dict[str, int]:
    """Return the sum of each metric since a number of days; 0 for a metric that was never written."""
    queries = [
        {
            "Id": f"m{number}",
            "MetricStat": {
                "Metric": {
                    "Namespace": NAMESPACE,
                    "MetricName": metric,
                    "Dimensions": [{"Name": "service", "Value": stack}],
                },
                "Period": SECONDS_OF_DAY,
                "Stat": "Sum",
            },
        }
        for number, metric in enumerate(ROWS)
    ]
    counts = dict.fromkeys(ROWS, 0.0)
    request = {"MetricDataQueries": queries, "StartTime": now - timedelta(days=days), "EndTime": now}
    token: str | None = None
    while True:
        more = {"NextToken": token} if token else {}
        response = aws.call("cloudwatch", "get_metric_data", **request, **more)
        for metric, result in zip(ROWS, response["MetricDataResults"], strict=True):
            counts[metric] += sum(result["Values"])
        token = response.get("NextToken")
        if not token:
            return {metric: round(count) for metric, count in counts.items()}


def _format_table(stack: str, days: int, counts: Mapping[str, int]) -> str:
    """Format the counts, each with its share of the started messages."""
    started = counts[Metric.STARTED]
    lines = [f"{stack}, the last {days} days", f"{'':<36}{'count':>9}{'of started':>12}"]
    for metric, label in ROWS.items():
        share = f"{counts[metric] / started:.1%}" if started and metric != Metric.SMS_PARTS else ""
        lines.append(f"{label:<36}{counts[metric]:>9,}{share:>12}".rstrip())
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.exit(main())
