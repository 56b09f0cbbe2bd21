"""The contact that a flow handles: its data in Amazon Connect, and the changes of the flow."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from connect_simulator import demo
from connect_simulator.flows.contact_center import ContactCenter
from connect_simulator.flows.document import FlowError

REFERENCE: Final = re.compile(r"\$(?:\.\w+|\['[^']+'\])+")
REFERENCE_PART: Final = re.compile(r"\.(\w+)|\['([^']+)'\]")
FLOW_ONLY: Final = ("External", "FlowAttributes", "Metrics", "Modules", "StoredCustomerInput")
"""Members that a flow can refer to and that a function's event does not have."""
TEST_TYPE: Final = "EXPERIENCE_VALIDATION"
"""Source: https://docs.aws.amazon.com/connect/latest/adminguide/testing-simulation-execute-test-cases.html"""

LOCAL_DATA: Final = ("external", "metrics", "flow_attributes", "modules", "stored_input")
"""The fields of a contact that belong to the flow, not to the contact."""


@dataclass
class FlowContact:
    """A contact while flows handle it.

    Attributes:
        id: Its contact id.
        customer: The caller's address; None if Amazon Connect does not know it.
        customer_type: The type of that address.
        system_endpoint: The number that was called, or the number that sent the SMS.
        channel: VOICE, or CHAT for an SMS contact.
        subtype: `connect:Telephony`, `connect:SMS` and so on.
        is_test: Whether the contact is simulated by a test case of Amazon Connect.
        language: The contact's language, such as `en-US`.
        attributes: The user-defined contact attributes.
        tags: The user-defined tags.
        queue_arn: The working queue, after a flow has set it.
        center: The queues that the flows can ask about, and the callbacks that they create.
        event_hooks: The flow that each event of the contact starts.
        voice: The Amazon Polly voice that speaks to the customer.
        external: The response of the latest function.
        metrics: The latest queue metrics, as `$.Metrics`.
        callback_number: The number to call back, after a flow has set it; without it, the caller's.
        flow_attributes: The attributes of the flow, as `$.FlowAttributes`.
        modules: The input or the output of a flow module, as `$.Modules`.
        stored_input: The digits that the customer typed on the keypad, as `$.StoredCustomerInput`.
    """

    id: str
    customer: str | None = "+14255550142"
    customer_type: str = "TELEPHONE_NUMBER"
    system_endpoint: str = demo.VOICE_NUMBER
    channel: str = "VOICE"
    subtype: str = "connect:Telephony"
    is_test: bool = False
    language: str = "en-US"
    attributes: dict[str, str] = field(default_factory=dict)
    tags: dict[str, str] = field(default_factory=dict)
    queue_arn: str | None = None
    center: ContactCenter = field(default_factory=ContactCenter)
    event_hooks: dict[str, str] = field(default_factory=dict)
    voice: str = "Joanna"
    external: Mapping[str, Any] = field(default_factory=dict)
    metrics: Mapping[str, Any] = field(default_factory=dict)
    callback_number: str | None = None
    stored_input: str | None = None
    flow_attributes: dict[str, str] = field(default_factory=dict)
    modules: Mapping[str, Any] = field(default_factory=dict)
    _outer_data: list[dict[str, Any]] = field(default_factory=list)

    def enter_module(self, given: Mapping[str, Any]) -> None:
        """Begin a flow module, which does not see the local data of the flow that invokes it, but gets an input.

        The module does see the contact itself, such as its attributes, its queue and its callback number.

        Source: https://docs.aws.amazon.com/connect/latest/adminguide/contact-flow-modules.html (Limitations)
        """
        self._outer_data.append({name: getattr(self, name) for name in LOCAL_DATA})
        self.external, self.metrics, self.flow_attributes, self.stored_input = {}, {}, {}, None
        self.modules = {"Input": given}

    def leave_module(self, result: str | None, data: Mapping[str, Any]) -> None:
        """End a flow module; the flow that invoked it gets its own local data again, and the module's output."""
        for name, value in self._outer_data.pop().items():
            setattr(self, name, value)
        self.modules = {"Result": result, "ResultData": data}

    def lambda_event(self, parameters: Mapping[str, Any]) -> dict[str, Any]:
        """Build the event for a function that a flow invokes for this contact.

        Source: https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html
        """
        members = {name: value for name, value in self._members().items() if name not in FLOW_ONLY}
        contact_data = members | {
            "AwsRegion": demo.REGION,
            "CustomerId": None,
            "Description": None,
            "InitiationMethod": "API" if self.channel == "CHAT" else "INBOUND",
            "MediaStreams": {"Customer": {"Audio": None}},
            "Name": None,
            "PreviousContactId": self.id,
            "References": {},
            "RelatedContactId": None,
            "Tags": dict(self.tags),
        }
        return {"Details": {"ContactData": contact_data, "Parameters": dict(parameters)}, "Name": "ContactFlowEvent"}

    def resolve(self, text: str) -> Any:
        """Return a value of a flow: the text itself, or the value of its reference; None if it is not set.

        Raises:
            FlowError: The text refers to something that is not simulated, or mixes a reference with other text.
        """
        if "$." not in text and "$[" not in text:
            return text
        if not REFERENCE.fullmatch(text):
            raise FlowError(f"{text} must be one reference without other text.")
        return self._value(text)

    def resolve_all(self, members: Mapping[str, Any]) -> dict[str, Any]:
        """Return the members with the values of those that are references.

        Raises:
            FlowError: A member refers to something that is not simulated, or mixes a reference with other text.
        """
        return {name: self.resolve(value) if isinstance(value, str) else value for name, value in members.items()}

    def render(self, text: str) -> str:
        """Return a text that is said or written, with the values of its references; empty for those that are not set.

        Raises:
            FlowError: The text refers to something that is not simulated.
        """
        return REFERENCE.sub(lambda reference: str(self._value(reference[0]) or ""), text)

    def _value(self, text: str) -> Any:
        parts = [name or quoted for name, quoted in REFERENCE_PART.findall(text)]
        value: Any = self._members()
        if parts[0] not in value:
            raise FlowError(f"{text} is not simulated as a reference.")
        for part in parts:
            value = value.get(part) if isinstance(value, Mapping) else None
        return value["ValueString"] if isinstance(value, Mapping) and value.keys() == {"ValueString"} else value

    def _members(self) -> dict[str, Any]:
        customer = {"Address": self.customer, "Type": self.customer_type} if self.customer is not None else None
        found = self.center.find_queue(self.queue_arn)
        name = found[1].name if found else ""
        segment = {"connect:Subtype": self.subtype} | (
            {"connect:ValidationTestType": TEST_TYPE} if self.is_test else {}
        )
        return {
            "Attributes": dict(self.attributes),
            "Channel": self.channel,
            "ContactId": self.id,
            "CustomerEndpoint": customer,
            "External": self.external,
            "FlowAttributes": self.flow_attributes,
            "InitialContactId": self.id,
            "InstanceARN": demo.INSTANCE_ARN,
            "LanguageCode": self.language,
            "Metrics": self.metrics,
            "Modules": self.modules,
            "Queue": {"ARN": self.queue_arn, "Name": name, "OutboundCallerId": None} if self.queue_arn else None,
            "SegmentAttributes": {name: {"ValueString": value} for name, value in segment.items()},
            "StoredCustomerInput": self.stored_input,
            "SystemEndpoint": {"Address": self.system_endpoint, "Type": "TELEPHONE_NUMBER"},
        }
