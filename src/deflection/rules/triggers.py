"""Decide whether an EventBridge event asks for a message. These rules do not make network calls."""

from typing import assert_never

from deflection.contact import Contact
from deflection.errors import CheckUnavailableError
from deflection.events import ContactEvent, DeflectionRequested, DeliveryEvent, EventBridgeEvent, RuleMatched
from deflection.reasons import DeclineReason, IgnoreReason
from deflection.settings import Settings

TRIGGER_EVENT_TYPES = {"ABANDONED": "DISCONNECTED", "QUEUED": "QUEUED"}


def rejection_reason(event: EventBridgeEvent, settings: Settings, now: float) -> DeclineReason | IgnoreReason | None:
    """
    Return the reason why an event does not start a message, or None.

    Args:
        event: The event.
        settings: The operator's settings.
        now: Seconds since 1970.
    """
    if isinstance(event, DeliveryEvent):
        return IgnoreReason.SMS_CONTACT_EVENT
    if not settings.is_own_instance(event.instance_arn):
        return DeclineReason.INSTANCE_NOT_ALLOWED
    match event:
        case ContactEvent() if event.is_sms_contact or event.is_deflected_call:
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
    Return whether the contact is still in the state of its event; events can arrive late.

    Raises:
        CheckUnavailableError: The contact has ended, but DescribeContact does not return the disconnect reason yet.
    """
    if not isinstance(event, ContactEvent):
        return True
    if event.type == "DISCONNECTED" and not contact.disconnect_reason:
        raise CheckUnavailableError(
            "DescribeContact does not return the contact's disconnect reason yet; the event is retried."
        )
    abandoned = contact.disconnect_reason == "CUSTOMER_DISCONNECT"
    return is_waiting(contact) and (abandoned or settings.contact_event_trigger != "ABANDONED")


def is_waiting(contact: Contact) -> bool:
    """Return whether the contact is an inbound call that entered a queue and has not reached an agent."""
    inbound_call = contact.channel == "VOICE" and contact.initiation_method == "INBOUND"
    return inbound_call and contact.was_queued and not contact.was_answered
