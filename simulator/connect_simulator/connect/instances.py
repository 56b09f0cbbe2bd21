"""The instances of one account and Region, and what they have: flows, phone numbers and queues."""

from collections.abc import Collection
from typing import Any

from connect_simulator import demo
from connect_simulator.connect.errors import ConnectError
from connect_simulator.connect.instance_config import InstanceConfig


class Instances:
    """The demo instance; a test may add more instances, by id or by ARN, and more of what they have, by ARN.

    Attributes:
        instance_config: What differs from the default descriptions.
    """

    def __init__(self) -> None:
        self.instances: set[str] = {demo.INSTANCE_ARN}
        self.flows: set[str] = {demo.SMS_FLOW_ARN, *demo.MORE_FLOW_ARNS}
        self.phone_numbers: set[str] = {demo.SMS_NUMBER_ARN, *demo.MORE_SMS_NUMBER_ARNS, demo.WHATSAPP_NUMBER_ARN}
        self.voice_numbers: set[str] = {demo.VOICE_NUMBER_ARN}
        self.queues: set[str] = {demo.QUEUE_ARN}
        self.whatsapp_numbers: set[str] = {demo.WHATSAPP_NUMBER_ARN}
        self.instance_config = InstanceConfig()

    def instance_arn(self, name: str) -> str:
        """Return the ARN of the instance with this id or ARN."""
        instance = _find(name, self.instances)
        if instance is None:
            raise ConnectError("ResourceNotFoundException", "The instance was not found.")
        return instance if instance.startswith("arn:") else demo.INSTANCE_ARN.replace(demo.INSTANCE_ID, instance)

    def describe_phone_number(self, name: str) -> dict[str, Any]:
        """Return the description of the phone number with this id or ARN."""
        arns = self.phone_numbers | self.voice_numbers
        return self.instance_config.describe_phone_number(arns, name, self.instance_arn(min(self.instances)))

    def require_resources(self, request: dict[str, Any]) -> None:
        """Check that the flow and the phone number of a StartOutboundChatContact request exist and fit."""
        if _find(request["ContactFlowId"], self.flows) is None:
            raise ConnectError("ResourceNotFoundException", "The flow was not found.")
        if request["SourceEndpoint"]["Address"] not in self.phone_numbers:
            raise ConnectError("ResourceNotFoundException", "The phone number of the source endpoint was not found.")
        is_whatsapp = request["SegmentAttributes"]["connect:Subtype"]["ValueString"] == "connect:WhatsApp"
        # Assumption: Connect rejects such a request at once, as invalid.
        if is_whatsapp is not (request["SourceEndpoint"]["Address"] in self.whatsapp_numbers):
            needed, given = ("a WhatsApp", "an SMS") if is_whatsapp else ("an SMS", "a WhatsApp")
            message = f"SourceEndpoint must be {needed} number for this subtype (got {given} number)."
            raise ConnectError("InvalidRequestException", message)


def _find(name: str, names: Collection[str]) -> str | None:
    """Find an id or ARN; Connect accepts either, and the id is the last part of the ARN."""
    return next((entry for entry in names if entry.rpartition("/")[2] == name.rpartition("/")[2]), None)
