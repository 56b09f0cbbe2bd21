"""What botocore's service model says of a value: its type, required members, lengths, ranges and enums.

botocore checks few of these before it sends (it lets too long strings and unknown enum values pass), the service all.
"""

from collections.abc import Iterator
from datetime import datetime
from functools import cache
from typing import Any, Final

from moto.core.utils import get_service_model

Shape = Any  # botocore carries no types.

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
def input_of(operation: str, service: str = "connect") -> Shape:
    """The shape of an operation's request."""
    return get_service_model(service).operation_model(operation).input_shape


@cache
def contact_members() -> frozenset[str]:
    """The names of the members that DescribeContact can answer with."""
    answer: Shape = get_service_model("connect").operation_model("DescribeContact").output_shape
    return frozenset(answer.members["Contact"].members)


def violations(shape: Shape, value: Any, name: str = "") -> Iterator[str]:
    """One sentence for each place where the value breaks the model, naming the member and the limit."""
    if not _has_type(shape, value):
        yield f"{name or 'The request'} must be of type {shape.type_name}."
        return
    match shape.type_name:
        case "structure":
            yield from _structure_violations(shape, value, name)
        case "map":
            for key, item in value.items():
                yield from violations(shape.key, key, f"A key of {name}")
                yield from violations(shape.value, item, f"{name}[{key!r}]")
        case "list":
            yield from _range_violations(shape, len(value), f"The number of items of {name}")
            for index, item in enumerate(value):
                yield from violations(shape.member, item, f"{name}[{index}]")
        case "string":
            yield from _range_violations(shape, len(value), f"The length of {name}")
            if shape.enum and value not in shape.enum:
                yield f"{name} must be one of {', '.join(shape.enum)}."
        case "integer" | "long" | "float" | "double":
            yield from _range_violations(shape, value, name)


def _has_type(shape: Shape, value: Any) -> bool:
    if isinstance(value, bool) and shape.type_name != "boolean":
        return False
    return isinstance(value, TYPES.get(shape.type_name, (object,)))


def _structure_violations(shape: Shape, value: dict[str, Any], name: str) -> Iterator[str]:
    prefix = f"{name}." if name else ""
    for member in shape.required_members:
        if value.get(member) is None:
            yield f"{prefix}{member} is required."
    for member, item in value.items():
        # Assumption: a member that the model does not have is refused; boto3 never sends one.
        if member not in shape.members:
            yield f"{prefix}{member} is not a member of the request."
        elif item is not None:
            yield from violations(shape.members[member], item, f"{prefix}{member}")


def _range_violations(shape: Shape, number: float, name: str) -> Iterator[str]:
    least, most = shape.metadata.get("min"), shape.metadata.get("max")
    if least is not None and number < least:
        yield f"{name} must be at least {least}; it is {number}."
    if most is not None and number > most:
        yield f"{name} must be at most {most}; it is {number}."
