"""Send the second message, which is related to a contact that has ended."""

from collections.abc import Iterator, Mapping
from typing import Any

from deflection.contact import is_set
from deflection.outcome import Status
from deflection.reasons import DeclineReason, FailureReason
from deflection_ops.errors import AwsError, PermissionMissingError
from deflection_ops.finding import Finding, Observation, Verdict
from deflection_ops.invocation import Answer
from deflection_ops.smoke_test import steps
from deflection_ops.smoke_test.reply import judge_chat_metrics
from deflection_ops.smoke_test.sms_session import SmsSession


def send_second_message(session: SmsSession, first: Answer, given: str | None) -> Iterator[Finding]:
    """
    Send a message related to an ended contact, and compare the new contact with the request.

    Args:
        session: The session.
        first: The answer to the first message.
        given: The id of an ended contact; None ends the first SMS contact and uses it.
    """
    if given is None:
        stopped = stop_contact(session, first.contact_id)
        yield stopped
        if stopped.verdict is not Verdict.OK:
            return
    related = given or first.contact_id
    try:
        contact = session.describe_contact(related, _has_ended)
    except AwsError as error:
        yield steps.RELATED_MESSAGE.not_asked(error)
        return
    if _has_ended(contact):
        if given is None:
            judge_chat_metrics(session, contact)
        yield from _send_related(session, first, given, contact)
    else:
        yield steps.RELATED_CONTACT.report(steps.RELATED_CONTACT_OPEN.found(related))


def _send_related(
    session: SmsSession, first: Answer, given: str | None, contact: Mapping[str, Any]
) -> Iterator[Finding]:
    related = given or first.contact_id
    try:
        second = session.send_related(related)
        if given is not None and second.status in (
            Status.STARTED,
            Status.FAILED,
        ):  # the first SMS contact is still open
            is_conflict = second.reason == FailureReason.CONFLICT.name
            evidence = f"With the first SMS contact open, the function answered {second}."
            session.record("conflict", evidence, held=is_conflict)
            if is_conflict:
                yield stop_contact(session, first.contact_id)
                second = session.send_related(related)
    except AwsError as error:
        yield steps.RELATED_MESSAGE.not_asked(error)
        return
    yield _report_start(session, second)
    if second.status == Status.STARTED:
        yield _compare_relation(session, second, related, contact.get("Attributes") or {})


def stop_contact(session: SmsSession, contact_id: str) -> Finding:
    """End a contact and report it."""
    try:
        session.stop(contact_id)
    except PermissionMissingError as error:
        return steps.STOP.not_asked(error)
    except AwsError as error:
        return steps.STOP.report(steps.CONTACT_NOT_STOPPED.found(contact_id, str(error)))
    return steps.STOP.report(Observation(contact_id))


def _has_ended(contact: Mapping[str, Any]) -> bool:
    return is_set(contact.get("DisconnectTimestamp"))


def _report_start(session: SmsSession, second: Answer) -> Finding:
    if second.reason == DeclineReason.RECENTLY_DEFLECTED.name:
        return steps.RELATED_MESSAGE.report(steps.RELATED_MESSAGE_NOT_TRIED.found())
    is_started = second.status == Status.STARTED
    if is_started or second.reason in ("REQUEST_REFUSED", "RESOURCE_NOT_FOUND"):
        session.record("ended", f"The function answered {second}.", held=is_started)
    return steps.RELATED_MESSAGE.report(
        Observation(second.contact_id)
        if is_started
        else steps.RELATED_MESSAGE_NOT_STARTED.found(second.code, str(second))
    )


def _compare_relation(session: SmsSession, second: Answer, related: str, before: Mapping[str, Any]) -> Finding:
    try:
        contact = session.describe_contact(second.contact_id, lambda contact: bool(contact.get("RelatedContactId")))
    except AwsError as error:
        return steps.RELATED_CONTACT.not_asked(error)
    after = contact.get("Attributes") or {}
    copied = [name for name, value in before.items() if after.get(name) == value]
    if before:
        evidence = f"The new contact has {len(copied)} of the {len(before)} attributes of the related contact."
        session.record("attributes", evidence, held=not copied)
    actual = str(contact.get("RelatedContactId"))
    return steps.RELATED_CONTACT.report(
        Observation(related) if actual == related else steps.RELATED_CONTACT_DIFFERS.found(related, actual)
    )
