"""
Check a StartOutboundChatContact request against the documented limits; the SDK checks only a few of them.

Source: https://docs.aws.amazon.com/connect/latest/APIReference/API_StartOutboundChatContact.html
and https://docs.aws.amazon.com/connect/latest/adminguide/feature-limits.html (1,024 characters in an SMS)
"""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from deflection.outcome import SMS, WHATSAPP
from deflection.redaction import describe_value
from deflection.request.parameters import parameter_error
from deflection.validators import E164_PATTERN, MAX_SMS_CHARACTERS

SUBTYPE_KEY = "connect:Subtype"
MAX_CONTENT_CHARACTERS: Mapping[str, int] = {
    "text/plain": MAX_SMS_CHARACTERS,
    "text/markdown": MAX_SMS_CHARACTERS,
    "application/json": 12_000,
    "application/vnd.amazonaws.connect.message.interactive.response": 12_288,
}
"""
The maximum length of the content, by content type.

The API reference has these limits. The service model of botocore 1.44 allows 16,384 bytes for every content type and
says that channels may have lower limits; an SMS has at most 1,024 characters.
Source: https://docs.aws.amazon.com/connect/latest/APIReference/API_ChatMessage.html
"""
MAX_ATTRIBUTES_BYTES = 32_768


class Limit(NamedTuple):
    """The limit of one field: a check, the rule in words, and a description of a value for errors."""

    allows: Callable[[Any], bool]
    rule: str
    describe: Callable[[Any], str] = describe_value

    def violation(self, value: Any) -> str:
        """Return the error for a value that exceeds the limit; otherwise an empty string."""
        return "" if self.allows(value) else f"must be {self.rule} (got {self.describe(value)})"


def check_limits(request: Mapping[str, Any]) -> None:
    """
    Check that a request is within every limit.

    Raises:
        InvalidParameterError: A field exceeds its limit; the error names the field, the limit and the value's size.
        InvalidMessageError: The same, for the message and its template.
    """
    for member in request:
        for name in LIMITED_FIELDS.get(member, ()):
            _check(name, LIMITS[name], get_field(request, name))
    content_type = get_field(request, "InitialSystemMessage_ContentType")
    if content_type:
        limit = CONTENT_LIMITS[content_type]
        _check("InitialSystemMessage_Content", limit, get_field(request, "InitialSystemMessage_Content"))


def validate_field[V](flat_name: str) -> Callable[[V], V]:
    """Create a validator that returns a value unchanged or raises a ValueError if it exceeds the field's limit."""

    def validate(value: V) -> V:
        violation = LIMITS[flat_name].violation(value)
        if violation:
            raise ValueError(f"it {violation}")
        return value

    return validate


def get_field(request: Mapping[str, Any], flat_name: str) -> Any:
    """Return a field of a request by its flat name, such as `SourceEndpoint_Address`; None if it is not set."""
    value: Any = request
    for name in flat_name.split("_"):
        value = value.get(name) if isinstance(value, Mapping) else None
    return value


def _check(name: str, limit: Limit, value: Any) -> None:
    violation = "" if value is None else limit.violation(value)
    if violation:
        raise parameter_error(name, violation)


def _has_length(minimum: int, maximum: int) -> Callable[[str], bool]:
    return lambda value: minimum <= len(value) <= maximum


def _characters(maximum: int) -> Limit:
    return Limit(_has_length(1, maximum), f"1 to {maximum} characters")


def _pattern(pattern: str, rule: str) -> Limit:
    return Limit(lambda value: re.fullmatch(pattern, value) is not None, rule)


def _utf8_bytes(texts: Mapping[str, str]) -> int:
    return sum(len(name.encode()) + len(value.encode()) for name, value in texts.items())


def _are_valid_segments(segments: Mapping[str, Mapping[str, str]]) -> bool:
    return segments[SUBTYPE_KEY]["ValueString"] in (SMS, WHATSAPP) and all(
        1 <= len(name) <= 128 and len(value["ValueString"]) <= 1024 for name, value in segments.items()
    )


CONTENT_LIMITS: Mapping[str, Limit] = {
    content_type: Limit(_has_length(1, maximum), f"1 to {maximum} characters for {content_type}")
    for content_type, maximum in MAX_CONTENT_CHARACTERS.items()
}

LIMITS: Mapping[str, Limit] = {
    "ContactFlowId": _characters(500),
    "SourceEndpoint_Address": _pattern(
        r"(?=.{1,256}$)arn:aws[a-z-]*:connect:[a-z0-9-]+:[0-9]{12}:phone-number/[A-Za-z0-9-]+",
        "a phone-number ARN of Connect, not one of End User Messaging, up to 256 characters",
    ),
    "DestinationEndpoint_Address": _pattern(E164_PATTERN, "a phone number in E.164"),
    "SegmentAttributes": Limit(
        _are_valid_segments,
        f"keys of 1 to 128 characters with values of up to 1024, and {SUBTYPE_KEY} {SMS} or {WHATSAPP}",
    ),
    "Attributes": Limit(
        lambda attributes: "" not in attributes and _utf8_bytes(attributes) <= MAX_ATTRIBUTES_BYTES,
        f"at most {MAX_ATTRIBUTES_BYTES} bytes of UTF-8 in total, without empty names",
        lambda attributes: f"{_utf8_bytes(attributes)} bytes",
    ),
    "ChatDurationInMinutes": Limit(lambda minutes: 60 <= minutes <= 10_080, "60 to 10080 minutes"),
    "ParticipantDetails_DisplayName": _characters(256),
    "InitialSystemMessage_ContentType": Limit(
        MAX_CONTENT_CHARACTERS.__contains__, f"one of {', '.join(MAX_CONTENT_CHARACTERS)}"
    ),
    "InitialTemplatedSystemMessage_KnowledgeBaseId": _characters(500),
    "InitialTemplatedSystemMessage_MessageTemplateId": _characters(500),
    "InitialTemplatedSystemMessage_TemplateAttributes_CustomAttributes": Limit(
        lambda attributes: all(name and max(len(name), len(value)) <= 32_767 for name, value in attributes.items()),
        "names of 1 to 32767 characters with values of up to 32767",
    ),
    "RelatedContactId": _characters(256),
    "SupportedMessagingContentTypes": Limit(
        lambda types: "text/plain" in types and all(1 <= len(name) <= 100 for name in types),
        "content types of 1 to 100 characters, including text/plain",
    ),
    "ClientToken": _characters(500),
}

LIMITED_FIELDS: Mapping[str, Sequence[str]] = {
    member: [name for name in LIMITS if name.partition("_")[0] == member]
    for member in {name.partition("_")[0] for name in LIMITS}
}
"""The flat names that have a limit, by the member of the request that they are in."""
