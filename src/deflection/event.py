"""Reads what arrived, leniently: what is unknown or optional never stops a deflection."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    ValidatorFunctionWrapHandler,
    WrapValidator,
)

from deflection.contact import Contact, Endpoint
from deflection.errors import MalformedEventError, UnrecognizedEventError
from deflection.text import Text


@dataclass(frozen=True)
class FlowInvocation:
    """A flow's block *AWS Lambda function* invoked us and waits for the answer."""

    contact: Contact
    parameters: Mapping[str, Any] = field(repr=False)


def read(event: object) -> FlowInvocation:
    """
    What arrived, told by its shape.

    Source: https://docs.aws.amazon.com/connect/latest/adminguide/connect-lambda-functions.html

    Raises:
        UnrecognizedEventError: The event is of no kind that this function takes.
        MalformedEventError: A needed field is missing or of the wrong type.
    """
    if isinstance(event, dict) and "Details" in event:
        return _flow_invocation(event)
    raise UnrecognizedEventError(
        "The event is not one that this function takes; invoke it from a flow's AWS Lambda function block."
    )


def _flow_invocation(event: Mapping[str, Any]) -> FlowInvocation:
    try:
        details = _ContactFlowEvent.model_validate(event).details
    except ValidationError as error:
        path = ".".join(map(str, error.errors(include_input=False)[0]["loc"]))
        raise MalformedEventError(f"The event's {path} is missing or of the wrong type.") from error
    return FlowInvocation(details.contact_data.to_contact(), details.parameters or {})


def _absent_if_wrong(value: Any, validate: ValidatorFunctionWrapHandler) -> Any:
    try:
        return validate(value)
    except ValidationError:
        return None


def _only_texts(value: Any) -> Any:
    return {k: v for k, v in value.items() if _is_text(k) and _is_text(v)} if isinstance(value, dict) else value


def _is_text(value: Any) -> bool:
    # JSON can spell half of a surrogate pair, which no UTF-8 text can hold.
    return isinstance(value, str) and not any("\ud800" <= character <= "\udfff" for character in value)


type _Lenient[T] = Annotated[T | None, WrapValidator(_absent_if_wrong)]
_Needed = Annotated[Text, Field(min_length=1)]


class _Wire(BaseModel):
    model_config = ConfigDict(strict=True, extra="ignore", hide_input_in_errors=True)


class _Endpoint(_Wire):
    address: _Lenient[Text] = Field(None, alias="Address")
    type: _Lenient[Text] = Field(None, alias="Type")

    def to_endpoint(self) -> Endpoint | None:
        return Endpoint(self.address, self.type or "") if self.address else None


class _Queue(_Wire):
    name: _Lenient[Text] = Field(None, alias="Name")


class _ContactData(_Wire):
    contact_id: _Needed = Field(alias="ContactId")
    instance_arn: _Needed = Field(alias="InstanceARN")
    initial_contact_id: _Lenient[Text] = Field(None, alias="InitialContactId")
    channel: _Lenient[Text] = Field(None, alias="Channel")
    customer_endpoint: _Lenient[_Endpoint] = Field(None, alias="CustomerEndpoint")
    system_endpoint: _Lenient[_Endpoint] = Field(None, alias="SystemEndpoint")
    queue: _Lenient[_Queue] = Field(None, alias="Queue")
    attributes: Annotated[_Lenient[dict[str, str]], BeforeValidator(_only_texts)] = Field(None, alias="Attributes")

    def to_contact(self) -> Contact:
        return Contact(
            id=self.contact_id,
            instance_arn=self.instance_arn,
            initial_id=self.initial_contact_id or "",
            channel=(self.channel or "").upper(),
            customer_endpoint=self.customer_endpoint.to_endpoint() if self.customer_endpoint else None,
            system_endpoint=self.system_endpoint.to_endpoint() if self.system_endpoint else None,
            queue_name=(self.queue.name if self.queue else None) or "",
            attributes=self.attributes or {},
        )


class _Details(_Wire):
    contact_data: _ContactData = Field(alias="ContactData")
    parameters: _Lenient[dict[str, Any]] = Field(None, alias="Parameters")


class _ContactFlowEvent(_Wire):
    details: _Details = Field(alias="Details")
