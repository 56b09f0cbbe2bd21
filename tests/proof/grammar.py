"""Generate invalid events from real ones: swap types, drop keys, and insert unusual strings and numbers."""

import json
import random
from collections.abc import Callable
from functools import cache
from typing import Any

import phonenumbers

from builders import EVENTS
from deflection.request.parameters import NESTED_MEMBERS, PARAMETER_NAMES, SINGULAR_NAMES
from proof import watch

KEEP = 400
"""The number of events that reached new code and are kept as seeds."""
FEW_CHARACTERS = 2_000
"""Longer values are not repeated, because the event could become too large."""
LARGE_CHARACTERS = 6 * 1024 * 1024
"""The largest payload of a synchronous Lambda invocation."""
TEXTS = (
    "",
    " ",
    "\0",
    "\ud800",
    "\udc00\ud800",
    "\u202e\u2066+1 425 555 0142\u2069",
    "\u200f\u200e\ufeff",
    "$customerName",
    "${DestinationEndpoint_Address}",
    "$$ $1 ${ $",
    "$.Attributes.smsConsent",
    "{{customer}} %s %(x)s {0.__class__}",
    "<script>alert(1)</script>",
    "'; DROP TABLE contacts; --",
    "../../etc/passwd",
    "\N{FULLWIDTH PLUS SIGN}\N{FULLWIDTH DIGIT ONE}425555\N{FULLWIDTH DIGIT ZERO}142",
    "\N{ARABIC-INDIC DIGIT FOUR}\N{ARABIC-INDIC DIGIT TWO}5 555 0142",
    "anonymous",
    "sip:+14255550142@example.com",
    "tel:+14255550142",
    "+1 (425) 555-0142 ext. 7",
    "%2B14255550142",
    "1-800-FLOWERS",
    "e\u0301" * 50,
    "\N{FAMILY}" * 30,
    "line\r\nbreak\u2028\u2029",
    "null",
    "true",
    "NaN",
    "[" * 1_000,
    '{"a":' * 1_000,
    "9" * 5_000,
    "connect:SMS",
    "connect:WhatsApp",
    "NONE",
    "*",
    "^Attributes",
    "a" * 257,
    "a" * 33_000,
    '"\\',
    "1970-01-01T00:00:00.001Z",
    "9999-12-31T23:59:59+23:59",
    "2026-02-30T25:61:61Z",
    watch.TEXT,
    watch.ATTRIBUTE,
)
NUMBERS = (0, -1, 1, 60, 10_080, 2**31, 2**63, 10**400, 4255550142, -0.0, 1e308, 1.5, 5e-324)
SPECIAL = ("NaN", "Infinity", "-Infinity", "1e999", "-1e999", "1" * 4_300, "1" * 4_301, "true", "null")
"""Values that Python's JSON parser accepts, including some that JSON does not allow."""


@cache
def seeds() -> list[Any]:
    """Return the real events."""
    return [json.loads(file.read_text()) for file in sorted(EVENTS.glob("*.json"))]


@cache
def numbers() -> list[str]:
    """Return an example number of each type for every region."""
    kinds = [kind for kind in vars(phonenumbers.PhoneNumberType).values() if isinstance(kind, int) and kind < 11]
    found = (phonenumbers.example_number_for_type(region, kind) for region in phonenumbers.SUPPORTED_REGIONS
             for kind in kinds)  # fmt: skip
    return [phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) for number in found if number]


def text(grown_from: Any, chance: random.Random) -> str:
    """Change a value in a few random steps and write it as JSON."""
    value = json.loads(json.dumps(grown_from))
    for _ in range(chance.choice([1, 1, 2, 3, 5])):
        value = _changed(value, chance)
    written = json.dumps(value)
    if chance.random() < 0.1:
        written = written.replace('"value-to-be-special"', chance.choice(SPECIAL))
    return written


def _changed(value: Any, chance: random.Random) -> Any:
    """Return the value with one random change at any depth."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        key = chance.choice(list(value))
        return chance.choices(_OF_OBJECTS, _OFTEN)[0](value, key, chance)
    if isinstance(value, list) and value and chance.random() < 0.8:
        index = chance.randrange(len(value))
        changed = [*value[:index], _changed(value[index], chance), *value[index + 1 :]]
        # Do not repeat a large list, because it would grow without a limit.
        return changed * chance.choice([1, 1, 1, 2, 30]) if len(str(changed)) < FEW_CHARACTERS else changed
    if isinstance(value, str) and value.startswith("{") and chance.random() < 0.7:  # such as the body of a record
        try:
            return json.dumps(_changed(json.loads(value), chance))
        except (ValueError, RecursionError):
            return value[: chance.randrange(len(value))]
    return _anything(value, chance)


def _inside(value: dict[str, Any], key: str, chance: random.Random) -> Any:
    return value | {key: _changed(value[key], chance)}


def _dropped(value: dict[str, Any], key: str, _chance: random.Random) -> Any:
    return {name: item for name, item in value.items() if name != key}


def _renamed(value: dict[str, Any], key: str, chance: random.Random) -> Any:
    spelled: Callable[[str], str] = chance.choice([str.lower, str.upper, str.title, str.swapcase])
    return {spelled(name) if name == key else name: item for name, item in value.items()}


def _given_twice(value: dict[str, Any], key: str, chance: random.Random) -> Any:
    return {key.swapcase(): _anything(None, chance)} | value


def _added(value: dict[str, Any], _key: str, chance: random.Random) -> Any:
    names = (*PARAMETER_NAMES, *NESTED_MEMBERS, *SINGULAR_NAMES, *TEXTS[:30], "contactId", "attributes")
    return value | {chance.choice(names): _anything(None, chance)}


def _moved(value: dict[str, Any], key: str, chance: random.Random) -> Any:
    return value | {chance.choice(list(value)): value[key]}


_OF_OBJECTS = (_inside, _dropped, _renamed, _given_twice, _added, _moved)
_OFTEN = (12, 2, 1, 1, 2, 1)


def _anything(value: Any, chance: random.Random) -> Any:
    match chance.randrange(12):
        case 0:
            return None
        case 1:
            return chance.choice([True, False])
        case 2:
            return chance.choice(NUMBERS)
        case 3 | 4 | 5:
            return chance.choice(TEXTS)
        case 6:
            return chance.choice(numbers())
        case 7:
            return [value] * chance.choice([0, 1, 3])
        case 8:
            return {str(chance.choice(TEXTS)): value}
        case 9:
            return _spliced(str(value), chance)
        case 10:
            return chance.choice([str(value), json.dumps(value), f"{value}\0", f" {value} "])
        case _:
            return "value-to-be-special"


def _spliced(value: str, chance: random.Random) -> str:
    at = chance.randint(0, len(value))
    return value[:at] + chance.choice(TEXTS) + value[at:]


def giants(chance: random.Random) -> str:
    """Generate an extreme event: nested a thousand levels, six megabytes, with a duplicate key or with broken JSON."""
    written = json.dumps(chance.choice(seeds()))
    values = ['"0f7e1c9a-3b5d-4f6a-8c7b-9d0e1f2a3b4c"', '"VOICE"', '"+14255550142"', "{}", "null", written]
    inner = chance.choice([value for value in values if value in written])
    match chance.randrange(5):
        case 0:
            other = '{"a":' * 1_000 + "1" + "}" * 1_000
        case 1:
            other = "[" * 1_000 + "]" * 1_000
        case 2:
            other = json.dumps(chance.choice(["a", "+", "$a ", "\u00e9", '"', "1"]) * LARGE_CHARACTERS)[
                : LARGE_CHARACTERS - 9_000
            ]
            other = other.rstrip("\\").removesuffix('"') + '"'
        case 3:
            other = "{" + ",".join(f'"{number}":"x"' for number in range(200_000)) + "}"
        case _:
            return written.replace('":', '":0,"', 1) if chance.random() < 0.1 else written[:-1] + "," + written[1:]
    return written.replace(inner, other, 1)
