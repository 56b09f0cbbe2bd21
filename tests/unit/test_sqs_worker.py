import json
from collections.abc import Mapping
from typing import Any

import pytest

from builders import (
    CALL,
    CUSTOMER,
    QUEUES,
    FakeConnect,
    FakeSqs,
    FakeTime,
    LambdaContext,
    application,
    described,
    event,
    refused,
)
from connect_simulator import demo
from deflection.bootstrap import load_application
from deflection.handler import lambda_handler

NOW = 1795342103.0
DESCRIBED = described()
ABANDONED = {"CONTACT_EVENT_TRIGGER": "ABANDONED", "CONSENT_ATTRIBUTE": "smsConsent"}
THROTTLED = refused("ThrottlingException", 429)


def record(body: Any, message_id: str = "1") -> dict[str, Any]:
    """A record as SQS gives it, with this event or text as its body."""
    made: dict[str, Any] = event("queue_batch")["Records"][0]
    text = body if isinstance(body, str) else json.dumps(body)
    return made | {"messageId": message_id, "receiptHandle": f"handle {message_id}", "body": text}


class Worker:
    """The function as a queue's worker, whose time only sleeping moves."""

    def __init__(self, *answers: Any, contact: Any = DESCRIBED, sqs: Any = None, **settings: Any) -> None:
        self.connect = FakeConnect(*answers, contact=contact)
        self.sqs = sqs or FakeSqs()
        self.time = FakeTime(NOW)
        self.application = application(
            self.connect, sqs=self.sqs, clock=self.time.clock, **{**QUEUES, **ABANDONED, **settings}
        )

    def process_queue(self, *records: Mapping[str, Any], seconds: float = 30) -> list[str]:
        """The ids of the records that SQS shall give again."""
        context = LambdaContext(seconds)
        answer = lambda_handler({"Records": list(records)}, context, application=self.application)
        assert set(answer) == {"batchItemFailures"}
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_an_abandoned_call_becomes_a_text_with_what_connect_knows_of_it() -> None:
    worker = Worker("new", ATTRIBUTES_TO_COPY="*")

    assert worker.process_queue(record(event("contact_event_abandoned"))) == []

    (request,) = worker.connect.requests
    assert worker.connect.described == [{"InstanceId": "a1b2c3d4-5678-4abc-8def-1234567890ab", "ContactId": CALL}]
    assert (request["RelatedContactId"], request["DestinationEndpoint"]["Address"]) == (CALL, CUSTOMER)
    assert request["Attributes"] == {"smsConsent": "yes"}


@pytest.mark.parametrize(
    ("changes", "requests"),
    [
        ({"Attributes": {}}, 0),
        ({"Attributes": None}, 0),
        ({"DisconnectReason": "AGENT_DISCONNECT"}, 0),
        ({"AgentInfo": {"ConnectedToAgentTimestamp": "2026-11-22T10:06:00Z"}}, 0),
        ({"QueueInfo": {"EnqueueTimestamp": "1970-01-01T00:00:00.001Z"}}, 0),
        ({"InitiationMethod": "OUTBOUND"}, 0),
        ({"AgentInfo": {"ConnectedToAgentTimestamp": "1970-01-01T00:00:00.001Z"}}, 1),
        ({}, 1),
    ],
)
def test_only_who_asked_and_was_not_answered_is_texted(changes: dict[str, Any], requests: int) -> None:
    worker = Worker("new", contact=DESCRIBED | changes)

    assert worker.process_queue(record(event("contact_event_abandoned"))) == []
    assert len(worker.connect.requests) == requests


def test_a_contact_without_an_endpoint_has_no_number() -> None:
    worker = Worker("new", contact={**DESCRIBED, "CustomerEndpoint": None, "SystemEndpoint": {"Address": ""}})

    assert worker.process_queue(record(event("contact_event_abandoned"))) == []
    assert worker.connect.requests == []


def test_records_are_sent_at_the_pace_of_the_setting() -> None:
    worker = Worker(*["new"] * 4, QUEUE_SENDS_PER_SECOND="2")

    failures = worker.process_queue(*(record(event("contact_event_abandoned"), str(number)) for number in range(4)))

    assert failures == []
    assert worker.time.slept == [0.5, 0.5, 0.5, 0.5]


def test_records_whose_turn_does_not_come_in_this_invocation_are_given_back_at_once() -> None:
    worker = Worker(*["new"] * 4, QUEUE_SENDS_PER_SECOND="0.5")

    failures = worker.process_queue(
        *(record(event("contact_event_abandoned"), str(number)) for number in range(4)), seconds=8
    )

    assert failures == ["2", "3"]
    assert len(worker.connect.described) == 3
    assert worker.sqs.put_back == [("handle 2", 2), ("handle 3", 2)]


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (THROTTLED, 2),
        (refused("LimitExceededException", 429), 15),
        (refused("InternalServiceException", 500), 5),
    ],
)
def test_what_may_pass_is_tried_once_and_put_back_with_a_wait(error: Exception, wait: int) -> None:
    worker = Worker(error, "new")

    failures = worker.process_queue(record(event("contact_event_abandoned")))

    assert failures == ["1"]
    assert worker.sqs.put_back == [("handle 1", wait)]
    assert len(worker.connect.requests) == 1
    assert worker.process_queue(record(event("contact_event_abandoned"))) == []
    assert worker.connect.requests[0]["ClientToken"] == worker.connect.requests[1]["ClientToken"]


def test_a_record_that_fails_alone_does_not_keep_the_others_waiting() -> None:
    worker = Worker(refused("InternalServiceException", 500), "new", THROTTLED)
    records = [record(event("contact_event_abandoned"), number) for number in ("1", "2", "3")]

    assert worker.process_queue(*records) == ["1", "3"]
    assert worker.sqs.put_back == [("handle 1", 0), ("handle 3", 2)]


def test_a_record_that_was_received_too_often_is_kept_with_its_reason() -> None:
    worker = Worker(THROTTLED, THROTTLED)
    often, too_often = record(event("contact_event_abandoned"), "1"), record(event("contact_event_abandoned"), "2")
    often["attributes"] = often["attributes"] | {"ApproximateReceiveCount": "899"}
    too_often["attributes"] = too_often["attributes"] | {"ApproximateReceiveCount": "900"}

    assert worker.process_queue(often, too_often) == ["1"]
    assert [sent["MessageAttributes"]["Reason"]["StringValue"] for sent in worker.sqs.sent] == ["THROTTLED"]


def test_each_record_that_is_buried_is_one_of_its_own_for_sqs() -> None:
    worker = Worker()

    assert worker.process_queue(record("no event", "1"), record("no event", "2")) == []
    assert len({sent["MessageDeduplicationId"] for sent in worker.sqs.sent}) == 2


def test_how_a_contact_ended_is_asked_again_while_it_is_not_known() -> None:
    worker = Worker(contact=DESCRIBED | {"DisconnectReason": None})

    assert worker.process_queue(record(event("contact_event_abandoned"))) == ["1"]
    assert worker.sqs.put_back == [("handle 1", 5)]


def test_a_pace_slower_than_an_invocation_waits_in_the_queue() -> None:
    worker = Worker("new", QUEUE_SENDS_PER_SECOND="0.02")
    only = record(event("contact_event_abandoned"))

    assert worker.process_queue(only) == ["1"]
    assert worker.sqs.put_back == [("handle 1", 50)]
    worker.time.now += 50
    assert worker.process_queue(only) == []
    assert len(worker.connect.requests) == 1


def test_a_record_stays_in_the_queue_until_it_is_too_old() -> None:
    worker = Worker(THROTTLED)
    worker.time.now += 300

    assert worker.process_queue(record(event("contact_event_abandoned"))) == []
    assert worker.connect.requests == []


@pytest.mark.parametrize("time", [None, "2099-01-01T00:00:00Z"], ids=["no time", "a clock that is fast"])
def test_an_event_is_at_least_as_old_as_its_record(time: str | None) -> None:
    worker = Worker("new")
    worker.time.now += 300

    assert worker.process_queue(record(event("contact_event_abandoned") | {"time": time})) == []
    assert worker.connect.requests == []


@pytest.mark.parametrize(
    ("body", "answers", "contact", "reason"),
    [
        ("this is no event", [], DESCRIBED, "UNRECOGNIZED_EVENT"),
        ("", [], DESCRIBED, "UNRECOGNIZED_EVENT"),
        ({"detail-type": "Something Else", "detail": {}}, [], DESCRIBED, "UNRECOGNIZED_EVENT"),
        ({"detail-type": "Amazon Connect Contact Event"}, [], DESCRIBED, "MALFORMED_EVENT"),
        (event("contact_event_abandoned"), [], refused("ResourceNotFoundException", 404), "RESOURCE_NOT_FOUND"),
        (event("contact_event_abandoned"), [refused("AccessDeniedException", 403)], DESCRIBED, "ACCESS_DENIED"),
        (event("deflection_requested") | {"detail": {"instanceArn": demo.INSTANCE_ARN}},
         [], DESCRIBED, "MALFORMED_EVENT"),
    ],
)  # fmt: skip
def test_what_can_never_be_sent_is_buried_with_its_reason_and_the_rest_goes_on(
    body: Any, answers: list[Any], contact: Any, reason: str
) -> None:
    worker = Worker(*answers, contact=contact, CONTACT_EVENT_TRIGGER="ABANDONED")

    failures = worker.process_queue(record(body, "bad"), record(event("contact_event_sms_ended"), "good"))

    (buried,) = worker.sqs.sent
    told = {name: attribute["StringValue"] for name, attribute in buried["MessageAttributes"].items()}
    assert failures == []
    assert buried["QueueUrl"] == QUEUES["DEAD_LETTER_QUEUE_URL"]
    assert buried["MessageBody"] == (body if isinstance(body, str) else json.dumps(body))
    assert (told["Reason"], told["MessageId"]) == (reason, "bad")
    assert told["Message"].endswith(".")


@pytest.mark.parametrize(
    "settings",
    [{"DEAD_LETTER_QUEUE_URL": ""}, {"DEAD_LETTER_QUEUE_URL": "", "QUEUE_URL": ""}],
    ids=["none", "no queue"],
)
def test_without_a_dead_letter_queue_what_can_never_be_sent_is_reported(settings: dict[str, str]) -> None:
    assert Worker(**settings).process_queue(record("this is no event", "bad")) == ["bad"]


def test_when_the_queues_themselves_fail_every_record_is_reported() -> None:
    worker = Worker(THROTTLED, sqs=FakeSqs(refused("ServiceUnavailable", 503)))

    failures = worker.process_queue(record("this is no event", "bad"), record(event("contact_event_abandoned"), "good"))

    assert failures == ["bad", "good"]


def test_a_record_that_is_not_whole_does_not_stop_the_others() -> None:
    bare = {"eventSource": "aws:sqs", "messageId": "bare"}
    worker = Worker("new")

    assert worker.process_queue(bare, record(event("contact_event_abandoned"))) == []
    assert len(worker.connect.requests) == 1
    assert worker.sqs.sent[0]["MessageAttributes"]["Reason"]["StringValue"] == "UNRECOGNIZED_EVENT"


def test_a_defect_costs_its_own_record_only() -> None:
    worker = Worker(ZeroDivisionError(CUSTOMER), "new")
    records = [record(event("contact_event_abandoned"), number) for number in ("1", "2")]

    assert worker.process_queue(*records) == ["1"]
    assert len(worker.connect.requests) == 2
    assert worker.sqs.put_back == [("handle 1", 0)]


def test_with_wrong_settings_every_record_is_reported() -> None:
    batch = {"Records": [record(event("contact_event_abandoned"), number) for number in ("1", "2")]}

    answer = lambda_handler(batch, LambdaContext(), application=load_application(0, {}))

    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}, {"itemIdentifier": "2"}]}


def test_a_text_about_no_contact_that_could_not_be_known_again_is_malformed() -> None:
    wish = event("deflection_requested_without_contact") | {"id": None}
    worker = Worker("new")

    assert worker.process_queue(record(wish)) == []
    assert worker.connect.requests == []
    assert worker.sqs.sent[0]["MessageAttributes"]["Reason"]["StringValue"] == "MALFORMED_EVENT"
