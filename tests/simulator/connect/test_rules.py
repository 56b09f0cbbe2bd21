"""Requests that the simulated Connect accepts and rejects, sent with boto3."""

from collections.abc import Callable
from typing import Any

import pytest

from connect_simulator import World, demo
from connect_simulator.connect.errors import ConnectError

type RequestWith = Callable[..., dict[str, Any]]

PLAIN, MARKDOWN, JSON = "text/plain", "text/markdown", "application/json"
INTERACTIVE = "application/vnd.amazonaws.connect.message.interactive.response"
TEMPLATE = {"KnowledgeBaseId": "k", "MessageTemplateId": "m", "TemplateAttributes": {}}
ELSEWHERE = demo.SMS_NUMBER_ARN.replace("2f9a6b3c", "00000000")


def message(content_type: str, length: int) -> dict[str, Any]:
    return {"InitialSystemMessage": {"ContentType": content_type, "Content": "é" * length}}


def subtype(value: Any) -> dict[str, Any]:
    return {"SegmentAttributes": {"connect:Subtype": value}}


def source(kind: str | None = "CONNECT_PHONENUMBER_ARN", address: str = demo.SMS_NUMBER_ARN) -> dict[str, Any]:
    return {"SourceEndpoint": {"Type": kind, "Address": address}}


def destination(address: str | None, kind: str = "TELEPHONE_NUMBER") -> dict[str, Any]:
    return {"DestinationEndpoint": {"Type": kind, "Address": address}}


@pytest.mark.parametrize(
    "name", ["SourceEndpoint", "DestinationEndpoint", "InstanceId", "SegmentAttributes", "ContactFlowId"]
)
def test_request_without_a_required_member_is_rejected(
    connect: Any, request_with: RequestWith, world: World, name: str
) -> None:
    with pytest.raises(connect.exceptions.InvalidRequestException) as refused:
        connect.start_outbound_chat_contact(**request_with(**{name: None}))
    assert refused.value.response["Error"] == {"Code": "InvalidRequestException", "Message": f"{name} is required."}
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    assert world.requests == []


@pytest.mark.parametrize(
    ("members", "words"),
    [
        (message(PLAIN, 1_025), "at most 1024 characters (got 1025)"),
        (message(MARKDOWN, 1_025), "at most 1024 characters"),
        (message(JSON, 12_001), "at most 12000 characters"),
        (message(INTERACTIVE, 12_289), "at most 12288 characters"),
        (message(PLAIN, 0), "Content must be at least 1"),
        (message("text/html", 5), "ContentType must be one of text/plain"),
        ({"InitialSystemMessage": {"ContentType": PLAIN}}, "InitialSystemMessage.Content is required"),
        (message(PLAIN, 5) | {"InitialTemplatedSystemMessage": TEMPLATE}, "cannot be used together"),
        ({"InitialTemplatedSystemMessage": {"KnowledgeBaseId": "k"}}, "MessageTemplateId is required"),
        ({"ChatDurationInMinutes": 59}, "ChatDurationInMinutes must be at least 60 (got 59)"),
        ({"ChatDurationInMinutes": 10_081}, "ChatDurationInMinutes must be at most 10080 (got 10081)"),
        ({"ChatDurationInMinutes": "90"}, "ChatDurationInMinutes must be of type integer"),
        ({"ChatDurationInMinutes": True}, "ChatDurationInMinutes must be of type integer"),
        ({"SupportedMessagingContentTypes": [MARKDOWN]}, "must contain text/plain"),
        ({"SupportedMessagingContentTypes": []}, "must contain text/plain"),
        ({"SupportedMessagingContentTypes": [PLAIN, "x" * 101]}, "SupportedMessagingContentTypes[1] must be at most"),
        ({"ClientToken": "t" * 501}, "ClientToken must be at most 500 (got 501)"),
        ({"ContactFlowId": "f" * 501}, "ContactFlowId must be at most 500"),
        ({"InstanceId": "i" * 101}, "InstanceId must be at most 100"),
        ({"RelatedContactId": "r" * 257}, "RelatedContactId must be at most 256"),
        ({"RelatedContactId": ""}, "RelatedContactId must be at least 1"),
        ({"ParticipantDetails": {"DisplayName": "d" * 257}}, "DisplayName must be at most 256"),
        ({"ParticipantDetails": {"DisplayName": ""}}, "DisplayName must be at least 1"),
        ({"ParticipantDetails": {}}, "ParticipantDetails.DisplayName is required"),
        ({"Attributes": {"a": "x" * 32_768}}, "Attributes['a'] must be at most 32767"),
        ({"Attributes": {"a": "é" * 16_384}}, "at most 32768 UTF-8 bytes in total (got 32769)"),
        ({"Attributes": {"": "x"}}, "A key of Attributes must be at least 1"),
        ({"SegmentAttributes": {}}, "must contain connect:Subtype"),
        (subtype({"ValueString": "connect:Chat"}), "must contain connect:Subtype"),
        (subtype({}), "must contain connect:Subtype"),
        (subtype({"ValueString": "connect:SMS"}) | {"Attributes": {"k" * 32_768: ""}}, "A key of Attributes"),
        ({"SegmentAttributes": {"s" * 129: {"ValueString": "x"}}}, "A key of SegmentAttributes must be at most 128"),
        (source("TELEPHONE_NUMBER"), "SourceEndpoint.Type must be CONNECT_PHONENUMBER_ARN"),
        (source(None), "SourceEndpoint.Type must be CONNECT_PHONENUMBER_ARN"),
        (source("CONNECT_PHONENUMBER"), "SourceEndpoint.Type must be one of"),
        (source(address="+14255550101"), "must be the ARN of a Connect phone number"),
        (source(address="arn:aws:sms-voice:us-east-1:111122223333:phone-number/phone-1"), "must be the ARN"),
        (source(address="a" * 257), "SourceEndpoint.Address must be at most 256"),
        (destination("+14255550100", "EMAIL_ADDRESS"), "DestinationEndpoint.Type must be TELEPHONE_NUMBER"),
        (destination("4255550100"), "must be a phone number in E.164 format"),
        (destination("+04255550100"), "must be a phone number in E.164 format"),
        (destination("+1425555010012345"), "must be a phone number in E.164 format"),
        (destination("+14255550100\n"), "must be a phone number in E.164 format"),
        (destination("+١٤٢٥٥٥٥٠١٠٠"), "must be a phone number in E.164 format"),
        (destination(None), "must be a phone number in E.164 format"),
    ],
)
def test_request_beyond_a_limit_is_rejected_with_member_and_limit(
    connect: Any, request_with: RequestWith, members: dict[str, Any], words: str
) -> None:
    with pytest.raises(connect.exceptions.InvalidRequestException) as refused:
        connect.start_outbound_chat_contact(**request_with(**members))
    # The walker says "The length of X must be at most"; the table names the member and the limit only.
    said = refused.value.response["Error"]["Message"].removeprefix("The length of ")
    assert words in said
    assert "55501" not in said


@pytest.mark.parametrize(
    ("request_body", "message"),
    [
        ({"Colour": "red"}, "Colour is not a member of the request."),
        ([], "The request must be of type structure."),
    ],
)
def test_request_that_boto3_would_not_send_is_rejected(
    world: World, request_with: RequestWith, request_body: Any, message: str
) -> None:
    request = request_with(**request_body) if isinstance(request_body, dict) else request_body
    with pytest.raises(ConnectError, match="400 Bad Request") as refused:
        world.start_outbound_chat_contact(request)
    assert (refused.value.error_type, refused.value.message) == ("InvalidRequestException", message)


@pytest.mark.parametrize(
    "members",
    [
        message(PLAIN, 1_024),
        message(MARKDOWN, 1_024),
        message(JSON, 12_000),
        message(INTERACTIVE, 12_288),
        message(PLAIN, 1),
        {"InitialTemplatedSystemMessage": TEMPLATE},
        {"ChatDurationInMinutes": 60},
        {"ChatDurationInMinutes": 10_080},
        {"SupportedMessagingContentTypes": [PLAIN, MARKDOWN]},
        {"ClientToken": "t" * 500},
        {"RelatedContactId": "r" * 256},
        {"ParticipantDetails": {"DisplayName": "d" * 256}},
        {"Attributes": {"a": "x" * 32_767}},
        {"Attributes": {"ab": "é" * 16_383}},
        subtype({"ValueString": "connect:WhatsApp"}) | source(address=demo.WHATSAPP_NUMBER_ARN),
        destination("+61491570006"),
        {"InstanceId": demo.INSTANCE_ARN},
        {"ContactFlowId": demo.SMS_FLOW_ARN},
    ],
)
def test_request_at_a_limit_is_accepted(
    connect: Any, request_with: RequestWith, world: World, members: dict[str, Any]
) -> None:
    answer = connect.start_outbound_chat_contact(**request_with(**members))
    assert [received.contact_id for received in world.requests] == [answer["ContactId"]]


@pytest.mark.parametrize(
    ("members", "message"),
    [
        (subtype({"ValueString": "connect:WhatsApp"}), "must be a WhatsApp number for this subtype"),
        (source(address=demo.WHATSAPP_NUMBER_ARN), "must be an SMS number for this subtype"),
    ],
)
def test_source_number_must_match_the_subtype(
    connect: Any, request_with: RequestWith, members: dict[str, Any], message: str
) -> None:
    with pytest.raises(connect.exceptions.InvalidRequestException, match=message):
        connect.start_outbound_chat_contact(**request_with(**members))


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"InstanceId": "00000000-5678-4abc-8def-1234567890ab"}, "The instance was not found."),
        ({"ContactFlowId": "00000000-90ab-4cde-8f01-23456789abcd"}, "The flow was not found."),
        (source(address=ELSEWHERE), "The phone number of the source endpoint was not found."),
    ],
)
def test_unknown_resource_is_not_found(
    connect: Any, request_with: RequestWith, members: dict[str, Any], message: str
) -> None:
    with pytest.raises(connect.exceptions.ResourceNotFoundException) as refused:
        connect.start_outbound_chat_contact(**request_with(**members))
    assert refused.value.response["Error"]["Message"] == message
    assert refused.value.response["ResponseMetadata"]["HTTPStatusCode"] == 404


def test_added_resource_is_found(connect: Any, request_with: RequestWith, world: World) -> None:
    world.instances.add("00000000-5678-4abc-8def-1234567890ab")
    world.flows.add("00000000-90ab-4cde-8f01-23456789abcd")
    world.phone_numbers.add(ELSEWHERE)
    elsewhere = {
        "InstanceId": "00000000-5678-4abc-8def-1234567890ab",
        "ContactFlowId": "00000000-90ab-4cde-8f01-23456789abcd",
        **source(address=ELSEWHERE),
    }
    started = connect.start_outbound_chat_contact(**request_with(**elsewhere))["ContactId"]
    described = connect.describe_contact(InstanceId=elsewhere["InstanceId"], ContactId=started)
    assert described["Contact"]["Arn"].endswith(f"instance/00000000-5678-4abc-8def-1234567890ab/contact/{started}")
    with pytest.raises(connect.exceptions.ResourceNotFoundException):
        connect.describe_contact(InstanceId=demo.INSTANCE_ID, ContactId=started)


def test_unknown_related_contact_is_rejected_only_in_a_strict_world(
    connect: Any, request_with: RequestWith, world: World
) -> None:
    connect.start_outbound_chat_contact(**request_with(RelatedContactId="unknown"))
    world.strict_related_contacts = True
    world.put_contact({"Id": "known", "Channel": "VOICE"})
    connect.start_outbound_chat_contact(**request_with(RelatedContactId="known"))
    with pytest.raises(connect.exceptions.ResourceNotFoundException):
        connect.start_outbound_chat_contact(**request_with(RelatedContactId="unknown"))
