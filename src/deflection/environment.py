"""Read the settings from the environment variables, once, during init."""

import os
from collections.abc import Mapping

from pydantic import ValidationError

from deflection.errors import InvalidSettingsError
from deflection.settings import Settings


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """
    Read the settings from environment variables; an empty variable counts as not set.

    Raises:
        InvalidSettingsError: Variables are missing or wrong; the error names all of them.
    """
    given = {name: environment.get(name.upper(), "").strip() for name in Settings.model_fields}
    problems = []
    if given["contact_event_trigger"].upper() in ("ABANDONED", "QUEUED") and not given["consent_attribute"]:
        # A contact event alone does not mean that the customer wants a message.
        problems.append("CONSENT_ATTRIBUTE must be set when CONTACT_EVENT_TRIGGER is not NONE")
    if given["queue_url"] and not given["dead_letter_queue_url"]:
        # Without it, SQS delivers a record that can never be sent again and again, and then drops it.
        problems.append("DEAD_LETTER_QUEUE_URL must be set when QUEUE_URL is set")
    if given["queue_url"].endswith(".fifo"):
        # A FIFO queue needs a message group, which would make records wait for each other.
        problems.append("QUEUE_URL must be the URL of a standard queue, not of a FIFO queue")
    if given["repeat_window_minutes"] and not given["table_name"]:
        problems.append("TABLE_NAME must be set when REPEAT_WINDOW_MINUTES is set")
    try:
        settings = Settings.model_validate({name: value for name, value in given.items() if value})
    except ValidationError as error:
        wrong = dict.fromkeys(str(detail["loc"][0]) for detail in error.errors(include_input=False))
        problems += [f"{name.upper()} must be {Settings.model_fields[name].title}" for name in wrong]
        raise InvalidSettingsError(f"{'; '.join(problems)}.") from error
    if settings.consent_from_contact_only and not settings.consent_attribute:
        problems.append("CONSENT_ATTRIBUTE must be set when CONSENT_FROM_CONTACT_ONLY is true")
    if problems:
        raise InvalidSettingsError(f"{'; '.join(problems)}.")
    return settings


def is_for_snapshot(environment: Mapping[str, str] = os.environ) -> bool:
    """
    Return whether Lambda initializes the function for a SnapStart snapshot.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html
    """
    return environment.get("AWS_LAMBDA_INITIALIZATION_TYPE") == "snap-start"


def read_telemetry_names(environment: Mapping[str, str] = os.environ) -> tuple[str, str]:
    """Return the service name and the metrics namespace from Powertools' own variables, or the defaults."""
    return (
        environment.get("POWERTOOLS_SERVICE_NAME") or "connect-sms-deflection",
        environment.get("POWERTOOLS_METRICS_NAMESPACE") or "ConnectSmsDeflection",
    )
