"""Actions that ask about a queue."""

from typing import Any

import pytest

from connect_simulator import demo
from connect_simulator.flows import ChannelReport, ContactCenter, FlowPlayer, Queue
from flow_language import action, begin, compares, otherwise, say, when

QUEUE_ID = demo.QUEUE_ARN.rpartition("/")[2]
SHORT, LONG = ChannelReport(wait_seconds=59), ChannelReport(contacts=3, oldest_seconds=600, wait_seconds=480)


def center(voice: ChannelReport | None = LONG, chat: ChannelReport | None = SHORT, **queue: Any) -> ContactCenter:
    return ContactCenter({demo.QUEUE_ARN: Queue(reports={"VOICE": voice, "CHAT": chat}, **queue)})


def get_metrics(**parameters: str) -> dict[str, Any]:
    return action("GetMetricData", parameters, NextAction="say")


def metrics(contact_center: ContactCenter, reference: str, **parameters: str) -> str | None:
    """Return the value of a reference after GetMetricData."""
    play = begin(get_metrics(**parameters), say("x", "say"), center=contact_center, queue_arn=demo.QUEUE_ARN)
    value: str | None = play.contact.resolve(f"$.Metrics.{reference}")
    return value


@pytest.mark.parametrize(
    ("reference", "value"),
    [
        ("Queue.Name", "Billing"),
        ("Queue.ARN", demo.QUEUE_ARN),
        ("Queue.Size", "3"),
        ("Queue.OldestContactAge", "600"),
        ("Queue.EstimatedWaitTime", "480"),
        ("Agents.Online.Count", "2"),
        ("Agents.Staffed.Count", "2"),
        ("Agents.Available.Count", "0"),
    ],
)
def test_metrics_of_a_channel_can_be_referred_to(reference: str, value: str) -> None:
    assert metrics(center(), reference, QueueChannel="Voice") == value


@pytest.mark.parametrize("queue", [{}, {"QueueId": demo.QUEUE_ARN}, {"QueueId": QUEUE_ID}, {"QueueId": "$.Queue.ARN"}])
def test_estimated_wait_time_needs_exactly_one_channel(queue: dict[str, str]) -> None:
    assert metrics(center(), "Queue.EstimatedWaitTime", QueueChannel="Chat", **queue) == "59"
    assert metrics(center(), "Queue.EstimatedWaitTime", **queue) is None


def test_metrics_without_a_channel_are_those_of_all_channels() -> None:
    both = center(ChannelReport(2, 60, agents_staffed=1), ChannelReport(5, 30, agents_staffed=0))

    assert metrics(both, "Queue.Size") == "7"
    assert metrics(both, "Queue.OldestContactAge") == "60"
    assert metrics(both, "Agents.Staffed.Count") == "1"


def test_agents_are_counted_by_channel_and_are_unset_without_agents() -> None:
    nobody = center(chat=ChannelReport(agents_online=0, agents_staffed=0))

    assert metrics(nobody, "Agents.Staffed.Count", QueueChannel="Voice") == "2"
    assert metrics(nobody, "Agents.Staffed.Count", QueueChannel="Chat") is None


def test_channel_can_be_a_reference_in_any_case() -> None:
    play = begin(
        get_metrics(QueueChannel="$.Attributes.channel"),
        say("x", "say"),
        attributes={"channel": "cHaT"},
        center=center(),
        queue_arn=demo.QUEUE_ARN,
    )

    assert play.contact.resolve("$.Metrics.Queue.EstimatedWaitTime") == "59"


@pytest.mark.parametrize(
    ("parameters", "queue_arn"),
    [
        ({}, None),
        ({"QueueId": "another"}, demo.QUEUE_ARN),
        ({"QueueId": "$.Attributes.none"}, demo.QUEUE_ARN),
        ({"QueueChannel": "$.Attributes.none"}, demo.QUEUE_ARN),
        ({"QueueChannel": "Chat"}, demo.QUEUE_ARN),
    ],
)
def test_empty_report_or_unknown_queue_takes_the_error_branch(parameters: dict[str, str], queue_arn: str) -> None:
    play = begin(action("GetMetricData", parameters), center=center(chat=None), queue_arn=queue_arn)

    assert play.steps[-1].branch == "NoMatchingError"
    assert play.contact.resolve("$.Metrics.Queue.Size") is None


def test_report_of_all_channels_is_empty_if_every_channel_is() -> None:
    play = begin(action("GetMetricData", {}), center=center(None, None), queue_arn=demo.QUEUE_ARN)

    assert play.steps[-1].branch == "NoMatchingError"


def test_prompt_says_the_metrics() -> None:
    play = begin(
        get_metrics(QueueChannel="Voice"),
        say("About $.Metrics.Queue.EstimatedWaitTime seconds, $.Attributes.name.", "say"),
        center=center(),
        queue_arn=demo.QUEUE_ARN,
    )

    assert play.steps[1].prompts == ("About 480 seconds, .",)


def branch_of(name: str, *operators: tuple[str, str], value: str | None) -> str:
    compare = action(
        "Compare",
        {"ComparisonValue": "$.Attributes.wait"},
        Conditions=[compares(operator, operand) for operator, operand in operators],
        Errors=otherwise("NoMatchingCondition"),
    )
    return begin(compare, attributes={} if value is None else {name: value}).steps[-1].branch


@pytest.mark.parametrize(
    ("operator", "values"),
    [
        ("NumberGreaterThan", ["61", "60.5"]),
        ("NumberGreaterOrEqualTo", ["60", "60.0", "61"]),
        ("NumberLessThan", ["59", "-1", "59.9"]),
        ("NumberLessOrEqualTo", ["60", "59"]),
        ("Equals", ["60"]),
        ("TextStartsWith", ["60", "60.5", "60.0", "60 s"]),
        ("TextEndsWith", ["60", "160"]),
        ("TextContains", ["60", "1601", "60.5", "60.0", "60 s", "160"]),
    ],
)
def test_operator_compares_the_value_with_its_operand(operator: str, values: list[str]) -> None:
    name = "60" if operator == "Equals" else f"{operator} 60"
    for value in values:
        assert branch_of("wait", (operator, "60"), value=value) == name


@pytest.mark.parametrize("value", [None, "", "soon", "nan", "1e9", "60 s"])
def test_number_operator_never_matches_a_value_that_is_not_a_number(value: str | None) -> None:
    operators = [("NumberGreaterOrEqualTo", "60"), ("NumberLessThan", "60")]

    assert branch_of("wait", *operators, value=value) == "NoMatchingCondition"


def test_first_matching_condition_wins() -> None:
    operators = [("NumberGreaterThan", "60"), ("NumberGreaterThan", "30")]

    assert branch_of("wait", *operators, value="90") == "NumberGreaterThan 60"
    assert branch_of("wait", *operators, value="45") == "NumberGreaterThan 30"


def check_metric(metric: str, operand: str, contact_center: ContactCenter, **contact: Any) -> FlowPlayer:
    check = action(
        "CheckMetricData",
        {"MetricType": metric},
        Conditions=[compares("NumberGreaterThan", operand)],
        Errors=otherwise("NoMatchingCondition", "NoMatchingError"),
    )
    return begin(check, center=contact_center, **({"queue_arn": demo.QUEUE_ARN} | contact))


@pytest.mark.parametrize(
    ("metric", "operand", "matches"),
    [
        ("NumberOfAgentsStaffed", "0", True),
        ("NumberOfAgentsOnline", "0", True),
        ("NumberOfAgentsAvailable", "0", False),
        ("NumberOfContactsInQueue", "2", True),
        ("NumberOfContactsInQueue", "3", False),
        ("OldestContactInQueueAgeSeconds", "599999", True),
        ("OldestContactInQueueAgeSeconds", "600000", False),
    ],
)
def test_metric_is_checked_and_ages_are_in_milliseconds(metric: str, operand: str, *, matches: bool) -> None:
    branch = check_metric(metric, operand, center()).steps[-1].branch

    assert branch == (f"NumberGreaterThan {operand}" if matches else "NoMatchingCondition")


def test_metric_without_a_report_or_a_queue_takes_the_error_branch() -> None:
    for play in (
        check_metric("NumberOfAgentsStaffed", "0", center(None, None)),
        check_metric("NumberOfAgentsStaffed", "0", center(), queue_arn=None),
    ):
        assert play.steps[-1].branch == "NoMatchingError"


def check_hours(contact_center: ContactCenter, queue_arn: str | None = demo.QUEUE_ARN, **parameters: str) -> str:
    check = action("CheckHoursOfOperation", parameters, Conditions=when(True_="end", False_="end"))
    return begin(check, center=contact_center, queue_arn=queue_arn).steps[-1].branch


@pytest.mark.parametrize(("is_open", "branch"), [(True, "True"), (False, "False"), (None, "NoMatchingError")])
def test_hours_are_those_of_the_queue_or_of_the_parameter(branch: str, *, is_open: bool | None) -> None:
    assert check_hours(center(is_open=is_open)) == branch
    named = ContactCenter(hours={"arn/operating-hours/holiday": is_open})
    assert check_hours(named, None, HoursOfOperationId="holiday") == branch


def test_unknown_hours_take_the_error_branch() -> None:
    assert check_hours(center(), None) == "NoMatchingError"
    assert check_hours(center(), HoursOfOperationId="unknown") == "NoMatchingError"


def test_fault_can_name_a_type_of_action() -> None:
    play = begin(get_metrics(), say("x", "say"), queue_arn=demo.QUEUE_ARN, errors={"GetMetricData": "NoMatchingError"})

    assert [step.action for step in play.steps] == ["a", "end"]
