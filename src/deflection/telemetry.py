"""Define the names of the metrics and of the fields in the log."""

from typing import TYPE_CHECKING, Final


class Metric:
    """A metric; its docstring names its dimensions if they are not those of a deflection."""

    DEFLECTIONS: Final = "Deflections"
    """Every flow invocation, every event, and every attempt to send a record of the queue."""
    ASKED_FOR: Final = "AskedFor"
    """
    A message was requested, and its outcome is final. A request that is retried counts after its last attempt. A
    contact event of a customer without consent does not count.
    """
    ELIGIBLE: Final = "Eligible"
    """Like AskedFor, but only if every rule allowed the message."""
    STARTED: Final = "Started"
    """Amazon Connect started the SMS contact."""
    FAILED: Final = "Failed"
    """The message could not be started and will not be tried again, or the function failed with an exception."""
    DELIVERED: Final = "Delivered"
    """The carrier or WhatsApp delivered the message. Dimension: `service`."""
    NOT_DELIVERED: Final = "NotDelivered"
    """The carrier or WhatsApp could not deliver the message. Dimension: `service`."""
    DELIVERY_UNKNOWN: Final = "DeliveryUnknown"
    """The carrier did not say within 72 hours whether the message was delivered. Dimension: `service`."""
    DELIVERIES: Final = "Deliveries"
    """A message got its final status. Dimensions: `service`, `delivery_status`, `country`."""
    REPLIED: Final = "Replied"
    """The SMS contact ended, and the customer had replied. Dimension: `service`."""
    NOT_REPLIED: Final = "NotReplied"
    """The SMS contact ended, and the customer had not replied. Dimension: `service`."""
    REPLY_UNKNOWN: Final = "ReplyUnknown"
    """The SMS contact ended, and Amazon Connect did not say whether the customer had replied. Dimension: `service`."""
    REPLY_TIME: Final = "ReplyTime"
    """The time from the start of the SMS contact to the first reply, if it is known. Dimension: `service`."""
    ANSWERED: Final = "Answered"
    """An agent accepted the SMS contact. Dimension: `service`."""
    ENDED_UNANSWERED: Final = "EndedUnanswered"
    """The SMS contact ended without an agent. Dimension: `service`."""
    SAVED: Final = "Saved"
    """The call ended without an agent after its message was started. Dimension: `service`."""
    ANSWERED_BY_PHONE: Final = "AnsweredByPhone"
    """An agent answered the call although its message was started. Dimension: `service`."""
    CALL_END_UNKNOWN: Final = "CallEndUnknown"
    """The call ended, and Amazon Connect did not say how, although its message was started. Dimension: `service`."""
    SMS_PARTS: Final = "SmsParts"
    """The parts of a started message; AWS bills each part."""
    FLOW_LATENCY: Final = "FlowLatency"
    """How long a flow waited for its response, including the function's init."""
    CONNECT_LATENCY: Final = "ConnectLatency"
    """How long Amazon Connect took to start the contact, including repeated requests."""
    DESCRIBE_LATENCY: Final = "DescribeLatency"
    """How long Amazon Connect took to describe the contact of an event."""
    SCREENING_LATENCY: Final = "ScreeningLatency"
    """How long the checks of the opt-out list and the carrier took."""
    QUEUE_AGE: Final = "QueueAge"
    """The age of the oldest event that requests a message in a batch of the queue. Dimension: `service`."""
    COLD_START: Final = "ColdStart"
    """The first invocation of an execution environment. Dimensions: `function_name`, `service`."""


def unit_of(metric: str) -> str:
    """Return the unit of a metric in the spelling of CloudWatch."""
    if metric in (Metric.QUEUE_AGE, Metric.REPLY_TIME):
        return "Seconds"
    return "Milliseconds" if metric.endswith("Latency") else "Count"


if TYPE_CHECKING:  # callers would wait for the creation of these classes at a cold start
    from typing import TypedDict

    class OutcomeFields(TypedDict):
        """The fields of the log line of a deflection."""

        status: str
        """The status, as in the response."""
        reason: str
        """The reason, as in the response."""
        detail: str
        """The sentence of the response key `Message`."""
        contact_id: str
        """The id of the SMS contact, as in the response key `ContactId`."""
        related_contact_id: str
        """The contact that the SMS contact is related to, as in the response key `RelatedContactId`."""
        destination: str
        """The customer's number without its middle digits, such as `+1********42`; empty until it is known."""
        subtype: str
        """The channel that was started or tried last."""
        refused: tuple[str, ...]
        """The channels that were tried before, each with its reason."""
        sms_parts: int
        """
        The parts of the message; AWS bills each part of a started message. 0 for WhatsApp, a message template or a
        message that was not built.
        """
        language: str
        """The code of the contact's language, such as en-US; OTHER for other text; empty if it is not known."""
        route: str
        """
        The route that was chosen: its `Name`, or its position in the document, such as `2`; empty without one, or
        if a rule declined the message before.
        """
        duration_ms: float
        """How long the deflection took, without the function's init, in milliseconds."""

    class ResultFields(TypedDict):
        """The fields of the log line "Deflection ended": the record of an SMS contact."""

        status: str
        """Always STARTED."""
        reason: str
        """Why the SMS contact ended, in the words of Amazon Connect, such as CUSTOMER_DISCONNECT; empty if unknown."""
        contact_id: str
        """The id of the SMS contact."""
        related_contact_id: str
        """The id of the call."""
        subtype: str
        """connect:SMS or connect:WhatsApp."""
        started_at: str | None
        """When the SMS contact started, in UTC and ISO 8601; absent if unknown."""
        ended_at: str | None
        """When the SMS contact ended, likewise."""
        replied: bool | None
        """Whether the customer replied; absent if unknown."""
        reply_seconds: float | None
        """The seconds from the start to the first reply; absent if unknown or without a reply."""
        language: str
        """The code of the call's language, as in the line of the deflection; empty if it is not known."""
        route: str
        """The route, as in the line of the deflection; empty without one."""
        answered: bool
        """Whether an agent accepted the SMS contact."""
        saved: bool | None
        """Whether the call ended without an agent; absent if it continued, had no tag, or if this is unknown."""

    class ExceptionFields(TypedDict):
        """The fields of the log line "Unhandled exception"."""

        kind: str
        """The type of the exception."""
        where: list[str]
        """The traceback of the exception, without its text."""
