"""The calls that events are about: events tell neither the caller's number nor the attributes, DescribeContact does."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from connect_simulator.chats import Contact


def calls_of(event: Any) -> Iterator[Contact]:
    """The call that an event of EventBridge is about, and those that the records of a queue are about."""
    match event:
        case {"Records": [*records]}:
            for record in records:
                yield from calls_of(_body(record))
        case {"detail": dict(detail)}:
            told = {name.lower(): value for name, value in detail.items() if isinstance(value, str)}
            if contact_id := told.get("contactid") or told.get("contactarn", "").rpartition("/")[2]:
                yield _call(contact_id, ended=told.get("eventtype") == "DISCONNECTED")


def happening_now(event: Any) -> Any:
    """The event as it would be if it happened now; likewise those that the records of a queue hold."""
    match event:
        case {"Records": [*records]}:
            return event | {"Records": [_with_body_now(record) for record in records]}
        case {"detail-type": _}:
            return event | {"time": datetime.now(UTC).isoformat(timespec="seconds")}
        case _:
            return event


def _with_body_now(record: Any) -> Any:
    body = _body(record)
    return record if body is None else record | {"body": json.dumps(happening_now(body))}


def _body(record: Any) -> Any:
    try:
        return json.loads(record["body"])
    except (KeyError, TypeError, ValueError):
        return None


def _call(contact_id: str, *, ended: bool) -> Contact:
    now = time.time()
    call = {
        "Id": contact_id,
        "InitialContactId": contact_id,
        "Channel": "VOICE",
        "InitiationMethod": "INBOUND",
        "InitiationTimestamp": now,
        "QueueInfo": {"EnqueueTimestamp": now},
        "CustomerEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": "+14255550142"},
        "Attributes": {"customerName": "Jane Doe", "orderNumber": "A-1001", "smsConsent": "yes"},
    }
    return call | ({"DisconnectTimestamp": now, "DisconnectReason": "CUSTOMER_DISCONNECT"} if ended else {})
