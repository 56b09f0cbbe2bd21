"""List the instances, phone numbers and queues that a deployment can use."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from deflection_ops.aws import AwsApi
from deflection_ops.checks.source_numbers import IMPORTED_FROM


@dataclass(frozen=True)
class Choice:
    """
    A resource that the user can choose.

    Attributes:
        arn: Its ARN in Amazon Connect.
        names: Everything else that a user may call it.
        label: Its line in the list.
        is_usable: Whether a deployment can use it.
    """

    arn: str
    names: tuple[str, ...]
    label: str
    is_usable: bool = True


def list_instances(aws: AwsApi) -> list[Choice]:
    """Return the instances of the account and Region."""
    return [
        Choice(
            each["Arn"],
            (each["Id"], each.get("InstanceAlias", "")),
            f"{each.get('InstanceAlias', '(no alias)')}  {each['Id']}",
            is_usable=each.get("InstanceStatus", "ACTIVE") == "ACTIVE",
        )
        for each in _pages(aws, "list_instances", "InstanceSummaryList")
    ]


def list_numbers(aws: AwsApi, instance_arn: str, subtype: str) -> list[Choice]:
    """Return the phone numbers of the instance; those that can send messages of the subtype are usable."""
    return [
        Choice(
            each["PhoneNumberArn"],
            (each["PhoneNumberId"], each["PhoneNumber"]),
            "  ".join((each["PhoneNumber"], each.get("PhoneNumberCountryCode", ""), each["PhoneNumberType"])),
            is_usable=f":{IMPORTED_FROM[subtype]}:" in each.get("SourcePhoneNumberArn", ""),
        )
        for each in _pages(aws, "list_phone_numbers_v2", "ListPhoneNumbersSummaryList", TargetArn=instance_arn)
    ]


def list_queues(aws: AwsApi, instance_arn: str) -> list[Choice]:
    """Return the instance's queues that are not the queue of one agent, by name."""
    request = {"InstanceId": instance_arn.rpartition("/")[2], "QueueTypes": ["STANDARD"]}
    queues = [
        Choice(each["Arn"], (each["Id"], each["Name"]), each["Name"])
        for each in _pages(aws, "list_queues", "QueueSummaryList", **request)
    ]
    return sorted(queues, key=lambda queue: queue.label.lower())


def _pages(aws: AwsApi, operation: str, name: str, **request: Any) -> Iterator[dict[str, Any]]:
    """Yield the entries of all pages of a list of Amazon Connect."""
    page = aws.read("connect", operation, **request)
    yield from page[name]
    while token := page.get("NextToken"):
        page = aws.read("connect", operation, **request, NextToken=token)
        yield from page[name]
