"""Builds the StartOutboundChatContact request, and checks every limit of the API before it is sent."""

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from deflection.contact import Contact, Endpoint
from deflection.errors import InvalidMessageError
from deflection.limits import SUBTYPE, check
from deflection.message import filled_in
from deflection.outcome import SMS
from deflection.parameters import Parameters
from deflection.settings import Settings

type Request = Mapping[str, Any]
"""The arguments of boto3's `start_outbound_chat_contact`: all of them set, ClientToken too."""


def build(contact: Contact, parameters: Parameters, destination: Endpoint, settings: Settings) -> Request:
    """
    The request, complete and within every limit of the API.

    Source: https://docs.aws.amazon.com/connect/latest/APIReference/API_StartOutboundChatContact.html

    Raises:
        InvalidParameterError: A value is beyond its limit; the error names the field and the limit.
        InvalidMessageError: Likewise, for the message and its template.
    """
    segments = {**(parameters.SegmentAttributes or {}), SUBTYPE: subtype(parameters)}
    wanted = {
        "InstanceId": settings.instance_id,
        "ContactFlowId": parameters.ContactFlowId or settings.contact_flow_id,
        "SourceEndpoint": {
            "Type": "CONNECT_PHONENUMBER_ARN",
            "Address": parameters.SourceEndpoint_Address or settings.source_phone_number_arn,
        },
        "DestinationEndpoint": {"Type": destination.type, "Address": destination.address},
        "SegmentAttributes": {name: {"ValueString": value} for name, value in segments.items()},
        "Attributes": _attributes(contact, parameters, settings),
        "ChatDurationInMinutes": settings.chat_duration_minutes
        if parameters.ChatDurationInMinutes is None
        else parameters.ChatDurationInMinutes,
        "ParticipantDetails": _display_name(parameters, settings),
        "RelatedContactId": related_contact_id(contact, parameters),
        "SupportedMessagingContentTypes": parameters.SupportedMessagingContentTypes,
        "ClientToken": parameters.ClientToken
        or client_token(contact, parameters, destination, segments[SUBTYPE], settings),
        **_message(contact, parameters, settings),
    }
    request = {name: value for name, value in wanted.items() if value not in (None, {}, "")}
    check(request)
    return request


def related_contact_id(contact: Contact, parameters: Parameters) -> str:
    """
    The id of the contact that the SMS contact points to; empty for none.

    Raises:
        InvalidParameterError: It is longer than an id may be.
    """
    given = parameters.RelatedContactId
    related = "" if _is_none(given) else given or contact.id
    check({"RelatedContactId": related} if related else {})
    return related


def subtype(parameters: Parameters) -> str:
    """The subtype of the contact that is asked for."""
    return (parameters.SegmentAttributes or {}).get(SUBTYPE, SMS)


def client_token(
    contact: Contact, parameters: Parameters, destination: Endpoint, subtype: str, settings: Settings
) -> str:
    """
    The token by which Amazon Connect knows a repetition, for seven days: 64 hexadecimal digits.

    It is made of what makes a deflection the same one, so that a repeated invocation, a transferred call, and a flow
    and an event about one call all carry the same. Who wants a second text in a call gives a token of their own.
    """
    related = parameters.RelatedContactId
    call = related if related and not _is_none(related) else contact.initial_id or contact.id or contact.event_id
    same = json.dumps([settings.instance_id, call, destination.address, subtype])
    return hashlib.sha256(same.encode()).hexdigest()


def _is_none(related_contact_id: str | None) -> bool:
    return related_contact_id is not None and related_contact_id.upper() == "NONE"


def _attributes(contact: Contact, parameters: Parameters, settings: Settings) -> dict[str, str]:
    names = settings.attributes_to_copy
    copied = (
        contact.attributes if "*" in names else {n: contact.attributes[n] for n in names if n in contact.attributes}
    )
    return {**copied, **(parameters.Attributes or {})}


def _display_name(parameters: Parameters, settings: Settings) -> dict[str, str] | None:
    name = parameters.ParticipantDetails_DisplayName or settings.display_name
    return {"DisplayName": name} if name else None


def _message(contact: Contact, parameters: Parameters, settings: Settings) -> dict[str, Any]:
    content, template = parameters.InitialSystemMessage_Content, parameters.InitialTemplatedSystemMessage
    given_type = parameters.InitialSystemMessage_ContentType
    if template and (content or given_type):
        raise InvalidMessageError(
            "InitialSystemMessage and InitialTemplatedSystemMessage exclude each other; give one."
        )
    if template:
        return {"InitialTemplatedSystemMessage": template.model_dump(exclude_none=True)}
    if not content and settings.initial_message:
        content = filled_in(settings.initial_message, contact, parameters)
    if content:
        return {"InitialSystemMessage": {"ContentType": given_type or "text/plain", "Content": content}}
    if given_type:
        raise InvalidMessageError(
            "InitialSystemMessage_ContentType is given, and there is no text that it could be of."
        )
    return {}
