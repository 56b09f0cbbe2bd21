"""The line, from what arrived to what happened."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol

from deflection import eligibility, parameters, request, trigger
from deflection.bus import DeflectionRequested
from deflection.contact import Contact
from deflection.errors import DeflectionError, MalformedEventError
from deflection.event import Arrived, FlowInvocation
from deflection.outcome import About, Declined, DeclineReason, DryRun, Failed, Ignored, IgnoreReason, Outcome, Started
from deflection.response import check_fits
from deflection.selection import selected
from deflection.settings import Settings

LONGEST_CONTACT_ID = "0" * 256


class Connect(Protocol):
    """What is asked of Amazon Connect; both raise a DeflectionError when it is not done."""

    def describe(self, contact_id: str) -> Contact:
        """The contact as it is now."""

    def start(self, request: Mapping[str, Any]) -> str:
        """The contact id of the SMS contact that the request started."""


def deflect(arrived: Arrived, settings: Settings, connect: Connect, now: float) -> Outcome:
    """
    What came of the wish to go on with a contact as a text.

    Args:
        arrived: What asks for it.
        settings: The operator's.
        connect: Amazon Connect.
        now: Seconds since 1970.
    """
    if isinstance(arrived, FlowInvocation):
        return _go_on(arrived.contact, arrived.parameters, settings, connect)
    match trigger.unwanted(arrived, settings, now):
        case IgnoreReason() as reason:
            return Ignored(About(), reason)
        case DeclineReason() as reason:
            return Declined(About(arrived.related_contact_id), reason)
    try:
        match arrived:
            case DeflectionRequested(contact_id=""):
                contact = _no_contact(arrived)
            case _:
                contact = connect.describe(arrived.contact_id)
        if not trigger.still_wanted(arrived, contact, settings):
            return Ignored(About(), IgnoreReason.TRIGGER_NOT_MATCHED)
    except DeflectionError as error:
        return Failed(About(arrived.contact_id), error)
    wish = arrived.parameters if isinstance(arrived, DeflectionRequested) else {}
    return _go_on(contact, wish, settings, connect)


def _go_on(contact: Contact, given: Mapping[str, Any], settings: Settings, connect: Connect) -> Outcome:
    about, asked = About(), None
    try:
        wish = parameters.read(given)
        if not contact.id and not (wish.DestinationEndpoint_Address and (contact.event_id or wish.ClientToken)):
            raise MalformedEventError(
                "The event's detail.contactId is missing, and so is its id or the destination in its parameters."
            )
        about = About(request.related_contact_id(contact, wish), request.subtype(wish))
        decision = eligibility.decide(contact, wish, settings)
        if isinstance(decision, DeclineReason):
            return Declined(about, decision)
        about = replace(about, destination=decision.destination)
        asked = request.build(contact, wish, decision.destination, settings)
        largest = selected(wish.Select, asked, {"ContactId": LONGEST_CONTACT_ID})
        check_fits(Started(about, LONGEST_CONTACT_ID, largest))
        if wish.DryRun:
            return DryRun(about, selected(wish.Select, asked, {}))
        contact_id = connect.start(asked)
        return Started(about, contact_id, selected(wish.Select, asked, {"ContactId": contact_id}))
    except DeflectionError as error:
        return Failed(about, error, asked)


def _no_contact(arrived: DeflectionRequested) -> Contact:
    return Contact(id="", instance_arn=arrived.instance_arn, event_id=arrived.id, attributes=arrived.attributes)
