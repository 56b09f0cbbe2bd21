"""Parse the event that a flow's *AWS Lambda function* block sends."""

from pydantic import Field

from deflection.contact import Contact, Endpoint
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
    details = parse_as(_ContactFlowEvent, event).details
    return FlowInvocation(details.contact_data.to_contact(), details.parameters)


class _Endpoint(LenientModel):
    address: Lenient[Text] = Field(None, alias="Address")
    type: Lenient[Text] = Field(None, alias="Type")

    def to_endpoint(self) -> Endpoint | None:
        return Endpoint(self.address, self.type or "") if self.address else None


class _Queue(LenientModel):
    name: Lenient[Text] = Field(None, alias="Name")
    arn: Lenient[Text] = Field(None, alias="ARN")


class _ContactData(LenientModel):
    contact_id: ContactId = Field(alias="ContactId")
    instance_arn: RequiredText = Field(alias="InstanceARN")
    initial_contact_id: Lenient[Text] = Field(None, alias="InitialContactId")
    channel: Lenient[Text] = Field(None, alias="Channel")
    customer_endpoint: Lenient[_Endpoint] = Field(None, alias="CustomerEndpoint")
    system_endpoint: Lenient[_Endpoint] = Field(None, alias="SystemEndpoint")
    queue: Lenient[_Queue] = Field(None, alias="Queue")
    language_code: Lenient[Text] = Field(None, alias="LanguageCode")
    attributes: ContactAttributes = Field(None, alias="Attributes")

    def to_contact(self) -> Contact:
        return Contact(
            id=self.contact_id,
            instance_arn=self.instance_arn,
            initial_id=self.initial_contact_id or "",
            channel=(self.channel or "").upper(),
            customer_endpoint=self.customer_endpoint.to_endpoint() if self.customer_endpoint else None,
            system_endpoint=self.system_endpoint.to_endpoint() if self.system_endpoint else None,
            queue_name=(self.queue.name if self.queue else None) or "",
            queue_arn=(self.queue.arn if self.queue else None) or "",
            language=self.language_code or "",
            attributes=self.attributes or {},
        )


class _Details(LenientModel):
    contact_data: _ContactData = Field(alias="ContactData")
    parameters: FlowParameters = Field({}, alias="Parameters")


class _ContactFlowEvent(LenientModel):
    details: _Details = Field(alias="Details")


_ContactFlowEvent.model_rebuild()  # during init, because Lambda gives init more CPU than an invocation
