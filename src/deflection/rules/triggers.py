"""Whether an event asks for a text at all; nobody is asked to find that out."""

from typing import assert_never

from deflection.arrived import ContactEvent, DeflectionRequested, EventBridgeEvent, RuleMatched
from deflection.contact import Contact
from deflection.errors import CheckUnavailableError
from deflection.reasons import DeclineReason, IgnoreReason
from deflection.settings import Settings

TRIGGER_EVENT_TYPES = {"ABANDONED": "DISCONNECTED", "QUEUED": "QUEUED"}


def rejection_reason(event: EventBridgeEvent, settings: Settings, now: float) -> DeclineReason | IgnoreReason | None:
    """
    Why an event is not followed, or None.

    Args:
        event: What arrived.
        settings: The operator's.
        now: Seconds since 1970.
    """
    if not settings.is_own_instance(event.instance_arn):
        return DeclineReason.INSTANCE_NOT_ALLOWED
    match event:
        case ContactEvent() if event.is_sms_contact:
            return IgnoreReason.SMS_CONTACT_EVENT
        case ContactEvent():
            ended_otherwise = event.contact.disconnect_reason not in ("", "CUSTOMER_DISCONNECT")
            if (
                event.type != TRIGGER_EVENT_TYPES.get(settings.contact_event_trigger)
                or not is_waiting(event.contact)
                or ended_otherwise
            ):
                return IgnoreReason.TRIGGER_NOT_MATCHED
        case RuleMatched():
            if event.action_name not in settings.rule_action_names:
                return IgnoreReason.TRIGGER_NOT_MATCHED
        case DeflectionRequested():
            pass
        case _:
            assert_never(event)
    if event.time is not None and now - event.time > settings.max_event_age_seconds:
        return DeclineReason.EVENT_TOO_OLD
    return None


def still_matches(event: EventBridgeEvent, contact: Contact, settings: Settings) -> bool:
    """
    Whether the contact as Amazon Connect knows it now still is what its event told; events come late.

    Raises:
        CheckUnavailableError: The event told that it has ended, and Amazon Connect does not know how yet.
    """
    if not isinstance(event, ContactEvent):
        return True
    if event.type == "DISCONNECTED" and not contact.disconnect_reason:
        raise CheckUnavailableError("Amazon Connect does not tell yet how the contact ended.")
    abandoned = contact.disconnect_reason == "CUSTOMER_DISCONNECT"
    return is_waiting(contact) and (abandoned or settings.contact_event_trigger != "ABANDONED")


def is_waiting(contact: Contact) -> bool:
    """Whether it is an inbound call that has entered a queue and was connected to no agent."""
    inbound_call = contact.channel == "VOICE" and contact.initiation_method == "INBOUND"
    return inbound_call and contact.was_queued and not contact.was_answered
