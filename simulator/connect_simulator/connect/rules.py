"""What Connect refuses in a StartOutboundChatContact request, whatever the state of the world is.

https://docs.aws.amazon.com/connect/latest/APIReference/API_StartOutboundChatContact.html
"""

import re
from collections.abc import Iterator
from itertools import chain
from typing import Any, Final

from connect_simulator.aws.service_model import input_of, violations
from connect_simulator.connect.errors import ConnectError

Request = dict[str, Any]

# API_ChatMessage.html gives a length to each content type; SMS takes 1,024 characters of text (feature-limits.html).
LONGEST_CONTENT: Final[dict[str, int]] = {
    "text/plain": 1_024,
    "text/markdown": 1_024,
    "application/json": 12_000,
    "application/vnd.amazonaws.connect.message.interactive.response": 12_288,
}
SUBTYPES: Final = ("connect:SMS", "connect:WhatsApp")
ATTRIBUTES_BYTES: Final = 32_768
E164: Final = re.compile(r"\+[1-9][0-9]{1,14}")
PHONE_NUMBER_ARN: Final = re.compile(r"arn:aws[a-z-]*:connect:[a-z0-9-]+:[0-9]{12}:phone-number/[A-Za-z0-9-]+")


def check_start_outbound_chat_contact(request: Any) -> None:
    """Raises InvalidRequestException with the first rule that the request breaks.

    The documented rules may rely on the types of the model: they are only reached by a request that keeps to it.
    """
    broken = chain(violations(input_of("StartOutboundChatContact"), request), _documented_violations(request))
    for sentence in broken:
        raise ConnectError("InvalidRequestException", sentence)


def _documented_violations(request: Request) -> Iterator[str]:
    yield from _endpoint_violations(request)
    yield from _subtype_violations(request)
    yield from _message_violations(request)
    yield from _attribute_violations(request)
    content_types = request.get("SupportedMessagingContentTypes")
    if content_types is not None and "text/plain" not in content_types:
        yield "SupportedMessagingContentTypes must contain text/plain."


def _endpoint_violations(request: Request) -> Iterator[str]:
    source, destination = request["SourceEndpoint"], request["DestinationEndpoint"]
    if source.get("Type") != "CONNECT_PHONENUMBER_ARN":
        yield "SourceEndpoint.Type must be CONNECT_PHONENUMBER_ARN."
    if not PHONE_NUMBER_ARN.fullmatch(source.get("Address") or ""):
        yield "SourceEndpoint.Address must be the ARN of a Connect phone number."
    if destination.get("Type") != "TELEPHONE_NUMBER":
        yield "DestinationEndpoint.Type must be TELEPHONE_NUMBER."
    if not E164.fullmatch(destination.get("Address") or ""):
        yield "DestinationEndpoint.Address must be a phone number in E.164 format."


def _subtype_violations(request: Request) -> Iterator[str]:
    subtype = request["SegmentAttributes"].get("connect:Subtype") or {}
    if subtype.get("ValueString") not in SUBTYPES:
        yield f"SegmentAttributes must hold connect:Subtype with the ValueString {' or '.join(SUBTYPES)}."


def _message_violations(request: Request) -> Iterator[str]:
    message, template = request.get("InitialSystemMessage"), request.get("InitialTemplatedSystemMessage")
    # Assumption: a request with both messages is refused; the API names no order between them.
    if message is not None and template is not None:
        yield "InitialSystemMessage and InitialTemplatedSystemMessage exclude each other."
    if message is None:
        return
    content_type, length = message["ContentType"], len(message["Content"])
    longest = LONGEST_CONTENT.get(content_type)
    if longest is None:
        yield f"InitialSystemMessage.ContentType must be one of {', '.join(LONGEST_CONTENT)}."
    # Assumption: WhatsApp has the limits of SMS, because the API gives one limit to each content type.
    # Assumption: longer texts are refused, not split into several messages.
    elif length > longest:
        yield f"InitialSystemMessage.Content of {content_type} must be at most {longest} characters; it is {length}."


def _attribute_violations(request: Request) -> Iterator[str]:
    # API_UpdateContactAttributes.html: up to 32,768 UTF-8 bytes across all attributes of a contact.
    attributes = request.get("Attributes") or {}
    # Assumption: the names count as well as the values.
    size = sum(len(name.encode()) + len(value.encode()) for name, value in attributes.items())
    if size > ATTRIBUTES_BYTES:
        yield f"Attributes must be at most {ATTRIBUTES_BYTES} bytes of UTF-8 in all; they are {size}."
