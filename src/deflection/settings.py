"""The operator's settings: the environment, read once when the function is loaded."""

import os
from collections.abc import Mapping
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from deflection.errors import InvalidSettingsError
from deflection.parsing import parse_list
from deflection.quiet_hours import QuietHours
from deflection.validators import Text, validate_country, validate_length, validate_template

type _Names = Annotated[tuple[Text, ...], BeforeValidator(parse_list)]
_Upper = BeforeValidator(str.upper)
_Country = AfterValidator(validate_country)
type _SsmName = Annotated[str | None, Field(max_length=1011, description="the name of an SSM parameter")]
_Url = Annotated[str, Field(pattern=r"^https?://[^\s/]+/\S+$")]


class Settings(BaseModel):
    """
    The settings of one deployment; each is the environment variable of the same name in capitals.

    Attributes:
        instance_arn: Only events of this instance are taken.
        source_phone_number_arn: The Connect phone-number ARN that texts come from.
        contact_flow_id: The id or ARN of the flow that handles the SMS contact.
        initial_message: The first text, with `$name` variables; None sends none.
        messages_parameter: The SSM parameter of the messages by language.
        routes_parameter: The SSM parameter of the routes.
        switch_parameter: The SSM parameter whose value `off` stops all texts.
        chat_duration_minutes: The SMS contact's total duration in minutes; None leaves Connect's 25 hours.
        display_name: The customer's name in the agent's desktop.
        attributes_to_copy: Names of attributes that the SMS contact gets from the voice contact; `*` is all.
        allowed_channels: Channels whose contacts may be deflected.
        allowed_countries: ISO 3166 alpha-2 codes of the countries whose numbers are texted; none given is all.
        default_country: ISO 3166 alpha-2 of numbers without a `+`; None takes them for invalid.
        consent_attribute: The contact attribute that says whether the customer agreed to be texted.
        consent_from_contact_only: Whether only the contact's own attribute counts as consent, and not one in the
            Attributes of a request.
        opt_out_list_name: The name or ARN of the opt-out list that is asked.
        carrier_lookup: Whether the carrier is asked what kind of line a number is; each question is paid for.
        repeat_window_minutes: For how long a customer who was texted is not texted again.
        table_name: The DynamoDB table that remembers it.
        subtypes: The kinds of contact that are tried, in this order.
        quiet_hours: When nobody is texted unasked, in the customer's local time; None is never.
        contact_event_trigger: The contact events that start a text: of abandoned or of queued calls, or none.
        rule_action_names: The actions of Contact Lens rules that start a text.
        max_event_age_seconds: Seconds after which an event starts no text any more.
        queue_url: Where deflections go that could not be done now.
        dead_letter_queue_url: Where records are kept that can never be done.
        queue_sends_per_second: How many texts the queue's workers start in a second, all together.
        flow_time_limit_seconds: The time limit set on the flow's block.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    instance_arn: Annotated[
        str,
        Field(
            pattern=r"^arn:aws[a-z-]*:connect:[a-z]{2}(-[a-z]+)+-[0-9]:[0-9]{12}:instance/[A-Za-z0-9-]{1,100}$",
            description="the ARN of a Connect instance",
        ),
    ]
    source_phone_number_arn: Annotated[
        str,
        Field(
            pattern=r"^arn:aws[a-z-]*:connect:[a-z0-9-]+:[0-9]{12}:phone-number/[A-Za-z0-9-]+$",
            max_length=256,
            description="a phone-number ARN of Connect, not one of End User Messaging",
        ),
    ]
    contact_flow_id: Annotated[str, Field(max_length=500, description="the id or ARN of a flow, up to 500 characters")]
    initial_message: Annotated[
        Annotated[Text, AfterValidator(validate_template), AfterValidator(validate_length)] | None,
        Field(
            description="text of 1 to 1024 characters with its variables filled in. Write a variable as $name or "
            "${name}, with the letters A-Z and a-z, digits and _ (no digit first), and a dollar sign as $$"
        ),
    ] = None
    messages_parameter: _SsmName = None
    routes_parameter: _SsmName = None
    switch_parameter: _SsmName = None
    chat_duration_minutes: Annotated[int | None, Field(ge=60, le=10080, description="60 to 10080")] = None
    display_name: Annotated[Text | None, Field(max_length=256, description="1 to 256 characters")] = None
    attributes_to_copy: Annotated[_Names, Field(description="names, separated by commas")] = ()
    allowed_channels: Annotated[_Names, _Upper, Field(min_length=1, description="names, separated by commas")] = (
        "VOICE",
    )
    allowed_countries: Annotated[
        Annotated[tuple[Annotated[str, _Country], ...], BeforeValidator(parse_list)],
        _Upper,
        Field(description="ISO 3166 country codes, such as US, separated by commas"),
    ] = ()
    default_country: Annotated[
        Annotated[str, _Upper, _Country] | None, Field(description="an ISO 3166 country code, such as US")
    ] = None
    consent_attribute: Annotated[str | None, Field(description="the name of a contact attribute")] = None
    consent_from_contact_only: Annotated[bool, Field(description="true or false")] = False
    opt_out_list_name: Annotated[str | None, Field(max_length=256, description="the name or ARN of a list")] = None
    carrier_lookup: Annotated[bool, Field(description="true or false")] = False
    repeat_window_minutes: Annotated[int | None, Field(ge=1, le=10_080, description="1 to 10080")] = None
    table_name: Annotated[str | None, Field(max_length=1024, description="the name of a DynamoDB table")] = None
    subtypes: Annotated[
        Annotated[tuple[Literal["connect:SMS", "connect:WhatsApp"], ...], BeforeValidator(parse_list)],
        Field(min_length=1, description="connect:SMS, connect:WhatsApp, or both in the order they are tried"),
    ] = ("connect:SMS",)
    quiet_hours: Annotated[
        Annotated[QuietHours, BeforeValidator(QuietHours.parse)] | None,
        Field(description="two different times of the day, such as 21:00-08:00"),
    ] = None
    contact_event_trigger: Annotated[
        Literal["NONE", "ABANDONED", "QUEUED"], _Upper, Field(description="NONE, ABANDONED or QUEUED")
    ] = "NONE"
    rule_action_names: Annotated[_Names, Field(description="names, separated by commas")] = ()
    max_event_age_seconds: Annotated[int, Field(ge=1, le=86_400, description="1 to 86400")] = 300
    queue_url: Annotated[_Url | None, Field(description="the URL of an SQS queue")] = None
    dead_letter_queue_url: Annotated[_Url | None, Field(description="the URL of an SQS queue")] = None
    queue_sends_per_second: Annotated[float, Field(ge=0.1, allow_inf_nan=False, description="0.1 or more")] = 1
    flow_time_limit_seconds: Annotated[float, Field(ge=1, le=8, description="1 to 8")] = 3

    def is_own_instance(self, instance: str) -> bool:
        """Whether an instance, named by its id or ARN, is the one of this deployment."""
        if ":" not in instance:
            return instance.lower() == self.instance_id.lower()
        # Samples of AWS's own spell `arn:aws::connect:`, so what comes after is compared.
        return instance.lower().partition(":connect:")[2] == self.instance_arn.lower().partition(":connect:")[2]

    @property
    def instance_id(self) -> str:
        """The instance's id, the last part of its ARN."""
        return self.instance_arn.rpartition("/")[2]

    @property
    def region(self) -> str:
        """The Region of the instance, where its API is."""
        return self.instance_arn.split(":")[3]


def read_settings(environment: Mapping[str, str] = os.environ) -> Settings:
    """
    The settings in an environment; a variable that is empty counts as not set.

    Raises:
        InvalidSettingsError: Variables are missing or wrong; all of them are named.
    """
    given = {name: environment.get(name.upper(), "").strip() for name in Settings.model_fields}
    cures = []
    if given["contact_event_trigger"].upper() in ("ABANDONED", "QUEUED") and not given["consent_attribute"]:
        # Nobody is texted unasked: a contact event alone is no wish of the customer.
        cures.append("CONSENT_ATTRIBUTE must be set when CONTACT_EVENT_TRIGGER is not NONE")
    if given["queue_url"] and not given["dead_letter_queue_url"]:
        # Otherwise a record that can never be sent would come back until the queue drops it.
        cures.append("DEAD_LETTER_QUEUE_URL must be set when QUEUE_URL is")
    if given["repeat_window_minutes"] and not given["table_name"]:
        cures.append("TABLE_NAME must be set when REPEAT_WINDOW_MINUTES is")
    try:
        settings = Settings.model_validate({name: value for name, value in given.items() if value})
    except ValidationError as error:
        wrong = dict.fromkeys(str(detail["loc"][0]) for detail in error.errors(include_input=False))
        cures += [f"{name.upper()} must be {Settings.model_fields[name].description}" for name in wrong]
        raise InvalidSettingsError(f"{'; '.join(cures)}.") from error
    if settings.consent_from_contact_only and not settings.consent_attribute:
        cures.append("CONSENT_ATTRIBUTE must be set when CONSENT_FROM_CONTACT_ONLY is true")
    if cures:
        raise InvalidSettingsError(f"{'; '.join(cures)}.")
    return settings


def read_telemetry_names(environment: Mapping[str, str] = os.environ) -> tuple[str, str]:
    """The service name and the metrics namespace, as Powertools' own variables give them, or this project's."""
    return (
        environment.get("POWERTOOLS_SERVICE_NAME") or "connect-sms-deflection",
        environment.get("POWERTOOLS_METRICS_NAMESPACE") or "ConnectSmsDeflection",
    )
