"""The line, from what arrived to what happened."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from deflection import eligibility, parameters, request
from deflection.errors import DeflectionError
from deflection.event import FlowInvocation
from deflection.outcome import About, Declined, DeclineReason, DryRun, Outcome, Started, failed
from deflection.response import check_fits
from deflection.selection import selected
from deflection.settings import Settings

LONGEST_CONTACT_ID = "0" * 256

type Start = Callable[[Mapping[str, Any]], str]
"""Sends a request to Amazon Connect; returns the new contact's id, or raises a DeflectionError."""


def deflect(arrived: FlowInvocation, settings: Settings, start: Start) -> Outcome:
    """What came of the wish to go on with a contact as a text."""
    contact, about = arrived.contact, About()
    try:
        wish = parameters.read(arrived.parameters)
        about = About(request.related_contact_id(contact, wish))
        decision = eligibility.decide(contact, wish, settings)
        if isinstance(decision, DeclineReason):
            return Declined(about, decision)
        about = replace(about, destination=decision.destination)
        asked = request.build(contact, wish, decision.destination, settings)
        about = replace(about, subtype=request.subtype(asked))
        largest = selected(wish.Select, asked, {"ContactId": LONGEST_CONTACT_ID})
        check_fits(Started(about, LONGEST_CONTACT_ID, largest))
        if wish.DryRun:
            return DryRun(about, selected(wish.Select, asked, {}))
        contact_id = start(asked)
        return Started(about, contact_id, selected(wish.Select, asked, {"ContactId": contact_id}))
    except DeflectionError as error:
        return failed(error, about)
