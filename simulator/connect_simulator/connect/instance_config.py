"""How an instance is set up, as its administrator sees it: its state, flows, numbers, queues and functions.

Every flow, number and queue that the `World` knows has a description in which all is well; a test changes members.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from connect_simulator import demo
from connect_simulator.connect.errors import ConnectError

EMPTY_FLOW: Final = (
    '{"Version":"2019-10-30","StartAction":"end","Metadata":{},'
    '"Actions":[{"Identifier":"end","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}'
)
SOURCES: Final[dict[str, str]] = {
    demo.SMS_NUMBER_ARN: demo.SMS_SOURCE_ARN,
    demo.WHATSAPP_NUMBER_ARN: demo.WHATSAPP_SOURCE_ARN,
}


@dataclass
class InstanceConfig:
    """What differs from the usual, by ARN where there are several; and the functions that flows may choose."""

    instance: dict[str, Any] = field(default_factory=dict)
    flows: dict[str, dict[str, Any]] = field(default_factory=dict)
    phone_numbers: dict[str, dict[str, Any]] = field(default_factory=dict)
    queues: dict[str, dict[str, Any]] = field(default_factory=dict)
    functions: list[str] = field(default_factory=list)

    def describe_instance(self, arn: str) -> dict[str, Any]:
        """As the member Instance of DescribeInstance's answer."""
        usual = {
            "Id": arn.rpartition("/")[2],
            "Arn": arn,
            "IdentityManagementType": "CONNECT_MANAGED",
            "InstanceAlias": "example-corp",
            "InstanceStatus": "ACTIVE",
            "InboundCallsEnabled": True,
            "OutboundCallsEnabled": True,
        }
        return usual | self.instance

    def describe_flow(self, known: Iterable[str], name: str) -> dict[str, Any]:
        """As the member ContactFlow of DescribeContactFlow's answer."""
        arn = _of_id(known, name, "The flow was not found.")
        usual = {
            "Arn": arn,
            "Id": arn.rpartition("/")[2],
            "Name": "SMS",
            "Type": "CONTACT_FLOW",
            "State": "ACTIVE",
            "Status": "PUBLISHED",
            "Content": EMPTY_FLOW,
        }
        described = usual | self.flows.get(arn, {})
        if described["Status"] != "PUBLISHED" and not name.endswith("$SAVED"):
            raise ConnectError("ContactFlowNotPublishedException", "The flow has not been published.")
        return described

    def describe_phone_number(self, known: Iterable[str], name: str, instance_arn: str) -> dict[str, Any]:
        """As the member ClaimedPhoneNumberSummary of DescribePhoneNumber's answer."""
        arn = _of_id(known, name, "The phone number was not found.")
        usual = {
            "PhoneNumberId": arn.rpartition("/")[2],
            "PhoneNumberArn": arn,
            "PhoneNumber": demo.SMS_NUMBER,
            "PhoneNumberCountryCode": "US",
            "PhoneNumberType": "THIRD_PARTY_DID",
            "TargetArn": instance_arn,
            "InstanceId": instance_arn.rpartition("/")[2],
            "PhoneNumberStatus": {"Status": "CLAIMED"},
            "SourcePhoneNumberArn": SOURCES.get(arn, demo.SMS_SOURCE_ARN),
        }
        described = usual | self.phone_numbers.get(arn, {})
        return {name: value for name, value in described.items() if value is not None}

    def describe_queue(self, known: Iterable[str], name: str) -> dict[str, Any]:
        """As the member Queue of DescribeQueue's answer."""
        arn = _of_id(known, name, "The queue was not found.")
        usual = {"Name": "Service", "QueueArn": arn, "QueueId": arn.rpartition("/")[2], "Status": "ENABLED"}
        return usual | self.queues.get(arn, {})


def _of_id(known: Iterable[str], name: str, complaint: str) -> str:
    wanted = name.rpartition("/")[2].removesuffix(":$SAVED")
    for arn in known:
        if arn.rpartition("/")[2] == wanted:
            return arn
    raise ConnectError("ResourceNotFoundException", complaint)
