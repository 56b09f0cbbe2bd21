"""Describe values in errors and logs without repeating personal data."""

import re
from collections.abc import Iterable
from typing import Any


def mask(address: str) -> str:
    """Hide all but the first two and last two characters of a phone number or another address."""
    hidden = max(len(address) - 4, 0)
    return f"{address[:2]}{'*' * hidden}{address[-2:]}" if hidden else "*" * len(address)


def describe_value(value: Any) -> str:
    """Describe the type and size of a value; include the value only if it is a small number or a boolean."""
    match value:
        case bool():
            return "true" if value else "false"
        case int() | float() if abs(value) < 100_000:
            return str(value)
        case int() | float():
            return "a number of 100000 or more"
        case str():
            return f"text of {len(value)} characters"
        case list():
            return f"a list of {len(value)}"
        case dict():
            return f"an object of {len(value)} members"
        case _:
            return "something else"


def redact(name: str, instead: str = "a name that is not shown") -> str:
    """Return a name if it cannot contain a phone number; otherwise a placeholder."""
    return name if re.fullmatch(r"[A-Za-z0-9_.:-]{1,64}", name) and _digits(name) < 7 else instead


_LANGUAGE = re.compile(r"(?:[A-Za-z]{2}|[A-Za-z]{3}(?=-))(?:-[A-Za-z]{2})?(?:-[A-Za-z]{3})?")
"""The form of language codes in Amazon Connect and Amazon Polly, such as es, en-US, cmn-CN or en-GB-WLS."""


def redact_language(code: str) -> str:
    """Return a language code as Amazon Connect writes it; a placeholder for other text, which a flow can also set."""
    if not _LANGUAGE.fullmatch(code):
        return code and "OTHER"
    language, *regions = code.split("-")
    return "-".join([language.lower(), *map(str.upper, regions)])


_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
"""The form of ids of Amazon Connect, EventBridge and SQS."""


def redact_id(identifier: str) -> str:
    """Return an id if it cannot contain a phone number or a message; otherwise a placeholder."""
    has_few_digits = re.fullmatch(r"[A-Za-z0-9_:./-]{0,256}", identifier) and _digits(identifier) < 7
    return identifier if has_few_digits or _UUID.fullmatch(identifier) else "not an id"


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))


def nearest_name(name: str, known: Iterable[str]) -> str:
    """Return the known name that is most similar to the one given."""
    from difflib import get_close_matches  # only errors need it

    return get_close_matches(name[:64], list(known), n=1, cutoff=0.0)[0]
