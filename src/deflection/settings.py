"""Define the operator's settings, each with its rule, meaning and default."""

from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field

from deflection.parsing import parse_list
from deflection.quiet_hours import QuietHours
from deflection.validators import MAX_SMS_CHARACTERS, Text, validate_country, validate_length, validate_template

type _Names = Annotated[tuple[Text, ...], BeforeValidator(parse_list)]
_Upper = BeforeValidator(str.upper)
_Country = AfterValidator(validate_country)
_Url = Annotated[str, Field(pattern=r"^https?://[^\s/]+/\S+$")]


def _ssm_parameter(description: str) -> Any:
    """Return the field of a setting that names an SSM parameter."""
    return Field(default=None, max_length=1011, title="the name of an SSM parameter", description=description)


class Settings(BaseModel):
    """
    The settings of one deployment, each read from the environment variable of the same name in capitals.

    A field's title is the rule for its value, for errors; its description is its meaning.
    """

    model_config = ConfigDict(frozen=True, hide_input_in_errors=True)

    instance_arn: str = Field(
        pattern=r"^arn:aws[a-z-]*:connect:[a-z]{2}(-[a-z]+)+-[0-9]:[0-9]{12}:instance/[A-Za-z0-9-]{1,100}$",
        title="the ARN of a Connect instance",
        description="The instance; events of other instances are declined.",
    )
    source_phone_number_arn: str = Field(
        pattern=r"^arn:aws[a-z-]*:connect:[a-z0-9-]+:[0-9]{12}:phone-number/[A-Za-z0-9-]+$",
        max_length=256,
        title="a phone-number ARN of Connect, not one of End User Messaging",
        description="The Connect phone number that sends the messages.",
    )
    contact_flow_id: str = Field(
        max_length=500,
        title="the id or ARN of a flow, up to 500 characters",
        description="The flow that handles the SMS contact.",
    )
    initial_message: Annotated[Text, AfterValidator(validate_template), AfterValidator(validate_length)] | None = Field(
        default=None,
        title=f"text of 1 to {MAX_SMS_CHARACTERS} characters with its variables filled in. Write variables as $name or "
        "${name}, with the letters A-Z and a-z, digits and _ (no digit first), and a dollar sign as $$",
        description="The first message, with $name variables; without it, no message is sent.",
    )
    messages_parameter: str | None = _ssm_parameter("The SSM parameter with the messages by language.")
    routes_parameter: str | None = _ssm_parameter("The SSM parameter with the routes.")
    switch_parameter: str | None = _ssm_parameter(
        "The SSM parameter that stops all messages with off, no, false, 0 or stop; on, yes, true, 1 or start allow "
        "them again."
    )
    chat_duration_minutes: int | None = Field(
        default=None,
        ge=60,
        le=10080,
        title="60 to 10080",
        description="The SMS contact's total duration in minutes; Amazon Connect's default is 25 hours.",
    )
    display_name: Text | None = Field(
        default=None,
        max_length=256,
        title="1 to 256 characters",
        description="The customer's name in the agent's desktop.",
    )
    attributes_to_copy: _Names = Field(
        default=(),
        title="names, separated by commas",
        description="The attributes to copy from the voice contact to the SMS contact; * copies all.",
    )
    allowed_channels: Annotated[_Names, _Upper] = Field(
        default=("VOICE",),
        min_length=1,
        title="names, separated by commas",
        description="The channels whose contacts may be deflected.",
    )
    allowed_countries: Annotated[
        Annotated[tuple[Annotated[str, _Country], ...], BeforeValidator(parse_list)], _Upper
    ] = Field(
        default=(),
        title="ISO 3166 country codes, such as US, separated by commas",
        description="The countries whose numbers may get a message; by default all.",
    )
    default_country: Annotated[str, _Upper, _Country] | None = Field(
        default=None,
        title="an ISO 3166 country code, such as US",
        description="The country of numbers without a +; if it is not set, they are invalid.",
    )
    consent_attribute: str | None = Field(
        default=None,
        title="the name of a contact attribute",
        description="The contact attribute that must be true, yes, y, 1 or granted before a message is sent.",
    )
    consent_from_contact_only: bool = Field(
        default=False,
        title="true or false",
        description="Whether only the contact's own attribute counts as consent, not a request's Attributes; requires "
        "CONSENT_ATTRIBUTE.",
    )
    opt_out_list_name: str | None = Field(
        default=None,
        max_length=256,
        title="the name or ARN of a list",
        description="The opt-out list to check before each message.",
    )
    carrier_lookup: bool = Field(
        default=False,
        title="true or false",
        description="Whether to ask the carrier for the line type of a number; each lookup is billed.",
    )
    repeat_window_minutes: int | None = Field(
        default=None,
        ge=1,
        le=10_080,
        title="1 to 10080",
        description="For how long a customer is not sent a second message; requires TABLE_NAME.",
    )
    table_name: str | None = Field(
        default=None,
        max_length=1024,
        title="the name of a DynamoDB table",
        description="The table in DynamoDB with recent messages and counted results; see the record keys.",
    )
    subtypes: Annotated[tuple[Literal["connect:SMS", "connect:WhatsApp"], ...], BeforeValidator(parse_list)] = Field(
        default=("connect:SMS",),
        min_length=1,
        title="connect:SMS, connect:WhatsApp, or both in the order they are tried",
        description="The channels to try, in this order.",
    )
    quiet_hours: Annotated[QuietHours, BeforeValidator(QuietHours.parse)] | None = Field(
        default=None,
        title="two different times of the day, such as 21:00-08:00",
        description="When contact events and Contact Lens rules start no message, in the customer's local time.",
    )
    contact_event_trigger: Annotated[Literal["NONE", "ABANDONED", "QUEUED"], _Upper] = Field(
        default="NONE",
        title="NONE, ABANDONED or QUEUED",
        description="The contact events that start a message: abandoned calls, queued calls, or none. ABANDONED and "
        "QUEUED require CONSENT_ATTRIBUTE.",
    )
    rule_action_names: _Names = Field(
        default=(),
        title="names, separated by commas",
        description="The Contact Lens rule actions that start a message.",
    )
    max_event_age_seconds: int = Field(
        default=300,
        ge=1,
        le=86_400,
        title="1 to 86400",
        description="Events and deferred requests that are older than this do not start a message.",
    )
    queue_url: _Url | None = Field(
        default=None,
        title="the URL of an SQS queue",
        description="The queue for requests that cannot be sent now; requires DEAD_LETTER_QUEUE_URL.",
    )
    dead_letter_queue_url: _Url | None = Field(
        default=None, title="the URL of an SQS queue", description="The queue for records that can never be sent."
    )
    queue_sends_per_second: float = Field(
        default=1,
        ge=0.1,
        allow_inf_nan=False,
        title="0.1 or more",
        description="How many messages all queue workers together start per second.",
    )
    flow_time_limit_seconds: float = Field(
        default=3, ge=1, le=8, title="1 to 8", description="The timeout set on the flow's block."
    )

    def is_own_instance(self, instance: str) -> bool:
        """Return whether an instance id or ARN is that of this deployment."""
        if ":" not in instance:
            return instance.lower() == self.instance_id.lower()
        # Samples in AWS's documentation have `arn:aws::connect:`, so only the rest is compared.
        return instance.lower().partition(":connect:")[2] == self.instance_arn.lower().partition(":connect:")[2]

    @property
    def instance_id(self) -> str:
        """Return the instance's id, the last part of its ARN."""
        return self.instance_arn.rpartition("/")[2]

    @property
    def region(self) -> str:
        """Return the Region of the instance."""
        return self.instance_arn.split(":")[3]
