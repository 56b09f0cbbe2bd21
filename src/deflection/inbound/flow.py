"""Parse the event that a flow's *AWS Lambda function* block sends."""

from typing import Any

from pydantic import AliasPath, Field

from deflection.contact import TEST_TYPE_ATTRIBUTE, Contact, Endpoint
from deflection.events import FlowInvocation
from deflection.inbound.schema import (
    ContactAttributes,
    ContactId,
    FlowParameters,
    Lenient,
    LenientModel,
    RequiredText,
    parse_as,
)
from deflection.validators import Text


def parse_flow_invocation(event: object) -> FlowInvocation:
    """
    Parse the event of a flow invocation.

    Source: https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html

    Raises:
        MalformedEventError: A required field is missing or has the wrong type.
    """
    data = parse_as(_FlowEvent, event)
    contact = Contact(
        id=data.contact_id,
        instance_arn=data.instance_arn,
        initial_id=data.initial_contact_id or "",
        channel=(data.channel or "").upper(),
        customer_endpoint=_endpoint(data.customer_address, data.customer_address_type),
        system_endpoint=_endpoint(data.system_address, data.system_address_type),
        queue_name=data.queue_name or "",
        queue_arn=data.queue_arn or "",
        language=data.language_code or "",
        attributes=data.attributes or {},
        is_simulated=bool(data.test_type),
    )
    return FlowInvocation(contact, data.parameters)


def _endpoint(address: str | None, endpoint_type: str | None) -> Endpoint | None:
    return Endpoint(address, endpoint_type or "") if address else None


def _contact_data(*path: str) -> Any:
    return Field(default=None, validation_alias=AliasPath("Details", "ContactData", *path))


class _FlowEvent(LenientModel):
    """The event as one model with paths, because init builds each nested model too."""

    contact_id: ContactId = Field(validation_alias=AliasPath("Details", "ContactData", "ContactId"))
    instance_arn: RequiredText = Field(validation_alias=AliasPath("Details", "ContactData", "InstanceARN"))
    initial_contact_id: Lenient[Text] = _contact_data("InitialContactId")
    channel: Lenient[Text] = _contact_data("Channel")
    customer_address: Lenient[Text] = _contact_data("CustomerEndpoint", "Address")
    customer_address_type: Lenient[Text] = _contact_data("CustomerEndpoint", "Type")
    system_address: Lenient[Text] = _contact_data("SystemEndpoint", "Address")
    system_address_type: Lenient[Text] = _contact_data("SystemEndpoint", "Type")
    queue_name: Lenient[Text] = _contact_data("Queue", "Name")
    queue_arn: Lenient[Text] = _contact_data("Queue", "ARN")
    language_code: Lenient[Text] = _contact_data("LanguageCode")
    attributes: ContactAttributes = _contact_data("Attributes")
    test_type: Lenient[Text] = _contact_data("SegmentAttributes", TEST_TYPE_ATTRIBUTE, "ValueString")
    parameters: FlowParameters = Field(default={}, validation_alias=AliasPath("Details", "Parameters"))


_FlowEvent.model_rebuild()  # during init, because Lambda gives init more CPU than an invocation
