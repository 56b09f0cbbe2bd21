"""
Parse the flow parameters from a flow's block or an application's event.

Two spellings work: nested as in the API (`{"InitialSystemMessage": {"Content": "..."}}`), or flat as in AWS Tools for
PowerShell (`InitialSystemMessage_Content`). Where the API has a plural name and PowerShell a singular one, both work.

Source: https://docs.aws.amazon.com/connect/latest/APIReference/API_StartOutboundChatContact.html
and https://docs.aws.amazon.com/powershell/v5/reference/items/Start-CONNOutboundChatContact.html
"""

from collections.abc import Iterator, Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from deflection.errors import DeflectionError, InvalidMessageError, InvalidParameterError
from deflection.parsing import (
    drop_blank_members,
    is_blank,
    parse_json,
    parse_list,
    parse_segment_attributes,
    parse_string_map,
    to_json_string,
    to_string,
)
from deflection.redaction import describe_value, nearest_name, redact
from deflection.validators import Text

NESTED_MEMBERS: Mapping[str, tuple[str, ...]] = {
    "DestinationEndpoint": ("Address", "Type"),
    "InitialSystemMessage": ("Content", "ContentType"),
    "ParticipantDetails": ("DisplayName",),
    "SourceEndpoint": ("Address", "Type"),
}
SINGULAR_NAMES: Mapping[str, str] = {
    "Attribute": "Attributes",
    "ChatDurationInMinute": "ChatDurationInMinutes",
    "SegmentAttribute": "SegmentAttributes",
    "SupportedMessagingContentType": "SupportedMessagingContentTypes",
}
JSON_PARAMETERS = frozenset(
    {"Attributes", "InitialTemplatedSystemMessage", "SegmentAttributes", "SupportedMessagingContentTypes"}
)
_String = Annotated[Text | None, BeforeValidator(to_string)]


class _ParameterModel(BaseModel):
    """Values without unknown fields; pydantic builds a model at its first use, because few flows set parameters."""

    model_config = ConfigDict(defer_build=True, frozen=True, extra="forbid", hide_input_in_errors=True)


class TemplateAttributes(_ParameterModel):
    """The values for the placeholders of an Amazon Connect message template."""

    CustomAttributes: Annotated[dict[Text, Text], BeforeValidator(parse_string_map)] = Field(default={}, repr=False)
    CustomerProfileAttributes: Annotated[Text | None, BeforeValidator(to_json_string)] = Field(default=None, repr=False)


class MessageTemplate(_ParameterModel):
    """An Amazon Connect message template, named by its knowledge base and id."""

    KnowledgeBaseId: Text
    MessageTemplateId: Text
    TemplateAttributes: Annotated[TemplateAttributes, BeforeValidator(drop_blank_members)]


class Parameters(_ParameterModel):
    """
    The flow parameters by flat name, with the types of the API; None if not given.

    `limits` checks the complete request, because the limits also apply to values from settings.
    """

    Attributes: Annotated[
        dict[Text, Text] | None,
        BeforeValidator(parse_string_map),
        Field(description="a JSON object whose values are text, numbers, true or false", repr=False),
    ] = None
    """The contact attributes of the SMS contact, added to the ones that ATTRIBUTES_TO_COPY copies."""
    ChatDurationInMinutes: Annotated[
        int | None, BeforeValidator(to_string), Field(description="a whole number of minutes")
    ] = None
    """The SMS contact's total duration; by default CHAT_DURATION_MINUTES."""
    ClientToken: Annotated[_String, Field(description="text")] = None
    """Connect starts one contact for each token within 7 days; by default a hash of the call and the destination."""
    ContactFlowId: Annotated[_String, Field(description="text, the id or ARN of a flow")] = None
    """The flow that handles the SMS contact; by default CONTACT_FLOW_ID."""
    DestinationEndpoint_Address: Annotated[_String, Field(description="text", repr=False)] = None
    """Who receives the message; by default the contact's own number. With it, any channel is allowed."""
    DestinationEndpoint_Type: Annotated[
        Literal["TELEPHONE_NUMBER"] | None, Field(description="TELEPHONE_NUMBER, the only type the API takes")
    ] = None
    """The type of the destination."""
    DryRun: Annotated[bool, Field(description="true or false")] = False
    """Whether to build and check the request without sending it."""
    InitialSystemMessage_Content: Annotated[_String, Field(description="text", repr=False)] = None
    """The first message, sent as it is, without variables; by default the one of the messages or INITIAL_MESSAGE."""
    InitialSystemMessage_ContentType: Annotated[_String, Field(description="text")] = None
    """The content type of the first message; by default text/plain."""
    InitialTemplatedSystemMessage: Annotated[
        MessageTemplate | None,
        BeforeValidator(drop_blank_members),
        Field(
            description="an object of KnowledgeBaseId, MessageTemplateId and TemplateAttributes, and in the last one "
            "CustomAttributes and CustomerProfileAttributes"
        ),
    ] = None
    """A message template of Amazon Connect instead of InitialSystemMessage_Content."""
    InstanceId: Annotated[_String, Field(description="text, the id or ARN of the instance")] = None
    """The instance; only the one of INSTANCE_ARN is allowed, which is the default."""
    ParticipantDetails_DisplayName: Annotated[_String, Field(description="text", repr=False)] = None
    """The customer's name in the agent's desktop; by default DISPLAY_NAME."""
    RelatedContactId: Annotated[_String, Field(description="text, a contact id or NONE")] = None
    """The contact that the SMS contact is related to; by default the invoking contact. NONE makes it unrelated."""
    SegmentAttributes: Annotated[
        dict[Text, Text] | None,
        BeforeValidator(parse_segment_attributes),
        Field(description='a JSON object whose values are text or {"ValueString": text}', repr=False),
    ] = None
    """Segment attributes of the SMS contact; by default connect:Subtype alone."""
    Select: Annotated[Text, Field(description="ContactId, * or ^ and the name of a request parameter")] = "ContactId"
    """The value of the response key Selected: the contact id, Connect's response as JSON (*) or a parameter (^)."""
    SourceEndpoint_Address: Annotated[_String, Field(description="text")] = None
    """The phone number that sends the message; by default SOURCE_PHONE_NUMBER_ARN."""
    SourceEndpoint_Type: Annotated[
        Literal["CONNECT_PHONENUMBER_ARN"] | None,
        Field(description="CONNECT_PHONENUMBER_ARN, the only type the API takes"),
    ] = None
    """The type of the source."""
    SupportedMessagingContentTypes: Annotated[
        list[Text] | None, BeforeValidator(parse_list), Field(description="a list of content types")
    ] = None
    """The content types that the contact accepts; by default Connect's own."""


PARAMETER_NAMES: tuple[str, ...] = tuple(Parameters.model_fields)
NO_PARAMETERS = Parameters.model_construct()


def parse_parameters(given: Mapping[str, Any]) -> Parameters:
    """
    Parse the parameters of a flow's block or an application's event.

    Empty and null values count as missing, because a flow sends them for an unset reference.

    Raises:
        InvalidParameterError: A name is unknown or given in two forms, or a value has the wrong type.
        InvalidMessageError: The same, for the message and its template.
    """
    flat: dict[str, Any] = {}
    for name, value in given.items():
        for flat_name, leaf in _flatten(name, value):
            if is_blank(parse_json(leaf) if flat_name in JSON_PARAMETERS else leaf):
                continue
            if flat_name in flat:
                raise parameter_error(flat_name, "must be given once (got two forms)")
            flat[flat_name] = leaf
    if not flat:
        return NO_PARAMETERS
    try:
        return Parameters.model_validate(flat)
    except ValidationError as error:
        name, *inner = map(str, error.errors(include_input=False)[0]["loc"])
        expected = Parameters.model_fields[name].description
        where = f", wrong at {redact('.'.join(inner))}" if name == "InitialTemplatedSystemMessage" and inner else ""
        raise parameter_error(name, f"must be {expected} (got {describe_value(flat[name])}{where})") from error


def parameter_error(name: str, why: str) -> DeflectionError:
    """Create the error for an invalid parameter; it is an InvalidMessageError for the message's parameters."""
    about_message = name.startswith(("InitialSystemMessage", "InitialTemplatedSystemMessage"))
    return (InvalidMessageError if about_message else InvalidParameterError)(f"{name} {why}.")


def _flatten(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if name not in NESTED_MEMBERS:
        plural = SINGULAR_NAMES.get(name, name)
        if plural not in PARAMETER_NAMES:
            raise _unknown_parameter(name)
        yield plural, value
        return
    parsed = parse_json(value)
    if is_blank(parsed):
        return
    if not isinstance(parsed, dict):
        raise parameter_error(
            name, f"must be an object of {' and '.join(NESTED_MEMBERS[name])} (got {describe_value(parsed)})"
        )
    for member, leaf in parsed.items():
        if member not in NESTED_MEMBERS[name]:
            raise _unknown_parameter(f"{name}_{member}")
        yield f"{name}_{member}", leaf


def _unknown_parameter(name: str) -> DeflectionError:
    known = (*PARAMETER_NAMES, *NESTED_MEMBERS)
    return InvalidParameterError(f'Unknown parameter "{redact(name)}". Did you mean "{nearest_name(name, known)}"?')
