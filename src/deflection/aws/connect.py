"""Start and describe contacts with Amazon Connect."""

import random
import time
from collections.abc import Callable, Mapping
from typing import Any, Protocol

from deflection.aws.client import call_aws, create_client
from deflection.aws.deadline import Deadline
from deflection.contact import Contact, Endpoint, is_set
from deflection.errors import DeflectionError

FIRST_PAUSE_SECONDS = 0.1
MAX_PAUSE_SECONDS = 1.0
MIN_CALL_SECONDS = 0.1

_random = random.SystemRandom()  # a seeded one would be the same in every environment that SnapStart restores


class ConnectClient(Protocol):
    """The operations of the SDK's Connect client that are used."""

    def start_outbound_chat_contact(self, **request: Any) -> Mapping[str, Any]:
        """Return the new contact's `ContactId`."""

    def describe_contact(self, **request: Any) -> Mapping[str, Any]:
        """Return the `Contact`."""


def create_connect_client(region: str, read_timeout_seconds: float, connections: int = 10) -> ConnectClient:
    """Create a Connect client that keeps at most so many connections open."""
    made: ConnectClient = create_client("connect", region, read_timeout_seconds, connections)
    return made


def start_contact(
    client: ConnectClient,
    request: Mapping[str, Any],
    deadline: Deadline,
    sleep: Callable[[float], None] = time.sleep,
    jitter: Callable[[], float] = _random.random,
) -> str:
    """
    Start an SMS contact, try again while there is time, and return its contact id.

    Each try has the same client token, so that Connect answers with the contact that an earlier try may have started.

    Args:
        client: The Connect client.
        request: The arguments of the operation.
        deadline: When to give up.
        sleep: Waits for a number of seconds.
        jitter: Gives a factor from 0 to 1 for a pause, so that throttled calls do not all come back at once.

    Raises:
        DeflectionError: The error of the last try. If the last try was refused for good and an earlier one may have
            started the contact, the error of the earlier one.
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
    Start an SMS contact with a single call and return its contact id.

    Source: https://docs.aws.amazon.com/connect/latest/APIReference/API_StartOutboundChatContact.html

    Raises:
        DeflectionError: Amazon Connect did not say that it started the contact.
    """
    contact_id: str = call_aws(lambda: client.start_outbound_chat_contact(**request), deadline)["ContactId"]
    return contact_id


def describe_contact(client: ConnectClient, instance_arn: str, contact_id: str, deadline: Deadline) -> Contact:
    """
    Describe a contact as Amazon Connect knows it now, with the customer's number and attributes, which events lack.

    Source: https://docs.aws.amazon.com/connect/latest/APIReference/API_DescribeContact.html

    Raises:
        DeflectionError: Amazon Connect did not answer, or does not know the contact.
    """
    instance_id = instance_arn.rpartition("/")[2]
    answer = call_aws(lambda: client.describe_contact(InstanceId=instance_id, ContactId=contact_id), deadline)
    described: Mapping[str, Any] = answer["Contact"]
    return Contact(
        id=contact_id,
        instance_arn=instance_arn,
        initial_id=described.get("InitialContactId") or "",
        channel=described["Channel"].upper(),
        initiation_method=(described.get("InitiationMethod") or "").upper(),
        customer_endpoint=_endpoint(described.get("CustomerEndpoint")),
        system_endpoint=_endpoint(described.get("SystemEndpoint")),
        queue_arn=(described.get("QueueInfo") or {}).get("Id") or "",
        attributes=described.get("Attributes") or {},
        was_queued=is_set((described.get("QueueInfo") or {}).get("EnqueueTimestamp")),
        was_answered=is_set((described.get("AgentInfo") or {}).get("ConnectedToAgentTimestamp")),
        disconnect_reason=(described.get("DisconnectReason") or "").upper(),
    )


def _endpoint(described: Mapping[str, Any] | None) -> Endpoint | None:
    address = (described or {}).get("Address")
    return Endpoint(address, (described or {}).get("Type") or "") if address else None
