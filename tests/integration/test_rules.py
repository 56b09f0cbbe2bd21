"""Each rule end to end: an event, the settings that turn the rule on, and the responses of AWS."""

import json
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from builders import CUSTOMER, QUIET_NOW, Deflect, LambdaContext, described, event, flow_event
from chain import create_queues
from connect_simulator import Fault, Simulator, demo
from connect_simulator.faults import FaultKind
from deflection.aws.deadline import Clock
from deflection.aws.gateway import Application
from deflection.aws.rate_limiter import RateLimiter
from deflection.bootstrap import load_application
from deflection.handler import lambda_handler

TABLE = {"REPEAT_WINDOW_MINUTES": "60", "TABLE_NAME": "deflections"}
ALL_CHECKS = {
    "SWITCH_PARAMETER": "/deflection/switch",
    "MESSAGES_PARAMETER": "/deflection/messages",
    "ROUTES_PARAMETER": "/deflection/routes",
    "OPT_OUT_LIST_NAME": "Default",
    "CARRIER_LOOKUP": "true",
    **TABLE,
}
ABANDONED = {"CONTACT_EVENT_TRIGGER": "ABANDONED", "CONSENT_ATTRIBUTE": "smsConsent"}
ALL_DAY = {"QUIET_HOURS": QUIET_NOW}
TEMPLATE = {"KnowledgeBaseId": "a", "MessageTemplateId": "b", "TemplateAttributes": {}}


@pytest.fixture
def all_there(request: pytest.FixtureRequest, document: Callable[[str, Any], None]) -> None:
    request.getfixturevalue("table")
    document("switch", "on")
    document("messages", {"default": "Hello"})
    document("routes", [])


def now(name: str) -> dict[str, Any]:
    return event(name) | {"time": datetime.now(UTC).isoformat()}


def test_invalid_switch_is_logged_as_an_error_and_sends_on(
    deflect: Deflect, document: Callable[[str, Any], None], caplog: pytest.LogCaptureFixture
) -> None:
    document("switch", "of")

    answer = deflect(flow_event(), SWITCH_PARAMETER="/deflection/switch")

    assert answer["Status"] == "STARTED"
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO"]


@pytest.mark.parametrize("value", ["off", " OFF "])
def test_switch_stops_all_messages(
    value: str, deflect: Deflect, simulator: Simulator, document: Callable[[str, Any], None]
) -> None:
    simulator.world.put_contact(described())
    document("switch", value)
    switch = {"SWITCH_PARAMETER": "/deflection/switch"}

    answers = [deflect(flow_event(), **switch), deflect(now("contact_event_abandoned"), **switch, **ABANDONED)]

    assert [(answer["Status"], answer["Reason"]) for answer in answers] == [("DECLINED", "SWITCHED_OFF")] * 2
    assert simulator.world.requests == []


@pytest.mark.parametrize(
    ("name", "of_contact", "reason"),
    [
        ("deflection_requested", "yes", ""),
        ("deflection_requested", "no", "CONSENT_MISSING"),
        ("deflection_requested_without_contact", "yes", "CONSENT_MISSING"),
    ],
)
def test_application_cannot_claim_consent_where_only_the_contacts_own_counts(
    name: str, of_contact: str, reason: str, deflect: Deflect, simulator: Simulator
) -> None:
    simulator.world.put_contact(described(Attributes={"smsConsent": of_contact}))
    requested = now(name)
    requested["detail"]["parameters"]["Attributes"] = {"smsConsent": "yes"}
    consent = {"CONSENT_ATTRIBUTE": "smsConsent"}

    strict = deflect(requested, **consent, CONSENT_FROM_CONTACT_ONLY="true")
    usual = deflect(requested, **consent)

    assert strict["Reason"] == reason
    assert usual["Status"] == "STARTED"


def test_quiet_hours_apply_to_events_and_not_to_flows(deflect: Deflect, simulator: Simulator) -> None:
    simulator.world.put_contact(described())

    answers = [
        deflect(arrived, **ABANDONED, **ALL_DAY)
        for arrived in (now("contact_event_abandoned"), now("deflection_requested"), flow_event())
    ]

    assert [answer["Status"] for answer in answers] == ["DECLINED", "STARTED", "STARTED"]
    assert answers[0]["Reason"] == "QUIET_HOURS"


def test_opted_out_number_is_declined(deflect: Deflect, simulator: Simulator, services: Callable[[str], Any]) -> None:
    services("pinpoint-sms-voice-v2").put_opted_out_number(OptOutListName="Default", OptedOutNumber=CUSTOMER)

    answer = deflect(flow_event(), OPT_OUT_LIST_NAME="Default")

    assert (answer["Status"], answer["Reason"]) == ("DECLINED", "OPTED_OUT")
    assert simulator.world.requests == []


@pytest.mark.parametrize("refused", [False, True])
def test_unlisted_number_is_sent_a_message_for_both_responses_of_aws(
    deflect: Deflect, simulator: Simulator, *, refused: bool
) -> None:
    simulator.world.sms.refuse_unlisted_numbers = refused

    assert deflect(flow_event(), OPT_OUT_LIST_NAME="Default")["Status"] == "STARTED"


def test_missing_opt_out_list_fails_the_check(deflect: Deflect, simulator: Simulator) -> None:
    answer = deflect(flow_event(), OPT_OUT_LIST_NAME="no-such-list")

    assert (answer["Status"], answer["Reason"], answer["Retryable"]) == ("FAILED", "CHECK_UNAVAILABLE", "true")
    assert "ResourceNotFoundException" in answer["Message"]
    assert simulator.world.requests == []


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("MOBILE", "STARTED"),
        ("PREPAID", "STARTED"),
        ("VOIP", "STARTED"),
        ("LANDLINE", "DECLINED"),
        ("OTHER", "DECLINED"),
        ("INVALID", "DECLINED"),
    ],
)
def test_carrier_lookup_decides_by_line_type(line: str, status: str, deflect: Deflect, simulator: Simulator) -> None:
    simulator.world.sms.lookups[CUSTOMER] = {"PhoneNumberType": line}

    answer = deflect(flow_event(), CARRIER_LOOKUP="true")

    assert answer["Status"] == status
    assert answer["Reason"] == ("LINE_TYPE_NOT_TEXTABLE" if status == "DECLINED" else "")


@pytest.mark.usefixtures("table")
def test_customer_is_sent_one_message_in_the_repeat_window(deflect: Deflect, simulator: Simulator) -> None:
    first = deflect(flow_event(), **TABLE)
    again = deflect(flow_event(), **TABLE)
    other_call = deflect(flow_event(InitialContactId="another", ContactId="another"), **TABLE)
    other_customer = deflect(flow_event({"DestinationEndpoint_Address": "+61491570006"}), **TABLE)

    assert first["Status"] == again["Status"] == other_customer["Status"] == "STARTED"
    assert again["ContactId"] == first["ContactId"] != other_customer["ContactId"]
    assert (other_call["Status"], other_call["Reason"]) == ("DECLINED", "RECENTLY_DEFLECTED")
    assert other_call["ContactId"] == first["ContactId"]
    assert len(simulator.world.requests) == 2


@pytest.mark.usefixtures("table")
def test_repeat_window_stores_started_contacts_without_phone_numbers(
    deflect: Deflect, simulator: Simulator, services: Callable[[str], Any]
) -> None:
    simulator.faults.add(Fault("StartOutboundChatContact", "conflict"))

    refused = deflect(flow_event(), **TABLE)
    started = deflect(flow_event(InitialContactId="another"), **TABLE)

    kept = json.dumps(services("dynamodb").scan(TableName="deflections")["Items"])
    assert (refused["Reason"], started["Status"]) == ("CONFLICT", "STARTED")
    assert CUSTOMER[1:] not in kept


@pytest.mark.parametrize("settings", [TABLE, {"SWITCH_PARAMETER": "/deflection/switch"}])
def test_missing_table_or_switch_sends_nothing(
    settings: dict[str, str], deflect: Deflect, simulator: Simulator
) -> None:
    answer = deflect(flow_event(), **settings)

    assert answer["Status"] == "FAILED"
    assert answer["Reason"] in ("CHECK_UNAVAILABLE", "INVALID_SETTINGS")
    assert simulator.world.requests == []


@pytest.mark.usefixtures("all_there")
def test_each_check_makes_one_request(deflect: Deflect, simulator: Simulator) -> None:
    simulator.faults.calls.clear()

    answer = deflect(flow_event(), **ALL_CHECKS)

    assert answer["Status"] == "STARTED"
    assert simulator.faults.calls == {
        "GetParameter": 3,  # the switch, the messages and the routes
        "DescribeOptedOutNumbers": 1,
        "CarrierLookup": 1,
        "GetItem": 1,  # the repeat window, before the start
        "PutItem": 1,  # and after it
        "StartOutboundChatContact": 1,
    }


HANGS: dict[str, tuple[str, str]] = {
    "GetParameter": ("FAILED", "CHECK_UNAVAILABLE"),
    "DescribeOptedOutNumbers": ("FAILED", "CHECK_UNAVAILABLE"),
    "CarrierLookup": ("STARTED", ""),
    "GetItem": ("FAILED", "CHECK_UNAVAILABLE"),
    "PutItem": ("STARTED", ""),
    "StartOutboundChatContact": ("FAILED", "TIMED_OUT"),
}


@pytest.mark.usefixtures("all_there")
@pytest.mark.parametrize(
    ("operation", "check"),
    [
        ("GetItem", "repeat-window table"),
        ("GetParameter", "SWITCH_PARAMETER"),
    ],
)
@pytest.mark.parametrize(
    ("kind", "cause"),
    [
        ("access_denied", "AccessDeniedException"),
        ("reset_before", "ConnectionClosedError"),
        ("delay", "AWS"),
    ],
)
def test_failed_check_names_its_cause(
    operation: str, check: str, kind: FaultKind, cause: str, deflect: Deflect, simulator: Simulator
) -> None:
    simulator.faults.add(Fault(operation, kind, times=None, seconds=5))

    message = deflect(flow_event(), **ALL_CHECKS)["Message"]

    assert check in message
    assert cause in message


@pytest.mark.usefixtures("all_there")
@pytest.mark.parametrize("after", [1, 2])
def test_document_that_hangs_fails_the_check(after: int, deflect: Deflect, simulator: Simulator) -> None:
    simulator.faults.add(Fault("GetParameter", "delay", after=after, seconds=5))

    assert deflect(flow_event(), **ALL_CHECKS)["Reason"] == "CHECK_UNAVAILABLE"


def test_carrier_lookup_that_hangs_does_not_prevent_the_message(deflect: Deflect, simulator: Simulator) -> None:
    simulator.faults.add(Fault("CarrierLookup", "delay", seconds=5))

    assert deflect(flow_event(), CARRIER_LOOKUP="true", FLOW_TIME_LIMIT_SECONDS="1")["Status"] == "STARTED"


@pytest.mark.usefixtures("all_there")
@pytest.mark.parametrize("operation", HANGS)
@pytest.mark.parametrize("kind", ["delay", "reset_before"])
def test_check_that_hangs_or_breaks_still_gets_a_response(
    operation: str, kind: FaultKind, deflect: Deflect, simulator: Simulator
) -> None:
    simulator.faults.add(Fault(operation, kind, times=None, seconds=5))
    status, reason = HANGS[operation]

    answer = deflect(flow_event(), **ALL_CHECKS)

    is_broken = operation == "StartOutboundChatContact" and kind == "reset_before"
    assert (answer["Status"], answer["Reason"]) == (status, "SERVICE_UNAVAILABLE" if is_broken else reason)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("messages", '{"en": "Hello"'),
        ("messages", {"default": {"Text": "x"}}),
        ("messages", '{"a\\"b": "Hello", "a\\"b": "Hi"}'),
        ("routes", [{"Mach": {}}]),
        ("routes", [{"SourceEndpoint_Address": ""}]),
    ],
)
def test_invalid_document_sends_nothing_and_names_the_line(
    name: str, value: Any, deflect: Deflect, simulator: Simulator, document: Callable[[str, Any], None]
) -> None:
    document(name, value)

    answer = deflect(flow_event(), **{f"{name.upper()}_PARAMETER": f"/deflection/{name}"})

    assert (answer["Status"], answer["Reason"]) == ("FAILED", "INVALID_SETTINGS")
    assert f"{name.upper()}_PARAMETER, line 1" in answer["Message"]
    assert simulator.world.requests == []


def test_message_depends_on_language_and_dialed_number(
    deflect: Deflect, simulator: Simulator, document: Callable[[str, Any], None]
) -> None:
    document("messages", {"en": "Hello $customerName", "es": "Hola $customerName", "default": "Hi"})
    document("routes", [{"Match": {"SystemEndpoint": "+14255550191"}, "Messages": {"default": "Brand B here"}}])
    settings = {"MESSAGES_PARAMETER": "/deflection/messages", "ROUTES_PARAMETER": "/deflection/routes"}
    other: dict[str, Any] = {
        "SystemEndpoint": {"Address": "+14255550191", "Type": "TELEPHONE_NUMBER"},
        "InitialContactId": "another",
    }

    deflect(flow_event(LanguageCode="es-US"), **settings)
    deflect(flow_event(**other), **settings)

    texts = [request.body["InitialSystemMessage"]["Content"] for request in simulator.world.requests]
    assert texts == ["Hola Jane Doe", "Brand B here"]


def test_refused_whatsapp_falls_back_to_sms(
    deflect: Deflect, simulator: Simulator, document: Callable[[str, Any], None]
) -> None:
    document("messages", {"default": {"connect:SMS": "Hello", "connect:WhatsApp": TEMPLATE}})
    document("routes", [{"SourceEndpoint_Address": {"connect:WhatsApp": demo.WHATSAPP_NUMBER_ARN}}])
    settings = {
        "MESSAGES_PARAMETER": "/deflection/messages",
        "ROUTES_PARAMETER": "/deflection/routes",
        "SUBTYPES": "connect:WhatsApp, connect:SMS",
    }

    by_whatsapp = deflect(flow_event(), **settings)
    simulator.faults.add(Fault("StartOutboundChatContact", "invalid_request"))
    by_sms = deflect(flow_event(InitialContactId="another"), **settings)

    first, second = (request.body for request in simulator.world.requests)
    assert (by_whatsapp["Status"], by_whatsapp["Subtype"]) == ("STARTED", "connect:WhatsApp")
    assert (by_sms["Status"], by_sms["Subtype"]) == ("STARTED", "connect:SMS")
    assert first["SourceEndpoint"]["Address"] == demo.WHATSAPP_NUMBER_ARN
    assert first["InitialTemplatedSystemMessage"] == TEMPLATE
    assert second["SourceEndpoint"]["Address"] == demo.SMS_NUMBER_ARN
    assert first["ClientToken"] != second["ClientToken"]


@pytest.fixture
def whatsapp_first(document: Callable[[str, Any], None], services: Callable[[str], Any]) -> dict[str, str]:
    """Return settings for WhatsApp first and then SMS, with a message and a number for each, and a queue."""
    document("messages", {"default": {"connect:SMS": "Hello", "connect:WhatsApp": TEMPLATE}})
    document("routes", [{"SourceEndpoint_Address": {"connect:WhatsApp": demo.WHATSAPP_NUMBER_ARN}}])
    return {
        "MESSAGES_PARAMETER": "/deflection/messages",
        "ROUTES_PARAMETER": "/deflection/routes",
        "SUBTYPES": "connect:WhatsApp,connect:SMS",
        **create_queues(services("sqs")),
        "QUEUE_SENDS_PER_SECOND": "100",
    }


def subtypes_started(simulator: Simulator) -> list[str]:
    return [request.body["SegmentAttributes"]["connect:Subtype"]["ValueString"] for request in simulator.world.requests]


def process_queue(message: dict[str, Any], deflect: Deflect, settings: dict[str, str]) -> None:
    deflect({"Records": [{"eventSource": "aws:sqs", "messageId": "1", "body": message["Body"]}]}, **settings)


@pytest.mark.parametrize(("lost", "then"), [("reset_after", "quota"), ("delay", "quota"), ("reset_after", None)])
@pytest.mark.parametrize("at_last", ["conflict", "invalid_request"])
def test_unknown_outcome_tries_no_other_channel_even_from_the_queue(
    lost: FaultKind,
    then: FaultKind | None,
    at_last: FaultKind,
    whatsapp_first: dict[str, str],
    deflect: Deflect,
    services: Callable[[str], Any],
    simulator: Simulator,
) -> None:
    simulator.world.put_contact(described())
    simulator.faults.add(Fault("StartOutboundChatContact", lost, seconds=5, times=1 if then else None))
    if then:
        simulator.faults.add(Fault("StartOutboundChatContact", then, times=None))
    deferred = deflect(flow_event(), **whatsapp_first)
    simulator.faults.clear()
    (message,) = services("sqs").receive_message(QueueUrl=whatsapp_first["QUEUE_URL"])["Messages"]
    simulator.faults.add(Fault("StartOutboundChatContact", at_last))

    process_queue(message, deflect, whatsapp_first)

    assert deferred["Status"] == "DEFERRED"
    assert set(subtypes_started(simulator)) <= {"connect:WhatsApp"}


def test_conflict_tries_no_other_channel(
    whatsapp_first: dict[str, str], deflect: Deflect, simulator: Simulator
) -> None:
    simulator.faults.add(Fault("StartOutboundChatContact", "conflict"))

    answer = deflect(flow_event(), **whatsapp_first)

    assert (answer["Status"], answer["Reason"], answer["Subtype"]) == ("FAILED", "CONFLICT", "connect:WhatsApp")
    assert simulator.world.requests == []


def test_given_client_token_is_used_for_the_first_channel_only(
    whatsapp_first: dict[str, str], deflect: Deflect, simulator: Simulator
) -> None:
    deflect(flow_event({"ClientToken": "mine"}), **whatsapp_first)
    simulator.faults.add(Fault("StartOutboundChatContact", "access_denied"))
    by_sms = deflect(flow_event({"ClientToken": "mine"}), **whatsapp_first)
    again = deflect(flow_event({"ClientToken": "mine"}), **whatsapp_first | {"SUBTYPES": "connect:SMS"})

    tokens = [request.body["ClientToken"] for request in simulator.world.requests]
    assert (by_sms["Status"], by_sms["Subtype"]) == ("STARTED", "connect:SMS")
    assert tokens[0] == tokens[2] == "mine" != tokens[1]
    assert again["Status"] == "STARTED"


@pytest.mark.parametrize(
    ("country", "wish", "kinds"),
    [
        ("US", {}, ["connect:SMS"]),
        ("AU", {}, ["connect:WhatsApp"]),
        ("US", {"SegmentAttributes": {"connect:Subtype": "connect:WhatsApp"}}, ["connect:WhatsApp"]),
    ],
    ids=["of the route", "of the settings", "of the flow"],
)
def test_channels_of_the_flow_beat_the_route_and_the_route_beats_the_settings(
    country: str,
    wish: dict[str, Any],
    kinds: list[str],
    whatsapp_first: dict[str, str],
    document: Callable[[str, Any], None],
    deflect: Deflect,
    simulator: Simulator,
) -> None:
    source = {"SourceEndpoint_Address": {"connect:WhatsApp": demo.WHATSAPP_NUMBER_ARN}}
    document("routes", [source | {"Match": {"Country": "US"}, "Subtypes": "connect:SMS"}, source])
    number = {"US": "+14255550142", "AU": "+61491570006"}[country]

    wish = wish | {"DestinationEndpoint_Address": number, "ClientToken": "mine"}
    answer = deflect(flow_event(wish), **whatsapp_first)

    started = [
        request.body["SegmentAttributes"]["connect:Subtype"]["ValueString"] for request in simulator.world.requests
    ]
    assert started == kinds
    assert [request.body["ClientToken"] for request in simulator.world.requests] == ["mine"]
    assert answer["Subtype"] == kinds[-1]


@pytest.mark.parametrize("kind", ["expired_token", "wrong_clock"])
def test_refused_credentials_try_no_other_channel(
    kind: FaultKind, whatsapp_first: dict[str, str], deflect: Deflect, simulator: Simulator
) -> None:
    simulator.faults.add(Fault("StartOutboundChatContact", kind))

    answer = deflect(flow_event(), **whatsapp_first)

    assert (answer["Status"], answer["Reason"], answer["Subtype"]) == ("FAILED", "ACCESS_DENIED", "connect:WhatsApp")
    assert simulator.world.requests == []


def test_invalid_flow_parameter_tries_no_other_channel(whatsapp_first: dict[str, str], deflect: Deflect) -> None:
    answer = deflect(flow_event({"ClientToken": "a" * 501}), **whatsapp_first)

    assert (answer["Status"], answer["Reason"], answer["Subtype"]) == (
        "FAILED",
        "INVALID_PARAMETER",
        "connect:WhatsApp",
    )


@pytest.mark.parametrize(
    ("wish", "settings", "reason"),
    [
        ({}, {"SWITCH_PARAMETER": "/deflection/switch"}, "SWITCHED_OFF"),
        ({"Unknown": "x"}, {}, "INVALID_PARAMETER"),
        ({"DestinationEndpoint_Address": "1"}, {}, "CUSTOMER_NUMBER_INVALID"),
    ],
)
def test_subtype_is_the_first_channel_when_nothing_was_tried(
    wish: dict[str, str],
    settings: dict[str, str],
    reason: str,
    deflect: Deflect,
    document: Callable[[str, Any], None],
) -> None:
    document("switch", "off")

    answer = deflect(flow_event(wish), SUBTYPES="connect:WhatsApp,connect:SMS", **settings)

    assert (answer["Reason"], answer["Subtype"]) == (reason, "connect:WhatsApp")


def test_refusal_of_the_first_channel_is_logged(
    whatsapp_first: dict[str, str], deflect: Deflect, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    simulator.faults.add(Fault("StartOutboundChatContact", "access_denied"))

    deflect(flow_event(), **whatsapp_first)

    told = [record for record in caplog.records if hasattr(record, "refused")]
    assert [(record.levelname, record.refused) for record in told] == [("WARNING", ("connect:WhatsApp ACCESS_DENIED",))]


@pytest.mark.usefixtures("table")
def test_dry_run_is_never_deferred(
    whatsapp_first: dict[str, str], deflect: Deflect, services: Callable[[str], Any], simulator: Simulator
) -> None:
    simulator.faults.add(Fault("DescribeOptedOutNumbers", "internal"))

    answer = deflect(flow_event({"DryRun": "true"}), OPT_OUT_LIST_NAME="Default", **whatsapp_first)

    assert (answer["Status"], answer["Reason"], answer["Retryable"]) == ("FAILED", "CHECK_UNAVAILABLE", "true")
    assert "Messages" not in services("sqs").receive_message(QueueUrl=whatsapp_first["QUEUE_URL"])


def test_different_requests_of_one_call_are_all_deferred(
    whatsapp_first: dict[str, str], deflect: Deflect, services: Callable[[str], Any], simulator: Simulator
) -> None:
    whatsapp_first["SWITCH_PARAMETER"] = "/deflection/switch"
    simulator.faults.add(Fault("GetParameter", "internal", times=None))

    answers = [
        deflect(flow_event(wish), **whatsapp_first)
        for wish in ({}, {}, {"DestinationEndpoint_Address": "+61491570006"}, {"Unknown": "x"})
    ]

    kept = services("sqs").get_queue_attributes(
        QueueUrl=whatsapp_first["QUEUE_URL"], AttributeNames=["ApproximateNumberOfMessages"]
    )
    assert {answer["Status"] for answer in answers} == {"DEFERRED"}
    assert kept["Attributes"]["ApproximateNumberOfMessages"] == "4"


@pytest.mark.usefixtures("table")
def test_repeat_window_is_checked_after_waiting_for_the_rate_limit(deflect: Deflect, simulator: Simulator) -> None:
    simulator.world.put_contact(described())
    meanwhile: list[dict[str, str]] = []

    def wait(_seconds: float) -> None:
        meanwhile.append(deflect(flow_event(InitialContactId="another", ContactId="another"), **TABLE))

    function = load_application(time.monotonic(), demo.ENVIRONMENT | TABLE)
    assert isinstance(function, Application)
    record = {"eventSource": "aws:sqs", "messageId": "1", "body": json.dumps(now("deflection_requested"))}
    answer = lambda_handler(
        {"Records": [record]},
        LambdaContext(),
        application=replace(
            function, worker=function.worker._replace(start_limiter=RateLimiter(1, 1, Clock(sleep=wait)))
        ),
    )

    assert [answered["Status"] for answered in meanwhile] == ["STARTED"]
    assert answer == {"batchItemFailures": []}
    assert len(simulator.world.requests) == 1


def test_whatsapp_needs_a_message_template(deflect: Deflect, simulator: Simulator) -> None:
    alone = deflect(flow_event(), SUBTYPES="connect:WhatsApp")
    with_sms_behind_it = deflect(flow_event(), SUBTYPES="connect:WhatsApp,connect:SMS")

    assert (alone["Status"], alone["Reason"]) == ("FAILED", "INVALID_MESSAGE")
    assert (with_sms_behind_it["Status"], with_sms_behind_it["Subtype"]) == ("STARTED", "connect:SMS")
    assert len(simulator.world.requests) == 1


def test_retryable_failure_tries_no_other_channel(deflect: Deflect, simulator: Simulator) -> None:
    simulator.faults.add(Fault("StartOutboundChatContact", "quota"))
    wish = {"InitialTemplatedSystemMessage": TEMPLATE}

    answer = deflect(flow_event(wish), SUBTYPES="connect:WhatsApp,connect:SMS")

    assert (answer["Reason"], answer["Subtype"]) == ("QUOTA_EXCEEDED", "connect:WhatsApp")
    assert simulator.world.requests == []


def test_switch_may_be_a_secure_string(deflect: Deflect, services: Callable[[str], Any], simulator: Simulator) -> None:
    services("ssm").put_parameter(Name="/deflection/switch", Value="off", Type="SecureString")

    answer = deflect(flow_event(), SWITCH_PARAMETER="/deflection/switch")

    assert answer["Reason"] == "SWITCHED_OFF"
    assert simulator.world.requests == []


def test_deferred_request_keeps_its_route_and_its_channels(
    deflect: Deflect, services: Callable[[str], Any], document: Callable[[str, Any], None], simulator: Simulator
) -> None:
    urls = create_queues(services("sqs"))
    simulator.world.put_contact(described())
    document("messages", {"es": {"connect:SMS": "Hola", "connect:WhatsApp": TEMPLATE}, "default": "Hello $Queue_Name"})
    settings = {
        "MESSAGES_PARAMETER": "/deflection/messages",
        "SUBTYPES": "connect:WhatsApp,connect:SMS",
        **urls,
        "QUEUE_SENDS_PER_SECOND": "100",
    }
    simulator.faults.add(Fault("StartOutboundChatContact", "quota"))
    deferred = deflect(flow_event(LanguageCode="es-US"), **settings)
    (message,) = services("sqs").receive_message(QueueUrl=urls["QUEUE_URL"])["Messages"]
    simulator.faults.add(Fault("StartOutboundChatContact", "invalid_request"))

    deflect({"Records": [{"eventSource": "aws:sqs", "messageId": "1", "body": message["Body"]}]}, **settings)

    assert deferred["Status"] == "DEFERRED"
    assert [request.body["InitialSystemMessage"]["Content"] for request in simulator.world.requests] == ["Hola"]


def test_request_is_deferred_when_a_document_cannot_be_read(
    deflect: Deflect, services: Callable[[str], Any], simulator: Simulator
) -> None:
    urls = create_queues(services("sqs"))
    simulator.faults.add(Fault("GetParameter", "internal", times=1))
    settings = {"SWITCH_PARAMETER": "/deflection/switch", "QUEUE_SENDS_PER_SECOND": "100", **urls}
    simulator.world.put_contact(described())

    answer = deflect(flow_event({"ChatDurationInMinutes": "90"}), **settings)
    (message,) = services("sqs").receive_message(QueueUrl=urls["QUEUE_URL"])["Messages"]
    record = {"eventSource": "aws:sqs", "messageId": "1", "body": message["Body"]}
    again = deflect({"Records": [record]}, **settings | {"SWITCH_PARAMETER": ""})

    assert (answer["Status"], answer["Reason"]) == ("DEFERRED", "CHECK_UNAVAILABLE")
    for named in ("SWITCH_PARAMETER", "GetParameter", "500", "InternalServiceException"):
        assert named in answer["Message"]
    assert json.dumps(again) == '{"batchItemFailures": []}'
    assert [request.body["ChatDurationInMinutes"] for request in simulator.world.requests] == [90]
