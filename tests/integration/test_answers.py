"""Answers of AWS with wrong bytes: each counts as no answer, for each operation that the function calls."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from builders import CALL, CUSTOMER, QUEUES, Deflect, described, event, flow_event
from deflection.errors import ServiceUnavailableError
from raw_aws import BODIES, NOTHING, Fault, RawAws, answering, mutated

ABANDONED = {"CONTACT_EVENT_TRIGGER": "ABANDONED", "CONSENT_ATTRIBUTE": "smsConsent"}
IMPATIENT = {"FLOW_TIME_LIMIT_SECONDS": "2"}
NO_ANSWERS = {name: NOTHING[name] for name in ("closed after headers without a length", "cut body", "garbage")} | {
    name: answering(BODIES[name]) for name in ("empty body", "null", "list", "empty object", "other object", "deep")
}
no_answer = pytest.mark.parametrize("spoil", NO_ANSWERS.values(), ids=NO_ANSWERS)


@pytest.fixture(autouse=True)
def _described(aws: RawAws) -> None:
    aws.account.contacts[CALL] = described()


def now(name: str) -> dict[str, Any]:
    """An EventBridge event that happened just now."""
    return event(name) | {"time": datetime.now(UTC).isoformat()}


def queued(arrived: Any) -> dict[str, Any]:
    """The same event as the only record of a batch."""
    return {"Records": [event("queue_batch")["Records"][0] | {"messageId": "1", "body": json.dumps(arrived)}]}


def failures(answer: Any) -> list[str]:
    """The records that SQS delivers again."""
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]


def stays(spoil: Any, *, works: bool = True) -> Fault:
    return Fault("no answer", spoil, works)


@no_answer
def test_unanswered_opt_out_list_sends_nothing(spoil: Any, aws: RawAws, deflect: Deflect) -> None:
    aws.account.opted_out.add(CUSTOMER)
    aws.arm("DescribeOptedOutNumbers", stays=stays(spoil))

    answer = deflect(flow_event(), OPT_OUT_LIST_NAME="Default", **IMPATIENT)

    assert (answer["Status"], answer["Reason"]) == ("FAILED", "CHECK_UNAVAILABLE")
    assert aws.account.started == {}


@no_answer
def test_unanswered_carrier_lookup_does_not_stop_the_message(spoil: Any, aws: RawAws, deflect: Deflect) -> None:
    aws.arm("CarrierLookup", stays=stays(spoil))

    assert deflect(flow_event(), CARRIER_LOOKUP="true", **IMPATIENT)["Status"] == "STARTED"


@pytest.mark.parametrize("line", ["SATELLITE", "mobile", None, "", 7, []])
def test_unknown_line_type_does_not_stop_the_message(line: Any, aws: RawAws, deflect: Deflect) -> None:
    aws.account.lines[CUSTOMER] = line

    assert deflect(flow_event(), CARRIER_LOOKUP="true", **IMPATIENT)["Status"] == "STARTED"


@no_answer
def test_unanswered_describe_contact_is_retried(spoil: Any, aws: RawAws, deflect: Deflect) -> None:
    aws.arm("DescribeContact", stays=stays(spoil))
    requested, abandoned = now("deflection_requested"), now("contact_event_abandoned")

    for arrived in (requested, abandoned):
        with pytest.raises(ServiceUnavailableError):
            deflect(arrived, **ABANDONED, **IMPATIENT)
        assert failures(deflect(queued(arrived), **ABANDONED, **QUEUES)) == ["1"]

    assert aws.account.started == {}
    assert aws.account.queues == {}


WRONG_MEMBERS: dict[tuple[str, ...], tuple[Any, ...]] = {
    ("Contact", "Channel"): (..., None, "", " ", 7, []),
    ("Contact", "Id"): (..., None, "", True),
    ("Contact", "CustomerEndpoint"): ("x", 7, []),
    ("Contact", "CustomerEndpoint", "Address"): (7, [], {}),
    ("Contact", "Attributes"): ("x", []),
    ("Contact", "Attributes", "smsConsent"): (None, True, 7, ["yes"], "\ud800"),
    ("Contact", "QueueInfo"): ("x", []),
    ("Contact", "QueueInfo", "EnqueueTimestamp"): ("noon", [], {}, 1e300),
    ("Contact", "DisconnectReason"): (7, []),
}


@pytest.mark.parametrize(
    ("path", "wrong"),
    [(path, wrong) for path, values in WRONG_MEMBERS.items() for wrong in values],
)
def test_contact_with_a_wrong_member_is_retried(
    path: tuple[str, ...], wrong: Any, aws: RawAws, deflect: Deflect
) -> None:
    body = mutated({"Contact": described()}, path, wrong)
    aws.arm("DescribeContact", stays=stays(answering(body)))

    with pytest.raises(ServiceUnavailableError):
        deflect(now("contact_event_abandoned"), **ABANDONED, **IMPATIENT)


@pytest.mark.parametrize("wrong", [None, True, 7, " ", ["x"], {}])
def test_wrong_or_blank_contact_id_is_not_started(wrong: Any, aws: RawAws, deflect: Deflect) -> None:
    aws.arm("StartOutboundChatContact", stays=stays(answering({"ContactId": wrong})))

    answer = deflect(flow_event(), **IMPATIENT)

    assert (answer["Status"], answer["Reason"], answer["ContactId"]) == ("FAILED", "SERVICE_UNAVAILABLE", "")


@pytest.mark.parametrize("wrong", [None, 7, "", ["x"], {"x": "x"}])
@pytest.mark.parametrize("operation", ["StartOutboundChatContact", "DescribeOptedOutNumbers", "SendMessage"])
def test_error_with_wrong_members_goes_by_its_status(operation: str, wrong: Any, aws: RawAws, deflect: Deflect) -> None:
    error = dict.fromkeys(("__type", "code", "Code", "message", "Message", "Fields", "ResourceType"), wrong)
    aws.arm("StartOutboundChatContact", stays=stays(answering({}, 429), works=False))
    aws.arm(operation, stays=stays(answering(error, 429), works=False))

    answer = deflect(flow_event(), OPT_OUT_LIST_NAME="Default", **IMPATIENT, **QUEUES)

    expected = {
        "StartOutboundChatContact": ("DEFERRED", "THROTTLED"),
        "DescribeOptedOutNumbers": ("DEFERRED", "CHECK_UNAVAILABLE"),
        "SendMessage": ("FAILED", "THROTTLED"),
    }
    assert (answer["Status"], answer["Reason"]) == expected[operation]
    assert aws.account.started == {}


@no_answer
def test_unanswered_send_message_is_not_deferred(spoil: Any, aws: RawAws, deflect: Deflect) -> None:
    aws.arm("StartOutboundChatContact", stays=stays(answering({}, 429), works=False))
    aws.arm("SendMessage", stays=stays(spoil, works=False))

    answer = deflect(flow_event(), **IMPATIENT, **QUEUES)

    assert (answer["Status"], answer["Reason"]) == ("FAILED", "THROTTLED")


@no_answer
def test_record_is_returned_until_the_dead_letter_queue_has_it(spoil: Any, aws: RawAws, deflect: Deflect) -> None:
    hopeless = now("deflection_requested")
    hopeless["detail"]["parameters"] = {"NoSuchParameter": "x"}
    aws.arm("SendMessage", stays=stays(spoil, works=False))

    assert failures(deflect(queued(hopeless), **QUEUES)) == ["1"]
    aws.disarm()
    assert failures(deflect(queued(hopeless), **QUEUES)) == []
    assert len(aws.account.queues[QUEUES["DEAD_LETTER_QUEUE_URL"]]) == 1


@no_answer
def test_unanswered_switch_sends_nothing(spoil: Any, aws: RawAws, deflect: Deflect) -> None:
    aws.account.parameters["/switch"] = "off"
    aws.arm("GetParameter", stays=stays(spoil))

    answer = deflect(flow_event(), SWITCH_PARAMETER="/switch", **IMPATIENT)

    assert (answer["Status"], answer["Reason"]) == ("FAILED", "CHECK_UNAVAILABLE")
    assert aws.account.started == {}


@no_answer
def test_unanswered_start_is_retried_within_the_invocation(spoil: Any, aws: RawAws, deflect: Deflect) -> None:
    aws.arm("StartOutboundChatContact", stays(spoil))

    answer = deflect(flow_event(), FLOW_TIME_LIMIT_SECONDS="3")

    assert answer["Status"] == "STARTED"
    assert list(aws.account.started.values()) == [answer["ContactId"]]
