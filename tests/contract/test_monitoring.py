"""The alarms and the dashboard of the template watch what the function writes about its stack."""

import json
import re
from collections.abc import Iterator
from itertools import combinations
from typing import Any

import pytest

from builders import Deflect, event
from cloudformation import GIVEN, MADE, PARAMETERS, RESOURCES, TEMPLATE, deployed, parameters_in
from connect_simulator import Fault, Simulator
from deflection.reasons import DeclineReason, FailureReason, IgnoreReason
from pages import PAGES, anchors
from telemetry import METRICS, STATUSES

ALARMS = {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::CloudWatch::Alarm"}

STACK = {"Ref": "AWS::StackName"}
OURS = "ConnectSmsDeflection"
DIMENSIONS = (
    {"service"},
    {"service", "status"},
    {"service", "status", "reason"},
    {"service", "delivery_status", "country"},
)
METRICS_OF_AWS: dict[tuple[str, str], set[str]] = {
    ("AWS/Lambda", "Errors"): {"FunctionName"},
    ("AWS/Lambda", "Throttles"): {"FunctionName"},
    ("AWS/SMSVoice", "NumberOfTextMessagePartsDelivered"): set(),
    ("AWS/SMSVoice", "NumberOfTextMessagePartsSent"): set(),
    ("AWS/SMSVoice", "TextMessageMonthlySpend"): set(),
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): {"QueueName"},
}

REASONS: dict[str, set[str]] = {
    **{reason.name: {"DECLINED"} for reason in DeclineReason},
    **{reason.name: {"IGNORED"} for reason in IgnoreReason},
    **{reason.name: {"FAILED", "DEFERRED"} for reason in FailureReason},
}

CURES = [reason.cure for kind in (DeclineReason, IgnoreReason, FailureReason) for reason in kind]

BODY = json.loads(RESOURCES["DeflectionDashboard"]["Properties"]["DashboardBody"]["Fn::Sub"])
WIDGETS = BODY["widgets"]


def measured(properties: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """Return the metrics of an alarm: namespace, name and dimensions."""
    found = [query["MetricStat"]["Metric"] for query in properties.get("Metrics", []) if "MetricStat" in query]
    return [
        (each["Namespace"], each["MetricName"], {each["Name"]: each["Value"] for each in each["Dimensions"]})
        for each in found or [properties]
    ]


def shown(widget: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Yield the metrics of a widget: namespace, name and dimensions."""
    for metric in widget["properties"].get("metrics", []):
        if isinstance(metric[0], dict) and "SEARCH" in metric[0]["expression"]:
            namespace, *dimensions = re.findall(r"\{(.*?)\}", metric[0]["expression"])[0].split(",")
            searched = dict(re.findall(r' (\w+)="([^"]*)"', metric[0]["expression"]))
            yield namespace, searched.pop("MetricName"), dict.fromkeys(dimensions, "") | searched
        elif not isinstance(metric[0], dict):
            namespace, name, *rest = [each for each in metric if isinstance(each, str)]
            yield namespace, name, dict(zip(rest[::2], rest[1::2], strict=True))


def assert_written(namespace: str, name: str, dimensions: dict[str, Any]) -> None:
    if namespace == OURS:
        assert name in METRICS
        assert set(dimensions) in DIMENSIONS
        assert {dimensions.get("status", "FAILED")} <= STATUSES
        assert not dimensions.get("reason") or dimensions["status"] in REASONS[dimensions["reason"]]
    else:
        assert set(dimensions) == METRICS_OF_AWS[namespace, name]


@pytest.mark.parametrize("name", ALARMS)
def test_alarm_watches_metrics_that_are_written_for_its_stack(name: str) -> None:
    for namespace, metric, dimensions in measured(ALARMS[name]):
        assert_written(namespace, metric, dimensions)
        assert namespace != OURS or dimensions["service"] == STACK


def test_metrics_carry_the_name_of_the_stack() -> None:
    variables = RESOURCES["DeflectionFunction"]["Properties"]["Environment"]["Variables"]

    assert variables["POWERTOOLS_SERVICE_NAME"] == STACK
    assert variables["POWERTOOLS_METRICS_NAMESPACE"] == OURS


def test_alarms_watch_everything_that_may_break() -> None:
    watched = [(metric, dims) for each in ALARMS.values() for _, metric, dims in measured(each)]

    assert {metric for metric, _ in watched} == {
        "Failed",
        "Deflections",
        "Errors",
        "Throttles",
        "ApproximateNumberOfMessagesVisible",
        "QueueAge",
        "FlowLatency",
        "AskedFor",
        "Delivered",
        "NotDelivered",
    }
    kept = [dims["QueueName"] for metric, dims in watched if metric == "ApproximateNumberOfMessagesVisible"]
    assert kept == [
        {"Fn::GetAtt": [queue, "QueueName"]} for queue in ("DeadLetterQueue", "UndeliveredEvents", "FailedInvocations")
    ]


@pytest.mark.parametrize("name", ALARMS)
def test_alarm_names_its_stack_and_links_to_a_heading(name: str) -> None:
    description = ALARMS[name]["AlarmDescription"]
    page, _, anchor = description.rpartition(" ")[2].partition("#")

    assert ALARMS[name]["AlarmName"] == {"Fn::Sub": f"${{AWS::StackName}}-{name}"}
    assert len(description) <= 1024, "CloudWatch's limit"
    assert page in PAGES
    assert anchor in anchors(page)


@pytest.mark.parametrize("text", [*(alarm["AlarmDescription"] for alarm in ALARMS.values()), *CURES])
def test_parameter_that_an_alarm_or_a_reason_names_is_in_the_template(text: str) -> None:
    named = re.findall(r"\b[A-Z][a-z]+(?:[A-Z][a-z]+)*(?:Arns?|Minutes|Seconds|Attribute|Parameter)\b", text)

    assert set(named) <= set(PARAMETERS)


def test_template_does_not_undo_an_emergency_stop_by_the_operator() -> None:
    """A deployment leaves a reserved concurrency of 0 and a disabled event source mapping as they are."""
    assert "ReservedConcurrentExecutions" not in RESOURCES["DeflectionFunction"]["Properties"]
    assert "Enabled" not in RESOURCES["QueueWorker"]["Properties"]


@pytest.mark.parametrize("name", ALARMS)
@pytest.mark.parametrize(
    ("given", "actions"),
    [
        ({"AlarmTarget": "operator@example.com"}, [MADE["AlarmTopic"]]),
        ({"AlarmTarget": "arn:ours"}, ["arn:ours"]),
    ],
)
def test_alarm_notifies_the_given_address_and_topic(name: str, given: dict[str, str], actions: list[str]) -> None:
    for property_ in ("AlarmActions", "OKActions"):
        assert deployed(ALARMS[name][property_], GIVEN | given) == actions


@pytest.mark.parametrize("name", ALARMS)
def test_alarm_exists_only_with_an_address_or_a_topic(name: str) -> None:
    assert RESOURCES[name]["Condition"] == "AlarmsRing"
    assert parameters_in(TEMPLATE["Conditions"]["AlarmsRing"]) == {"AlarmTarget"}


@pytest.mark.parametrize("name", ALARMS)
def test_alarm_treats_missing_data_as_not_breaching(name: str) -> None:
    assert ALARMS[name]["TreatMissingData"] == "notBreaching"


AT_LEAST, MORE_THAN = "GreaterThanOrEqualToThreshold", "GreaterThanThreshold"
RINGS: list[tuple[str, str, int, str, Any, tuple[int, int]]] = [
    ("FailedDeflections", "Sum", 300, AT_LEAST, 1, (1, 1)),
    ("InvalidSettings", "Sum", 300, AT_LEAST, 1, (1, 1)),
    ("FunctionErrors", "Sum", 300, AT_LEAST, 1, (1, 1)),
    ("FunctionThrottled", "Sum", 300, AT_LEAST, 1, (1, 1)),
    ("DeadLettersKept", "Maximum", 300, MORE_THAN, 0, (1, 1)),
    ("UndeliveredEventsKept", "Maximum", 300, MORE_THAN, 0, (1, 1)),
    ("FailedInvocationsKept", "Maximum", 300, MORE_THAN, 0, (1, 1)),
    ("QueueTooOld", "Maximum", 60, AT_LEAST, 80, (2, 3)),
    ("ManyNotDelivered", "Sum", 3600, AT_LEAST, 20, (1, 1)),
    ("FlowsTooSlow", "p99", 300, AT_LEAST, 80, (2, 3)),
    ("ManyDeclines", "Sum", 900, MORE_THAN, 50, (1, 1)),
]


@pytest.mark.parametrize(
    ("name", "statistic", "period", "operator", "threshold", "datapoints"),
    RINGS,
    ids=[row[0] for row in RINGS],
)
def test_alarm_has_its_statistic_period_and_threshold(
    name: str, statistic: str, period: int, operator: str, threshold: Any, datapoints: tuple[int, int]
) -> None:
    alarm = ALARMS[name]
    measured_by = {
        (query["MetricStat"]["Stat"], query["MetricStat"]["Period"])
        for query in alarm.get("Metrics", [])
        if "MetricStat" in query
    }

    assert (measured_by or {(alarm["Statistic"], alarm["Period"])}) == {(statistic, period)}
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == (operator, threshold)
    periods = alarm["EvaluationPeriods"]
    assert (alarm.get("DatapointsToAlarm", periods), periods) == datapoints


def test_every_alarm_has_an_expected_threshold() -> None:
    assert [row[0] for row in RINGS] == list(ALARMS)


@pytest.mark.parametrize(
    ("name", "metrics", "expression"),
    [
        ("QueueTooOld", {"age": ("QueueAge", "Maximum")}, r"100 \* age / 300"),
        ("FlowsTooSlow", {"latency": ("FlowLatency", "p99")}, r"100 \* latency / \(1000 \* \(3 - [\d.]+\)\)"),
    ],
)
def test_alarm_measures_in_percent_of_the_limit(
    name: str, metrics: dict[str, tuple[str, str]], expression: str
) -> None:
    percent, *others = ALARMS[name]["Metrics"]

    assert re.fullmatch(expression, deployed(percent["Expression"], GIVEN))
    assert {
        each["Id"]: (each["MetricStat"]["Metric"]["MetricName"], each["MetricStat"]["Stat"]) for each in others
    } == metrics
    assert all(each["ReturnData"] is False for each in others)


def test_flow_that_waits_until_its_time_limit_raises_the_alarm(
    deflect: Deflect, simulator: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    simulator.faults.add(Fault("StartOutboundChatContact", "delay", times=None, seconds=5))
    percent, *_ = ALARMS["FlowsTooSlow"]["Metrics"]

    deflect(
        event("flow_voice"),
        **dict.fromkeys(("QUEUE_URL", "DEAD_LETTER_QUEUE_URL"), f"{simulator.url}/111122223333/none"),
    )

    [latency] = [
        line["FlowLatency"][0]
        for line in map(json.loads, capsys.readouterr().out.splitlines())
        if "FlowLatency" in line
    ]
    expression = percent["Expression"]
    [(limit, kept_back)] = re.findall(r"^100 \* latency / \(1000 \* \((\d) - ([\d.]+)\)\)$", expression)
    assert 100 * latency / (1000 * (int(limit) - float(kept_back))) >= ALARMS["FlowsTooSlow"]["Threshold"]


def test_declines_raise_the_alarm_only_among_twenty_requests() -> None:
    percent, *_ = ALARMS["ManyDeclines"]["Metrics"]

    assert percent["Expression"] == "IF(asked >= 20, 100 * FILL(declined, 0) / asked, 0)"
    assert [dims for *_, dims in measured(ALARMS["ManyDeclines"])] == [
        {"service": STACK},
        {"service": STACK, "status": "DECLINED"},
    ]


def test_topic_exists_only_with_an_address_and_only_alarms_may_publish() -> None:
    [statement] = RESOURCES["AlarmTopicPolicy"]["Properties"]["PolicyDocument"]["Statement"]

    assert RESOURCES["AlarmTopic"]["Condition"] == RESOURCES["AlarmTopicPolicy"]["Condition"] == "EmailIsGiven"
    assert statement == {
        "Sid": "AlarmsMayPublish",
        "Effect": "Allow",
        "Principal": {"Service": "cloudwatch.amazonaws.com"},
        "Action": "sns:Publish",
        "Resource": {"Ref": "AlarmTopic"},
        "Condition": {"StringEquals": {"aws:SourceAccount": {"Ref": "AWS::AccountId"}}},
    }


def test_widget_shows_metrics_that_are_written_for_its_stack() -> None:
    for widget in WIDGETS:
        for namespace, name, dimensions in shown(widget):
            assert_written(namespace, name, dimensions)
            assert namespace != OURS or dimensions["service"] == "${AWS::StackName}"
        assert widget["type"] == "text" or widget["properties"]["region"] == "${AWS::Region}"


def test_dashboard_shows_the_funnel_from_left_to_right() -> None:
    story = sorted((widget for widget in WIDGETS if widget["y"] == 2), key=lambda widget: widget["x"])

    assert [name for widget in story for _, name, _ in shown(widget)] == [
        *("AskedFor", "Eligible", "Started", "Delivered", "Replied", "Answered", "Saved"),
        "SmsParts",
    ]


def test_counts_are_summed_over_the_selected_time() -> None:
    story = [widget["properties"] for widget in WIDGETS if widget["y"] == 2]
    searches = [widget["properties"]["metrics"][0][0]["expression"] for widget in WIDGETS if widget["y"] == 7]

    assert {(each["stat"], each["setPeriodToTimeRange"]) for each in story} == {("Sum", True)}
    assert {search.rpartition("', ")[0].rpartition("'")[2] for search in searches} == {"Sum"}


def test_latencies_are_shown_as_median_and_99th_percentile() -> None:
    [latencies] = [
        each["properties"] for each in WIDGETS if any(name.endswith("Latency") for _, name, _ in shown(each))
    ]

    assert {metric[-1]["stat"] for metric in latencies["metrics"]} == {"p50", "p99"}


def test_widgets_do_not_overlap() -> None:
    fields = {
        index: {(x, y) for x in range(w["x"], w["x"] + w["width"]) for y in range(w["y"], w["y"] + w["height"])}
        for index, w in enumerate(WIDGETS)
    }

    assert [pair for pair in combinations(fields, 2) if fields[pair[0]] & fields[pair[1]]] == []
    assert max(x for each in fields.values() for x, _ in each) == 23


def test_searches_of_the_dashboard_select_statuses_with_reasons() -> None:
    searches = [widget["properties"]["metrics"][0][0]["expression"] for widget in WIDGETS if widget["y"] == 7]

    assert [re.findall(r' status="(\w+)"', search) for search in searches] == [["DECLINED"], ["FAILED"], ["DEFERRED"]]
