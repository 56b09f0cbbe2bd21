"""
Check an answer of AWS before the SDK parses it.

A proxy, a broken connection or a fault of a service can give an answer that is not a JSON object, lacks a member that
the operation always has, or has a member of another type. The SDK reports none of these, and some of them raise an
exception in its parser. Read as it is, an answer without a list of opted-out numbers would mean that the customer has
not opted out.
"""

import json
from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any

from botocore.model import OperationModel, Shape
from botocore.parsers import ResponseParserError
from botocore.utils import parse_timestamp

type Members = Mapping[str, Members]

NEEDED_MEMBERS: Mapping[str, Members] = {
    "CarrierLookup": {"PhoneNumberType": {}},
    "ChangeMessageVisibilityBatch": {},
    "DescribeContact": {"Contact": {"Channel": {}, "Id": {}}},
    "DescribeOptedOutNumbers": {"OptedOutNumbers": {"OptedOutNumber": {}}},
    "GetItem": {"ConsumedCapacity": {}},
    "GetParameter": {"Parameter": {"Value": {}}},
    "PutItem": {"ConsumedCapacity": {}},
    "SendMessage": {"MessageId": {}},
    "StartOutboundChatContact": {"ContactId": {}},
}
"""
The members that the answer of an operation must have. Below a list, they are the members of each entry.

A table may have no `Item` for a key. Both operations on the table are called with `ReturnConsumedCapacity`, so that
`ConsumedCapacity` tells an answer without an item from no answer.
"""

FIRST_ERROR_STATUS = 301
"""The first HTTP status that the SDK reads as an error."""


def validate_response(response_dict: dict[str, Any], operation_model: OperationModel, **_: object) -> None:
    """
    Refuse an answer that is not one of the operation, and remove wrong members from an error.

    Register it for the SDK's event `before-parse`. An error keeps its HTTP status, which says what went wrong, even
    when nothing is left of its body.

    Raises:
        ResponseParserError: The answer lacks a needed member, or has a member of another type.
    """
    body = _read_object(response_dict["body"])
    if response_dict["status_code"] >= FIRST_ERROR_STATUS:
        members = {name: value for name, value in (body or {}).items() if _is_of_error(name, value, operation_model)}
        response_dict["body"] = json.dumps(members).encode()
    elif (shape := operation_model.output_shape) and not _is_valid(body, shape, NEEDED_MEMBERS[operation_model.name]):
        raise ResponseParserError("The answer is not one of this operation.")


def _read_object(body: bytes) -> dict[str, Any] | None:
    try:
        read = json.loads(body.decode())
    except (ValueError, RecursionError):
        return None
    return read if isinstance(read, dict) else None


def _is_of_error(name: str, value: Any, operation_model: OperationModel) -> bool:
    errors = operation_model.service_model.error_shapes  # the SDK reads any of them, whatever the operation
    shapes = [shape.members[name] for shape in errors if name in shape.members]
    return all(_is_valid(value, shape, {}) for shape in shapes) if shapes else _is_text(value)


def _is_valid(value: Any, shape: Shape, needed: Members) -> bool:
    """Whether a value is of the type of its shape and has the needed members."""
    match shape.type_name:
        case "structure":
            return isinstance(value, dict) and all(
                _is_valid_member(value.get(member.serialization.get("name", name)), member, needed.get(name))
                for name, member in shape.members.items()
            )
        case "list":
            return isinstance(value, list) and all(_is_valid(entry, shape.member, needed) for entry in value)
        case "map":
            return isinstance(value, dict) and all(_is_valid(entry, shape.value, {}) for entry in value.values())
        case "timestamp":
            return not isinstance(value, bool) and _is_read_by(parse_timestamp, value)
        case "blob":
            return _is_read_by(b64decode, value)
        case "boolean":
            return isinstance(value, bool)
        case "integer" | "long":
            return isinstance(value, int) and not isinstance(value, bool)
        case "float" | "double":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case _:
            return _is_text(value)


def _is_valid_member(value: Any, shape: Shape, needed: Members | None) -> bool:
    if value is None:
        return needed is None
    is_blank = needed is not None and isinstance(value, str) and not value.strip()
    return not is_blank and _is_valid(value, shape, needed or {})


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and _is_read_by(str.encode, value)


def _is_read_by(read: Callable[[Any], object], value: Any) -> bool:
    try:
        read(value)
    except (ValueError, TypeError, OverflowError, RuntimeError):
        return False
    return True
