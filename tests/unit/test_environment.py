import re
from datetime import time

import pytest

from builders import REQUIRED, settings
from connect_simulator import demo
from deflection.environment import read_settings, read_telemetry_names
from deflection.errors import InvalidSettingsError
from deflection.settings import Settings


def variables_named_in(error: Exception) -> set[str]:
    variables = {name.upper() for name in Settings.model_fields}
    return variables & set(re.findall(r"\w+", str(error)))


def test_unset_variable_has_its_default() -> None:
    defaults = settings()

    assert defaults.model_dump() == {
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
        "consent_from_contact_only": False,
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
    assert (defaults.instance_id, defaults.region) == (demo.INSTANCE_ID, "us-east-1")


def test_every_variable_is_read() -> None:
    given = settings(
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
        CONSENT_FROM_CONTACT_ONLY="true",
        CONTACT_EVENT_TRIGGER="Abandoned",
        RULE_ACTION_NAMES="TEXT_THE_CUSTOMER,OTHER",
        MAX_EVENT_AGE_SECONDS="86400",
        QUEUE_URL="https://sqs.us-east-1.amazonaws.com/111122223333/deflections",
        DEAD_LETTER_QUEUE_URL="https://sqs.us-east-1.amazonaws.com/111122223333/dead-letters",
        QUEUE_SENDS_PER_SECOND="0.5",
        FLOW_TIME_LIMIT_SECONDS="8",
    )

    assert given.model_dump(exclude={"instance_arn", "source_phone_number_arn", "contact_flow_id"}) == {
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
        "consent_from_contact_only": True,
        "contact_event_trigger": "ABANDONED",
        "rule_action_names": ("TEXT_THE_CUSTOMER", "OTHER"),
        "max_event_age_seconds": 86_400,
        "queue_url": "https://sqs.us-east-1.amazonaws.com/111122223333/deflections",
        "dead_letter_queue_url": "https://sqs.us-east-1.amazonaws.com/111122223333/dead-letters",
        "queue_sends_per_second": 0.5,
        "flow_time_limit_seconds": 8,
    }


def test_empty_variable_has_the_default() -> None:
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
        ("CONSENT_FROM_CONTACT_ONLY", "perhaps"),
        ("REPEAT_WINDOW_MINUTES", "10081"),
        ("SUBTYPES", "connect:Fax"),
        ("SUBTYPES", ","),
        ("CONTACT_EVENT_TRIGGER", "ANSWERED"),
        ("MAX_EVENT_AGE_SECONDS", "0"),
        ("MAX_EVENT_AGE_SECONDS", "86401"),
        ("QUEUE_URL", "deflections"),
        ("DEAD_LETTER_QUEUE_URL", "arn:aws:sqs:us-east-1:111122223333:dead-letters"),
        ("QUEUE_SENDS_PER_SECOND", "0.09"),
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
def test_invalid_value_is_refused_and_only_its_variable_is_named(name: str, value: str) -> None:
    with pytest.raises(InvalidSettingsError) as raised:
        settings(**{"TABLE_NAME": "deflections", "DEAD_LETTER_QUEUE_URL": "https://sqs.test/dead", name: value})

    assert variables_named_in(raised.value) == {name}


@pytest.mark.parametrize(
    ("name", "value", "named"),
    [
        ("CHAT_DURATION_MINUTES", "59", ("60", "10080")),
        ("DISPLAY_NAME", "x" * 257, ("256",)),
        ("CONTACT_FLOW_ID", "x" * 501, ("500",)),
        ("INITIAL_MESSAGE", "x" * 1025, ("1024", "$name", "$$")),
        ("SUBTYPES", "connect:Fax", ("connect:SMS", "connect:WhatsApp")),
        ("QUIET_HOURS", "at night", ("21:00-08:00",)),
        ("CONTACT_EVENT_TRIGGER", "ANSWERED", ("NONE", "ABANDONED", "QUEUED")),
        ("DEFAULT_COUNTRY", "ZZ", ("ISO 3166",)),
        ("REPEAT_WINDOW_MINUTES", "10081", ("10080",)),
        ("MAX_EVENT_AGE_SECONDS", "0", ("86400",)),
    ],
)
def test_error_names_what_the_variable_accepts(name: str, value: str, named: tuple[str, ...]) -> None:
    with pytest.raises(InvalidSettingsError) as raised:
        settings(TABLE_NAME="deflections", **{name: value})

    assert all(part in str(raised.value) for part in named)


@pytest.mark.parametrize("value", ["It costs $5", "Ihre $größe", "x" * 1025])
def test_error_of_the_initial_message_names_its_length_and_its_variables(value: str) -> None:
    with pytest.raises(InvalidSettingsError) as raised:
        settings(INITIAL_MESSAGE=value)

    assert variables_named_in(raised.value) == {"INITIAL_MESSAGE"}
    assert all(part in str(raised.value) for part in ("1024", "$name", "${name}", "$$"))


@pytest.mark.parametrize("trigger", ["ABANDONED", "QUEUED"])
def test_contact_event_trigger_requires_a_consent_attribute(trigger: str) -> None:
    with pytest.raises(InvalidSettingsError) as raised:
        settings(CONTACT_EVENT_TRIGGER=trigger)

    assert variables_named_in(raised.value) == {"CONSENT_ATTRIBUTE", "CONTACT_EVENT_TRIGGER"}


def test_consent_from_contact_only_requires_a_consent_attribute() -> None:
    with pytest.raises(InvalidSettingsError) as raised:
        settings(CONSENT_FROM_CONTACT_ONLY="true")

    assert variables_named_in(raised.value) == {"CONSENT_ATTRIBUTE", "CONSENT_FROM_CONTACT_ONLY"}


def test_repeat_window_requires_a_table() -> None:
    with pytest.raises(InvalidSettingsError) as raised:
        settings(REPEAT_WINDOW_MINUTES="60")

    assert variables_named_in(raised.value) == {"TABLE_NAME", "REPEAT_WINDOW_MINUTES"}


def test_queue_needs_a_dead_letter_queue() -> None:
    with pytest.raises(InvalidSettingsError) as raised:
        settings(QUEUE_URL="https://sqs.us-east-1.amazonaws.com/111122223333/deflections")

    assert variables_named_in(raised.value) == {"QUEUE_URL", "DEAD_LETTER_QUEUE_URL"}


def test_fifo_queue_is_refused() -> None:
    queue = "https://sqs.us-east-1.amazonaws.com/111122223333/deflections"

    with pytest.raises(InvalidSettingsError) as raised:
        settings(QUEUE_URL=f"{queue}.fifo", DEAD_LETTER_QUEUE_URL=queue)

    assert variables_named_in(raised.value) == {"QUEUE_URL"}


def test_error_names_every_missing_and_every_invalid_variable() -> None:
    with pytest.raises(InvalidSettingsError) as raised:
        read_settings({"INSTANCE_ARN": demo.INSTANCE_ARN, "CHAT_DURATION_MINUTES": "soon"})

    assert variables_named_in(raised.value) == {"SOURCE_PHONE_NUMBER_ARN", "CONTACT_FLOW_ID", "CHAT_DURATION_MINUTES"}


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws-us-gov:connect:us-gov-west-1:111122223333:instance/a1b2c3d4-5678-4abc-8def-1234567890ab",
        demo.INSTANCE_ARN,
    ],
)
def test_instance_of_any_partition_is_accepted(arn: str) -> None:
    assert read_settings(REQUIRED | {"INSTANCE_ARN": arn}).instance_arn == arn


def test_variables_of_powertools_override_the_service_name_and_the_namespace() -> None:
    assert read_telemetry_names({}) == ("connect-sms-deflection", "ConnectSmsDeflection")
    assert read_telemetry_names({"POWERTOOLS_SERVICE_NAME": "a", "POWERTOOLS_METRICS_NAMESPACE": "b"}) == ("a", "b")


@pytest.mark.parametrize(
    ("instance", "is_own"),
    [
        (demo.INSTANCE_ARN, True),
        (demo.INSTANCE_ARN.upper(), True),
        (demo.INSTANCE_ID, True),
        (demo.INSTANCE_ARN.replace("arn:aws:", "arn:aws::"), True),
        (demo.INSTANCE_ARN.replace("us-east-1", "us-west-2"), False),
        (demo.INSTANCE_ID[:-1], False),
        ("", False),
    ],
)
def test_own_instance_is_recognized_by_its_id_or_arn(instance: str, *, is_own: bool) -> None:
    assert settings().is_own_instance(instance) is is_own


def test_error_does_not_repeat_the_invalid_value() -> None:
    with pytest.raises(InvalidSettingsError) as raised:
        settings(SOURCE_PHONE_NUMBER_ARN="+14255550190")

    assert "4255550190" not in str(raised.value)
