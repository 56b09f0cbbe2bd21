"""The EventBridge event of a call that was abandoned in the queue."""

from datetime import UTC, datetime
from typing import Any

from connect_simulator import demo


def abandoned_event(event_id: str, contact_id: str, queued_at: float) -> dict[str, Any]:
    """Build the contact event that a caller hung up in the queue; the session adds the time."""
    enqueued = datetime.fromtimestamp(queued_at, UTC).isoformat()
    return {
        "version": "0",
        "id": event_id,
        "detail-type": "Amazon Connect Contact Event",
        "source": "aws.connect",
        "account": demo.ACCOUNT,
        "region": demo.REGION,
        "resources": [demo.INSTANCE_ARN],
        "detail": {
            "eventType": "DISCONNECTED",
            "contactId": contact_id,
            "initialContactId": contact_id,
            "channel": "VOICE",
            "instanceArn": demo.INSTANCE_ARN,
            "initiationMethod": "INBOUND",
            "queueInfo": {"queueArn": demo.QUEUE_ARN, "queueType": "STANDARD", "enqueueTimestamp": enqueued},
        },
    }
