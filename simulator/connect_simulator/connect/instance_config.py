"""The configuration of an instance: its state, flows, flow modules, phone numbers, queues and functions.

Every flow, phone number and queue in `World` has a default description without problems. A test overrides members.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Any, Final

from connect_simulator import demo
from connect_simulator.connect.errors import ConnectError

EMPTY_FLOW: Final = (
    '{"Version":"2019-10-30","StartAction":"end","Metadata":{},'
    '"Actions":[{"Identifier":"end","Type":"DisconnectParticipant","Parameters":{},"Transitions":{}}]}'
)
NUMBERS: Final[dict[str, dict[str, Any]]] = {
    demo.MORE_SMS_NUMBER_ARNS[0]: {"PhoneNumber": "+14255550181"},
    demo.MORE_SMS_NUMBER_ARNS[1]: {"PhoneNumber": "+14255550182"},
    demo.WHATSAPP_NUMBER_ARN: {"PhoneNumber": "+14255550183", "SourcePhoneNumberArn": demo.WHATSAPP_SOURCE_ARN},
    demo.VOICE_NUMBER_ARN: {
        "PhoneNumber": demo.VOICE_NUMBER,
        "PhoneNumberType": "DID",
        "SourcePhoneNumberArn": None,
    },
}
"""The members that differ from those of the first SMS number."""


@dataclass
class InstanceConfig:
    """The members that differ from the default descriptions.

    Attributes:
        instance: Members of DescribeInstance's response.
        flows: Members of DescribeContactFlow's response, by ARN.
        modules: Members of DescribeContactFlowModule's response, by ARN; other modules do not exist.
        phone_numbers: Members of DescribePhoneNumber's response, by ARN.
        queues: Members of DescribeQueue's response, and QueueType of ListQueues' response, by ARN.
        functions: The ARNs of the Lambda functions that are added to the instance.
    """

    instance: dict[str, Any] = field(default_factory=dict)
    flows: dict[str, dict[str, Any]] = field(default_factory=dict)
    modules: dict[str, dict[str, Any]] = field(default_factory=dict)
    phone_numbers: dict[str, dict[str, Any]] = field(default_factory=dict)
    queues: dict[str, dict[str, Any]] = field(default_factory=dict)
    functions: list[str] = field(default_factory=list)

    def describe_instance(self, arn: str) -> dict[str, Any]:
        """Return the member Instance of DescribeInstance's response."""
        defaults = {
            "Id": arn.rpartition("/")[2],
            "Arn": arn,
            "IdentityManagementType": "CONNECT_MANAGED",
            "InstanceAlias": "example-corp" if arn == demo.INSTANCE_ARN else f"example-{arn.rpartition('/')[2][:8]}",
            "InstanceStatus": "ACTIVE",
            "InboundCallsEnabled": True,
            "OutboundCallsEnabled": True,
        }
        return defaults | self.instance

    def describe_flow(self, arns: Iterable[str], name: str) -> dict[str, Any]:
        """Return the member ContactFlow of DescribeContactFlow's response."""
        arn = _find_arn(arns, name, "The flow was not found.")
        defaults = {
            "Arn": arn,
            "Id": arn.rpartition("/")[2],
            "Name": "SMS",
            "Type": "CONTACT_FLOW",
            "State": "ACTIVE",
            "Status": "PUBLISHED",
            "Content": EMPTY_FLOW,
        }
        described = defaults | self.flows.get(arn, {})
        if described["Status"] != "PUBLISHED" and not name.endswith("$SAVED"):
            raise ConnectError("ContactFlowNotPublishedException", "The flow has not been published.")
        return described

    def describe_module(self, name: str) -> dict[str, Any]:
        """Return the member ContactFlowModule of DescribeContactFlowModule's response."""
        arn = _find_arn(self.modules, name, "The flow module was not found.")
        defaults = {
            "Arn": arn,
            "Id": arn.rpartition("/")[2],
            "Name": "Offer",
            "Content": EMPTY_FLOW,
            "State": "ACTIVE",
            "Status": "PUBLISHED",
            "Tags": {},
            "Settings": "{}",
            "ExternalInvocationConfiguration": {"Enabled": False},
        }
        described = defaults | self.modules[arn]
        return described | {"FlowModuleContentSha256": sha256(described["Content"].encode()).hexdigest()}

    def describe_phone_number(self, arns: Iterable[str], name: str, instance_arn: str) -> dict[str, Any]:
        """Return the member ClaimedPhoneNumberSummary of DescribePhoneNumber's response."""
        arn = _find_arn(arns, name, "The phone number was not found.")
        defaults = {
            "PhoneNumberId": arn.rpartition("/")[2],
            "PhoneNumberArn": arn,
            "PhoneNumber": demo.SMS_NUMBER,
            "PhoneNumberCountryCode": "US",
            "PhoneNumberType": "THIRD_PARTY_DID",
            "TargetArn": instance_arn,
            "InstanceId": instance_arn.rpartition("/")[2],
            "PhoneNumberStatus": {"Status": "CLAIMED"},
            "SourcePhoneNumberArn": demo.SMS_SOURCE_ARN,
        }
        described = defaults | NUMBERS.get(arn, {}) | self.phone_numbers.get(arn, {})
        return {name: value for name, value in described.items() if value is not None}

    def describe_queue(self, arns: Iterable[str], name: str) -> dict[str, Any]:
        """Return the member Queue of DescribeQueue's response."""
        arn = _find_arn(arns, name, "The queue was not found.")
        defaults = {"Name": "Service", "QueueArn": arn, "QueueId": arn.rpartition("/")[2], "Status": "ENABLED"}
        return defaults | self.queues.get(arn, {})


def _find_arn(arns: Iterable[str], name: str, not_found: str) -> str:
    identifier = name.rpartition("/")[2].partition(":")[0]  # A version or an alias may follow.
    for arn in arns:
        if arn.rpartition("/")[2] == identifier:
            return arn
    raise ConnectError("ResourceNotFoundException", not_found)
