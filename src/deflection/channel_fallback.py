"""Starts the contact: of the first kind that is not refused."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cache
from typing import Protocol

from deflection.contact import Endpoint
from deflection.errors import ConflictError, CredentialsRefusedError, DeflectionError, InvalidParameterError
from deflection.outcome import Declined, DryRun, Failed, Outcome, OutcomeDetails, Started, StartedContact
from deflection.reasons import DeclineReason
from deflection.request.builder import DeflectionRequest, StartChatRequest, build_request, request_sms_parts
from deflection.request.select import select_value
from deflection.response import check_response_size

LONGEST_CONTACT_ID = "0" * 256

NO_FALLBACK_ERRORS = (ConflictError, CredentialsRefusedError, InvalidParameterError)
"""No refusals of a kind of contact; with a conflict there may be a conversation of this kind already."""

type Screen = Callable[[Endpoint], DeclineReason | None]


class Starter(Protocol):
    """What is request of AWS once there is a request; each raises a DeflectionError when it does not answer."""

    def screen(self, destination: Endpoint) -> DeclineReason | None:
        """Why a number may not be texted, as those say who must be request."""

    def start(self, request: StartChatRequest) -> StartedContact:
        """The contact that the request started, or that was started for the same customer a short while ago."""


def start_with_fallback(
    deflection: DeflectionRequest, subtypes: Sequence[str], details: OutcomeDetails, starter: Starter
) -> Outcome:
    """What came of the first kind of contact that is not refused, or of the last that is."""
    screen = cache(starter.screen)  # what is said of a number holds for every kind
    for subtype in subtypes[:-1]:
        outcome = _start(deflection, replace(details, subtype=subtype), screen, starter)
        match outcome:
            case Failed(error=error) if error.retryable and not error.outcome_unknown:
                return replace(outcome, request=None)  # nothing was started, so all kinds are tried anew
            case Failed(error=error) if not error.retryable and not isinstance(error, NO_FALLBACK_ERRORS):
                details = replace(details, refused=(*details.refused, f"{subtype} {error.code}"))
            case _:
                return outcome
    return _start(deflection, replace(details, subtype=subtypes[-1]), screen, starter)


def _start(deflection: DeflectionRequest, details: OutcomeDetails, screen: Screen, starter: Starter) -> Outcome:
    request, select = None, deflection.parameters.Select
    try:
        request = build_request(deflection, details.subtype)
        details = replace(details, sms_parts=request_sms_parts(request))
        check_response_size(
            Started(details, LONGEST_CONTACT_ID, select_value(select, request, {"ContactId": LONGEST_CONTACT_ID}))
        )
        reason = screen(deflection.destination)
        if reason:
            return Declined(details, reason)
        if deflection.parameters.DryRun:
            return DryRun(details, select_value(select, request, {}))
        found = starter.start(request)
    except DeflectionError as error:
        return Failed(details, error, request)
    if found.client_token != request["ClientToken"]:
        return Declined(details, DeclineReason.RECENTLY_DEFLECTED, found.contact_id)
    return Started(details, found.contact_id, select_value(select, request, {"ContactId": found.contact_id}))
