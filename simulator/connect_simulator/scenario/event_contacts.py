"""Prepare an event for a run: the call that it names, its caller and its time.

An EventBridge event has neither the caller's number nor the contact attributes; DescribeContact returns both.
"""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from connect_simulator import demo
from connect_simulator.connect.chats import Contact

DEFAULT_CALLER: Final = "+14255550142"


def contacts_in(event: Any, caller: str = DEFAULT_CALLER) -> Iterator[Contact]:
    """Yield the call that an EventBridge event is about, or the call of each record in an SQS event."""
    match event:
        case {"Records": [*records]}:
            for record in records:
                yield from contacts_in(_body(record), caller)
        case {"detail": dict(detail)}:
            members = _lower_case_keys(detail)
            if contact_id := _text(members, "contactid") or _last_part(_text(members, "contactarn")):
                yield _call(contact_id, members, caller)


def with_caller(event: Any, caller: str) -> Any:
    """Return a flow event with this caller's number; other events do not change."""
    match event:
        case {"Details": {"ContactData": {**contact}} as details}:
            contact["CustomerEndpoint"] = {"Type": "TELEPHONE_NUMBER", "Address": caller}
            return event | {"Details": details | {"ContactData": contact}}
        case _:
            return event


def with_current_time(event: Any, age_seconds: float = 0) -> Any:
    """Return an EventBridge event, or an SQS event of such events, with the current time less `age_seconds`."""
    match event:
        case {"Records": [*records]}:
            return event | {"Records": [_record_with_current_time(record, age_seconds) for record in records]}
        case {"detail-type": _}:
            event_time = datetime.now(UTC) - timedelta(seconds=age_seconds)
            return event | {"time": event_time.isoformat(timespec="seconds")}
        case _:
            return event


def _record_with_current_time(record: Any, age_seconds: float) -> Any:
    body = _body(record)
    return record if body is None else record | {"body": json.dumps(with_current_time(body, age_seconds))}


def _body(record: Any) -> Any:
    try:
        return json.loads(record["body"])
    except (KeyError, TypeError, ValueError):
        return None


def _call(contact_id: str, detail: dict[str, Any], caller: str) -> Contact:
    """Build the call with the system endpoint and queue of the event, and a default caller and attributes."""
    now = time.time()
    queue_arn = _text(detail, "queuearn") or _text(_lower_case_keys(detail.get("queueinfo")), "queuearn")
    system_endpoint = _text(_lower_case_keys(detail.get("tags")), "aws:connect:systemendpoint")
    call = {
        "Id": contact_id,
        "InitialContactId": contact_id,
        "Channel": "VOICE",
        "InitiationMethod": "INBOUND",
        "InitiationTimestamp": now,
        "QueueInfo": {"Id": _last_part(queue_arn) or demo.QUEUE_ID, "EnqueueTimestamp": now},
        "CustomerEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": caller},
        "SystemEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": system_endpoint or demo.VOICE_NUMBER},
        "Attributes": {"customerName": "Jane Doe", "orderNumber": "A-1001", "smsConsent": "yes"},
    }
    if _text(detail, "eventtype") != "DISCONNECTED":
        return call
    return call | {"DisconnectTimestamp": now, "DisconnectReason": "CUSTOMER_DISCONNECT"}


def _lower_case_keys(members: Any) -> dict[str, Any]:
    """Return the members with lower-case names, because AWS spells them in more than one way."""
    return {name.lower(): value for name, value in members.items()} if isinstance(members, dict) else {}


def _text(members: dict[str, Any], name: str) -> str:
    value = members.get(name)
    return value if isinstance(value, str) else ""


def _last_part(arn: str) -> str:
    return arn.rpartition("/")[2]
