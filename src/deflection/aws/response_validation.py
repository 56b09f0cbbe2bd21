"""
Validate a response from AWS before the SDK parses it.

A proxy, a broken connection or a service fault can cause a response that is not a JSON object, lacks a required member,
or has a member of the wrong type. The SDK does not check this, and its parser may raise an unexpected exception.
Without the check, a response without the list of opted-out numbers would mean that the customer has not opted out.
"""

import json
from base64 import b64decode
from collections.abc import Callable, Mapping
from typing import Any

from botocore.model import OperationModel, Shape
from botocore.parsers import ResponseParserError
from botocore.utils import parse_timestamp

type Members = Mapping[str, Members]

REQUIRED_MEMBERS: Mapping[str, Members] = {
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
The required members of each operation's response. Below a list, they are the members of each entry.

A response of GetItem has no `Item` if the key does not exist. The function calls both table operations with
`ReturnConsumedCapacity`, so that `ConsumedCapacity` shows that the response is complete.
"""

FIRST_ERROR_STATUS = 301
"""The first HTTP status that the SDK treats as an error."""


def validate_response(response_dict: dict[str, Any], operation_model: OperationModel, **_: object) -> None:
    """
    Reject an invalid response, and remove invalid members from an error response.

    It is registered for the SDK's event `before-parse`. An error response keeps its HTTP status, even if its body is
    empty afterwards.

    Raises:
        ResponseParserError: The response lacks a required member, or a member has the wrong type.
    """
    body = _read_object(response_dict["body"])
    if response_dict["status_code"] >= FIRST_ERROR_STATUS:
        members = {
            name: value for name, value in (body or {}).items() if _is_valid_error_member(name, value, operation_model)
        }
        response_dict["body"] = json.dumps(members).encode()
    elif not _is_valid_response(body, operation_model):
        raise ResponseParserError("The response is invalid for this operation.")


def _read_object(body: bytes) -> dict[str, Any] | None:
    try:
        value = json.loads(body.decode())
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def _is_valid_response(body: dict[str, Any] | None, operation_model: OperationModel) -> bool:
    required = REQUIRED_MEMBERS.get(operation_model.name, {})  # rows for the function's own calls only, not AssumeRole
    try:
        return operation_model.output_shape is None or _is_valid(body, operation_model.output_shape, required)
    except RecursionError:
        return False


def _is_valid_error_member(name: str, value: Any, operation_model: OperationModel) -> bool:
    errors = operation_model.service_model.error_shapes  # the SDK reads any of them, for every operation
    shapes = [shape.members[name] for shape in errors if name in shape.members]
    return all(_is_valid(value, shape, {}) for shape in shapes) if shapes else _is_text(value)


def _is_valid(value: Any, shape: Shape, required: Members) -> bool:
    """Return whether a value has the type of its shape and the required members."""
    match shape.type_name:
        case "structure":
            return isinstance(value, dict) and all(
                _is_valid_member(value.get(member.serialization.get("name", name)), member, required.get(name))
                for name, member in shape.members.items()
            )
        case "list":
            return isinstance(value, list) and all(_is_valid(entry, shape.member, required) for entry in value)
        case "map":
            return isinstance(value, dict) and all(_is_valid(entry, shape.value, {}) for entry in value.values())
        case "timestamp":
            return not isinstance(value, bool) and _can_parse(parse_timestamp, value)
        case "blob":
            return _can_parse(b64decode, value)
        case "boolean":
            return isinstance(value, bool)
        case "integer" | "long":
            return isinstance(value, int) and not isinstance(value, bool)
        case "float" | "double":
            return isinstance(value, int | float) and not isinstance(value, bool)
        case _:
            return _is_text(value)


def _is_valid_member(value: Any, shape: Shape, required: Members | None) -> bool:
    if value is None:
        return required is None
    is_blank = required is not None and isinstance(value, str) and not value.strip()
    return not is_blank and _is_valid(value, shape, required or {})


def _is_text(value: Any) -> bool:
    return isinstance(value, str) and _can_parse(str.encode, value)


def _can_parse(parse: Callable[[Any], object], value: Any) -> bool:
    try:
        parse(value)
    except (ValueError, TypeError, OverflowError, RuntimeError):
        return False
    return True
