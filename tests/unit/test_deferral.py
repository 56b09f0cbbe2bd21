import json
import time
from dataclasses import replace
from itertools import count
from threading import Event
from typing import Any

import pytest

from builders import CALL, QUEUES, FakeConnect, FakeSqs, FakeTime, LambdaContext, application, flow_event, refused
from connect_simulator import demo
from deflection.aws.deadline import Clock, Deadline
from deflection.aws.sqs import Queue
from deflection.errors import RequestRefusedError, ThrottledError, TimedOutError
from deflection.events import DeflectionRequested
from deflection.handler import lambda_handler
from deflection.inbound.eventbridge import parse_record_body
from recorded_function import RecordedFunction

THROTTLED = refused("ThrottlingException", 429)
QUOTA = refused("LimitExceededException", 429)


def invoke(parameters: dict[str, Any], sqs: FakeSqs, *answers: Any, **settings: Any) -> dict[str, str]:
    clock = settings.pop("clock", FakeTime().clock)
    made = application(FakeConnect(*answers), sqs=sqs, clock=clock, FLOW_TIME_LIMIT_SECONDS="8", **settings)
    arrived = flow_event(parameters, Attributes={"customerName": "Jane", "smsConsent": "yes", "other": "x"})
    response: dict[str, str] = lambda_handler(arrived, LambdaContext(), application=made)
    return response


def test_retryable_failure_puts_the_complete_request_on_the_queue() -> None:
    sqs, connect = FakeSqs(), FakeConnect(QUOTA)
    made = application(
        connect,
        sqs=sqs,
        INITIAL_MESSAGE="Hello $customerName",
        ATTRIBUTES_TO_COPY="customerName",
        CONSENT_ATTRIBUTE="smsConsent",
        **QUEUES,
    )

    response = lambda_handler(
        flow_event({"ChatDurationInMinutes": "90"}, Attributes={"customerName": "Jane", "smsConsent": "yes"}),
        LambdaContext(),
        application=made,
    )

    (message,) = sqs.sent
    body = json.loads(message["MessageBody"])
    event = parse_record_body(message["MessageBody"])
    (request,) = connect.requests
    assert (response["Status"], response["Reason"], response["Retryable"]) == ("DEFERRED", "QUOTA_EXCEEDED", "false")
    assert (response["ContactId"], response["RelatedContactId"]) == ("", CALL)
    assert message["QueueUrl"] == QUEUES["QUEUE_URL"]
    assert set(message) == {"QueueUrl", "MessageBody", "MessageAttributes"}, "a standard queue does not use groups"
    assert isinstance(event, DeflectionRequested)
    assert (event.contact_id, event.instance_arn) == ("", demo.INSTANCE_ARN)
    assert not body["source"].startswith("aws.")
    assert (event.parameters, event.attributes) == (request, {"smsConsent": "yes"})
    assert event.related_contact_id == CALL


def test_deferred_request_is_the_same_from_the_queue() -> None:
    sqs, connect = FakeSqs(), FakeConnect(QUOTA, "new")
    settings = {"INITIAL_MESSAGE": "Hello $customerName", "ATTRIBUTES_TO_COPY": "*", **QUEUES}
    made = application(connect, sqs=sqs, QUEUE_SENDS_PER_SECOND="100", **settings)
    template = {
        "KnowledgeBaseId": "a",
        "MessageTemplateId": "b",
        "TemplateAttributes": {"CustomAttributes": {"c": "d"}},
    }
    wish = {
        "RelatedContactId": "NONE",
        "InitialTemplatedSystemMessage": template,
        "SegmentAttributes": {"a": "b"},
        "SupportedMessagingContentTypes": "text/plain",
        "ParticipantDetails_DisplayName": "Jane",
    }

    lambda_handler(flow_event(wish), LambdaContext(), application=made)
    record = {"eventSource": "aws:sqs", "messageId": "1", "body": sqs.sent[0]["MessageBody"]}
    answer = lambda_handler({"Records": [record]}, LambdaContext(), application=made)

    first, again = connect.requests
    assert answer == {"batchItemFailures": []}
    assert again == first
    assert "RelatedContactId" not in again
    assert connect.described == []


def test_consent_goes_along_so_that_it_need_not_be_looked_up() -> None:
    sqs = FakeSqs()
    invoke({}, sqs, QUOTA, CONSENT_ATTRIBUTE="smsConsent", **QUEUES)

    detail = json.loads(sqs.sent[0]["MessageBody"])["detail"]
    assert detail["attributes"] == {"smsConsent": "yes"}
    assert "Attributes" not in detail["parameters"]


def test_deferred_request_still_has_the_consent_of_the_contact() -> None:
    sqs, connect = FakeSqs(), FakeConnect(QUOTA, "new")
    settings = {"CONSENT_ATTRIBUTE": "smsConsent", "CONSENT_FROM_CONTACT_ONLY": "true"}
    made = application(connect, sqs=sqs, QUEUE_SENDS_PER_SECOND="100", **settings, **QUEUES)

    lambda_handler(flow_event(Attributes={"smsConsent": "yes"}), LambdaContext(), application=made)
    record = {"eventSource": "aws:sqs", "messageId": "1", "body": sqs.sent[0]["MessageBody"]}
    lambda_handler({"Records": [record]}, LambdaContext(), application=made)

    first, again = connect.requests
    assert again == first


@pytest.mark.parametrize(
    ("answers", "queues", "sqs", "reason", "retryable"),
    [
        ([QUOTA], {}, FakeSqs(), "QUOTA_EXCEEDED", "true"),
        ([QUOTA], QUEUES, FakeSqs(refused("AccessDenied", 403)), "QUOTA_EXCEEDED", "true"),
        ([refused("AccessDeniedException", 403)], QUEUES, FakeSqs(), "ACCESS_DENIED", "false"),
    ],
    ids=["no queue", "a queue that refuses", "no failure that passes"],
)
def test_flow_gets_the_failure_if_the_queue_does_not_take_it(
    answers: list[Any], queues: dict[str, str], sqs: FakeSqs, reason: str, retryable: str
) -> None:
    response = invoke({}, sqs, *answers, **queues)

    assert (response["Status"], response["Reason"], response["Retryable"]) == ("FAILED", reason, retryable)
    assert sqs.sent == []


def test_failed_deferral_has_both_errors_in_its_message(caplog: pytest.LogCaptureFixture) -> None:
    response = invoke({}, FakeSqs(refused("AccessDenied", 403, "SendMessage")), QUOTA, **QUEUES)

    (line,) = caplog.records
    assert line.levelname == "ERROR"
    for refusal in ("StartOutboundChatContact", "LimitExceededException", "SendMessage", "AccessDenied"):
        assert refusal in response["Message"]


def test_flow_gets_throttled_after_its_retries_without_a_queue() -> None:
    looks = count(step=2.6)  # so that the third look after a try is beyond the 7.75 seconds

    response = invoke({}, FakeSqs(), THROTTLED, clock=Clock(elapsed=lambda: next(looks)))

    assert (response["Status"], response["Reason"], response["Retryable"]) == ("FAILED", "THROTTLED", "true")


def test_time_to_defer_remains_after_the_call_has_timed_out() -> None:
    sqs = FakeSqs()

    response = invoke({}, sqs, *[THROTTLED] * 999, **QUEUES)

    assert response["Status"] == "DEFERRED"
    assert response["Reason"] in {"THROTTLED", "TIMED_OUT"}, "the last try has as little time as is left"
    assert len(sqs.sent) == 1


def test_a_dead_letter_repeats_no_message_id_that_is_a_phone_number() -> None:
    sqs = FakeSqs()

    Queue(lambda: sqs, "https://sqs.test/dead").send_to_dlq(
        "+14255550142", "body", RequestRefusedError("No."), Deadline(9e9)
    )

    assert sqs.sent[0]["MessageAttributes"]["MessageId"]["StringValue"] == "not an id"


def test_creating_a_client_is_limited_by_the_deadline() -> None:
    over, made = Event(), list[FakeSqs]()

    def slowly_made() -> FakeSqs:
        over.wait(2)
        made.append(FakeSqs())
        return made[-1]

    queue = Queue(slowly_made, QUEUES["QUEUE_URL"])
    with pytest.raises(TimedOutError):
        queue.send_to_dlq("1", "{}", ThrottledError("Too fast."), Deadline(time.monotonic() + 0.05))
    with pytest.raises(TimedOutError):
        queue.return_to_queue(["receipt"], 1, Deadline(time.monotonic() + 0.05))
    before_it_was_made = list(made)
    over.set()

    assert before_it_was_made == []


def test_deferred_request_keeps_its_language_and_route(function: RecordedFunction) -> None:
    sqs, connect = FakeSqs(), FakeConnect(QUOTA, "new")
    made = application(connect, sqs=sqs, ROUTES_PARAMETER="routes", QUEUE_SENDS_PER_SECOND="100", **QUEUES)
    made = replace(made, provider=Documents('[{"Name": "brand-b"}]'))

    function.invoke_with(made, flow_event(LanguageCode="es-US"))
    record = {"eventSource": "aws:sqs", "messageId": "1", "body": sqs.sent[0]["MessageBody"]}
    function.invoke_with(made, {"Records": [record]})

    found = [(line["status"], line["language"], line["route"]) for line in function.logs]
    assert found == [("DEFERRED", "es-US", "brand-b"), ("STARTED", "es-US", "brand-b")]


class Documents:
    """A Systems Manager with one parameter."""

    def __init__(self, text: str) -> None:
        self._text = text

    def get(self, *_: Any, **__: Any) -> str:
        return self._text

    def forget(self, _name: str) -> None:
        """Forget nothing."""
