"""Chat contacts as DescribeContact returns them, and the list of open chats."""

from collections.abc import Iterator
from copy import deepcopy
from heapq import heappop, heappush
from typing import Any, Literal

Contact = dict[str, Any]  # The member Contact of DescribeContact's response.
type Sender = Literal["SYSTEM", "CUSTOMER"]


def chat_contact(instance_arn: str, contact_id: str, request: dict[str, Any], now: float) -> Contact:
    """Build the contact that a StartOutboundChatContact request starts."""
    contact = {
        "Arn": f"{instance_arn}/contact/{contact_id}",
        "Id": contact_id,
        # Assumption: the contact begins a contact chain of its own, and its initiation method is API.
        "InitialContactId": contact_id,
        "InitiationMethod": "API",
        "Channel": "CHAT",
        "InitiationTimestamp": now,
        "LastUpdateTimestamp": now,
        "RelatedContactId": request.get("RelatedContactId"),
        "CustomerEndpoint": request["DestinationEndpoint"],
        # Assumption: the system endpoint is the source endpoint of the request, not the number behind the ARN.
        "SystemEndpoint": request["SourceEndpoint"],
        "SegmentAttributes": request["SegmentAttributes"],
        # Assumption: the contact gets the attributes of the request only, not those of the related contact.
        "Attributes": request.get("Attributes") or {},
    }
    contact = deepcopy({name: value for name, value in contact.items() if value is not None})
    # Assumption: an open chat has ChatMetrics from its start, and the initial message counts as one of a bot.
    contact["ChatMetrics"] = {"ChatContactMetrics": {"MultiParty": False, "TotalMessages": 0, "TotalBotMessages": 0}}
    if message := request.get("InitialSystemMessage"):
        count_message(contact, "SYSTEM", message["Content"], now)
    return contact


def count_message(contact: Contact, sender: Sender, text: str, now: float) -> None:
    """Count a message of a chat in the contact's ChatMetrics.

    Source: https://docs.aws.amazon.com/connect/latest/APIReference/API_ChatMetrics.html
    """
    metrics = contact["ChatMetrics"]
    total = metrics["ChatContactMetrics"]
    total["TotalMessages"] += 1
    if sender == "SYSTEM":
        total["TotalBotMessages"] += 1
        return
    none = {"ParticipantType": "CUSTOMER", "ConversationAbandon": False, "MessagesSent": 0, "MessageLengthInChars": 0}
    customer = metrics.setdefault("CustomerMetrics", none)
    customer["MessagesSent"] += 1
    customer["MessageLengthInChars"] += len(text)
    customer["LastMessageTimestamp"] = now


class OpenChats:
    """The open chats of each instance, and when each one expires."""

    def __init__(self) -> None:
        self._instances: dict[str, str] = {}
        self._ends: list[tuple[float, str]] = []

    def open(self, contact_id: str, instance_arn: str, ends_at: float) -> None:
        """Add an open chat."""
        self._instances[contact_id] = instance_arn
        heappush(self._ends, (ends_at, contact_id))

    def close(self, contact_id: str) -> bool:
        """Close the chat and return whether it was open."""
        return self._instances.pop(contact_id, None) is not None

    def expired(self, now: float) -> Iterator[tuple[str, float]]:
        """Yield each chat that has expired and its end time, once; chats that were closed earlier are included."""
        while self._ends and self._ends[0][0] <= now:
            ended_at, contact_id = heappop(self._ends)
            yield contact_id, ended_at

    def count(self, instance_arn: str) -> int:
        """Return the number of open chats in the instance."""
        return list(self._instances.values()).count(instance_arn)
