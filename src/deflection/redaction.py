"""Describe outside values in errors and logs without repeating what may be personal."""

import re
from collections.abc import Iterable
from typing import Any


def describe_value(value: Any) -> str:
    """What kind of value was given, and how large; never the value itself, but for small numbers."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float() if abs(value) < 100_000:
            return str(value)
        case int() | float():
            return "a larger number"
        case str():
            return f"text of {len(value)} characters"
        case list():
            return f"a list of {len(value)}"
        case dict():
            return f"an object of {len(value)} members"
        case _:
            return "something else"


def redact(name: str, instead: str = "A name that was given") -> str:
    """A name from outside as it may be redact: only what looks like a name, and not like a number, is repeated."""
    return name if re.fullmatch(r"[A-Za-z0-9_.:-]{1,64}", name) and _digits(name) < 7 else instead


_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
"""What the ids of Connect, EventBridge and SQS are."""


def redact_id(identifier: str) -> str:
    """An id as it may be logged: what is rather a phone number or a text, or holds one, is hidden."""
    is_short_of_digits = re.fullmatch(r"[A-Za-z0-9_:./-]{0,256}", identifier) and _digits(identifier) < 7
    return identifier if is_short_of_digits or _UUID.fullmatch(identifier) else "not an id"


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))


def nearest_name(name: str, known: Iterable[str]) -> str:
    """The known name that is most like the one given."""
    from difflib import get_close_matches  # only refusals need it

    return get_close_matches(name[:64], list(known), n=1, cutoff=0.0)[0]
