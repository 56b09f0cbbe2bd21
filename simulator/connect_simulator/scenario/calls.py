"""The calls that events are about: events tell neither the caller's number nor the attributes, DescribeContact does."""

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from connect_simulator import demo
from connect_simulator.connect.chats import Contact

CALLER: Final = "+14255550142"


def calls_of(event: Any, caller: str = CALLER) -> Iterator[Contact]:
    """The call that an event of EventBridge is about, and those that the records of a queue are about."""
    match event:
        case {"Records": [*records]}:
            for record in records:
                yield from calls_of(_body(record), caller)
        case {"detail": dict(detail)}:
            told = _in_lower_case(detail)
            if contact_id := _text(told, "contactid") or _last_part(_text(told, "contactarn")):
                yield _call(contact_id, told, caller)


def called_by(event: Any, caller: str) -> Any:
    """The event of a flow as it would be if this number called; no other event has the caller's number."""
    match event:
        case {"Details": {"ContactData": {**contact}} as details}:
            contact["CustomerEndpoint"] = {"Type": "TELEPHONE_NUMBER", "Address": caller}
            return event | {"Details": details | {"ContactData": contact}}
        case _:
            return event


def happening_now(event: Any, age_seconds: float = 0) -> Any:
    """The event as it would be if it had happened so long ago; likewise those that the records of a queue hold."""
    match event:
        case {"Records": [*records]}:
            return event | {"Records": [_with_body_now(record, age_seconds) for record in records]}
        case {"detail-type": _}:
            happened = datetime.now(UTC) - timedelta(seconds=age_seconds)
            return event | {"time": happened.isoformat(timespec="seconds")}
        case _:
            return event


def _with_body_now(record: Any, age_seconds: float) -> Any:
    body = _body(record)
    return record if body is None else record | {"body": json.dumps(happening_now(body, age_seconds))}


def _body(record: Any) -> Any:
    try:
        return json.loads(record["body"])
    except (KeyError, TypeError, ValueError):
        return None


def _call(contact_id: str, told: dict[str, Any], caller: str) -> Contact:
    """Its number and queue are those that the event tells; the caller and the attributes no event tells."""
    now = time.time()
    queue_arn = _text(told, "queuearn") or _text(_in_lower_case(told.get("queueinfo")), "queuearn")
    dialled = _text(_in_lower_case(told.get("tags")), "aws:connect:systemendpoint")
    call = {
        "Id": contact_id,
        "InitialContactId": contact_id,
        "Channel": "VOICE",
        "InitiationMethod": "INBOUND",
        "InitiationTimestamp": now,
        "QueueInfo": {"Id": _last_part(queue_arn) or demo.QUEUE_ID, "EnqueueTimestamp": now},
        "CustomerEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": caller},
        "SystemEndpoint": {"Type": "TELEPHONE_NUMBER", "Address": dialled or demo.VOICE_NUMBER},
        "Attributes": {"customerName": "Jane Doe", "orderNumber": "A-1001", "smsConsent": "yes"},
    }
    if _text(told, "eventtype") != "DISCONNECTED":
        return call
    return call | {"DisconnectTimestamp": now, "DisconnectReason": "CUSTOMER_DISCONNECT"}


def _in_lower_case(members: Any) -> dict[str, Any]:
    """AWS spells the names of members in more than one case."""
    return {name.lower(): value for name, value in members.items()} if isinstance(members, dict) else {}


def _text(members: dict[str, Any], name: str) -> str:
    value = members.get(name)
    return value if isinstance(value, str) else ""


def _last_part(arn: str) -> str:
    return arn.rpartition("/")[2]
