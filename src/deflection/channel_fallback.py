"""Start the contact on the first channel (subtype) that Amazon Connect does not refuse."""

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
"""Errors that end the fallback; a conflict may mean that a conversation is already open."""

type Screen = Callable[[Endpoint], DeclineReason | None]


class Starter(Protocol):
    """The calls to AWS that start a contact; every method raises a DeflectionError when the call fails."""

    def screen(self, destination: Endpoint) -> DeclineReason | None:
        """Return why the opt-out list or the carrier does not allow a message to a number, or None."""

    def start(self, request: StartChatRequest) -> StartedContact:
        """Return the new contact, or the one started for this customer within the repeat window."""


def start_with_fallback(
    deflection: DeflectionRequest, subtypes: Sequence[str], details: OutcomeDetails, starter: Starter
) -> Outcome:
    """Return the outcome of the first channel that is not refused, or of the last one."""
    screen = cache(starter.screen)  # the result is the same for every channel
    for subtype in subtypes[:-1]:
        outcome = _start(deflection, details._replace(subtype=subtype), screen, starter)
        match outcome:
            case Failed(error=error) if error.retryable and not error.outcome_unknown:
                return replace(
                    outcome, request=None
                )  # no contact was started, so a retry begins with the first channel
            case Failed(error=error) if not error.retryable and not isinstance(error, NO_FALLBACK_ERRORS):
                details = details._replace(refused=(*details.refused, f"{subtype} {error.code}"))
            case _:
                return outcome
    return _start(deflection, details._replace(subtype=subtypes[-1]), screen, starter)


def _start(deflection: DeflectionRequest, details: OutcomeDetails, screen: Screen, starter: Starter) -> Outcome:
    request, select = None, deflection.parameters.Select
    try:
        request = build_request(deflection, details.subtype)
        details = details._replace(sms_parts=request_sms_parts(request))
        largest = select_value(select, request, {"ContactId": LONGEST_CONTACT_ID})
        check_response_size(Started(details, LONGEST_CONTACT_ID, largest))
        reason = screen(deflection.destination)
        if reason:
            return Declined(details, reason)
        if deflection.parameters.DryRun:
            return DryRun(details, select_value(select, request, {}))
        started = starter.start(request)
    except DeflectionError as error:
        return Failed(details, error, request)
    if started.client_token != request["ClientToken"]:
        return Declined(details, DeclineReason.RECENTLY_DEFLECTED, started.contact_id)
    return Started(details, started.contact_id, select_value(select, request, {"ContactId": started.contact_id}))
