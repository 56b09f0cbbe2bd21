"""Starts the contact: of the first kind that is not refused."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Protocol

from deflection import request
from deflection.contact import Endpoint
from deflection.errors import ConflictError, CredentialsRefusedError, DeflectionError, InvalidParameterError
from deflection.outcome import About, Declined, DeclineReason, DryRun, Failed, Outcome, Remembered, Started
from deflection.request import Request, Wish
from deflection.response import check_fits
from deflection.selection import selected

LONGEST_CONTACT_ID = "0" * 256

WHATEVER_THE_KIND = (ConflictError, CredentialsRefusedError, InvalidParameterError)
"""No refusals of a kind of contact; with a conflict there may be a conversation of this kind already."""

type Screen = Callable[[Endpoint], DeclineReason | None]


class Starter(Protocol):
    """What is asked of AWS once there is a request; each raises a DeflectionError when it does not answer."""

    def screen(self, destination: Endpoint) -> DeclineReason | None:
        """Why a number may not be texted, as those say who must be asked."""

    def start(self, request: Request) -> Remembered:
        """The contact that the request started, or that was started for the same customer a short while ago."""


def first_that_starts(wish: Wish, subtypes: Sequence[str], about: About, starter: Starter) -> Outcome:
    """What came of the first kind of contact that is not refused, or of the last that is."""
    screen = cache(starter.screen)  # what is said of a number holds for every kind
    for subtype in subtypes[:-1]:
        outcome = _start(wish, replace(about, subtype=subtype), screen, starter)
        match outcome:
            case Failed(error=error) if error.retryable and not error.outcome_unknown:
                return replace(outcome, request=None)  # nothing was started, so all kinds are tried anew
            case Failed(error=error) if not error.retryable and not isinstance(error, WHATEVER_THE_KIND):
                about = replace(about, refused=(*about.refused, f"{subtype} {error.code}"))
            case _:
                return outcome
    return _start(wish, replace(about, subtype=subtypes[-1]), screen, starter)


def _start(wish: Wish, about: About, screen: Screen, starter: Starter) -> Outcome:
    asked, select = None, wish.parameters.Select
    try:
        asked = request.build(wish, about.subtype)
        about = replace(about, sms_parts=request.sms_parts(asked))
        check_fits(Started(about, LONGEST_CONTACT_ID, selected(select, asked, {"ContactId": LONGEST_CONTACT_ID})))
        reason = screen(wish.destination)
        if reason:
            return Declined(about, reason)
        if wish.parameters.DryRun:
            return DryRun(about, selected(select, asked, {}))
        found = starter.start(asked)
    except DeflectionError as error:
        return Failed(about, error, asked)
    if found.client_token != asked["ClientToken"]:
        return Declined(about, DeclineReason.RECENTLY_DEFLECTED, found.contact_id)
    return Started(about, found.contact_id, selected(select, asked, {"ContactId": found.contact_id}))
