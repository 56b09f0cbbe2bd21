"""Read the result of a message in an event, and count each result at most once."""

from typing import Protocol

from deflection.contact import Contact
from deflection.errors import CheckUnavailableError, DeflectionError
from deflection.events import ContactEvent, DeliveryEvent, EventBridgeEvent
from deflection.redaction import redact, redact_language
from deflection.request.builder import LANGUAGE_ATTRIBUTE, ROUTE_ATTRIBUTE
from deflection.results import AgentAnswer, CallEnd, ConversationEnd, Delivery, Result

REPLIED_ATTRIBUTE = "replied"
"""The contact attribute that the SMS flow sets to `yes` or `no` when it waits for the customer's first reply."""
END_OF_CALL = frozenset({"CUSTOMER_DISCONNECT", "CONTACT_FLOW_DISCONNECT", "TELECOM_PROBLEM", "EXPIRED"})
"""The reasons that end a call without an agent; after any other reason the call may go on as another contact."""


class ResultServices(Protocol):
    """The calls to AWS that read and remember results; every method raises a DeflectionError when the call fails."""

    def describe(self, contact_id: str) -> Contact:
        """Return the contact as Amazon Connect knows it now."""

    def claim_result(self, key: str, value: str) -> bool:
        """Remember a result; return whether it is new."""

    def find_result(self, key: str) -> str | None:
        """Return the value of a result that was claimed earlier."""


def follow_up(event: EventBridgeEvent, services: ResultServices, *, may_retry: bool) -> Result | None:
    """
    Return the result in an event, or None if it was counted before.

    The result is claimed before it is counted, so a repeated event or a crash can lose a count but not add one.

    Args:
        event: An event about a message that was started.
        services: The calls to AWS.
        may_retry: Whether the event can be delivered again; if not, a value that AWS does not return now stays unknown.

    Raises:
        DeflectionError: AWS did not answer, and `may_retry` is set.
    """
    try:
        return _read_result(event, services, may_retry=may_retry)
    except DeflectionError as error:
        if error.retryable and may_retry:
            raise
        return None


def _read_result(event: EventBridgeEvent, services: ResultServices, *, may_retry: bool) -> Result | None:
    match event:
        case DeliveryEvent(delivery=Delivery() as delivery):
            return delivery if services.claim_result(f"message#{event.message_id}", "") else None
        case ContactEvent(is_sms_contact=True, type="CONNECTED_TO_AGENT"):
            return AgentAnswer() if services.claim_result(f"answer#{_chain(event)}", "") else None
        case ContactEvent(is_sms_contact=True, type="DISCONNECTED"):
            return _conversation_end(event, services, may_retry=may_retry)
        case ContactEvent(is_deflected_call=True, type="DISCONNECTED"):
            return _call_end(event, services, may_retry=may_retry)
        case _:
            return None


def _chain(event: ContactEvent) -> str:
    """Return the id that all contacts of a transferred conversation or call share."""
    return event.contact.initial_id or event.contact.id


def _describe(event: ContactEvent, services: ResultServices, *, may_retry: bool) -> Contact | None:
    """Return the contact, or None if AWS does not describe it."""
    try:
        return services.describe(event.contact.id)
    except DeflectionError as error:
        if error.retryable and may_retry:
            raise
        return None


def _conversation_end(event: ContactEvent, services: ResultServices, *, may_retry: bool) -> ConversationEnd | None:
    contact = _describe(event, services, may_retry=may_retry) or event.contact
    replied = _has_replied(contact)
    saved = services.find_result(_call_key(event.origin_id))
    end = ConversationEnd(
        event.contact.id,
        event.origin_id,
        event.subtype,
        event.contact.was_answered or contact.was_answered,
        replied,
        _reply_seconds(contact) if replied else None,
        {"yes": True, "no": False}.get(saved or ""),
        contact.initiated_at,
        contact.ended_at or event.time,
        contact.disconnect_reason,
        redact_language(contact.attributes.get(LANGUAGE_ATTRIBUTE, "")),
        redact(contact.attributes.get(ROUTE_ATTRIBUTE, ""), instead=""),
    )
    return end if services.claim_result(f"end#{_chain(event)}", "") else None


def _call_end(event: ContactEvent, services: ResultServices, *, may_retry: bool) -> CallEnd | None:
    described = _describe(event, services, may_retry=may_retry)
    contact = described or event.contact
    if event.contact.is_simulated or contact.is_simulated:
        return None  # the call is one of Amazon Connect's test cases
    reason = contact.disconnect_reason or event.contact.disconnect_reason
    saved: bool | None = None
    if event.contact.was_answered or contact.was_answered:
        saved = False
    elif reason in END_OF_CALL:
        saved = True
    elif reason:
        return None  # the call may go on as another contact, which has an event of its own
    elif described and may_retry:
        raise CheckUnavailableError(
            "DescribeContact does not return the call's disconnect reason yet; the event is retried."
        )
    value = {True: "yes", False: "no", None: ""}[saved]
    return CallEnd(saved) if services.claim_result(_call_key(_chain(event)), value) else None


def _call_key(contact_id: str) -> str:
    return f"call#{contact_id}"


def _has_replied(contact: Contact) -> bool | None:
    by_flow = {"yes": True, "no": False}.get(contact.attributes.get(REPLIED_ATTRIBUTE, ""))
    if by_flow is not None or contact.customer_messages is None:
        return by_flow
    return contact.customer_messages > 0


def _reply_seconds(contact: Contact) -> float | None:
    """
    Return the time from the start to the first reply, or None.

    A flow that waits for the reply transfers the contact to the queue at the reply. Without such a flow, Amazon Connect
    gives only the time of the last message; if there is only one, it is also the first.
    """
    is_gated = contact.attributes.get(REPLIED_ATTRIBUTE) == "yes"
    if is_gated and contact.queued_at is not None:
        replied_at = contact.queued_at
    elif contact.customer_messages == 1 and contact.last_customer_message_at is not None:
        replied_at = contact.last_customer_message_at
    else:
        return None
    return max(replied_at - contact.initiated_at, 0) if contact.initiated_at is not None else None
