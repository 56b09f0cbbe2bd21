"""Build the records of a queue: events of abandoned calls, and requests that flows deferred."""

import uuid
from datetime import UTC, datetime
from typing import Any

from connect_simulator import demo


def contact_event(number: int) -> dict[str, Any]:
    """Build the event of an abandoned call."""
    contact_id = str(uuid.UUID(int=number + 1))
    return {
        "version": "0",
        "id": contact_id,
        "detail-type": "Amazon Connect Contact Event",
        "source": "aws.connect",
        "time": datetime.now(UTC).isoformat(),
        "detail": {
            "eventType": "DISCONNECTED",
            "contactId": contact_id,
            "initialContactId": contact_id,
            "channel": "VOICE",
            "instanceArn": demo.INSTANCE_ARN,
            "initiationMethod": "INBOUND",
            "queueInfo": {"enqueueTimestamp": "2026-11-22T10:05:12.412Z"},
        },
    }


def contact(contact_id: str) -> dict[str, Any]:
    """Build the answer of DescribeContact about such a call."""
    return {
        "Id": contact_id,
        "Arn": f"{demo.INSTANCE_ARN}/contact/{contact_id}",
        "InitialContactId": contact_id,
        "Channel": "VOICE",
        "InitiationMethod": "INBOUND",
        "CustomerEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": "+14255550142"},
        "QueueInfo": {"Id": "queue", "EnqueueTimestamp": 1795342000.0},
        "DisconnectReason": "CUSTOMER_DISCONNECT",
        "Attributes": {"smsConsent": "yes"},
    }


def deferred(number: int) -> dict[str, Any]:
    """Build the message that the function queues for a flow."""
    parameters = {
        "InstanceId": demo.INSTANCE_ID,
        "ContactFlowId": demo.SMS_FLOW_ID,
        "SourceEndpoint": {"Type": "CONNECT_PHONENUMBER_ARN", "Address": demo.SMS_NUMBER_ARN},
        "DestinationEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": "+14255550142"},
        "SegmentAttributes": {"connect:Subtype": {"ValueString": "connect:SMS"}},
        "ClientToken": f"{number:064x}",
        "RelatedContactId": str(uuid.UUID(int=number + 1)),
    }
    return {
        "version": "0",
        "id": f"{number:064x}",
        "detail-type": "Deflection Requested",
        "source": "connect-sms-deflection",
        "time": datetime.now(UTC).isoformat(),
        "detail": {
            "instanceArn": demo.INSTANCE_ARN,
            "attributes": {"smsConsent": "yes"},
            "resolved": True,
            "parameters": parameters,
        },
    }
