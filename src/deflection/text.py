"""Text from outside: what counts as text, and how a refusal names it without repeating what may be personal."""

import re
from collections.abc import Iterable
from string import Template
from typing import Annotated, Any
from unicodedata import combining

import phonenumbers
from pydantic import AfterValidator


def _encodable(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueError("it has half of a surrogate pair, which is no character") from error
    return value


E164 = r"\+[1-9][0-9]{1,14}"
"""Source: https://www.itu.int/rec/T-REC-E.164"""

Text = Annotated[str, AfterValidator(_encodable)]
"""Text that UTF-8 can hold; JSON can spell half of a surrogate pair, which no request could carry."""


def is_template(text: str) -> str:
    """
    A text as it is, when its `$name` variables can be filled in.

    Raises:
        ValueError: It cannot.
    """
    if not Template(text).is_valid():
        raise ValueError("a $ begins no variable; write $$ for the sign itself")
    for variable in Template.pattern.finditer(text):
        after = text[variable.end() : variable.end() + 1]
        # A script without capitals may go on without a space.
        if variable["named"] and (after.upper() != after.lower() or combining(after or " ")):
            raise ValueError("a variable's name is of a to z, digits and _; write ${name} where another letter follows")
    if not text.strip():
        raise ValueError("the text is blank")
    return text


def is_short(text: str) -> str:
    """
    A template as it is, when what it comes to can be short enough for a text message.

    Raises:
        ValueError: It cannot.
    """
    if len(text) > 1024 and not Template(text).get_identifiers():
        raise ValueError("a text message has at most 1024 characters")
    return text


def is_language(tag: str) -> str:
    """
    A BCP 47 language tag as it is, as far as its shape tells.

    Raises:
        ValueError: It is none.
    """
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", tag):
        raise ValueError("this is no language tag of BCP 47, such as en or en-US")
    return tag


def is_country(code: str) -> str:
    """
    An ISO 3166 alpha-2 code as it is, when numbers of that country are known.

    Raises:
        ValueError: They are not.
    """
    if code not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError("no country has this code; it is two letters of ISO 3166, such as US or GB")
    return code


def described(value: Any) -> str:
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


def shown(name: str, instead: str = "A name that was given") -> str:
    """A name from outside as it may be shown: only what looks like a name, and not like a number, is repeated."""
    return name if re.fullmatch(r"[A-Za-z0-9_.:-]{1,64}", name) and _digits(name) < 7 else instead


_UUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
"""What the ids of Connect, EventBridge and SQS are."""


def shown_id(identifier: str) -> str:
    """An id as it may be logged: what is rather a phone number or a text, or holds one, is hidden."""
    is_short_of_digits = re.fullmatch(r"[A-Za-z0-9_:./-]{0,256}", identifier) and _digits(identifier) < 7
    return identifier if is_short_of_digits or _UUID.fullmatch(identifier) else "not an id"


def _digits(text: str) -> int:
    return sum(map(str.isdigit, text))


def nearest(name: str, known: Iterable[str]) -> str:
    """The known name that is most like the one given."""
    from difflib import get_close_matches  # only refusals need it

    return get_close_matches(name[:64], list(known), n=1, cutoff=0.0)[0]
