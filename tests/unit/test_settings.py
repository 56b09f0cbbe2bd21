from datetime import time

import pytest

from builders import REQUIRED, settings
from connect_simulator import demo
from deflection.errors import InvalidSettingsError
from deflection.settings import read_settings, read_telemetry_names


def test_what_is_not_set_has_its_default() -> None:
    read_settings = settings()

    assert read_settings.model_dump() == {
        "instance_arn": demo.INSTANCE_ARN,
        "source_phone_number_arn": demo.SMS_NUMBER_ARN,
        "contact_flow_id": demo.SMS_FLOW_ID,
        "initial_message": None,
        "messages_parameter": None,
        "routes_parameter": None,
        "switch_parameter": None,
        "chat_duration_minutes": None,
        "display_name": None,
        "attributes_to_copy": (),
        "allowed_channels": ("VOICE",),
        "allowed_countries": (),
        "default_country": None,
        "consent_attribute": None,
        "opt_out_list_name": None,
        "carrier_lookup": False,
        "repeat_window_minutes": None,
        "table_name": None,
        "subtypes": ("connect:SMS",),
        "quiet_hours": None,
        "contact_event_trigger": "NONE",
        "rule_action_names": (),
        "max_event_age_seconds": 300,
        "queue_url": None,
        "dead_letter_queue_url": None,
        "queue_sends_per_second": 1,
        "flow_time_limit_seconds": 3,
    }
    assert (read_settings.instance_id, read_settings.region) == (demo.INSTANCE_ID, "us-east-1")


def test_every_setting_is_read() -> None:
    read_settings = settings(
        INITIAL_MESSAGE="Hello",
        MESSAGES_PARAMETER="/deflection/messages",
        ROUTES_PARAMETER="/deflection/routes",
        SWITCH_PARAMETER="/deflection/switch",
        OPT_OUT_LIST_NAME="Default",
        CARRIER_LOOKUP="true",
        REPEAT_WINDOW_MINUTES="60",
        TABLE_NAME="deflections",
        SUBTYPES="connect:WhatsApp, connect:SMS",
        CHAT_DURATION_MINUTES="480",
        DISPLAY_NAME="Customer",
        ATTRIBUTES_TO_COPY="a, b,",
        ALLOWED_CHANNELS="voice,Task",
        ALLOWED_COUNTRIES="us, de",
        DEFAULT_COUNTRY="de",
        QUIET_HOURS="21:00-08:00",
        CONSENT_ATTRIBUTE="smsConsent",
        CONTACT_EVENT_TRIGGER="Abandoned",
        RULE_ACTION_NAMES="TEXT_THE_CUSTOMER,OTHER",
        MAX_EVENT_AGE_SECONDS="86400",
        QUEUE_URL="https://sqs.us-east-1.amazonaws.com/111122223333/deflections.fifo",
        DEAD_LETTER_QUEUE_URL="https://sqs.us-east-1.amazonaws.com/111122223333/dead-letters.fifo",
        QUEUE_SENDS_PER_SECOND="0.5",
        FLOW_TIME_LIMIT_SECONDS="8",
    )

    assert read_settings.model_dump(exclude={"instance_arn", "source_phone_number_arn", "contact_flow_id"}) == {
        "initial_message": "Hello",
        "messages_parameter": "/deflection/messages",
        "routes_parameter": "/deflection/routes",
        "switch_parameter": "/deflection/switch",
        "opt_out_list_name": "Default",
        "carrier_lookup": True,
        "repeat_window_minutes": 60,
        "table_name": "deflections",
        "subtypes": ("connect:WhatsApp", "connect:SMS"),
        "chat_duration_minutes": 480,
        "display_name": "Customer",
        "attributes_to_copy": ("a", "b"),
        "allowed_channels": ("VOICE", "TASK"),
        "allowed_countries": ("US", "DE"),
        "default_country": "DE",
        "quiet_hours": {"start": time(21), "end": time(8)},
        "consent_attribute": "smsConsent",
        "contact_event_trigger": "ABANDONED",
        "rule_action_names": ("TEXT_THE_CUSTOMER", "OTHER"),
        "max_event_age_seconds": 86_400,
        "queue_url": "https://sqs.us-east-1.amazonaws.com/111122223333/deflections.fifo",
        "dead_letter_queue_url": "https://sqs.us-east-1.amazonaws.com/111122223333/dead-letters.fifo",
        "queue_sends_per_second": 0.5,
        "flow_time_limit_seconds": 8,
    }


def test_an_empty_variable_counts_as_not_set() -> None:
    assert settings(DEFAULT_COUNTRY="", ALLOWED_CHANNELS=" ", CHAT_DURATION_MINUTES="") == settings()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("INSTANCE_ARN", demo.INSTANCE_ID),
        ("SOURCE_PHONE_NUMBER_ARN", "+14255550190"),
        ("SOURCE_PHONE_NUMBER_ARN", "arn:aws:sms-voice:us-east-1:111122223333:phone-number/phone-1"),
        ("CONTACT_FLOW_ID", "x" * 501),
        ("CHAT_DURATION_MINUTES", "59"),
        ("CHAT_DURATION_MINUTES", "10081"),
        ("DISPLAY_NAME", "x" * 257),
        ("ALLOWED_CHANNELS", ","),
        ("DEFAULT_COUNTRY", "ZZ"),
        ("ALLOWED_COUNTRIES", "US,ZZ"),
        ("QUIET_HOURS", "21:00-21:00"),
        ("QUIET_HOURS", "at night"),
        ("CARRIER_LOOKUP", "perhaps"),
        ("REPEAT_WINDOW_MINUTES", "10081"),
        ("SUBTYPES", "connect:Fax"),
        ("SUBTYPES", ","),
        ("CONTACT_EVENT_TRIGGER", "ANSWERED"),
        ("MAX_EVENT_AGE_SECONDS", "0"),
        ("MAX_EVENT_AGE_SECONDS", "86401"),
        ("QUEUE_URL", "deflections.fifo"),
        ("DEAD_LETTER_QUEUE_URL", "arn:aws:sqs:us-east-1:111122223333:dead-letters.fifo"),
        ("QUEUE_SENDS_PER_SECOND", "0"),
        ("QUEUE_SENDS_PER_SECOND", "inf"),
        ("FLOW_TIME_LIMIT_SECONDS", "9"),
        ("FLOW_TIME_LIMIT_SECONDS", "0"),
        ("FLOW_TIME_LIMIT_SECONDS", "nan"),
        ("INSTANCE_ARN", demo.INSTANCE_ARN.replace("us-east-1", "-")),
        ("INITIAL_MESSAGE", "\udcff"),
        ("INITIAL_MESSAGE", "It costs $5"),
        ("INITIAL_MESSAGE", "Ihre $größe"),
        ("INITIAL_MESSAGE", "x" * 1025),
    ],
)
def test_a_wrong_setting_is_named_with_what_it_must_be(name: str, value: str) -> None:
    with pytest.raises(InvalidSettingsError, match=rf"^{name} must be [^;]+\.$"):
        settings(TABLE_NAME="deflections", **{name: value})


@pytest.mark.parametrize("trigger", ["ABANDONED", "QUEUED"])
def test_nobody_is_texted_unasked(trigger: str) -> None:
    with pytest.raises(
        InvalidSettingsError, match="CONSENT_ATTRIBUTE must be set when CONTACT_EVENT_TRIGGER is not NONE"
    ):
        settings(CONTACT_EVENT_TRIGGER=trigger)


def test_what_is_remembered_needs_a_table() -> None:
    with pytest.raises(InvalidSettingsError, match=r"^TABLE_NAME must be set when REPEAT_WINDOW_MINUTES is\.$"):
        settings(REPEAT_WINDOW_MINUTES="60")


def test_all_that_is_missing_or_wrong_is_named_at_once() -> None:
    with pytest.raises(InvalidSettingsError) as raised:
        read_settings({"INSTANCE_ARN": demo.INSTANCE_ARN, "CHAT_DURATION_MINUTES": "soon"})

    assert str(raised.value) == (
        "SOURCE_PHONE_NUMBER_ARN must be a phone-number ARN of Connect, not one of End User Messaging; "
        "CONTACT_FLOW_ID must be the id or ARN of a flow, up to 500 characters; "
        "CHAT_DURATION_MINUTES must be 60 to 10080."
    )


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws-us-gov:connect:us-gov-west-1:111122223333:instance/a1b2c3d4-5678-4abc-8def-1234567890ab",
        demo.INSTANCE_ARN,
    ],
)
def test_an_instance_of_any_partition_is_taken(arn: str) -> None:
    assert read_settings(REQUIRED | {"INSTANCE_ARN": arn}).instance_arn == arn


def test_telemetry_has_this_projects_names_unless_powertools_has_others() -> None:
    assert read_telemetry_names({}) == ("connect-sms-deflection", "ConnectSmsDeflection")
    assert read_telemetry_names({"POWERTOOLS_SERVICE_NAME": "a", "POWERTOOLS_METRICS_NAMESPACE": "b"}) == ("a", "b")
