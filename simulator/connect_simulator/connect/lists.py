"""The lists of an account's instances, phone numbers and queues, page by page."""

from collections.abc import Collection, Iterable
from typing import Any, Final

from connect_simulator.aws.service_model import summary_members
from connect_simulator.connect.world import World

type Summaries = list[dict[str, Any]]

PAGE_SIZES: Final = {
    "ListInstances": 10,
    "ListPhoneNumbersV2": 100,
    "ListQueues": 100,
    "ListTestCaseExecutionRecords": 100,
}
"""The number of entries of a page when the request does not say.

Assumption: all but that of ListQueues, the only default that AWS documents.
"""


def list_instances(world: World, region: str) -> Summaries:
    """Return the instances of a Region."""
    arns = sorted(arn for name in world.instances if (arn := world.instance_arn(name)).split(":")[3] == region)
    return _summaries("ListInstances", "InstanceSummaryList", map(world.instance_config.describe_instance, arns))


def list_phone_numbers(world: World, request: dict[str, Any]) -> Summaries:
    """Return the phone numbers of the request's instance and prefix; without them, all phone numbers."""
    arns = world.phone_numbers | world.voice_numbers
    target = request.get("TargetArn") or world.instance_arn(request["InstanceId"]) if _names_target(request) else ""
    numbers = [
        number
        for number in (world.describe_phone_number(arn) for arn in arns)
        if target in {"", number["TargetArn"]}
        and number["PhoneNumber"].startswith(request.get("PhoneNumberPrefix", ""))
    ]
    ordered = sorted(numbers, key=lambda number: str(number["PhoneNumber"]))
    return _summaries("ListPhoneNumbersV2", "ListPhoneNumbersSummaryList", ordered)


def list_queues(world: World, instance_id: str, types: Collection[str]) -> Summaries:
    """Return the instance's queues of these types; without types, all of them."""
    prefix = f"{world.instance_arn(instance_id)}/queue/"
    queues = [
        {"Id": queue["QueueId"], "Arn": queue["QueueArn"], "Name": queue["Name"], "QueueType": queue_type}
        for queue in (world.instance_config.describe_queue(world.queues, arn) for arn in world.queues)
        if queue["QueueArn"].startswith(prefix)
        and ((queue_type := queue.get("QueueType", "STANDARD")) in types or not types)
    ]
    return sorted(queues, key=lambda queue: str(queue["Name"]))


def page(operation: str, summaries: Summaries, token: str | None, size: int | None) -> tuple[Summaries, str | None]:
    """Return the page that begins at the token, and the token of the next page."""
    start = int(token or 0)
    end = start + (size or PAGE_SIZES[operation])
    return summaries[start:end], str(end) if end < len(summaries) else None


def _names_target(request: dict[str, Any]) -> bool:
    return bool(request.get("TargetArn") or request.get("InstanceId"))


def _summaries(operation: str, name: str, described: Iterable[dict[str, Any]]) -> Summaries:
    members = summary_members(operation, name)
    return [{member: value for member, value in each.items() if member in members} for each in described]
