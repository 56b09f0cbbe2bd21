"""Actions that ask about a queue: its metrics, its agents and its hours of operation."""

from collections.abc import Mapping
from typing import Any, Final

from connect_simulator.flows.action_types import ActionResult
from connect_simulator.flows.contact_center import CHANNELS, ChannelReport, Queue
from connect_simulator.flows.document import CATCH_ALL, Action
from connect_simulator.flows.flow_contact import FlowContact
from connect_simulator.flows.lambda_invocation import Function

CHECKED_METRICS: Final = {
    "NumberOfAgentsAvailable": "agents_available",
    "NumberOfAgentsStaffed": "agents_staffed",
    "NumberOfAgentsOnline": "agents_online",
    "OldestContactInQueueAgeSeconds": "oldest_seconds",
    "NumberOfContactsInQueue": "contacts",
}


def get_metrics(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> ActionResult:
    """Run GetMetricData."""
    found = contact.center.find_queue(_queue_name(action, contact))
    channel = contact.resolve(action.parameters.get("QueueChannel", ""))
    if found is None or channel is None or (channel and channel.upper() not in CHANNELS):
        return ActionResult(error=CATCH_ALL)
    arn, queue = found
    report = queue.report(channel.upper() or None)
    if report is None:
        return ActionResult(error=CATCH_ALL)
    contact.metrics = _metrics(arn, queue, report)
    return ActionResult()


def check_metric(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> ActionResult:
    """Run CheckMetricData, which counts all channels together."""
    found = contact.center.find_queue(_queue_name(action, contact))
    report = found[1].report(None) if found else None
    if report is None:
        return ActionResult(error=CATCH_ALL)
    value = getattr(report, CHECKED_METRICS[action.parameters["MetricType"]]) or 0
    # The console compares 300 seconds with the operand 300000.
    in_milliseconds = action.parameters["MetricType"] == "OldestContactInQueueAgeSeconds"
    return ActionResult(result=str(value * 1000 if in_milliseconds else value))


def check_hours(action: Action, contact: FlowContact, _: Mapping[str, Function]) -> ActionResult:
    """Run CheckHoursOfOperation."""
    if hours := contact.resolve(action.parameters.get("HoursOfOperationId", "")):
        is_open = contact.center.is_within(hours)
    else:
        # Assumption: without a queue, too, the error branch is taken; AWS's pages also name the result False.
        found = contact.center.find_queue(contact.queue_arn)
        is_open = found[1].is_open if found else None
    return ActionResult(error=CATCH_ALL) if is_open is None else ActionResult(result=str(is_open))


def _queue_name(action: Action, contact: FlowContact) -> Any:
    given = action.parameters.get("QueueId")
    return contact.queue_arn if given is None else contact.resolve(given)


def _metrics(arn: str, queue: Queue, report: ChannelReport) -> Mapping[str, Any]:
    """Build the value of `$.Metrics`.

    Source: https://docs.aws.amazon.com/connect/latest/adminguide/connect-attrib-list.html
    """
    # Without agents, the metrics of agents are not returned.
    counts = {
        "Online": report.agents_online,
        "Staffed": report.agents_staffed,
        "Available": report.agents_available,
    }
    return {
        "Queue": {
            "Name": queue.name,
            "ARN": arn,
            "Size": str(report.contacts),
            "OldestContactAge": _text(report.oldest_seconds),
            "EstimatedWaitTime": _text(report.wait_seconds),
        },
        "Agents": {name: {"Count": str(count) if report.agents_online else None} for name, count in counts.items()},
    }


def _text(number: int | None) -> str | None:
    return None if number is None else str(number)
