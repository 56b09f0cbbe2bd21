"""Every flow parameter, in every spelling, as a string and as JSON, reaches the request to Amazon Connect."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from builders import Deflect, described, event, flow_event
from connect_simulator import Simulator, demo
from deflection.errors import MalformedEventError
from deflection.request.parameters import NESTED_MEMBERS, PARAMETER_NAMES, SINGULAR_NAMES

OTHER_FLOW = f"{demo.INSTANCE_ARN}/contact-flow/6d1e8f2b-01bc-4def-9012-3456789abcde"
OTHER_NUMBER = "arn:aws:connect:us-east-1:111122223333:phone-number/4b9c8d7e-6f50-4b4c-8d3e-2f1a0b9c8d7e"
TEMPLATE = {
    "KnowledgeBaseId": "6a7b8c9d-0e1f-4a2b-8c3d-4e5f6a7b8c9d",
    "MessageTemplateId": "7b8c9d0e-1f2a-4b3c-8d4e-5f6a7b8c9d0e",
    "TemplateAttributes": {"CustomAttributes": {"order": "A-1"}, "CustomerProfileAttributes": '{"FirstName": "Jane"}'},
}
MESSAGE = demo.ENVIRONMENT["INITIAL_MESSAGE"]

# parameter, as given, where the request holds it, and the value that it holds
FOUND: list[tuple[str, dict[str, Any], str, Any]] = [
    ("Attributes", {"Attributes": {"a": "b"}}, "Attributes", {"a": "b"}),
    ("Attributes", {"Attribute": '{"a": 1, "b": true, "c": "", "d": null}'}, "Attributes", {"a": "1", "b": "true"}),
    ("ChatDurationInMinutes", {"ChatDurationInMinutes": 90}, "ChatDurationInMinutes", 90),
    ("ChatDurationInMinutes", {"ChatDurationInMinute": "90"}, "ChatDurationInMinutes", 90),
    ("ClientToken", {"ClientToken": "mine"}, "ClientToken", "mine"),
    ("ClientToken", {"ClientToken": 12345}, "ClientToken", "12345"),
    ("ContactFlowId", {"ContactFlowId": OTHER_FLOW}, "ContactFlowId", OTHER_FLOW),
    ("DestinationEndpoint_Address", {"DestinationEndpoint_Address": "+61 491 570 006"},
     "DestinationEndpoint", {"Type": "TELEPHONE_NUMBER", "Address": "+61491570006"}),
    ("DestinationEndpoint_Address", {"DestinationEndpoint": {"Address": "4255550111"}},
     "DestinationEndpoint", {"Type": "TELEPHONE_NUMBER", "Address": "+14255550111"}),
    ("DestinationEndpoint_Type", {"DestinationEndpoint": '{"Type": "TELEPHONE_NUMBER", "Address": "+61491570006"}'},
     "DestinationEndpoint", {"Type": "TELEPHONE_NUMBER", "Address": "+61491570006"}),
    ("DestinationEndpoint_Type", {"DestinationEndpoint_Type": "TELEPHONE_NUMBER"},
     "DestinationEndpoint", {"Type": "TELEPHONE_NUMBER", "Address": "+14255550142"}),
    ("InitialSystemMessage_Content", {"InitialSystemMessage_Content": "Hello $5"},
     "InitialSystemMessage", {"ContentType": "text/plain", "Content": "Hello $5"}),
    ("InitialSystemMessage_Content", {"InitialSystemMessage": {"Content": "Hello"}},
     "InitialSystemMessage", {"ContentType": "text/plain", "Content": "Hello"}),
    ("InitialSystemMessage_ContentType", {"InitialSystemMessage_ContentType": "text/markdown"},
     "InitialSystemMessage", {"ContentType": "text/markdown", "Content": MESSAGE}),
    ("InitialSystemMessage_ContentType",
     {"InitialSystemMessage": '{"Content": "1", "ContentType": "application/json"}'},
     "InitialSystemMessage", {"ContentType": "application/json", "Content": "1"}),
    ("InitialTemplatedSystemMessage", {"InitialTemplatedSystemMessage": TEMPLATE},
     "InitialTemplatedSystemMessage", TEMPLATE),
    ("InitialTemplatedSystemMessage", {"InitialTemplatedSystemMessage": json.dumps(TEMPLATE)},
     "InitialTemplatedSystemMessage", TEMPLATE),
    ("InstanceId", {"InstanceId": demo.INSTANCE_ID}, "InstanceId", demo.INSTANCE_ID),
    ("InstanceId", {"InstanceId": demo.INSTANCE_ARN}, "InstanceId", demo.INSTANCE_ID),
    ("ParticipantDetails_DisplayName", {"ParticipantDetails_DisplayName": "Jane Doe"},
     "ParticipantDetails", {"DisplayName": "Jane Doe"}),
    ("ParticipantDetails_DisplayName", {"ParticipantDetails": {"DisplayName": "Jane Doe"}},
     "ParticipantDetails", {"DisplayName": "Jane Doe"}),
    ("RelatedContactId", {"RelatedContactId": "another-call"}, "RelatedContactId", "another-call"),
    ("RelatedContactId", {"RelatedContactId": "NONE"}, "RelatedContactId", None),
    ("RelatedContactId", {"RelatedContactId": "none"}, "RelatedContactId", None),
    ("SegmentAttributes", {"SegmentAttributes": {"a": {"ValueString": "b"}}},
     "SegmentAttributes", {"a": {"ValueString": "b"}, "connect:Subtype": {"ValueString": "connect:SMS"}}),
    ("SegmentAttributes", {"SegmentAttribute": '{"a": "b"}'},
     "SegmentAttributes", {"a": {"ValueString": "b"}, "connect:Subtype": {"ValueString": "connect:SMS"}}),
    ("SourceEndpoint_Address", {"SourceEndpoint_Address": OTHER_NUMBER},
     "SourceEndpoint", {"Type": "CONNECT_PHONENUMBER_ARN", "Address": OTHER_NUMBER}),
    ("SourceEndpoint_Address", {"SourceEndpoint": {"Address": OTHER_NUMBER}},
     "SourceEndpoint", {"Type": "CONNECT_PHONENUMBER_ARN", "Address": OTHER_NUMBER}),
    ("SourceEndpoint_Type", {"SourceEndpoint_Type": "CONNECT_PHONENUMBER_ARN"},
     "SourceEndpoint", {"Type": "CONNECT_PHONENUMBER_ARN", "Address": demo.SMS_NUMBER_ARN}),
    ("SourceEndpoint_Type", {"SourceEndpoint": {"Type": "CONNECT_PHONENUMBER_ARN"}},
     "SourceEndpoint", {"Type": "CONNECT_PHONENUMBER_ARN", "Address": demo.SMS_NUMBER_ARN}),
    ("SupportedMessagingContentTypes", {"SupportedMessagingContentTypes": ["text/plain"]},
     "SupportedMessagingContentTypes", ["text/plain"]),
    ("SupportedMessagingContentTypes", {"SupportedMessagingContentType": "text/plain, text/markdown"},
     "SupportedMessagingContentTypes", ["text/plain", "text/markdown"]),
    ("SupportedMessagingContentTypes", {"SupportedMessagingContentType": '["text/plain"]'},
     "SupportedMessagingContentTypes", ["text/plain"]),
]  # fmt: skip


@pytest.mark.parametrize(("given", "member", "value"), [row[1:] for row in FOUND])
def test_flow_parameter_reaches_the_request(
    given: dict[str, Any], member: str, value: Any, deflect: Deflect, simulator: Simulator
) -> None:
    simulator.world.flows.add(OTHER_FLOW)
    simulator.world.phone_numbers.add(OTHER_NUMBER)

    response = deflect(flow_event(given, Attributes={}))

    assert (response["Status"], response["Reason"]) == ("STARTED", "")
    assert simulator.world.requests[0].body.get(member) == value


def test_every_flow_parameter_has_a_case() -> None:
    assert {row[0] for row in FOUND} == set(PARAMETER_NAMES) - {"DryRun", "Select"}


@pytest.mark.parametrize("dry", ["true", True, "True"])
def test_dry_run_checks_everything_and_sends_nothing(dry: Any, deflect: Deflect, simulator: Simulator) -> None:
    response = deflect(flow_event({"DryRun": dry, "Select": "^DestinationEndpoint_Address"}))
    refused = deflect(flow_event({"DryRun": dry, "ChatDurationInMinutes": "1"}))

    assert (response["Status"], response["Reason"], response["Selected"]) == ("DRY_RUN", "", "+14255550142")
    assert (refused["Status"], refused["Reason"]) == ("FAILED", "INVALID_PARAMETER")
    assert simulator.world.requests == []


def flow_with(parameters: Any) -> dict[str, Any]:
    """A flow invocation whose parameters are this value, whatever it is."""
    arrived = flow_event()
    arrived["Details"]["Parameters"] = parameters
    return arrived


def request_with(parameters: Any) -> dict[str, Any]:
    """Likewise the request of an application, made just now."""
    arrived = event("deflection_requested") | {"time": datetime.now(UTC).isoformat()}
    arrived["detail"]["parameters"] = parameters
    return arrived


@pytest.mark.parametrize("arrives_with", [flow_with, request_with])
@pytest.mark.parametrize("text", ['{"DryRun": true}', ' {"DryRun": "true"}\n'])
def test_parameters_in_a_json_string_are_read(
    text: str, arrives_with: Any, deflect: Deflect, simulator: Simulator
) -> None:
    simulator.world.put_contact(described())

    assert deflect(arrives_with(text))["Status"] == "DRY_RUN"
    assert simulator.world.requests == []


@pytest.mark.parametrize("arrives_with", [flow_with, request_with])
@pytest.mark.parametrize("nothing", [None, "", "  ", {}, [], "{}"])
def test_empty_parameters_are_none(nothing: Any, arrives_with: Any, deflect: Deflect, simulator: Simulator) -> None:
    simulator.world.put_contact(described())

    assert deflect(arrives_with(nothing))["Status"] == "STARTED"


NO_PARAMETERS = [
    [{"DryRun": True}], ["DryRun"], "DryRun=true", '[{"DryRun": true}]', '"{}"', "true", "null", '{"DryRun": tru',
    True, False, 0, 7, 1.5, "[" * 100_000, '{"a": NaN', "\ud800",
]  # fmt: skip


@pytest.mark.parametrize("wrong", NO_PARAMETERS)
def test_parameters_that_are_no_object_are_named_in_the_answer(
    wrong: Any, deflect: Deflect, simulator: Simulator
) -> None:
    simulator.world.put_contact(described())

    answer = deflect(flow_with(wrong))

    assert (answer["Status"], answer["Reason"]) == ("FAILED", "MALFORMED_EVENT")
    assert "Details.Parameters" in answer["Message"]
    with pytest.raises(MalformedEventError, match=r"detail\.parameters"):
        deflect(request_with(wrong))
    assert simulator.world.requests == []


@pytest.mark.parametrize(
    ("select", "selected"),
    [
        ("^ClientToken", "mine"),
        ("^ChatDurationInMinute", "90"),
        ("^DestinationEndpoint", '{"Type": "TELEPHONE_NUMBER", "Address": "+14255550142"}'),
        ("^SegmentAttributes", '{"connect:Subtype": {"ValueString": "connect:SMS"}}'),
        ("^InitialTemplatedSystemMessage", ""),
        ("^ParticipantDetails_DisplayName", ""),
    ],
)
def test_select_returns_a_parameter_of_the_request(select: str, selected: str, deflect: Deflect) -> None:
    response = deflect(flow_event({"Select": select, "ClientToken": "mine", "ChatDurationInMinutes": "90"}))

    assert response["Selected"] == selected


def test_selected_value_is_not_escaped(deflect: Deflect) -> None:
    response = deflect(flow_event({"Select": "^Attributes", "Attributes": {"name": "Zoé"}}, Attributes={}))

    assert response["Selected"] == '{"name": "Zoé"}'


@pytest.mark.parametrize(
    "given",
    [
        {"ChatDurationInMinutes": 60},
        {"ChatDurationInMinutes": 10_080},
        {"ClientToken": "x" * 500},
        {"ParticipantDetails_DisplayName": "x" * 256},
        {"RelatedContactId": "x" * 256},
        {"SegmentAttributes": {"x" * 128: "y" * 1024}},
        {"SupportedMessagingContentTypes": ["text/plain", "x" * 100]},
        {"InitialSystemMessage_Content": "é" * 1024},
        {"InitialSystemMessage": {"ContentType": "application/json", "Content": "x" * 12_000}},
        {"InitialSystemMessage": {
            "ContentType": "application/vnd.amazonaws.connect.message.interactive.response", "Content": "x" * 12_288}},
        {"InitialTemplatedSystemMessage": TEMPLATE | {"KnowledgeBaseId": "x" * 500}},
        {"InitialTemplatedSystemMessage": TEMPLATE | {"TemplateAttributes": {"CustomAttributes": {"a": "x" * 32_767}}}},
        {"InitialTemplatedSystemMessage": TEMPLATE | {"TemplateAttributes": {}}},
        {"InitialTemplatedSystemMessage": TEMPLATE | {
            "TemplateAttributes": {"CustomAttributes": None, "CustomerProfileAttributes": ""}}},
        {"InitialTemplatedSystemMessage": TEMPLATE | {
            "TemplateAttributes": {"CustomerProfileAttributes": {"FirstName": "Jane"}}}},
    ],
)  # fmt: skip
def test_value_at_its_limit_is_sent(given: dict[str, Any], deflect: Deflect, simulator: Simulator) -> None:
    response = deflect(flow_event(given))

    assert (response["Status"], response["Reason"]) == ("STARTED", "")
    assert len(simulator.world.requests) == 1


def test_contact_id_is_selected_by_default(deflect: Deflect) -> None:
    response = deflect(flow_event())

    assert response["Selected"] == response["ContactId"] != ""


def test_selection_too_large_for_a_flow_is_refused_before_sending(deflect: Deflect, simulator: Simulator) -> None:
    response = deflect(flow_event({"Select": "^Attributes", "Attributes": {"a": "x" * 32_700}}))

    assert (response["Status"], response["Reason"]) == ("FAILED", "INVALID_PARAMETER")
    assert "32768" in response["Message"]
    assert simulator.world.requests == []


def test_attributes_of_the_call_are_copied_and_flow_parameters_win(deflect: Deflect, simulator: Simulator) -> None:
    called_with = {"customerName": "Jane Doe", "language": "en", "secret": "s"}

    response = deflect(
        flow_event({"Attributes": {"language": "de"}}, Attributes=called_with),
        ATTRIBUTES_TO_COPY="customerName, language, absent",
    )

    contact = simulator.world.contacts[response["ContactId"]]
    assert contact["Attributes"] == {"customerName": "Jane Doe", "language": "de"}


@pytest.mark.parametrize("names", ["*", "a, *"])
def test_star_copies_every_attribute(names: str, deflect: Deflect, simulator: Simulator) -> None:
    response = deflect(flow_event(Attributes={"a": "1", "b": "2"}), ATTRIBUTES_TO_COPY=names)

    assert simulator.world.contacts[response["ContactId"]]["Attributes"] == {"a": "1", "b": "2"}


OUTCOME = {"deflectionStatus": "DECLINED", "deflectionReason": "OPTED_OUT", "deflectionContactId": "NONE"}


@pytest.mark.parametrize(
    ("names", "copied"), [("*", {"a": "1"}), ("a, deflectionReason", {"a": "1", "deflectionReason": "OPTED_OUT"})]
)
def test_outcome_of_an_earlier_attempt_is_copied_only_by_name(
    names: str, copied: dict[str, str], deflect: Deflect, simulator: Simulator
) -> None:
    response = deflect(flow_event(Attributes={"a": "1", **OUTCOME}), ATTRIBUTES_TO_COPY=names)

    assert simulator.world.contacts[response["ContactId"]]["Attributes"] == copied


@pytest.mark.parametrize(
    ("value", "status"),
    [("x" * 32_767, "STARTED"), ("x" * 32_768, "FAILED"), ("é" * 16_383, "STARTED"), ("é" * 16_384, "FAILED")],
    ids=["all of the bytes", "a byte more", "all of the bytes of UTF-8", "a byte more of UTF-8"],
)
def test_attributes_that_exceed_the_limit_are_not_truncated(value: str, status: str, deflect: Deflect) -> None:
    response = deflect(flow_event(Attributes={"a": value}), ATTRIBUTES_TO_COPY="*")

    assert response["Status"] == status
    assert response["Reason"] == ("INVALID_PARAMETER" if status == "FAILED" else "")


def test_empty_json_in_a_string_counts_as_not_set(deflect: Deflect, simulator: Simulator) -> None:
    empty = {"Attribute": "{}", "SegmentAttributes": " {} ", "SupportedMessagingContentTypes": "[]"}

    response = deflect(flow_event({**empty, "Attributes": {"a": "b"}, "InitialTemplatedSystemMessage": "{}"}))

    assert response["Status"] == "STARTED"
    assert simulator.world.requests[0].body["Attributes"]["a"] == "b"


@pytest.mark.parametrize("unset", ["", "  ", None])
def test_unset_reference_counts_as_not_set(unset: Any, deflect: Deflect, simulator: Simulator) -> None:
    deflect(flow_event())
    plain = simulator.world.requests[0].body
    names = {*PARAMETER_NAMES, *NESTED_MEMBERS, *SINGULAR_NAMES}

    response = deflect(flow_event(dict.fromkeys(names, unset)))

    assert response["Status"] == "STARTED"
    assert simulator.world.requests[1].body == plain


@pytest.mark.parametrize(
    ("given", "reason", "names"),
    [
        ({"Atribute": "{}"}, "INVALID_PARAMETER", ["Atribute", "Attributes"]),
        ({"InitialSystemMessage": {"Text": "Hello"}}, "INVALID_PARAMETER", ["InitialSystemMessage_Text"]),
        ({"+14255550142": "x"}, "INVALID_PARAMETER", ["Unknown"]),
        ({"Attribute": {"a": 1}, "Attributes": {"a": 1}}, "INVALID_PARAMETER", ["Attributes", "once"]),
        ({"SourceEndpoint": {"Type": "x"}, "SourceEndpoint_Type": "x"}, "INVALID_PARAMETER", ["SourceEndpoint_Type"]),
        ({"Attributes": "a=b"}, "INVALID_PARAMETER", ["Attributes", "JSON object", "text of 3 characters"]),
        ({"Attributes": '{"a": '}, "INVALID_PARAMETER", ["Attributes", "text of 6 characters"]),
        ({"Attributes": {"a": {"b": "c"}}}, "INVALID_PARAMETER", ["Attributes", "an object of 1 members"]),
        ({"Attributes": {"a": {}}}, "INVALID_PARAMETER", ["Attributes"]),
        ({"Attributes": {"a": "\ud800"}}, "INVALID_PARAMETER", ["Attributes"]),
        ({"Attributes": {"": "a"}}, "INVALID_PARAMETER", ["Attributes"]),
        ({"ChatDurationInMinutes": "an hour"}, "INVALID_PARAMETER", ["ChatDurationInMinutes", "whole number"]),
        ({"ChatDurationInMinutes": True}, "INVALID_PARAMETER", ["ChatDurationInMinutes", "true"]),
        ({"ChatDurationInMinutes": 90.5}, "INVALID_PARAMETER", ["ChatDurationInMinutes", "90.5"]),
        ({"ChatDurationInMinutes": 59}, "INVALID_PARAMETER", ["ChatDurationInMinutes", "60 to 10080", "59"]),
        ({"ChatDurationInMinutes": 10_081}, "INVALID_PARAMETER", ["60 to 10080", "10081"]),
        ({"ChatDurationInMinutes": 14255550142}, "INVALID_PARAMETER", ["60 to 10080", "100000"]),
        ({"ClientToken": "x" * 501}, "INVALID_PARAMETER", ["ClientToken", "1 to 500", "501"]),
        ({"ClientToken": ["x"]}, "INVALID_PARAMETER", ["ClientToken", "a list of 1"]),
        ({"ContactFlowId": "x" * 501}, "INVALID_PARAMETER", ["ContactFlowId", "1 to 500"]),
        ({"DestinationEndpoint": "+14255550142"}, "INVALID_PARAMETER", ["DestinationEndpoint", "Address and Type"]),
        ({"DestinationEndpoint_Type": "VOIP"}, "INVALID_PARAMETER", ["DestinationEndpoint_Type", "TELEPHONE_NUMBER"]),
        ({"DryRun": "perhaps"}, "INVALID_PARAMETER", ["DryRun", "true or false"]),
        ({"ParticipantDetails_DisplayName": "x" * 257}, "INVALID_PARAMETER", ["1 to 256", "257"]),
        ({"RelatedContactId": "x" * 257}, "INVALID_PARAMETER", ["RelatedContactId", "1 to 256"]),
        ({"SegmentAttributes": "autumn"}, "INVALID_PARAMETER", ["SegmentAttributes", "text of 6 characters"]),
        ({"RelatedContactId": "x" * 40_000}, "INVALID_PARAMETER", ["RelatedContactId", "1 to 256", "40000"]),
        ({"SegmentAttributes": {"x" * 129: "a"}}, "INVALID_PARAMETER", ["SegmentAttributes", "1 to 128"]),
        ({"SegmentAttributes": {"a": {"ValueMap": {}}}}, "INVALID_PARAMETER", ["SegmentAttributes", "ValueString"]),
        ({"SegmentAttributes": {"a": "x" * 1025}}, "INVALID_PARAMETER", ["SegmentAttributes", "1024"]),
        ({"SegmentAttributes": {"connect:Subtype": "connect:Chat"}}, "INVALID_PARAMETER", ["connect:WhatsApp"]),
        ({"Select": "Contact"}, "INVALID_PARAMETER", ["Select", "ContactId"]),
        ({"Select": "^DryRun"}, "INVALID_PARAMETER", ["Select", "DryRun"]),
        ({"Select": "^Atributes"}, "INVALID_PARAMETER", ["Atributes", "^Attributes"]),
        ({"SourceEndpoint_Address": "+14255550190"}, "INVALID_PARAMETER", ["SourceEndpoint_Address", "ARN"]),
        ({"SourceEndpoint_Address": demo.SMS_NUMBER_ARN + "a" * 200}, "INVALID_PARAMETER", ["256 characters"]),
        ({"SourceEndpoint_Type": "TELEPHONE_NUMBER"}, "INVALID_PARAMETER", ["CONNECT_PHONENUMBER_ARN"]),
        ({"SupportedMessagingContentTypes": "text/markdown"}, "INVALID_PARAMETER", ["text/plain"]),
        ({"InitialSystemMessage_Content": "x" * 1025}, "INVALID_MESSAGE", ["_Content", "1 to 1024", "1025"]),
        ({"InitialSystemMessage": {"ContentType": "application/json", "Content": "x" * 12_001}},
         "INVALID_MESSAGE", ["1 to 12000", "12001"]),
        ({"InitialSystemMessage_ContentType": "text/html"}, "INVALID_MESSAGE", ["_ContentType", "text/plain"]),
        ({"InitialSystemMessage_Content": ["x"]}, "INVALID_MESSAGE", ["a list of 1"]),
        ({"InitialTemplatedSystemMessage": {"KnowledgeBaseId": "a"}}, "INVALID_MESSAGE", ["MessageTemplateId"]),
        ({"InitialTemplatedSystemMessage": TEMPLATE, "InitialSystemMessage_ContentType": "text/plain"},
         "INVALID_MESSAGE", ["InitialSystemMessage"]),
        ({"InitialTemplatedSystemMessage": TEMPLATE | {"KnowledgeBaseID": "a"}},
         "INVALID_MESSAGE", ["at KnowledgeBaseID"]),
        ({"InitialTemplatedSystemMessage": TEMPLATE | {
            "TemplateAttributes": {"CustomAttributes": {"a": "x" * 32_768}}}},
         "INVALID_MESSAGE", ["32767"]),
        ({"DestinationEndpont": {}}, "INVALID_PARAMETER", ['"DestinationEndpoint"']),
        ({"InitialTemplatedSystemMessage": "by mail"}, "INVALID_MESSAGE", ["text of 7 characters"]),
        ({"ClientToken": object()}, "INVALID_PARAMETER", ["ClientToken", "something else"]),
        ({"InitialTemplatedSystemMessage": TEMPLATE | {"KnowledgeBaseId": "x" * 501}}, "INVALID_MESSAGE", ["500"]),
        ({"InitialTemplatedSystemMessage": TEMPLATE, "InitialSystemMessage_Content": "Hello"},
         "INVALID_MESSAGE", ["InitialSystemMessage"]),
    ],
)  # fmt: skip
def test_invalid_flow_parameter_is_named_and_nothing_is_sent(
    given: dict[str, Any], reason: str, names: list[str], deflect: Deflect, simulator: Simulator
) -> None:
    response = deflect(flow_event(given))

    assert (response["Status"], response["Reason"], response["Retryable"]) == ("FAILED", reason, "false")
    for name in names:
        assert name in response["Message"]
    assert "4255550142" not in response["Message"]
    assert simulator.world.requests == []


def test_content_type_without_content_is_refused(deflect: Deflect) -> None:
    response = deflect(flow_event({"InitialSystemMessage_ContentType": "text/plain"}), INITIAL_MESSAGE="")

    assert (response["Status"], response["Reason"]) == ("FAILED", "INVALID_MESSAGE")
    assert "InitialSystemMessage_ContentType" in response["Message"]


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"DestinationEndpoint_Address": "12"}, "CUSTOMER_NUMBER_INVALID"),
        ({"DestinationEndpoint_Address": "anonymous"}, "CUSTOMER_NUMBER_INVALID"),
        ({"InstanceId": "b1b2c3d4-5678-4abc-8def-1234567890ab"}, "INSTANCE_NOT_ALLOWED"),
    ],
)
def test_correctable_flow_parameter_is_declined_instead_of_failed(
    given: dict[str, Any], reason: str, deflect: Deflect, simulator: Simulator
) -> None:
    response = deflect(flow_event(given))

    assert (response["Status"], response["Reason"]) == ("DECLINED", reason)
    assert simulator.world.requests == []


@pytest.mark.parametrize("channel", ["VOICE", "CHAT"])
def test_invalid_subtype_is_not_repeated_in_the_response(
    channel: str, deflect: Deflect, caplog: pytest.LogCaptureFixture
) -> None:
    wish = {"SegmentAttributes": {"connect:Subtype": "+14255550123 hello"}}

    answer = deflect(flow_event(wish, Channel=channel))

    assert (answer["Reason"], answer["Subtype"]) == ("INVALID_PARAMETER", "connect:SMS")
    assert "4255550123" not in f"{answer} {[vars(record) for record in caplog.records]}"


def test_requested_subtype_is_in_the_response_when_declined(deflect: Deflect) -> None:
    wish = {"SegmentAttributes": {"connect:Subtype": "connect:WhatsApp"}, "DestinationEndpoint_Address": "12"}

    assert deflect(flow_event(wish))["Subtype"] == "connect:WhatsApp"
