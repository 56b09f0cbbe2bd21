"""Find personal data: the customer's number in any spelling, the message and the attribute values."""

import json
import re
import unicodedata
from collections.abc import Iterable, Iterator
from itertools import batched
from urllib.parse import unquote_plus

TEXT = "Marmalade for Jane"
ATTRIBUTE = "Zanzibar 7"
"""The message and the attribute value in the events of the proofs; their numbers are fictional."""

_GAP = r"[^0-9A-Za-z]{0,3}"
_LONGER = r"(?<![0-9]{5})", "(?![0-9])"
"""Ignore digits within a longer number, such as a duration."""
_NUMBERS = [
    re.compile(_GAP.join(digits).join(_LONGER))
    for digits in (["4", "2", "5", "5", "5", "5", "0", "1", "[0-9]", "[0-9]"], list("491570006"))
]
_NUMBERS.append(re.compile(rf"\+(?:{_GAP}[0-9]){{7}}"))
"""Numbers of any country."""
_WORDS = re.compile("marmalade|jane|zanzibar|A-1001", re.IGNORECASE)


def secrets(lines: Iterable[str]) -> list[str]:
    """Return the personal data in these lines, each with the text around it."""
    return [
        spelling[max(0, found.start() - 80) : found.end() + 20]
        for part in batched(lines, 1000)
        for spelling in _spellings("\n".join(part))
        for pattern in (*_NUMBERS, _WORDS)
        for found in pattern.finditer(spelling)
    ]


def _spellings(written: str) -> Iterator[str]:
    r"""Yield the text as it is, URL-decoded, and with JSON's \u escapes decoded and all digits in ASCII."""
    yield written
    yield unquote_plus(written)
    unescaped = re.sub(r"(?:\\u[0-9a-fA-F]{4})+", lambda escapes: json.loads(f'"{escapes[0]}"'), written)
    if not unescaped.isascii() or unescaped != written:
        plain = unicodedata.normalize("NFKC", unescaped)
        yield "".join(each if each.isascii() else str(unicodedata.digit(each, each)) for each in plain)
