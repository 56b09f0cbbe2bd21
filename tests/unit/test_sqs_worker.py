import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event, Lock
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
    dated,
    described,
    event,
    refused,
)
from connect_simulator import demo
from deflection.aws.deadline import Clock
from deflection.aws.rate_limiter import WORKERS
from deflection.bootstrap import load_application
from deflection.handler import lambda_handler
from deflection.sqs_worker import SHORT_BATCH

NOW = 1795342103.0
DESCRIBED = described()
ABANDONED = {"CONTACT_EVENT_TRIGGER": "ABANDONED", "CONSENT_ATTRIBUTE": "smsConsent"}
THROTTLED = refused("ThrottlingException", 429)
OTHER_CALL = "1b2c3d4e-5f60-4718-9a2b-3c4d5e6f7081"


def record(body: Any, message_id: str = "1") -> dict[str, Any]:
    """Build an SQS record with this event or string as its body."""
    made: dict[str, Any] = event("queue_batch")["Records"][0]
    text = body if isinstance(body, str) else json.dumps(body)
    return made | {"messageId": message_id, "receiptHandle": f"handle {message_id}", "body": text}


def abandoned(count: int) -> list[dict[str, Any]]:
    """Records of as many calls."""
    events = [event("contact_event_abandoned") for _ in range(count)]
    for number, each in enumerate(events):
        each["detail"]["contactId"] = f"{number:08d}-3b5d-4f6a-8c7b-9d0e1f2a3b4c"
    return [record(each, str(number)) for number, each in enumerate(events)]


def abandoned_once(count: int) -> list[dict[str, Any]]:
    """Records of one call."""
    return [record(event("contact_event_abandoned"), str(number)) for number in range(count)]


class Connect(FakeConnect):
    """A fake Connect that records when contacts are started and described."""

    def __init__(self, time: FakeTime, *answers: Any, contact: Any) -> None:
        super().__init__(*answers, contact=contact)
        self._time = time
        self.started: list[float] = []
        self.described_at: list[float] = []
        self.while_described: Callable[[], None] = lambda: None

    def start_outbound_chat_contact(self, **request: Any) -> Mapping[str, Any]:
        self.started.append(self._time.now - NOW)
        return super().start_outbound_chat_contact(**request)

    def describe_contact(self, **request: Any) -> Mapping[str, Any]:
        self.described_at.append(self._time.now - NOW)
        self.while_described()
        return super().describe_contact(**request)


class Worker:
    """The function as a queue worker; its clock advances only when it sleeps."""

    def __init__(self, *answers: Any, contact: Any = DESCRIBED, sqs: Any = None, **settings: Any) -> None:
        self.time = FakeTime(NOW)
        self.connect = Connect(self.time, *answers, contact=contact)
        self.sqs = sqs or FakeSqs()
        self.application = application(
            self.connect, sqs=self.sqs, clock=self.time.clock, **{**QUEUES, **ABANDONED, **settings}
        )

    def process_queue(self, *records: Mapping[str, Any], seconds: float = 30) -> list[str]:
        """Process records and return the ids that the function reports as failed."""
        context = LambdaContext(seconds)
        answer = lambda_handler({"Records": list(records)}, context, application=self.application)
        assert set(answer) == {"batchItemFailures"}
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def test_abandoned_call_gets_a_message_with_the_data_of_describe_contact() -> None:
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


def test_each_worker_starts_contacts_at_its_share_of_the_setting() -> None:
    worker = Worker(*["new"] * 4, QUEUE_SENDS_PER_SECOND="2")

    failures = worker.process_queue(*abandoned(8))

    assert failures == ["4", "5", "6", "7"]
    assert worker.connect.started == pytest.approx([WORKERS / 2 * number for number in (1, 2, 3, 4)])


def test_records_without_time_for_a_start_are_returned_before_any_call() -> None:
    worker = Worker(*["new"] * 2, QUEUE_SENDS_PER_SECOND="1")
    full = abandoned(SHORT_BATCH)

    failures = worker.process_queue(*full, seconds=12)

    assert failures == [str(number) for number in range(2, SHORT_BATCH)]
    assert len(worker.connect.described) == 2
    assert worker.sqs.put_back == [(f"handle {number}", 0) for number in range(2, SHORT_BATCH)]


def test_a_short_queue_is_shared_with_the_other_worker() -> None:
    worker = Worker(*["new"] * 3, QUEUE_SENDS_PER_SECOND="100")

    assert worker.process_queue(*abandoned(5)) == ["3", "4"]


def test_records_that_ask_for_no_message_take_no_token() -> None:
    worker = Worker("new", QUEUE_SENDS_PER_SECOND="0.1")
    counted = [record(event("contact_event_sms_answered"), f"counted {number}") for number in range(50)]

    assert worker.process_queue(*abandoned(2), *counted) == ["1"]
    assert len(worker.connect.requests) == 1


def test_record_without_a_token_in_time_returns_to_the_queue_at_once() -> None:
    worker = Worker("new")
    worker.connect.while_described = lambda: worker.time.sleep(25)

    assert worker.process_queue(record(event("contact_event_abandoned"))) == ["1"]
    assert worker.sqs.put_back == [("handle 1", 0)]
    assert worker.connect.requests == []


DESCRIBE_SECONDS = [("2", WORKERS / 10), ("8", WORKERS / 10), ("100", WORKERS / 125)]
"""`QUEUE_SENDS_PER_SECOND`, and the seconds between two calls of DescribeContact by one worker."""
NOBODY_AGREED = DESCRIBED | {"Attributes": {}}


@pytest.mark.parametrize(("sends_per_second", "seconds"), DESCRIBE_SECONDS)
def test_every_batch_describes_contacts_at_even_distances(sends_per_second: str, seconds: float) -> None:
    worker = Worker(contact=NOBODY_AGREED, QUEUE_SENDS_PER_SECOND=sends_per_second)

    worker.process_queue(*abandoned(20))
    worker.time.now = NOW + 100
    worker.process_queue(*abandoned(20))

    distances = [seconds * number for number in range(1, 11)]
    assert worker.connect.described_at == pytest.approx(distances + [100 + each for each in distances], abs=1e-4)


@pytest.mark.parametrize(("sends_per_second", "seconds"), DESCRIBE_SECONDS)
def test_worker_that_waited_for_a_description_catches_up_by_five(sends_per_second: str, seconds: float) -> None:
    worker = Worker(contact=NOBODY_AGREED, QUEUE_SENDS_PER_SECOND=sends_per_second)
    slow_first = iter((2,))
    worker.connect.while_described = lambda: worker.time.sleep(next(slow_first, 0))

    worker.process_queue(*abandoned(14))

    _, *others = worker.connect.described_at
    assert others == pytest.approx([seconds + 2] * 5 + [2 * seconds + 2], abs=1e-4)


class MeetingConnect:
    """A fake Connect that answers the first start of each of two calls after it has both."""

    def __init__(self) -> None:
        self._both = Barrier(2, timeout=10)
        self._lock = Lock()
        self._under_way: Counter[str] = Counter()
        self.most_at_once: Counter[str] = Counter()

    def describe_contact(self, **request: Any) -> Mapping[str, Any]:
        return {"Contact": dated(described(Id=request["ContactId"], InitialContactId=request["ContactId"]))}

    def start_outbound_chat_contact(self, **request: Any) -> Mapping[str, Any]:
        call = request["RelatedContactId"]
        with self._lock:
            is_first = call not in self.most_at_once
            self._under_way[call] += 1
            self.most_at_once[call] = max(self.most_at_once[call], self._under_way[call])
        if is_first:
            self._both.wait()
        with self._lock:
            self._under_way[call] -= 1
        return {"ContactId": "new"}


def process_three_of_two_calls(connect: Any, clock: Clock) -> None:
    """Process three of six records, which are about two calls by turns."""
    made = application(connect, sqs=FakeSqs(), clock=clock, MAX_EVENT_AGE_SECONDS="86400",
                       QUEUE_SENDS_PER_SECOND="1000", **QUEUES, **ABANDONED)  # fmt: skip
    first, second = (event("contact_event_abandoned") | {"time": None} for _ in range(2))
    second["detail"]["contactId"] = OTHER_CALL
    records = [record(each, str(number)) for number, each in enumerate([first, second, first, second, first, second])]
    for each in records:
        each["attributes"] = {}

    answer = lambda_handler({"Records": records}, LambdaContext(30), application=made)

    assert [failure["itemIdentifier"] for failure in answer["batchItemFailures"]] == ["3", "4", "5"]


def test_contacts_are_started_at_the_same_time() -> None:
    connect = MeetingConnect()

    process_three_of_two_calls(connect, Clock())

    assert connect.most_at_once == {CALL: 1, OTHER_CALL: 1}


class HeldConnect(FakeConnect):
    """One that answers the first start only when it is released."""

    def __init__(self) -> None:
        super().__init__(*["new"] * 3)
        self.has_request = Event()
        self.is_released = Event()
        self.requested_meanwhile: list[str] = []

    def describe_contact(self, **request: Any) -> Mapping[str, Any]:
        return {"Contact": dated(described(Id=request["ContactId"], InitialContactId=request["ContactId"]))}

    def start_outbound_chat_contact(self, **request: Any) -> Mapping[str, Any]:
        if not self.has_request.is_set():
            self.has_request.set()
            assert self.is_released.wait(10)
        elif not self.is_released.is_set():
            self.requested_meanwhile.append(request["RelatedContactId"])
        return super().start_outbound_chat_contact(**request)


def test_contact_is_not_started_again_while_its_start_is_not_answered() -> None:
    connect = HeldConnect()

    def run_others_during_the_first(steps: Sequence[Callable[[], None]], _at_once: int) -> None:
        with ThreadPoolExecutor(1) as pool:
            first = pool.submit(steps[0])
            assert connect.has_request.wait(10)
            for step in steps[1:]:
                step()
            connect.is_released.set()
        first.result()

    process_three_of_two_calls(connect, Clock(run=run_others_during_the_first))

    assert connect.requested_meanwhile == [OTHER_CALL]
    assert [request["RelatedContactId"] for request in connect.requests] == [OTHER_CALL, CALL, CALL]


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        (THROTTLED, 2),
        (refused("LimitExceededException", 429), 15),
    ],
)
def test_retryable_error_of_a_record_is_tried_once_and_delayed(error: Exception, wait: int) -> None:
    worker = Worker(error, "new")

    failures = worker.process_queue(record(event("contact_event_abandoned")))

    assert failures == ["1"]
    assert worker.sqs.put_back == [("handle 1", wait)]
    assert len(worker.connect.requests) == 1
    assert worker.process_queue(record(event("contact_event_abandoned"))) == []
    assert worker.connect.requests[0]["ClientToken"] == worker.connect.requests[1]["ClientToken"]


def test_failed_record_is_delayed_by_about_its_age() -> None:
    worker = Worker(refused("InternalServiceException", 500), "new", QUEUE_SENDS_PER_SECOND="1000")

    assert worker.process_queue(*abandoned(4)) == ["0", "2", "3"]
    [(_, delay)] = [each for each in worker.sqs.put_back if each[0] == "handle 0"]
    assert 50 <= delay <= 100
    assert len(worker.connect.requests) == 2


def test_a_record_of_unknown_age_waits_the_shortest_time() -> None:
    worker = Worker(contact=refused("InternalServiceException", 500))
    only = record(event("contact_event_abandoned") | {"time": None}) | {"attributes": None}

    assert worker.process_queue(only) == ["1"]
    assert worker.sqs.put_back == [("handle 1", 5)]


@pytest.mark.parametrize(("receives", "kept"), [(899, []), (900, ["THROTTLED"])])
def test_a_record_that_was_received_too_often_is_kept_with_its_reason(receives: int, kept: list[str]) -> None:
    worker = Worker(THROTTLED)
    often = record(event("contact_event_abandoned"))
    often["attributes"] = often["attributes"] | {"ApproximateReceiveCount": str(receives)}

    assert worker.process_queue(often) == ([] if kept else ["1"])
    assert [sent["MessageAttributes"]["Reason"]["StringValue"] for sent in worker.sqs.sent] == kept


def test_how_a_contact_ended_is_asked_again_while_it_is_not_known() -> None:
    worker = Worker(contact=DESCRIBED | {"DisconnectReason": None})

    assert worker.process_queue(record(event("contact_event_abandoned"))) == ["1"]
    assert worker.connect.requests == []


def test_the_slowest_setting_sends_within_one_invocation() -> None:
    worker = Worker("new", QUEUE_SENDS_PER_SECOND="0.1")

    assert worker.process_queue(record(event("contact_event_abandoned"))) == []
    assert worker.connect.started == [20]


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
        ("not an event", [], DESCRIBED, "UNRECOGNIZED_EVENT"),
        ("", [], DESCRIBED, "UNRECOGNIZED_EVENT"),
        ({"detail-type": "Something Else", "detail": {}}, [], DESCRIBED, "UNRECOGNIZED_EVENT"),
        ({"detail-type": "Amazon Connect Contact Event"}, [], DESCRIBED, "MALFORMED_EVENT"),
        (event("contact_event_abandoned"), [], refused("ResourceNotFoundException", 404), "RESOURCE_NOT_FOUND"),
        (event("contact_event_abandoned"), [refused("AccessDeniedException", 403)], DESCRIBED, "ACCESS_DENIED"),
        (event("deflection_requested") | {"detail": {"instanceArn": demo.INSTANCE_ARN}},
         [], DESCRIBED, "MALFORMED_EVENT"),
    ],
)  # fmt: skip
def test_record_that_can_never_be_sent_is_dead_lettered_with_its_reason(
    body: Any, answers: list[Any], contact: Any, reason: str
) -> None:
    worker = Worker(*answers, contact=contact, CONTACT_EVENT_TRIGGER="ABANDONED")

    failures = worker.process_queue(record(body, "bad"), record(event("contact_event_sms_ended"), "good"))

    (dead_letter,) = worker.sqs.sent
    attributes = {name: attribute["StringValue"] for name, attribute in dead_letter["MessageAttributes"].items()}
    assert failures == []
    assert dead_letter["QueueUrl"] == QUEUES["DEAD_LETTER_QUEUE_URL"]
    assert dead_letter["MessageBody"] == (body if isinstance(body, str) else json.dumps(body))
    assert (attributes["Reason"], attributes["MessageId"]) == (reason, "bad")
    assert attributes["Message"].endswith(".")


def test_record_that_can_never_be_sent_is_reported_without_a_dead_letter_queue() -> None:
    worker = Worker(DEAD_LETTER_QUEUE_URL="", QUEUE_URL="")

    assert worker.process_queue(record("not an event", "bad")) == ["bad"]


def test_when_the_queues_themselves_fail_every_record_is_reported() -> None:
    worker = Worker(THROTTLED, sqs=FakeSqs(refused("ServiceUnavailable", 503)))

    failures = worker.process_queue(record("not an event", "bad"), record(event("contact_event_abandoned"), "good"))

    assert failures == ["bad", "good"]


def test_a_record_that_is_not_whole_does_not_stop_the_others() -> None:
    bare = {"eventSource": "aws:sqs", "messageId": "bare"}
    worker = Worker("new")

    assert worker.process_queue(bare, record(event("contact_event_abandoned"))) == []
    assert len(worker.connect.requests) == 1
    assert worker.sqs.sent[0]["MessageAttributes"]["Reason"]["StringValue"] == "UNRECOGNIZED_EVENT"


def test_unexpected_error_fails_only_its_own_record() -> None:
    worker = Worker(ZeroDivisionError(CUSTOMER), "new", QUEUE_SENDS_PER_SECOND="1000")

    assert worker.process_queue(*abandoned(4)) == ["0", "2", "3"]
    assert len(worker.connect.requests) == 2


@pytest.mark.parametrize(
    ("error", "least", "most"),
    [
        (THROTTLED, 2, 2),
        (refused("InternalServiceException", 500), 50, 100),
        (ZeroDivisionError(), 50, 100),
    ],
    ids=["throttled", "unavailable", "a bug"],
)
def test_records_behind_a_failed_record_of_their_contact_return_with_it(
    error: Exception, least: int, most: int
) -> None:
    worker = Worker("new", error, "new", QUEUE_SENDS_PER_SECOND="1000")

    failures = worker.process_queue(*abandoned_once(8))

    assert failures == [str(number) for number in range(1, 8)]
    assert len(worker.connect.requests) == 2
    delays = dict(worker.sqs.put_back)
    [delay] = {delays[f"handle {number}"] for number in (1, 2, 3)}
    assert least <= delay <= most


def test_records_behind_a_record_that_has_no_time_for_a_start_return_with_it() -> None:
    worker = Worker("new")
    worker.connect.while_described = lambda: worker.time.sleep(25)

    assert worker.process_queue(*abandoned_once(4)) == ["0", "1", "2", "3"]
    assert len(worker.connect.described) == 1
    assert set(worker.sqs.put_back) == {(f"handle {number}", 0) for number in range(4)}


def test_with_wrong_settings_every_record_is_reported() -> None:
    batch = {"Records": [record(event("contact_event_abandoned"), number) for number in ("1", "2")]}

    answer = lambda_handler(batch, LambdaContext(), application=load_application(0, {}))

    assert answer == {"batchItemFailures": [{"itemIdentifier": "1"}, {"itemIdentifier": "2"}]}


def test_a_text_about_no_contact_that_could_not_be_known_again_is_malformed() -> None:
    request = event("deflection_requested_without_contact") | {"id": None}
    worker = Worker("new")

    assert worker.process_queue(record(request)) == []
    assert worker.connect.requests == []
    assert worker.sqs.sent[0]["MessageAttributes"]["Reason"]["StringValue"] == "MALFORMED_EVENT"
