"""The alarms, the dashboard and `docs/operator.md` agree with each other and with what the function tells."""

import inspect
import json
import re
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any

import pytest

from builders import Deflect, event
from connect_simulator import Fault, Simulator
from contract.test_readme import names, table
from contract.test_template import GIVEN, MADE, PARAMETERS, RESOURCES, TEMPLATE, deployed, parameters_in
from deflection import observability
from deflection.aws import gateway
from deflection.handler import DEFERRAL_RESERVE_SECONDS, RESPONSE_RESERVE_SECONDS
from deflection.outcome import DeclineReason

GUIDE = (Path(__file__).parents[2] / "docs" / "operator.md").read_text()
ALARMS = {name: each["Properties"] for name, each in RESOURCES.items() if each["Type"] == "AWS::CloudWatch::Alarm"}
SECTIONS = dict(re.findall(r"^#{2,3} (.+)\n((?:(?!#{2,3} ).*\n)*)", GUIDE, re.MULTILINE))
COMMANDS = re.findall(r"^\$ (aws (?:.*\\\n)*.*)$", GUIDE, re.MULTILINE)

STACK = {"Ref": "AWS::StackName"}
OURS = "ConnectSmsDeflection"
DIMENSIONS = ({"service"}, {"service", "status"}, {"service", "status", "reason"})
METRICS_OF_AWS = {
    ("AWS/Lambda", "Errors"): {"FunctionName"},
    ("AWS/Lambda", "Throttles"): {"FunctionName"},
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): {"QueueName"},
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"): {"QueueName"},
}
TOLD_METRICS = {
    *re.findall(r"\"((?:[A-Z][a-z]+)+)\"", inspect.getsource(observability)),
    *re.findall(r"trace_call\(\"\w+\", \"(\w+)\"\)", inspect.getsource(gateway)),
}

STATUSES = {name for first, *_ in table("Status") for name in names(first)}
REASONS = {names(first)[0]: set(names(status)) for first, status, *_ in table("Reason")}
KEPT_BACK = f"{RESPONSE_RESERVE_SECONDS + DEFERRAL_RESERVE_SECONDS:g}"

BODY = json.loads(
    re.sub(
        r"\$\{MaxEventAgeSeconds\}", "300", RESOURCES["DeflectionDashboard"]["Properties"]["DashboardBody"]["Fn::Sub"]
    )
)
WIDGETS = BODY["widgets"]


def measured(properties: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    """The metrics of an alarm: namespace, name and dimensions."""
    found = [query["MetricStat"]["Metric"] for query in properties.get("Metrics", []) if "MetricStat" in query]
    return [
        (each["Namespace"], each["MetricName"], {each["Name"]: each["Value"] for each in each["Dimensions"]})
        for each in found or [properties]
    ]


def shown(widget: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, str]]]:
    """The metrics of a widget: namespace, name and dimensions."""
    for metric in widget["properties"].get("metrics", []):
        if isinstance(metric[0], dict):
            namespace, *dimensions = re.findall(r"\{(.*?)\}", metric[0]["expression"])[0].split(",")
            searched = dict(re.findall(r' (\w+)="([^"]*)"', metric[0]["expression"]))
            yield namespace, searched.pop("MetricName"), dict.fromkeys(dimensions, "") | searched
        else:
            namespace, name, *rest = [each for each in metric if isinstance(each, str)]
            yield namespace, name, dict(zip(rest[::2], rest[1::2], strict=True))


def assert_told(namespace: str, name: str, dimensions: dict[str, Any]) -> None:
    if namespace == OURS:
        assert name in TOLD_METRICS
        assert set(dimensions) in DIMENSIONS
        assert {dimensions.get("status", "FAILED")} <= STATUSES
        assert not dimensions.get("reason") or dimensions["status"] in REASONS[dimensions["reason"]]
    else:
        assert set(dimensions) == METRICS_OF_AWS[namespace, name]


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_measures_what_is_told_about_this_stack(name: str) -> None:
    for namespace, metric, dimensions in measured(ALARMS[name]):
        assert_told(namespace, metric, dimensions)
        assert namespace != OURS or dimensions["service"] == STACK


def test_the_metrics_are_those_of_the_stack() -> None:
    variables = RESOURCES["DeflectionFunction"]["Properties"]["Environment"]["Variables"]

    assert variables["POWERTOOLS_SERVICE_NAME"] == STACK
    assert variables["POWERTOOLS_METRICS_NAMESPACE"] == OURS


def test_everything_is_watched_that_may_break() -> None:
    watched = [(metric, dims) for each in ALARMS.values() for _, metric, dims in measured(each)]

    assert {metric for metric, _ in watched} == {
        "Failed",
        "Deflections",
        "Errors",
        "Throttles",
        "ApproximateNumberOfMessagesVisible",
        "ApproximateAgeOfOldestMessage",
        "FlowLatency",
        "AskedFor",
    }
    kept = [dims["QueueName"] for metric, dims in watched if metric == "ApproximateNumberOfMessagesVisible"]
    assert kept == [
        {"Fn::GetAtt": [queue, "QueueName"]} for queue in ("DeadLetterQueue", "UndeliveredEvents", "FailedInvocations")
    ]


@pytest.mark.parametrize("name", ALARMS)
def test_alarm_says_what_it_means_what_to_do_first_and_where_to_read_more(name: str) -> None:
    assert ALARMS[name]["AlarmName"] == {"Fn::Sub": f"${{AWS::StackName}}-{name}"}
    description = ALARMS[name]["AlarmDescription"]
    assert re.fullmatch(rf"[A-Z].+\. First, .+\. See docs/operator\.md#{name.lower()}", description)
    assert len(description) <= 1024, "CloudWatch's limit"
    for heading in ("**It means**", "**Look**", "**Do**"):
        assert heading in SECTIONS[name]


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_can_be_looked_into_without_the_dashboard(name: str) -> None:
    looked = SECTIONS[name].partition("**Look**")[2].partition("**Do**")[0]

    assert "dashboard" not in looked or "](#the-log)" in looked or "get-metric-statistics" in looked


@pytest.mark.parametrize("command", [each for each in COMMANDS if "get-metric-statistics" in each])
def test_a_command_asks_for_a_metric_that_is_told(command: str) -> None:
    [(namespace, metric)] = re.findall(r"--namespace (\S+) --metric-name (\S+)", command)
    dimensions = dict(re.findall(r"Name=(\w+),Value=(\S+)", command))

    if metric == "ColdStart":
        assert [names(first) for first, *_ in table("Metric") if "ColdStart" in first] == [[metric]]
        assert dimensions == {"function_name": "<function>", "service": "connect-sms-deflection"}
    else:
        assert_told(namespace, metric, dimensions)


def test_a_metric_that_an_alarm_of_these_watches_is_asked_for_beside_it() -> None:
    for name in ("QueueTooOld", "FlowsTooSlow", "ManyDeclines"):
        asked = re.findall(r"--metric-name (\w+)", SECTIONS[name])
        assert {metric for _, metric, _ in measured(ALARMS[name])} <= set(asked)


def test_there_is_a_cure_for_every_reason_to_decline() -> None:
    listed = [name for first, *_ in table("Declined for", GUIDE) for name in names(first)]

    assert sorted(listed) == sorted(DeclineReason)


def test_all_texts_are_stopped_by_resources_that_the_template_makes_and_does_not_set_otherwise() -> None:
    named = re.findall(r"--logical-resource-id (\w+)", GUIDE)

    assert {name: RESOURCES[name]["Type"] for name in named} == {
        "DeflectionFunction": "AWS::Serverless::Function",
        "QueueWorker": "AWS::Lambda::EventSourceMapping",
    }
    assert "ReservedConcurrentExecutions" not in RESOURCES["DeflectionFunction"]["Properties"]
    assert "Enabled" not in RESOURCES["QueueWorker"]["Properties"]
    received = RESOURCES["DeflectionQueue"]["Properties"]["RedrivePolicy"]["maxReceiveCount"]
    assert f"one of the {received:,} after which" in GUIDE


def test_no_other_section_is_among_those_of_the_alarms() -> None:
    alarms = GUIDE.partition("## The alarms\n")[2].partition("\n## ")[0]

    assert re.findall(r"^### (.+)$", alarms, re.MULTILINE) == list(ALARMS)


@pytest.mark.parametrize("name", ALARMS)
@pytest.mark.parametrize(
    ("given", "actions"),
    [
        ({}, []),
        ({"AlarmEmail": "operator@example.com"}, [MADE["AlarmTopic"]]),
        ({"AlarmTopicArn": "arn:ours"}, ["arn:ours"]),
        ({"AlarmEmail": "operator@example.com", "AlarmTopicArn": "arn:ours"}, [MADE["AlarmTopic"], "arn:ours"]),
    ],
)
def test_an_alarm_tells_whoever_was_named_when_it_rings_and_when_it_is_over(
    name: str, given: dict[str, str], actions: list[str]
) -> None:
    for property_ in ("AlarmActions", "OKActions"):
        assert deployed(ALARMS[name][property_], GIVEN | given) == actions


@pytest.mark.parametrize("name", ALARMS)
def test_there_are_alarms_only_when_somebody_is_told(name: str) -> None:
    assert RESOURCES[name]["Condition"] == "AlarmsRing"
    assert parameters_in(TEMPLATE["Conditions"]["AlarmsRing"]) == {"AlarmEmail", "AlarmTopicArn"}


@pytest.mark.parametrize("name", ALARMS)
def test_an_alarm_is_silent_where_nothing_happens(name: str) -> None:
    assert ALARMS[name]["TreatMissingData"] == "notBreaching"


AT_LEAST, MORE_THAN = "GreaterThanOrEqualToThreshold", "GreaterThanThreshold"
RINGS: list[tuple[str, str, str, int, str, Any, tuple[int, int]]] = [
    ("FailedDeflections", "at least once in 5 minutes", "Sum", 300, AT_LEAST, 1, (1, 1)),
    ("InvalidSettings", "are wrong", "Sum", 300, AT_LEAST, 1, (1, 1)),
    ("FunctionErrors", "at least once in 5 minutes", "Sum", 300, AT_LEAST, 1, (1, 1)),
    ("FunctionThrottled", "refused to run the function", "Sum", 300, AT_LEAST, 1, (1, 1)),
    ("DeadLettersKept", "is not empty", "Maximum", 300, MORE_THAN, 0, (1, 1)),
    ("UndeliveredEventsKept", "could not put events onto the queue", "Maximum", 300, MORE_THAN, 0, (1, 1)),
    ("FailedInvocationsKept", "failed on an event", "Maximum", 300, MORE_THAN, 0, (1, 1)),
    ("QueueTooOld", "80 percent of `MaxEventAgeSeconds`, in two of three minutes", "Maximum", 60, AT_LEAST, 80, (2, 3)),
    ("FlowsTooSlow", "80 percent or more of the time that the function has, loading included, in two of three periods",
     "p99", 300, AT_LEAST, 80, (2, 3)),
    ("ManyDeclines", "more than `AlarmDeclinedPercent` of at least 20 wishes in 15 minutes", "Sum", 900, MORE_THAN,
     {"Ref": "AlarmDeclinedPercent"}, (1, 1)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "words", "statistic", "period", "operator", "threshold", "datapoints"),
    RINGS,
    ids=[row[0] for row in RINGS],
)
def test_an_alarm_rings_when_the_guide_says(
    name: str, words: str, statistic: str, period: int, operator: str, threshold: Any, datapoints: tuple[int, int]
) -> None:
    alarm = ALARMS[name]
    measured_by = {
        (query["MetricStat"]["Stat"], query["MetricStat"]["Period"])
        for query in alarm.get("Metrics", [])
        if "MetricStat" in query
    }

    assert words in SECTIONS[name].partition("**Look**")[0]
    assert (measured_by or {(alarm["Statistic"], alarm["Period"])}) == {(statistic, period)}
    assert (alarm["ComparisonOperator"], alarm["Threshold"]) == (operator, threshold)
    assert (alarm["DatapointsToAlarm"], alarm["EvaluationPeriods"]) == datapoints


def test_every_alarm_is_in_that_table() -> None:
    assert [row[0] for row in RINGS] == list(ALARMS)


@pytest.mark.parametrize(
    ("name", "metrics", "expression"),
    [
        ("QueueTooOld", {"age": ("ApproximateAgeOfOldestMessage", "Maximum")}, "100 * age / 300"),
        ("FlowsTooSlow", {"latency": ("FlowLatency", "p99")}, f"100 * latency / (1000 * (3 - {KEPT_BACK}))"),
    ],
)
def test_what_has_a_limit_is_measured_in_percent_of_it(
    name: str, metrics: dict[str, tuple[str, str]], expression: str
) -> None:
    percent, *others = ALARMS[name]["Metrics"]

    assert deployed(percent["Expression"], GIVEN) == expression
    assert {
        each["Id"]: (each["MetricStat"]["Metric"]["MetricName"], each["MetricStat"]["Stat"]) for each in others
    } == metrics
    assert all(each["ReturnData"] is False for each in others)


def test_the_guide_says_how_much_the_function_keeps_back() -> None:
    assert f"`FlowTimeLimitSeconds` less the {KEPT_BACK} seconds" in SECTIONS["FlowsTooSlow"]


@pytest.mark.parametrize("limit", [1, 2])
def test_flows_that_wait_as_long_as_they_may_make_the_alarm_ring(
    limit: int, deflect: Deflect, simulator: Simulator, capsys: pytest.CaptureFixture[str]
) -> None:
    simulator.faults.add(Fault("StartOutboundChatContact", "delay", times=None, seconds=5))
    percent, *_ = ALARMS["FlowsTooSlow"]["Metrics"]

    deflect(
        event("flow_voice"), FLOW_TIME_LIMIT_SECONDS=str(limit), QUEUE_URL=f"{simulator.url}/111122223333/none.fifo"
    )

    [latency] = [
        line["FlowLatency"][0]
        for line in map(json.loads, capsys.readouterr().out.splitlines())
        if "FlowLatency" in line
    ]
    expression = deployed(percent["Expression"], GIVEN | {"FlowTimeLimitSeconds": str(limit)})
    assert expression == f"100 * latency / (1000 * ({limit} - {KEPT_BACK}))"
    assert 100 * latency / (1000 * (limit - float(KEPT_BACK))) >= ALARMS["FlowsTooSlow"]["Threshold"]


def test_declines_are_many_only_among_enough() -> None:
    percent, *_ = ALARMS["ManyDeclines"]["Metrics"]

    assert percent["Expression"] == "IF(asked >= 20, 100 * FILL(declined, 0) / asked, 0)"
    assert [dims for *_, dims in measured(ALARMS["ManyDeclines"])] == [
        {"service": STACK},
        {"service": STACK, "status": "DECLINED"},
    ]


def test_a_topic_is_made_for_an_address_only_and_only_alarms_may_publish_there() -> None:
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


def test_the_dashboard_is_there_only_when_it_is_asked_for() -> None:
    assert RESOURCES["DeflectionDashboard"]["Condition"] == "DashboardIsShown"
    assert parameters_in(TEMPLATE["Conditions"]["DashboardIsShown"]) == {"Dashboard"}
    assert PARAMETERS["Dashboard"]["Default"] == "false"


def test_a_widget_shows_what_is_told_about_this_stack_in_its_region() -> None:
    for widget in WIDGETS:
        for namespace, name, dimensions in shown(widget):
            assert_told(namespace, name, dimensions)
            assert namespace != OURS or dimensions["service"] == "${AWS::StackName}"
        assert widget["type"] == "text" or widget["properties"]["region"] == "${AWS::Region}"


def test_the_dashboard_reads_from_left_to_right_as_the_guide_says() -> None:
    story = sorted((widget for widget in WIDGETS if widget["y"] == 2), key=lambda widget: widget["x"])

    assert [name for widget in story for _, name, _ in shown(widget)] == ["AskedFor", "Eligible", "Started", "Answered"]
    assert [title for title, *_ in table("Widget", GUIDE)] == [
        widget["properties"]["title"] for widget in WIDGETS if widget["type"] == "metric"
    ]


def test_what_is_counted_is_summed_up_over_all_the_time_that_is_shown() -> None:
    story = [widget["properties"] for widget in WIDGETS if widget["y"] == 2]
    searches = [widget["properties"]["metrics"][0][0]["expression"] for widget in WIDGETS if widget["y"] == 7]

    assert {(each["stat"], each["setPeriodToTimeRange"]) for each in story} == {("Sum", True)}
    assert {search.rpartition("', ")[0].rpartition("'")[2] for search in searches} == {"Sum"}


def test_a_line_of_the_latencies_is_what_it_is_called() -> None:
    [latencies] = [
        each["properties"] for each in WIDGETS if each.get("properties", {}).get("title", "").startswith("Lat")
    ]
    lines = [metric[-1] for metric in latencies["metrics"]]
    words = {"median": "p50", "99th percentile": "p99"}

    assert [line["stat"] for line in lines] == [words[line["label"].rpartition(", ")[2]] for line in lines]
    assert sorted({line["stat"] for line in lines}) == ["p50", "p99"]


def test_no_widget_lies_on_another_or_beside_the_dashboard() -> None:
    fields = {
        index: {(x, y) for x in range(w["x"], w["x"] + w["width"]) for y in range(w["y"], w["y"] + w["height"])}
        for index, w in enumerate(WIDGETS)
    }

    assert [pair for pair in combinations(fields, 2) if fields[pair[0]] & fields[pair[1]]] == []
    assert max(x for each in fields.values() for x, _ in each) == 23


def test_a_search_of_the_dashboard_is_about_a_status_that_has_reasons() -> None:
    searches = [widget["properties"]["metrics"][0][0]["expression"] for widget in WIDGETS if widget["y"] == 7]

    assert [re.findall(r' status="(\w+)"', search) for search in searches] == [["DECLINED"], ["FAILED"], ["DEFERRED"]]


def test_every_resource_of_the_stack_is_in_the_table() -> None:
    listed = {name for first, *_ in table("Resource", GUIDE) for name in names(first)}
    grouped = {"AWS::CloudWatch::Alarm", "AWS::Events::Rule", "AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy"}

    assert listed >= {name for name, each in RESOURCES.items() if each["Type"] not in grouped}
    assert listed <= RESOURCES.keys()


def test_the_parameters_and_outputs_that_the_guide_names_exist() -> None:
    outputs = TEMPLATE["Outputs"].keys()
    given = re.findall(r"`(\w+)=[^`]*`", GUIDE)

    assert set(given) <= PARAMETERS.keys() | {"STACK", "TO"}
    assert set(re.findall(r"the output `(\w+)`", GUIDE)) <= outputs
