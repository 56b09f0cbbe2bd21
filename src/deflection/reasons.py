"""Define every status and reason of an outcome in one table; everything else reads it."""

from dataclasses import dataclass
from enum import Enum, StrEnum


class Status(StrEnum):
    """What happened to a deflection, as the flow reads it in `Status`."""

    STARTED = "STARTED"
    DEFERRED = "DEFERRED"
    DECLINED = "DECLINED"
    IGNORED = "IGNORED"
    FAILED = "FAILED"
    DRY_RUN = "DRY_RUN"


class Retry(Enum):
    """When the same request may succeed."""

    AT_ONCE = "within the same invocation"
    LATER = "from the queue"
    NEVER = "not without a change"


@dataclass(eq=False)
class _Row:
    """A row: the sentence for the flow unless an error has its own, the meaning, the cure, and when to retry."""

    message: str
    meaning: str
    cure: str
    retry: Retry = Retry.NEVER


class Reason(_Row, Enum):
    """A reason; its name is the code that the flow reads in `Reason`."""


class DeclineReason(Reason):
    """A rule does not allow the message: status DECLINED."""

    SWITCHED_OFF = (
        "Messages are switched off.",
        "The SSM parameter of SWITCH_PARAMETER says off.",
        "Ask who switched them off; set the parameter to on. The function reads it again within 30 seconds.",
    )
    CHANNEL_NOT_ELIGIBLE = (
        "Contacts of this channel are not deflected.",
        "The contact's channel is not in ALLOWED_CHANNELS, and no destination was given.",
        "Add the channel to ALLOWED_CHANNELS, or give DestinationEndpoint_Address.",
    )
    INSTANCE_NOT_ALLOWED = (
        "The contact or the InstanceId belongs to another Amazon Connect instance.",
        "The event or InstanceId names another instance than INSTANCE_ARN.",
        "Deploy one stack for each instance.",
    )
    CUSTOMER_NUMBER_MISSING = (
        "The contact has no phone number of the customer.",
        "The number is withheld, or the contact is a SIP call, a WebRTC call or a web chat.",
        "Ask for a number on the keypad and invoke again with DestinationEndpoint_Address.",
    )
    CUSTOMER_NUMBER_INVALID = (
        "The customer's number is not a valid phone number.",
        "The caller's number, or the number given, is not valid.",
        "Ask for the number again. Set DEFAULT_COUNTRY for numbers without + and country code.",
    )
    COUNTRY_NOT_ALLOWED = (
        "Numbers of the customer's country are not texted.",
        "The country of the number is not in ALLOWED_COUNTRIES.",
        "Add the country if your numbers are registered to send there.",
    )
    LINE_TYPE_NOT_TEXTABLE = (
        "The customer's phone line does not receive SMS.",
        "The number itself or the carrier lookup says it is a landline, a toll-free number or the like.",
        "Ask for a mobile number on the keypad.",
    )
    CONSENT_MISSING = (
        "The customer has not agreed to receive a message.",
        "The contact attribute of CONSENT_ATTRIBUTE does not say yes.",
        "Set the attribute to true in the flow when the caller agrees. Attribute names are case-sensitive.",
    )
    OPTED_OUT = (
        "The customer has opted out of messages.",
        "The number is on the opt-out list of OPT_OUT_LIST_NAME.",
        "Respect it and keep the caller in the queue. Only the customer can opt in again.",
    )
    QUIET_HOURS = (
        "It is within quiet hours in the customer's time zone.",
        "A contact event or a Contact Lens rule arrived within QUIET_HOURS, in the local time of the number.",
        "Nothing to do; the message is not sent later.",
    )
    RECENTLY_DEFLECTED = (
        "The customer received a message a short while ago; ContactId names that contact.",
        "Another message to this customer was started within REPEAT_WINDOW_MINUTES.",
        "The flow can ask the caller to look at the earlier message.",
    )
    EVENT_TOO_OLD = (
        "The event is too old.",
        "The event, or the request that a flow deferred, is older than MAX_EVENT_AGE_SECONDS.",
        "Ask AWS for a higher quota and raise QUEUE_SENDS_PER_SECOND, or allow a greater age.",
    )


class IgnoreReason(Reason):
    """The event does not ask for a message: status IGNORED."""

    TRIGGER_NOT_MATCHED = (
        "The event does not match CONTACT_EVENT_TRIGGER or RULE_ACTION_NAMES.",
        "The settings do not ask for a message on this event, or the contact has changed since the event.",
        "Nothing to do, unless you expected a message: then set CONTACT_EVENT_TRIGGER or RULE_ACTION_NAMES.",
    )
    SMS_CONTACT_EVENT = (
        "The event is about a message that was already started.",
        "The event is about an SMS or WhatsApp contact that points to another contact. It is only counted.",
        "Nothing to do.",
    )


class FailureReason(Reason):
    """The deflection could not be done: status FAILED, or DEFERRED when the request is on the queue."""

    UNRECOGNIZED_EVENT = (
        "The event is not one that this function handles.",
        "The event is not a flow invocation, an EventBridge event that this function handles, or an SQS batch.",
        "Invoke the function from an AWS Lambda function block, an EventBridge rule or an SQS queue.",
    )
    MALFORMED_EVENT = (
        "A required field of the event is missing or has the wrong type.",
        "A required field of the event is missing or has the wrong type; Message names the field.",
        "Add or correct the field in the application that sends the event.",
    )
    INVALID_PARAMETER = (
        "A flow parameter is invalid.",
        "A flow parameter, a setting or a copied attribute is unknown, given twice, of the wrong type or too large.",
        "Read Message: it names the field, the rule and the value's size.",
    )
    INVALID_MESSAGE = (
        "The message or its template is invalid.",
        "The message is too long, a variable has no value, or WhatsApp has no message template.",
        "Read Message: it names the field or the variable. Set the attribute in the flow, or change the message.",
    )
    INVALID_SETTINGS = (
        "The settings are invalid.",
        "Settings are missing or wrong, or the messages or routes in SSM are; every invocation gets this answer.",
        "Read Message: it names every wrong setting, or the document's line and field.",
    )
    REQUEST_REFUSED = (
        "Amazon Connect refused the request as invalid.",
        "Amazon Connect refused the request, although it passed every check of this function.",
        "Run make doctor: is the SMS flow published, and can the number send SMS? DryRun and Select show the request.",
    )
    ACCESS_DENIED = (
        "The function is not allowed to make this request.",
        "The function's role lacks a permission, or its credentials are not valid.",
        "Add the number or flow to MoreSourcePhoneNumberArns or MoreContactFlowArns; run make doctor.",
    )
    RESOURCE_NOT_FOUND = (
        "Amazon Connect does not know the instance, the flow, the number or the contact.",
        "The instance, flow, number or contact does not exist in this Region.",
        "Check the ids and that the flow is published: make doctor.",
    )
    CONFLICT = (
        "The request conflicts with something that Amazon Connect already has.",
        "Amazon Connect answered with a conflict; AWS does not document when.",
        "Look for an open conversation with this customer in Contact search.",
    )
    THROTTLED = (
        "Requests come faster than the quota allows.",
        "The account and Region make more requests a second than the quota of the operation allows.",
        "Ask AWS for a higher quota of StartOutboundChatContact, and of DescribeContact for events.",
        Retry.AT_ONCE,
    )
    QUOTA_EXCEEDED = (
        "The instance has as many open chats as its quota allows.",
        "The instance's quota of open chats is used up, idle conversations included.",
        "End idle conversations in the SMS flow, shorten CHAT_DURATION_MINUTES, or ask AWS for a higher quota.",
        Retry.LATER,
    )
    SERVICE_UNAVAILABLE = (
        "AWS failed or could not be reached.",
        "An AWS service failed, could not be reached or sent an incomplete response.",
        "Check the AWS Health Dashboard. In a VPC, check the endpoints.",
        Retry.AT_ONCE,
    )
    TIMED_OUT = (
        "AWS did not answer in time.",
        "An AWS service was slower than the time limit. It may have started the contact all the same.",
        "Allow the flow's block and FlowTimeLimitSeconds more time. The client token prevents a second message.",
        Retry.AT_ONCE,
    )
    CHECK_UNAVAILABLE = (
        "A check could not be made.",
        "SSM, the opt-out list, the repeat-window table or the contact's state could not be read.",
        "Read Message: it names the check and the answer of AWS. Check its name and the role: make doctor.",
        Retry.LATER,
    )
