"""The report of the funnel, from the metrics in CloudWatch."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from deflection_ops import funnel_report
from deflection_ops.errors import AwsError

NOW = datetime(2026, 11, 29, 8, tzinfo=UTC)


class FakeCloudWatch:
    """CloudWatch with two pages of values for each metric, or an error."""

    region = "us-east-1"

    def __init__(self, counts: dict[str, int], error: AwsError | None = None) -> None:
        self._counts = counts
        self._error = error
        self.requests: list[dict[str, Any]] = []

    def read(self, service: str, operation: str, **request: Any) -> Any:
        raise NotImplementedError

    def call(self, service: str, operation: str, **request: Any) -> Any:
        if self._error:
            raise self._error
        self.requests.append({"service": service, "operation": operation, **request})
        is_last = "NextToken" in request
        names = [query["MetricStat"]["Metric"]["MetricName"] for query in request["MetricDataQueries"]]
        values = [[1.0 if is_last else self._counts[name] - 1.0] if name in self._counts else [] for name in names]
        results = [{"Values": each} for each in values]
        return {"MetricDataResults": results} if is_last else {"MetricDataResults": results, "NextToken": "more"}


def report(counts: dict[str, int], *arguments: str) -> tuple[int, FakeCloudWatch]:
    aws = FakeCloudWatch(counts)
    return funnel_report.main(["--stack", "sms", *arguments], aws, lambda: NOW), aws


def test_table_shows_each_stage_and_its_share_of_the_started(capsys: pytest.CaptureFixture[str]) -> None:
    status, _ = report({"Started": 4000, "Replied": 2000, "Saved": 3000, "SmsParts": 8000})

    lines = {line[:36].strip(): line[36:].split() for line in capsys.readouterr().out.splitlines()[2:]}
    assert status == 0
    assert lines["Started"] == ["4,000", "100.0%"]
    assert lines["Replied"] == ["2,000", "50.0%"]
    assert lines["Saved: call ended without an agent"] == ["3,000", "75.0%"]
    assert lines["SMS parts billed"] == ["8,000"]
    assert lines["Asked for"] == ["0", "0.0%"]


def test_without_messages_there_are_no_shares(capsys: pytest.CaptureFixture[str]) -> None:
    report({})

    assert "%" not in capsys.readouterr().out


def test_csv_has_a_line_for_each_metric(capsys: pytest.CaptureFixture[str]) -> None:
    report({"AskedFor": 10}, "--csv")

    first, second, *rest = capsys.readouterr().out.splitlines()
    assert (first, second) == ("metric,count", "AskedFor,10")
    assert "Saved,0" in rest


def test_json_has_the_count_of_each_metric(capsys: pytest.CaptureFixture[str]) -> None:
    report({"AskedFor": 10}, "--json")

    printed = json.loads(capsys.readouterr().out)
    assert (printed["stack"], printed["days"], printed["counts"]["AskedFor"]) == ("sms", 7, 10)


@pytest.mark.parametrize(("given", "days"), [((), 7), (("--days", ""), 7), (("--days", "30"), 30)])
def test_sums_of_the_stack_are_read_for_the_last_days(given: tuple[str, ...], days: int) -> None:
    _, aws = report({}, *given)

    request = aws.requests[0]
    metrics = [query["MetricStat"] for query in request["MetricDataQueries"]]
    assert (request["StartTime"], request["EndTime"]) == (NOW - timedelta(days=days), NOW)
    assert {(each["Stat"], each["Metric"]["Namespace"]) for each in metrics} == {("Sum", "ConnectSmsDeflection")}
    assert all(each["Metric"]["Dimensions"] == [{"Name": "service", "Value": "sms"}] for each in metrics)


@pytest.mark.parametrize("days", ["0", "456", "week"])
def test_number_of_days_is_checked(days: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        report({}, "--days", days)

    assert "DAYS must be a whole number from 1 to 455" in capsys.readouterr().err


def test_failure_of_aws_ends_the_report(capsys: pytest.CaptureFixture[str]) -> None:
    status = funnel_report.main(["--stack", "sms"], FakeCloudWatch({}, AwsError("AWS answered with Throttling.")))

    assert status == 2
    assert capsys.readouterr().err.startswith("AWS answered with Throttling.")
