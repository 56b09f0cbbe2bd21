"""The check for personal data finds every spelling, and redaction keeps the other data."""

import json
import sys
from typing import Any
from urllib.parse import quote

import pytest

from builders import QUEUES, FakeConnect, FakeSqs, LambdaContext, application, event, flow_event, refused
from cloudformation import RESOURCES, arn_of
from deflection.handler import lambda_handler
from deflection.observability import UnexpectedError, logger, tracer
from proof import watch
from proof.figures import Measured
from proof.lanes import work

SPELLINGS = [
    "+14255550142",
    "14255550142",
    "4255550142",
    "+1 425 555 0142",
    "(425) 555-0142",
    "425.555.0142",
    "+1-425-555-0142",
    quote("+14255550142"),
    quote("+1 425 555 0142"),
    "tel:+1%20425%20555%200142",
    json.dumps("\N{FULLWIDTH DIGIT FOUR}25\u00a05550142"),
    "\N{ARABIC-INDIC DIGIT FOUR}\N{ARABIC-INDIC DIGIT TWO}55550142",
    "4 2 5 5 5 5 0 1 4 2",
    "+61 491 570 006",
    "0491570006",
    watch.TEXT,
    quote(watch.TEXT),
    watch.TEXT.upper(),
    watch.ATTRIBUTE,
    f'{{"note": "{watch.ATTRIBUTE}"}}',
]


@pytest.mark.parametrize("spelling", SPELLINGS)
def test_the_watch_sees_a_secret_in_any_spelling(spelling: str) -> None:
    assert watch.secrets([f"a line with {spelling} in it"]) != []


@pytest.mark.parametrize(
    "harmless",
    ["+1********42", "0f7e1c9a-3b5d-4f6a-8c7b-9d0e1f2a3b4c", "1795342003.4255", "0.84915700062986", "STARTED"],
)
def test_secret_watch_ignores_harmless_text(harmless: str) -> None:
    assert watch.secrets([harmless]) == []


def tell_it(times: int, _seed: int) -> Measured:
    """Write personal data in the function's process."""
    lambda_handler({}, LambdaContext(), application=application(FakeConnect()))
    match WAYS[times - 1]:
        case "log":
            logger.info(watch.TEXT)
        case "output":
            sys.stdout.write(watch.TEXT)
        case "error":
            sys.stderr.write(watch.TEXT)
        case "trace":
            with tracer.provider.in_subsegment(name="## told") as segment:
                segment.put_annotation("text", watch.TEXT)
    sys.stdout.flush()
    return Measured()


WAYS = ("log", "output", "error", "trace")


@pytest.mark.parametrize("way", WAYS)
def test_secret_watch_sees_output_of_other_processes(way: str) -> None:
    with pytest.raises(AssertionError, match="Marmalade"):
        work(tell_it, WAYS.index(way) + 1)


def test_the_queue_holds_what_it_needs_and_is_encrypted_with_a_key_of_the_stack() -> None:
    sqs = FakeSqs()
    parameters = {"InitialSystemMessage_Content": watch.TEXT, "Attributes": {"note": watch.ATTRIBUTE}}
    function = application(FakeConnect(refused("LimitExceededException", 429)), sqs=sqs, **QUEUES)

    answer = lambda_handler(flow_event(parameters), LambdaContext(), application=function)

    [sent] = sqs.sent
    assert answer["Status"] == "DEFERRED"
    assert all(secret in sent["MessageBody"] for secret in ("+14255550142", watch.TEXT, watch.ATTRIBUTE))
    assert watch.secrets([json.dumps(sent["MessageAttributes"])]) == []
    queues = [each["Properties"] for each in RESOURCES.values() if each["Type"] == "AWS::SQS::Queue"]
    assert {json.dumps(queue["KmsMasterKeyId"]) for queue in queues} == {json.dumps(arn_of("DataKey"))}


POISONED: list[dict[str, Any]] = [
    {"+14255550142": "1"},
    {"Attributes": {"+14255550142": {"a": watch.ATTRIBUTE}}},
    {"ChatDurationInMinutes": "4255550142"},
    {"Select": "^+14255550142"},
    {"InitialSystemMessage": {watch.TEXT: "1"}},
    {"InitialTemplatedSystemMessage": {"KnowledgeBaseId": "1", "+14255550142": watch.TEXT}},
    {"SegmentAttributes": {"connect:Subtype": watch.TEXT}},
    {"SupportedMessagingContentTypes": [watch.TEXT]},
    {"RelatedContactId": "+14255550142", "DryRun": watch.TEXT},
    {"ContactFlowId": watch.TEXT * 40},
    {"SourceEndpoint_Address": "+14255550142"},
]


@pytest.mark.parametrize("parameters", POISONED, ids=range(len(POISONED)))
def test_dead_letter_has_the_reason_without_personal_data(parameters: dict[str, Any]) -> None:
    sqs = FakeSqs()
    asked_for = event("deflection_requested")
    asked_for["detail"] |= {"parameters": {"DestinationEndpoint_Address": "+14255550142", **parameters}}
    del asked_for["detail"]["contactId"], asked_for["time"]
    record = event("queue_batch")["Records"][0] | {"body": json.dumps(asked_for), "attributes": {}}
    function = application(FakeConnect(refused("InvalidRequestException", 400)), sqs=sqs, **QUEUES)

    answer = lambda_handler({"Records": [record]}, LambdaContext(), application=function)

    [sent] = sqs.sent
    assert answer == {"batchItemFailures": []}
    assert sent["MessageBody"] == record["body"]
    assert watch.secrets([json.dumps(sent["MessageAttributes"], ensure_ascii=False)]) == []


def test_unexpected_error_contains_no_personal_data() -> None:
    function = application(FakeConnect(ZeroDivisionError(f"{watch.TEXT} to +14255550142")))

    with pytest.raises(UnexpectedError) as raised:
        lambda_handler(flow_event(), LambdaContext(), application=function)

    assert watch.secrets([str(raised.value)]) == []
    assert raised.value.__suppress_context__
