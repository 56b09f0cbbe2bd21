"""The line, from what arrived to what happened."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from deflection import eligibility, parameters, request, trigger
from deflection.bus import BusEvent, DeflectionRequested
from deflection.catalogue import Catalogue
from deflection.contact import Contact, Endpoint
from deflection.errors import DeflectionError, MalformedEventError
from deflection.event import Arrived, FlowInvocation
from deflection.outcome import About, Declined, DeclineReason, Failed, Ignored, IgnoreReason, Outcome
from deflection.routes import NO_ROUTE, Route
from deflection.settings import Settings
from deflection.start import Starter, first_that_starts


class Services(Starter, Protocol):
    """What is asked of AWS; each raises a DeflectionError when it does not answer."""

    def is_switched_off(self) -> bool:
        """Whether the operator has stopped all texts."""

    def describe(self, contact_id: str) -> Contact:
        """The contact as Amazon Connect knows it now."""

    def route(self, contact: Contact, country: str) -> Route:
        """What the operator's routes give a contact whose number is of this country."""

    def messages(self) -> Catalogue | None:
        """The operator's messages by language."""


def deflect(arrived: Arrived, settings: Settings, services: Services, now: float) -> Outcome:
    """
    What came of the wish to go on with a contact as a text.

    Args:
        arrived: What asks for it.
        settings: The operator's.
        services: Those of AWS that are asked.
        now: Seconds since 1970.
    """
    if isinstance(arrived, FlowInvocation):
        return _go_on(arrived, arrived.contact, settings, services, now)
    about = _about(settings)
    match trigger.unwanted(arrived, settings, now):
        case IgnoreReason() as reason:
            return Ignored(about, reason)
        case DeclineReason() as reason:
            return Declined(replace(about, related_contact_id=arrived.related_contact_id), reason)
    try:
        match arrived:
            case DeflectionRequested(contact_id=""):
                contact = _no_contact(arrived)
            case _:
                contact = services.describe(arrived.contact_id)
                contact = _as_told(contact, arrived)
        if not trigger.still_wanted(arrived, contact, settings):
            return Ignored(about, IgnoreReason.TRIGGER_NOT_MATCHED)
    except DeflectionError as error:
        return Failed(replace(about, related_contact_id=arrived.contact_id), error)
    return _go_on(arrived, contact, settings, services, now)


def _go_on(arrived: Arrived, contact: Contact, settings: Settings, services: Services, now: float) -> Outcome:
    asked_for, resolved = True, False
    given: Mapping[str, Any] = {}
    match arrived:
        case FlowInvocation(parameters=given):
            pass
        case DeflectionRequested(parameters=given, is_resolved=resolved):
            settings = _without_additions(settings) if resolved else settings
        case _:
            asked_for = False
    about = _about(settings)
    try:
        if services.is_switched_off():
            return Declined(replace(about, related_contact_id=contact.id), DeclineReason.SWITCHED_OFF)
        wish = parameters.read(given)
        if not contact.id and not (wish.DestinationEndpoint_Address and (contact.event_id or wish.ClientToken)):
            raise MalformedEventError(
                "The event's detail.contactId is missing, and so is its id or the destination in its parameters."
            )
        about = About(request.related_contact_id(contact, wish), request.subtypes(wish, NO_ROUTE, settings)[0])
        decision = eligibility.decide(contact, wish, settings, now, asked_for=asked_for)
        if isinstance(decision, DeclineReason):
            return Declined(about, decision)
        about = replace(about, destination=decision.destination)
        route = NO_ROUTE if resolved else services.route(contact, decision.country)
        catalogues = [] if resolved else [found for found in (route.Messages, services.messages()) if found]
        wanted = request.Wish(contact, wish, decision.destination, route, catalogues, settings)
    except DeflectionError as error:
        return Failed(about, error)
    return first_that_starts(wanted, request.subtypes(wish, route, settings), about, services)


def _about(settings: Settings) -> About:
    """What is known before anything else is: the kind of contact that comes first."""
    return About(subtype=settings.subtypes[0])


def _without_additions(settings: Settings) -> Settings:
    """The settings without what they add to a request, for one that was complete when it was deferred."""
    added = {"initial_message": None, "chat_duration_minutes": None, "display_name": None, "attributes_to_copy": ()}
    return settings.model_copy(update=added)


def _as_told(contact: Contact, event: BusEvent) -> Contact:
    """A described contact with what the flow knew of it, which Amazon Connect does not tell."""
    if not isinstance(event, DeflectionRequested):
        return contact
    return replace(
        contact,
        queue_name=event.queue_name or contact.queue_name,
        language=event.language or contact.language,
        system_endpoint=contact.system_endpoint or (Endpoint(event.dialled) if event.dialled else None),
    )


def _no_contact(arrived: DeflectionRequested) -> Contact:
    return Contact(id="", instance_arn=arrived.instance_arn, event_id=arrived.id, attributes=arrived.attributes)
