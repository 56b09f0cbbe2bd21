"""Start and describe contacts with Amazon Connect."""

import random
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Protocol

from deflection.aws.client import call_aws, create_client
from deflection.aws.deadline import Deadline
from deflection.contact import TEST_TYPE_ATTRIBUTE, Contact, Endpoint, is_set
from deflection.errors import DeflectionError

FIRST_PAUSE_SECONDS = 0.1
MAX_PAUSE_SECONDS = 1.0
MIN_CALL_SECONDS = 0.1

_random = random.SystemRandom()  # SnapStart would restore a seeded generator with the same state everywhere


class ConnectClient(Protocol):
    """The methods of the SDK's Connect client that the function calls."""

    def start_outbound_chat_contact(self, **request: Any) -> Mapping[str, Any]:
        """Return the new contact's `ContactId`."""

    def describe_contact(self, **request: Any) -> Mapping[str, Any]:
        """Return the `Contact`."""


def create_connect_client(region: str, read_timeout_seconds: float) -> ConnectClient:
    """Create a Connect client."""
    client: ConnectClient = create_client("connect", region, read_timeout_seconds)
    return client


def start_contact(
    client: ConnectClient,
    request: Mapping[str, Any],
    deadline: Deadline,
    sleep: Callable[[float], None] = time.sleep,
    jitter: Callable[[], float] = _random.random,
) -> str:
    """
    Start an SMS contact, retry until the deadline, and return its contact id.

    Each attempt has the same client token. If an earlier attempt started the contact, Amazon Connect returns its id.

    Args:
        client: The Connect client.
        request: The request.
        deadline: The time limit of all attempts.
        sleep: Wait for a number of seconds.
        jitter: Return a factor from 0 to 1 for a pause, so that throttled calls are not retried at the same time.

    Raises:
        DeflectionError: The last attempt failed. If its error is not retryable but an earlier attempt may have started
            the contact, the error of the earlier attempt.
    """
    longest, unknown = FIRST_PAUSE_SECONDS, None
    while True:
        try:
            return start_contact_once(client, request, deadline)
        except DeflectionError as error:
            pause = longest * jitter()
            if not error.retryable and unknown:
                raise unknown from error
            error.outcome_unknown = error.outcome_unknown or unknown is not None
            if not error.retryable_at_once or pause + MIN_CALL_SECONDS > deadline.remaining:
                raise
            unknown = error if error.outcome_unknown else unknown
        sleep(pause)
        longest = min(2 * longest, MAX_PAUSE_SECONDS)


def start_contact_once(client: ConnectClient, request: Mapping[str, Any], deadline: Deadline) -> str:
    """
    Start an SMS contact with a single attempt and return its contact id.

    Source: https://docs.aws.amazon.com/connect/latest/APIReference/API_StartOutboundChatContact.html

    Raises:
        DeflectionError: The call failed; `outcome_unknown` says whether the contact may have been started.
    """
    contact_id: str = call_aws(lambda: client.start_outbound_chat_contact(**request), deadline)["ContactId"]
    return contact_id


def describe_contact(client: ConnectClient, instance_arn: str, contact_id: str, deadline: Deadline) -> Contact:
    """
    Describe the current state of a contact, with the customer's number and attributes, which events lack.

    Source: https://docs.aws.amazon.com/connect/latest/APIReference/API_DescribeContact.html

    Raises:
        DeflectionError: The call failed, or the contact does not exist.
    """
    instance_id = instance_arn.rpartition("/")[2]
    response = call_aws(lambda: client.describe_contact(InstanceId=instance_id, ContactId=contact_id), deadline)
    described: Mapping[str, Any] = response["Contact"]
    queue, agent, chat = (described.get(name) or {} for name in ("QueueInfo", "AgentInfo", "ChatMetrics"))
    customer, segments = chat.get("CustomerMetrics") or {}, described.get("SegmentAttributes") or {}
    return Contact(
        id=contact_id,
        instance_arn=instance_arn,
        initial_id=described.get("InitialContactId") or "",
        channel=described["Channel"].upper(),
        initiation_method=(described.get("InitiationMethod") or "").upper(),
        customer_endpoint=_endpoint(described.get("CustomerEndpoint")),
        system_endpoint=_endpoint(described.get("SystemEndpoint")),
        queue_arn=queue.get("Id") or "",
        attributes=described.get("Attributes") or {},
        was_queued=is_set(queue.get("EnqueueTimestamp")),
        was_answered=is_set(agent.get("ConnectedToAgentTimestamp")),
        disconnect_reason=(described.get("DisconnectReason") or "").upper(),
        customer_messages=customer.get("MessagesSent") or 0 if chat else None,
        initiated_at=_seconds(described.get("InitiationTimestamp")),
        queued_at=_seconds(queue.get("EnqueueTimestamp")),
        last_customer_message_at=_seconds(customer.get("LastMessageTimestamp")),
        ended_at=_seconds(described.get("DisconnectTimestamp")),
        is_simulated=bool((segments.get(TEST_TYPE_ATTRIBUTE) or {}).get("ValueString")),
    )


def _seconds(timestamp: datetime | None) -> float | None:
    return timestamp.timestamp() if timestamp is not None and is_set(timestamp) else None


def _endpoint(described: Mapping[str, Any] | None) -> Endpoint | None:
    address = (described or {}).get("Address")
    return Endpoint(address, (described or {}).get("Type") or "") if address else None
