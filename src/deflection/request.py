"""Builds the StartOutboundChatContact request, and checks every limit of the API before it is sent."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deflection.catalogue import Catalogue
from deflection.contact import Contact, Endpoint
from deflection.limits import SUBTYPE, check
from deflection.message import initial_message, parts
from deflection.parameters import Parameters
from deflection.routes import Route
from deflection.settings import Settings

type Request = Mapping[str, Any]
"""The arguments of boto3's `start_outbound_chat_contact`: all of them set, ClientToken too."""


@dataclass(frozen=True)
class Wish:
    """
    A text that is wanted, and all that decides how it is asked for.

    Attributes:
        contact: Whom it is about.
        parameters: What was asked for; it comes before the route, and the route before the settings.
        destination: Whom it is for.
        route: What the operator's routes give it.
        catalogues: The operator's messages; the first that has one counts.
        settings: The operator's.
    """

    contact: Contact
    parameters: Parameters
    destination: Endpoint
    route: Route
    catalogues: list[Catalogue]
    settings: Settings


def build(wish: Wish, subtype: str) -> Request:
    """
    The request for a contact of this subtype, complete and within every limit of the API.

    Source: https://docs.aws.amazon.com/connect/latest/APIReference/API_StartOutboundChatContact.html

    Raises:
        InvalidParameterError: A value is beyond its limit; the error names the field and the limit.
        InvalidMessageError: Likewise, for the message and its template.
    """
    contact, parameters, route, settings = wish.contact, wish.parameters, wish.route, wish.settings
    segments = {**(parameters.SegmentAttributes or {}), SUBTYPE: subtype}
    source = parameters.SourceEndpoint_Address or route.source(subtype) or settings.source_phone_number_arn
    durations = (parameters.ChatDurationInMinutes, route.ChatDurationInMinutes, settings.chat_duration_minutes)
    wanted = {
        "InstanceId": settings.instance_id,
        "ContactFlowId": parameters.ContactFlowId or route.ContactFlowId or settings.contact_flow_id,
        "SourceEndpoint": {"Type": "CONNECT_PHONENUMBER_ARN", "Address": source},
        "DestinationEndpoint": {"Type": wish.destination.type, "Address": wish.destination.address},
        "SegmentAttributes": {name: {"ValueString": value} for name, value in segments.items()},
        "Attributes": _attributes(wish),
        "ChatDurationInMinutes": next((minutes for minutes in durations if minutes is not None), None),
        "ParticipantDetails": _display_name(parameters, settings),
        "RelatedContactId": related_contact_id(contact, parameters),
        "SupportedMessagingContentTypes": parameters.SupportedMessagingContentTypes,
        "ClientToken": client_token(wish, subtype),
        **initial_message(contact, parameters, settings, wish.catalogues, subtype),
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


def subtypes(parameters: Parameters, route: Route, settings: Settings) -> Sequence[str]:
    """
    The kinds of contact to try, in their order: that of the parameters alone, or those of the route or the settings.

    Raises:
        InvalidParameterError: There is no such kind.
    """
    given = (parameters.SegmentAttributes or {}).get(SUBTYPE)
    check({"SegmentAttributes": {SUBTYPE: {"ValueString": given}}} if given else {})
    return (given,) if given else route.Subtypes or settings.subtypes


def client_token(wish: Wish, subtype: str) -> str:
    """
    The token by which Amazon Connect knows a repetition, for seven days: one that was given, or 64 hexadecimal digits.

    It is made of what makes a deflection the same one, so that a repeated invocation, a transferred call, and a flow
    and an event about one call all carry the same. Who wants a second text in a call gives a token of their own; it is
    that of the first kind of contact that is tried, and each other kind gets one that is made of it.
    """
    given = wish.parameters.ClientToken
    if given and subtype == subtypes(wish.parameters, wish.route, wish.settings)[0]:
        return given
    if given:
        return _hash(given, subtype)
    related, contact = wish.parameters.RelatedContactId, wish.contact
    call = related if related and not _is_none(related) else contact.initial_id or contact.id or contact.event_id
    return _hash(wish.settings.instance_id, call, wish.destination.address, subtype)


def _hash(*same: str) -> str:
    return hashlib.sha256(json.dumps(same).encode()).hexdigest()


def _is_none(related_contact_id: str | None) -> bool:
    return related_contact_id is not None and related_contact_id.upper() == "NONE"


def _attributes(wish: Wish) -> dict[str, str]:
    names, attributes = wish.settings.attributes_to_copy, wish.contact.attributes
    copied = attributes if "*" in names else {name: attributes[name] for name in names if name in attributes}
    return {**copied, **wish.route.Attributes, **(wish.parameters.Attributes or {})}


def _display_name(parameters: Parameters, settings: Settings) -> dict[str, str] | None:
    name = parameters.ParticipantDetails_DisplayName or settings.display_name
    return {"DisplayName": name} if name else None


def sms_parts(request: Request) -> int:
    """In how many parts the request's text is sent; 0 when it is no text of ours, as by WhatsApp, which takes none."""
    content = request.get("InitialSystemMessage", {}).get("Content")
    return parts(content) if content else 0
