"""Run the steps of a deflection: event -> contact -> decision -> request -> outcome."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

from deflection.channel_fallback import Starter, start_with_fallback
from deflection.contact import Contact, Endpoint
from deflection.errors import DeflectionError, MalformedEventError
from deflection.events import DeflectionRequested, EventBridgeEvent, FlowInvocation, IncomingEvent
from deflection.outcome import Declined, Failed, Ignored, Outcome, OutcomeDetails
from deflection.reasons import DeclineReason, IgnoreReason
from deflection.redaction import redact_language
from deflection.request.builder import (
    NO_ROUTE,
    DeflectionRequest,
    NoRoute,
    resolve_related_contact_id,
    resolve_subtypes,
)
from deflection.request.parameters import parse_parameters
from deflection.rules.eligibility import decide
from deflection.rules.triggers import rejection_reason, still_matches
from deflection.settings import Settings

if TYPE_CHECKING:  # few operators have documents, and loading their models delays init
    from deflection.request.message_catalog import MessageCatalog
    from deflection.request.routes import Route


class Services(Starter, Protocol):
    """The calls to AWS of a deflection; every method raises a DeflectionError when the call fails."""

    def is_switched_off(self) -> bool:
        """Return whether the operator has stopped all messages."""

    def describe(self, contact_id: str) -> Contact:
        """Return the contact as Amazon Connect knows it now."""

    def claim_result(self, key: str, value: str) -> bool:
        """Remember a result; return whether it is new."""

    def find_result(self, key: str) -> str | None:
        """Return the value of a result that was claimed earlier."""

    def find_route(self, contact: Contact, country: str) -> "Route | NoRoute":
        """Return the operator's route for a contact and the country of the customer's number."""

    def messages(self) -> "MessageCatalog | None":
        """Return the operator's messages by language."""


def deflect(incoming: IncomingEvent, settings: Settings, services: Services, now: float) -> Outcome:
    """
    Deflect a contact to an SMS or WhatsApp contact, if the rules allow it.

    Args:
        incoming: The flow invocation or the EventBridge event.
        settings: The operator's settings.
        services: The calls to AWS.
        now: Seconds since 1970.
    """
    if isinstance(incoming, FlowInvocation):
        return _deflect_contact(incoming, incoming.contact, settings, services, now)
    details = _initial_details(settings)
    match rejection_reason(incoming, settings, now):
        case IgnoreReason.SMS_CONTACT_EVENT as reason:
            from deflection.follow_up import follow_up  # imported only for results, to keep init short

            is_young = incoming.time is not None and now - incoming.time <= settings.max_event_age_seconds
            try:
                return Ignored(details, reason, follow_up(incoming, services, may_retry=is_young))
            except DeflectionError as error:
                return Failed(details._replace(related_contact_id=incoming.contact_id), error)
        case IgnoreReason() as reason:
            return Ignored(details, reason)
        case DeclineReason() as reason:
            return Declined(details._replace(related_contact_id=incoming.related_contact_id), reason)
    try:
        contact = _contact_of(incoming, services)
        if not still_matches(incoming, contact, settings):
            return Ignored(details, IgnoreReason.TRIGGER_NOT_MATCHED)
    except DeflectionError as error:
        return Failed(details._replace(related_contact_id=incoming.contact_id), error)
    return _deflect_contact(incoming, contact, settings, services, now)


def _deflect_contact(
    incoming: IncomingEvent, contact: Contact, settings: Settings, services: Services, now: float
) -> Outcome:
    requested, resolved = True, False
    given: Mapping[str, Any] = {}
    route_name = ""
    match incoming:
        case FlowInvocation(parameters=given):
            pass
        case DeflectionRequested(parameters=given, is_resolved=resolved, route=route_name):
            settings = _without_additions(settings) if resolved else settings
        case _:
            requested = False
    details = _initial_details(settings)._replace(language=redact_language(contact.language))
    try:
        if services.is_switched_off():
            return Declined(details._replace(related_contact_id=contact.id), DeclineReason.SWITCHED_OFF)
        parameters = parse_parameters(given)
        if not contact.id and not (
            parameters.DestinationEndpoint_Address and (contact.event_id or parameters.ClientToken)
        ):
            raise MalformedEventError(
                "detail.contactId is missing; send it, or DestinationEndpoint and an event id or ClientToken."
            )
        details = details._replace(
            related_contact_id=resolve_related_contact_id(contact, parameters),
            subtype=resolve_subtypes(parameters, NO_ROUTE, settings)[0],
        )
        decision = decide(contact, parameters, settings, now, requested=requested)
        if isinstance(decision, DeclineReason):
            return Declined(details, decision)
        details = details._replace(destination=decision.destination)
        route = NO_ROUTE if resolved else services.find_route(contact, decision.country)
        details = details._replace(route=route.Name or route_name)
        catalogs = [] if resolved else [catalog for catalog in (route.Messages, services.messages()) if catalog]
        request = DeflectionRequest(contact, parameters, decision.destination, route, catalogs, settings)
    except DeflectionError as error:
        return Failed(details, error)
    return start_with_fallback(request, resolve_subtypes(parameters, route, settings), details, services)


def _initial_details(settings: Settings) -> OutcomeDetails:
    return OutcomeDetails(subtype=settings.subtypes[0])


def _without_additions(settings: Settings) -> Settings:
    """Return the settings without defaults for a request, because a resolved request is complete."""
    added = {"initial_message": None, "chat_duration_minutes": None, "display_name": None, "attributes_to_copy": ()}
    return settings.model_copy(update=added)


def _contact_of(event: EventBridgeEvent, services: Services) -> Contact:
    match event:
        case DeflectionRequested(contact_id=""):
            return Contact(
                id="",
                instance_arn=event.instance_arn,
                event_id=event.id,
                attributes=event.attributes,
                language=event.language,
            )
        case DeflectionRequested():
            return _with_flow_data(services.describe(event.contact_id), event)
        case _:
            return services.describe(event.contact_id)


def _with_flow_data(contact: Contact, event: DeflectionRequested) -> Contact:
    """Add the flow's data about the contact that DescribeContact does not return."""
    return replace(
        contact,
        queue_name=event.queue_name or contact.queue_name,
        language=event.language or contact.language,
        system_endpoint=contact.system_endpoint or (Endpoint(event.dialled) if event.dialled else None),
    )
