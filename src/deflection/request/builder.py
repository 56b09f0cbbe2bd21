"""Build the StartOutboundChatContact request and check every limit of the API before it is sent."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from deflection.contact import Contact, Endpoint
from deflection.redaction import redact_language
from deflection.request.limits import LIMITS, SUBTYPE_KEY, check_limits
from deflection.request.message import build_initial_message, count_sms_parts
from deflection.request.parameters import Parameters
from deflection.settings import Settings

if TYPE_CHECKING:  # few operators have documents, and loading their models delays init
    from deflection.request.message_catalog import MessageCatalog
    from deflection.request.routes import Route

FLOW_OUTCOME_ATTRIBUTES = frozenset({"deflectionStatus", "deflectionReason", "deflectionContactId"})
"""The attributes that the flows in `flows/` set on the call; `*` does not copy them to the SMS contact."""
LANGUAGE_ATTRIBUTE = "deflectionLanguage"
ROUTE_ATTRIBUTE = "deflectionRoute"
"""The attributes of an SMS contact whose result is counted; its record reads them when it ends."""

type StartChatRequest = Mapping[str, Any]
"""The complete arguments of the SDK's `start_outbound_chat_contact`, including ClientToken."""


class NoRoute:
    """The empty route of a contact when the operator does not use routes."""

    Name = ""
    ContactFlowId: str | None = None
    ChatDurationInMinutes: int | None = None
    Subtypes: Sequence[str] = ()
    Attributes: Mapping[str, str] = MappingProxyType({})
    Messages: "MessageCatalog | None" = None

    def source_arn(self, _subtype: str) -> str | None:
        """Return None, because no route names a phone number."""
        return None


NO_ROUTE = NoRoute()


@dataclass(frozen=True)
class DeflectionRequest:
    """
    The values that determine the request.

    Flow parameters take precedence over the route, and the route takes precedence over the settings.

    Attributes:
        contact: The contact to deflect.
        parameters: The flow parameters.
        destination: The customer's number.
        route: The operator's route for this contact.
        catalogs: The operator's messages by language; the first catalog that has a message is used.
        settings: The operator's settings.
    """

    contact: Contact
    parameters: Parameters
    destination: Endpoint
    route: "Route | NoRoute"
    catalogs: "list[MessageCatalog]"
    settings: Settings


def build_request(deflection: DeflectionRequest, subtype: str) -> StartChatRequest:
    """
    Build the complete request for a contact of this subtype, and check every limit of the API.

    Source: https://docs.aws.amazon.com/connect/latest/APIReference/API_StartOutboundChatContact.html

    Raises:
        InvalidParameterError: A value exceeds its limit; the error names the field and the limit.
        InvalidMessageError: The same, for the message and its template.
    """
    contact, parameters = deflection.contact, deflection.parameters
    route, settings = deflection.route, deflection.settings
    segments = {**(parameters.SegmentAttributes or {}), SUBTYPE_KEY: subtype}
    source = parameters.SourceEndpoint_Address or route.source_arn(subtype) or settings.source_phone_number_arn
    durations = (parameters.ChatDurationInMinutes, route.ChatDurationInMinutes, settings.chat_duration_minutes)
    values = {
        "InstanceId": settings.instance_id,
        "ContactFlowId": parameters.ContactFlowId or route.ContactFlowId or settings.contact_flow_id,
        "SourceEndpoint": {"Type": "CONNECT_PHONENUMBER_ARN", "Address": source},
        "DestinationEndpoint": {"Type": deflection.destination.type, "Address": deflection.destination.address},
        "SegmentAttributes": {name: {"ValueString": value} for name, value in segments.items()},
        "Attributes": _attributes(deflection),
        "ChatDurationInMinutes": next((minutes for minutes in durations if minutes is not None), None),
        "ParticipantDetails": _display_name(parameters, settings),
        "RelatedContactId": resolve_related_contact_id(contact, parameters),
        "SupportedMessagingContentTypes": parameters.SupportedMessagingContentTypes,
        "ClientToken": create_client_token(deflection, subtype),
        **build_initial_message(contact, parameters, settings, deflection.catalogs, subtype),
    }
    request = {name: value for name, value in values.items() if value not in (None, {}, "")}
    check_limits(request)
    return request


def resolve_related_contact_id(contact: Contact, parameters: Parameters) -> str:
    """
    Return the RelatedContactId of the SMS contact; empty for an unrelated message.

    Raises:
        InvalidParameterError: The id is too long.
    """
    given = parameters.RelatedContactId
    related = "" if _is_unrelated(given) else given or contact.id
    check_limits({"RelatedContactId": related} if related else {})
    return related


def resolve_subtypes(parameters: Parameters, route: "Route | NoRoute", settings: Settings) -> Sequence[str]:
    """
    Return the subtypes to try, in order: the one in the parameters, otherwise those of the route or the settings.

    Raises:
        InvalidParameterError: The subtype is unknown.
    """
    given = (parameters.SegmentAttributes or {}).get(SUBTYPE_KEY)
    check_limits({"SegmentAttributes": {SUBTYPE_KEY: {"ValueString": given}}} if given else {})
    return (given,) if given else route.Subtypes or settings.subtypes


def create_client_token(deflection: DeflectionRequest, subtype: str) -> str:
    """
    Return the client token: the given ClientToken, or a hash of the instance, the call, the number and the subtype.

    For seven days, Amazon Connect does not start a second contact for the same token. All requests of one call get the
    same token: repeated invocations, transfers, flows and events. To send a second message in one call, give another
    ClientToken. A given ClientToken is used for the first subtype; the other subtypes get a hash of it.
    """
    given = deflection.parameters.ClientToken
    if given and subtype == resolve_subtypes(deflection.parameters, deflection.route, deflection.settings)[0]:
        return given
    if given:
        return _hash(given, subtype)
    related, contact = deflection.parameters.RelatedContactId, deflection.contact
    call = related if related and not _is_unrelated(related) else contact.initial_id or contact.id or contact.event_id
    return _hash(deflection.settings.instance_id, call, deflection.destination.address, subtype)


def _hash(*values: str) -> str:
    return hashlib.sha256(json.dumps(values).encode()).hexdigest()


def _is_unrelated(related_contact_id: str | None) -> bool:
    return related_contact_id is not None and related_contact_id.upper() == "NONE"


def _attributes(deflection: DeflectionRequest) -> dict[str, str]:
    names, attributes = deflection.settings.attributes_to_copy, deflection.contact.attributes
    all_names = attributes.keys() - FLOW_OUTCOME_ATTRIBUTES if "*" in names else set()
    copied = {name: value for name, value in attributes.items() if name in all_names.union(names)}
    given = {**copied, **deflection.route.Attributes, **(deflection.parameters.Attributes or {})}
    if deflection.settings.table_name is None:
        return given
    labels = {
        LANGUAGE_ATTRIBUTE: redact_language(deflection.contact.language),
        ROUTE_ATTRIBUTE: deflection.route.Name,
    }
    labelled = {name: label for name, label in labels.items() if label} | given
    return labelled if LIMITS["Attributes"].allows(labelled) else given


def _display_name(parameters: Parameters, settings: Settings) -> dict[str, str] | None:
    name = parameters.ParticipantDetails_DisplayName or settings.display_name
    return {"DisplayName": name} if name else None


def request_sms_parts(request: StartChatRequest) -> int:
    """Return the number of parts of the request's message; 0 for a template, because its content is not known."""
    content = request.get("InitialSystemMessage", {}).get("Content")
    return count_sms_parts(content) if content else 0
