"""Validate a value against botocore's service model: type, required members, length, range and enum.

The service checks all of these. Before it sends a request, botocore checks only some of them: it sends strings that are
too long and unknown enum values.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any, Final

from moto.core.utils import get_service_model

Shape = Any  # botocore does not provide type hints.

TYPES: Final[dict[str, tuple[type, ...]]] = {
    "structure": (dict,),
    "map": (dict,),
    "list": (list,),
    "string": (str,),
    "boolean": (bool,),
    "integer": (int,),
    "long": (int,),
    "float": (int, float),
    "double": (int, float),
    "timestamp": (int, float, str, datetime),
}


@cache
def input_shape(operation: str, service: str = "connect") -> Shape:
    """Return the shape of an operation's request."""
    return get_service_model(service).operation_model(operation).input_shape


@cache
def contact_members() -> frozenset[str]:
    """Return the names of all members in DescribeContact's response."""
    answer: Shape = get_service_model("connect").operation_model("DescribeContact").output_shape
    return frozenset(answer.members["Contact"].members)


@cache
def summary_members(operation: str, name: str) -> frozenset[str]:
    """Return the names of the members that the response of a Connect operation has in its list of this name."""
    answer: Shape = get_service_model("connect").operation_model(operation).output_shape
    return frozenset(answer.members[name].member.members)


def validation_errors(shape: Shape, value: Any, name: str = "") -> Iterator[str]:
    """Yield a sentence for each violation of the model, with the member and the limit."""
    if not _has_type(shape, value):
        yield f"{name or 'The request'} must be of type {shape.type_name}."
        return
    match shape.type_name:
        case "structure":
            yield from _structure_errors(shape, value, name)
        case "map":
            for key, item in value.items():
                yield from validation_errors(shape.key, key, f"A key of {name}")
                yield from validation_errors(shape.value, item, f"{name}[{key!r}]")
        case "list":
            yield from _range_errors(shape, len(value), f"The number of items of {name}")
            for index, item in enumerate(value):
                yield from validation_errors(shape.member, item, f"{name}[{index}]")
        case "string":
            yield from _range_errors(shape, len(value), f"The length of {name}")
            if shape.enum and value not in shape.enum:
                yield f"{name} must be one of {', '.join(shape.enum)}."
        case "integer" | "long" | "float" | "double":
            yield from _range_errors(shape, value, name)


def _has_type(shape: Shape, value: Any) -> bool:
    if isinstance(value, bool) and shape.type_name != "boolean":
        return False
    return isinstance(value, TYPES.get(shape.type_name, (object,)))


def _structure_errors(shape: Shape, value: dict[str, Any], name: str) -> Iterator[str]:
    prefix = f"{name}." if name else ""
    for member in shape.required_members:
        if value.get(member) is None:
            yield f"{prefix}{member} is required."
    for member, item in value.items():
        # Assumption: the service rejects a member that is not in the model; boto3 never sends one.
        if member not in shape.members:
            yield f"{prefix}{member} is not a member of the request."
        elif item is not None:
            yield from validation_errors(shape.members[member], item, f"{prefix}{member}")


def _range_errors(shape: Shape, number: float, name: str) -> Iterator[str]:
    minimum, maximum = shape.metadata.get("min"), shape.metadata.get("max")
    if minimum is not None and number < minimum:
        yield f"{name} must be at least {minimum} (got {number})."
    if maximum is not None and number > maximum:
        yield f"{name} must be at most {maximum} (got {number})."
