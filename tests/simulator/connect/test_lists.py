"""The lists of instances, phone numbers and queues."""

from collections.abc import Callable
from typing import Any

import pytest

from connect_simulator import World, demo

OTHER_INSTANCE = demo.INSTANCE_ARN.replace("a1b2c3d4", "b1b2c3d4")


def test_instances_of_the_world_and_of_moto_are_listed(connect: Any, world: World) -> None:
    created = connect.create_instance(
        IdentityManagementType="SAML", InboundCallsEnabled=True, OutboundCallsEnabled=True, InstanceAlias="created"
    )
    world.instances.add(OTHER_INSTANCE)

    listed = connect.list_instances()["InstanceSummaryList"]

    assert [each["Arn"] for each in listed] == [demo.INSTANCE_ARN, OTHER_INSTANCE, created["Arn"]]
    assert [each["InstanceAlias"] for each in listed] == ["example-corp", "example-b1b2c3d4", "created"]


def test_instances_are_listed_in_their_region_only(client_of: Callable[..., Any]) -> None:
    elsewhere = client_of("connect", region="eu-west-2")

    assert elsewhere.list_instances()["InstanceSummaryList"] == []


@pytest.mark.parametrize(
    ("request_", "numbers"),
    [
        ({}, ["+14255550180", "+14255550181", "+14255550182", "+14255550183", "+14255550190"]),
        ({"InstanceId": demo.INSTANCE_ID, "PhoneNumberPrefix": "+1425555019"}, ["+14255550190"]),
        ({"TargetArn": demo.INSTANCE_ARN, "PhoneNumberPrefix": "+44"}, []),
        ({"TargetArn": OTHER_INSTANCE}, []),
    ],
)
def test_numbers_of_an_instance_are_listed(request_: dict[str, str], numbers: list[str], connect: Any) -> None:
    listed = connect.list_phone_numbers_v2(**request_)["ListPhoneNumbersSummaryList"]

    assert [each["PhoneNumber"] for each in listed] == numbers


def test_voice_number_is_not_imported(connect: Any) -> None:
    number = connect.describe_phone_number(PhoneNumberId=demo.VOICE_NUMBER_ARN)["ClaimedPhoneNumberSummary"]

    assert number["PhoneNumberType"] == "DID"
    assert "SourcePhoneNumberArn" not in number


def test_queues_of_other_instances_and_types_are_not_listed(connect: Any, world: World) -> None:
    world.instances.add(OTHER_INSTANCE)
    other = demo.QUEUE_ARN.replace(demo.INSTANCE_ARN, OTHER_INSTANCE).replace("7c1d2e3f", "8c1d2e3f")
    world.queues.add(other)

    def listed(**request: Any) -> list[str]:
        return [each["Arn"] for each in connect.list_queues(**request)["QueueSummaryList"]]

    assert listed(InstanceId=demo.INSTANCE_ID) == [demo.QUEUE_ARN]
    assert listed(InstanceId=OTHER_INSTANCE.rpartition("/")[2], QueueTypes=["STANDARD"]) == [other]
    assert listed(InstanceId=demo.INSTANCE_ID, QueueTypes=["AGENT"]) == []


def test_long_list_comes_in_pages(connect: Any, world: World) -> None:
    world.queues.update(demo.QUEUE_ARN.replace("7c1d2e3f", f"{index:08x}") for index in range(100))

    first = connect.list_queues(InstanceId=demo.INSTANCE_ID)
    second = connect.list_queues(InstanceId=demo.INSTANCE_ID, NextToken=first["NextToken"])
    largest = connect.list_queues(InstanceId=demo.INSTANCE_ID, MaxResults=1000)

    assert [len(page["QueueSummaryList"]) for page in (first, second, largest)] == [100, 1, 101]
    assert "NextToken" not in second
