"""Check a StartOutboundChatContact request against the rules that do not depend on stored state.

https://docs.aws.amazon.com/connect/latest/APIReference/API_StartOutboundChatContact.html
"""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

from connect_simulator.aws.service_model import input_shape, validation_errors
from connect_simulator.connect.errors import ConnectError

Request = dict[str, Any]

# Sources: API_ChatMessage.html for the length by content type; feature-limits.html for SMS (1,024 characters).
MAX_CONTENT_LENGTH: Final[dict[str, int]] = {
    "text/plain": 1_024,
    "text/markdown": 1_024,
    "application/json": 12_000,
    "application/vnd.amazonaws.connect.message.interactive.response": 12_288,
}
SUBTYPES: Final = ("connect:SMS", "connect:WhatsApp")
MAX_ATTRIBUTES_BYTES: Final = 32_768
E164: Final = re.compile(r"\+[1-9][0-9]{1,14}")
PHONE_NUMBER_ARN: Final = re.compile(r"arn:aws[a-z-]*:connect:[a-z0-9-]+:[0-9]{12}:phone-number/[A-Za-z0-9-]+")


def check_start_outbound_chat_contact(request: Any) -> None:
    """Raise InvalidRequestException for the first rule that the request breaks.

    The service model is checked first, so the documented rules can rely on the types of the request.
    """
    model_errors = validation_errors(input_shape("StartOutboundChatContact"), request)
    for sentence in chain(model_errors, _documented_errors(request)):
        raise ConnectError("InvalidRequestException", sentence)


def _documented_errors(request: Request) -> Iterator[str]:
    yield from _endpoint_errors(request)
    yield from _subtype_errors(request)
    yield from _message_errors(request)
    yield from _attribute_errors(request)
    content_types = request.get("SupportedMessagingContentTypes")
    if content_types is not None and "text/plain" not in content_types:
        yield "SupportedMessagingContentTypes must contain text/plain."


def _endpoint_errors(request: Request) -> Iterator[str]:
    source, destination = request["SourceEndpoint"], request["DestinationEndpoint"]
    if source.get("Type") != "CONNECT_PHONENUMBER_ARN":
        yield "SourceEndpoint.Type must be CONNECT_PHONENUMBER_ARN."
    if not PHONE_NUMBER_ARN.fullmatch(source.get("Address") or ""):
        yield "SourceEndpoint.Address must be the ARN of a Connect phone number."
    if destination.get("Type") != "TELEPHONE_NUMBER":
        yield "DestinationEndpoint.Type must be TELEPHONE_NUMBER."
    if not E164.fullmatch(destination.get("Address") or ""):
        yield "DestinationEndpoint.Address must be a phone number in E.164 format."


def _subtype_errors(request: Request) -> Iterator[str]:
    subtype = request["SegmentAttributes"].get("connect:Subtype") or {}
    if subtype.get("ValueString") not in SUBTYPES:
        yield f"SegmentAttributes must contain connect:Subtype with the ValueString {' or '.join(SUBTYPES)}."


def _message_errors(request: Request) -> Iterator[str]:
    message, template = request.get("InitialSystemMessage"), request.get("InitialTemplatedSystemMessage")
    # Assumption: Connect rejects a request with both; the API reference does not say which one wins.
    if message is not None and template is not None:
        yield "InitialSystemMessage and InitialTemplatedSystemMessage cannot be used together."
    if message is None:
        return
    content_type, length = message["ContentType"], len(message["Content"])
    max_length = MAX_CONTENT_LENGTH.get(content_type)
    if max_length is None:
        yield f"InitialSystemMessage.ContentType must be one of {', '.join(MAX_CONTENT_LENGTH)}."
    # Assumption: WhatsApp has the limits of SMS, because the API has one limit for each content type.
    # Assumption: Connect rejects a longer message and does not split it.
    elif length > max_length:
        yield f"InitialSystemMessage.Content of {content_type} must be at most {max_length} characters (got {length})."


def _attribute_errors(request: Request) -> Iterator[str]:
    # Source: API_UpdateContactAttributes.html (32,768 UTF-8 bytes for all attributes of a contact).
    attributes = request.get("Attributes") or {}
    # Assumption: the names count, too.
    size = sum(len(name.encode()) + len(value.encode()) for name, value in attributes.items())
    if size > MAX_ATTRIBUTES_BYTES:
        yield f"Attributes must be at most {MAX_ATTRIBUTES_BYTES} UTF-8 bytes in total (got {size})."
