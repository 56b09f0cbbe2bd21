"""The contact that a flow is played for: what Amazon Connect knows of it, and what the flow changes."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from connect_simulator import demo
from connect_simulator.flows.document import FlowError

_REFERENCE = re.compile(r"\$(?:\.\w+|\['[^']+'\])+")
_PART = re.compile(r"\.(\w+)|\['([^']+)'\]")
_ROOTS = {"Attributes", "Channel", "ContactId", "CustomerEndpoint", "External", "InitialContactId", "InstanceARN"} | {
    "LanguageCode",
    "Queue",
    "SegmentAttributes",
    "StoredCustomerInput",
    "SystemEndpoint",
}


@dataclass
class FlowContact:
    """A contact while flows handle it.

    Attributes:
        id: Its contact id.
        customer: Who called; None when Amazon Connect knows no number.
        customer_type: What kind of address that is.
        dialled: The number that was called; for a text, the one that it came from.
        channel: VOICE, or CHAT for a text.
        subtype: `connect:Telephony`, `connect:SMS` and so on.
        language: The contact's language, such as `en-US`.
        attributes: The user-defined contact attributes.
        queue_arn: The working queue, once one is set.
        queue_names: The queues that there are, by their ARNs, with their names.
        hooks: The flows that events of the contact start, by the event.
        voice: The voice of Amazon Polly that speaks to the customer.
        external: What the latest function answered.
        stored_input: What the customer typed on the keypad, as `$.StoredCustomerInput`.
    """

    id: str
    customer: str | None = "+14255550142"
    customer_type: str = "TELEPHONE_NUMBER"
    dialled: str = "+14255550190"
    channel: str = "VOICE"
    subtype: str = "connect:Telephony"
    language: str = "en-US"
    attributes: dict[str, str] = field(default_factory=dict)
    queue_arn: str | None = None
    queue_names: Mapping[str, str] = field(default_factory=lambda: {demo.QUEUE_ARN: "Billing"})
    hooks: dict[str, str] = field(default_factory=dict)
    voice: str = "Joanna"
    external: Mapping[str, Any] = field(default_factory=dict)
    stored_input: str | None = None

    def event(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """What a function is given when a flow invokes it for this contact.

        Source: https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html
        """
        known = self._known()
        told = {name: value for name, value in known.items() if name not in ("External", "StoredCustomerInput")}
        contact_data = told | {
            "AwsRegion": demo.REGION,
            "CustomerId": None,
            "Description": None,
            "InitiationMethod": "API" if self.channel == "CHAT" else "INBOUND",
            "MediaStreams": {"Customer": {"Audio": None}},
            "Name": None,
            "PreviousContactId": self.id,
            "References": {},
            "RelatedContactId": None,
            "Tags": {},
        }
        return {"Details": {"ContactData": contact_data, "Parameters": dict(parameters)}, "Name": "ContactFlowEvent"}

    def value(self, text: str) -> Any:
        """What a value of a flow stands for: itself, or what it refers to, None when that is not set.

        Raises:
            FlowError: It refers to what is not known, or refers to something amid words.
        """
        if "$." not in text and "$[" not in text:
            return text
        if not _REFERENCE.fullmatch(text):
            raise FlowError(f"{text} is no reference, and has one in it.")
        parts = [name or quoted for name, quoted in _PART.findall(text)]
        if parts[0] not in _ROOTS:
            raise FlowError(f"{text} refers to what is not simulated.")
        found: Any = self._known()
        for part in parts:
            found = found.get(part) if isinstance(found, Mapping) else None
        return found["ValueString"] if isinstance(found, Mapping) and found.keys() == {"ValueString"} else found

    def _known(self) -> dict[str, Any]:
        customer = {"Address": self.customer, "Type": self.customer_type} if self.customer is not None else None
        name = self.queue_names.get(self.queue_arn or "", "")
        return {
            "Attributes": dict(self.attributes),
            "Channel": self.channel,
            "ContactId": self.id,
            "CustomerEndpoint": customer,
            "External": self.external,
            "InitialContactId": self.id,
            "InstanceARN": demo.INSTANCE_ARN,
            "LanguageCode": self.language,
            "Queue": {"ARN": self.queue_arn, "Name": name, "OutboundCallerId": None} if self.queue_arn else None,
            "SegmentAttributes": {"connect:Subtype": {"ValueString": self.subtype}},
            "StoredCustomerInput": self.stored_input,
            "SystemEndpoint": {"Address": self.dialled, "Type": "TELEPHONE_NUMBER"},
        }
