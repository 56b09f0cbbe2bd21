"""Validate incoming text: encoding, E.164, message templates, language tags and country codes."""

import re
from string import Template
from typing import Annotated
from unicodedata import combining

import phonenumbers
from pydantic import AfterValidator


def _validate_encodable(value: str) -> str:
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise ValueError("it has an unpaired surrogate, which is not a character") from error
    return value


MAX_SMS_CHARACTERS = 1024
"""Source: https://docs.aws.amazon.com/connect/latest/adminguide/feature-limits.html"""

E164_PATTERN = r"\+[1-9][0-9]{1,14}"
"""Source: https://www.itu.int/rec/T-REC-E.164"""

Text = Annotated[str, AfterValidator(_validate_encodable)]
"""Text that UTF-8 can encode; JSON can contain an unpaired surrogate, which a request cannot."""


def validate_template(text: str) -> str:
    """
    Return a template unchanged if its `$name` variables can be filled in.

    Raises:
        ValueError: The template is invalid.
    """
    if not Template(text).is_valid():
        raise ValueError("a $ is not followed by a variable's name; write $$ for a dollar sign")
    for variable in Template.pattern.finditer(text):
        after = text[variable.end() : variable.end() + 1]
        # In a script without capitals, a letter may follow without a space.
        if variable["named"] and (after.upper() != after.lower() or combining(after or " ")):
            raise ValueError(
                "a variable's name has only the letters A-Z and a-z, digits and _; write ${name} before another letter"
            )
    if not text.strip():
        raise ValueError("the text is blank")
    return text


def validate_length(text: str) -> str:
    """
    Return a template unchanged if it can be short enough for an SMS.

    Raises:
        ValueError: The template is too long and does not have variables.
    """
    if len(text) > MAX_SMS_CHARACTERS and not Template(text).get_identifiers():
        raise ValueError(f"it must be at most {MAX_SMS_CHARACTERS} characters")
    return text


def validate_language(tag: str) -> str:
    """
    Return a language tag unchanged if it is a BCP 47 tag.

    Raises:
        ValueError: The tag is not a BCP 47 tag.
    """
    if not re.fullmatch(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{1,8})*", tag):
        raise ValueError("it must be a BCP 47 language tag, such as en or en-US")
    return tag


def validate_country(code: str) -> str:
    """
    Return an ISO 3166 alpha-2 code unchanged if libphonenumber knows the country.

    Raises:
        ValueError: The country is unknown.
    """
    if code not in phonenumbers.SUPPORTED_REGIONS:
        raise ValueError("it must be a two-letter ISO 3166 country code, such as US or GB")
    return code
