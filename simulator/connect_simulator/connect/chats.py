"""The chats that started: their contacts as Connect shows them, and how long they stay open."""

from collections.abc import Iterator
from copy import deepcopy
from heapq import heappop, heappush
from typing import Any

Contact = dict[str, Any]  # As the member Contact of DescribeContact's answer.


def chat_contact(instance_arn: str, contact_id: str, request: dict[str, Any], now: float) -> Contact:
    """The contact that a StartOutboundChatContact request starts."""
    contact = {
        "Arn": f"{instance_arn}/contact/{contact_id}",
        "Id": contact_id,
        # Assumption: a deflected contact begins a chain of its own, and is initiated by API.
        "InitialContactId": contact_id,
        "InitiationMethod": "API",
        "Channel": "CHAT",
        "InitiationTimestamp": now,
        "LastUpdateTimestamp": now,
        "RelatedContactId": request.get("RelatedContactId"),
        "CustomerEndpoint": request["DestinationEndpoint"],
        # Assumption: the system endpoint is the source endpoint as it was given, not the number behind the ARN.
        "SystemEndpoint": request["SourceEndpoint"],
        "SegmentAttributes": request["SegmentAttributes"],
        # Assumption: only the attributes of the request; those of the related contact are not copied.
        "Attributes": request.get("Attributes") or {},
    }
    return deepcopy({name: value for name, value in contact.items() if value is not None})


class OpenChats:
    """Which chats are open in which instance, and when they end by themselves."""

    def __init__(self) -> None:
        self._instances: dict[str, str] = {}
        self._ends: list[tuple[float, str]] = []

    def open(self, contact_id: str, instance_arn: str, ends_at: float) -> None:
        """The chat counts from now on."""
        self._instances[contact_id] = instance_arn
        heappush(self._ends, (ends_at, contact_id))

    def close(self, contact_id: str) -> bool:
        """Whether the chat was open; it is not any more."""
        return self._instances.pop(contact_id, None) is not None

    def expired(self, now: float) -> Iterator[tuple[str, float]]:
        """The chats whose time is over, and when it was; closed by hand or not, each is told once."""
        while self._ends and self._ends[0][0] <= now:
            ended_at, contact_id = heappop(self._ends)
            yield contact_id, ended_at

    def count(self, instance_arn: str) -> int:
        """How many chats are open in the instance."""
        return list(self._instances.values()).count(instance_arn)
