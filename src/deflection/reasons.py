"""Define every reason code, with its meaning and cure."""

from dataclasses import dataclass
from enum import Enum


class Retry(Enum):
    """When the same request may succeed."""

    AT_ONCE = "within the same invocation"
    LATER = "from the queue"
    NEVER = "not without a change"


@dataclass(eq=False)
class _Row:
    """The fields of a reason: the default message for the flow, the meaning, the cure, and when to retry."""

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
        "The value of the SSM parameter in SWITCH_PARAMETER is off.",
        "Find out why messages were switched off, then set the parameter to on. It takes effect within 30 seconds.",
    )
    SIMULATED_CONTACT = (
        "The function does not send messages to contacts that a test case simulates.",
        "A test case of Amazon Connect simulates the contact: it has the segment attribute connect:ValidationTestType.",
        "Nothing to do. In the test case, mock the response of the function to test the paths after it.",
    )
    CHANNEL_NOT_ELIGIBLE = (
        "Contacts of this channel are not deflected.",
        "The contact's channel is not in ALLOWED_CHANNELS, and no destination was given.",
        "Add the channel to ALLOWED_CHANNELS, or give DestinationEndpoint_Address.",
    )
    INSTANCE_NOT_ALLOWED = (
        "The contact or the InstanceId belongs to another Amazon Connect instance.",
        "The instance of the event or of InstanceId is not INSTANCE_ARN.",
        "Deploy one stack for each instance.",
    )
    CUSTOMER_NUMBER_MISSING = (
        "The contact does not have a phone number of the customer.",
        "The number is withheld, or the contact is a SIP call, a WebRTC call or a web chat.",
        "Ask the caller to enter a number, and invoke the function again with DestinationEndpoint_Address.",
    )
    CUSTOMER_NUMBER_INVALID = (
        "The customer's number is not a valid phone number.",
        "The caller's number or DestinationEndpoint_Address is not valid.",
        "Ask for the number again. Set DEFAULT_COUNTRY to accept numbers without + and a country code.",
    )
    COUNTRY_NOT_ALLOWED = (
        "Messages to the customer's country are not allowed.",
        "The country of the number is not in ALLOWED_COUNTRIES.",
        "Add the country if your phone numbers are registered to send messages there.",
    )
    LINE_TYPE_NOT_TEXTABLE = (
        "The customer's phone line does not receive SMS.",
        "According to its digits or the carrier, the number is a landline, toll-free or another line without SMS.",
        "Ask the caller to enter a mobile number on the keypad.",
    )
    CONSENT_MISSING = (
        "The customer has not agreed to receive a message.",
        "The value of the contact attribute in CONSENT_ATTRIBUTE is not true, yes, y, 1 or granted.",
        "Set the attribute to true in the flow when the caller agrees. Attribute names are case-sensitive.",
    )
    OPTED_OUT = (
        "The customer has opted out of messages.",
        "The number is on the opt-out list in OPT_OUT_LIST_NAME.",
        "Keep the caller in the queue. Only the customer can opt in again.",
    )
    QUIET_HOURS = (
        "It is within quiet hours in the customer's time zone.",
        "A contact event or a Contact Lens rule arrived within QUIET_HOURS, in the local time of the number.",
        "Nothing to do; the message is not sent later.",
    )
    RECENTLY_DEFLECTED = (
        "A message to this customer was started a short time ago; ContactId is the id of that contact.",
        "A message to this customer was started within the last REPEAT_WINDOW_MINUTES.",
        "The flow can ask the caller to look at the earlier message.",
    )
    EVENT_TOO_OLD = (
        "The event is too old.",
        "The event or the deferred request is older than MAX_EVENT_AGE_SECONDS.",
        "Request a higher quota and raise QUEUE_SENDS_PER_SECOND, or raise MAX_EVENT_AGE_SECONDS.",
    )


class IgnoreReason(Reason):
    """The event does not ask for a message: status IGNORED."""

    TRIGGER_NOT_MATCHED = (
        "The event does not match CONTACT_EVENT_TRIGGER or RULE_ACTION_NAMES.",
        "No setting starts a message for this event, or the contact has changed since the event.",
        "Nothing to do. If you expected a message, set CONTACT_EVENT_TRIGGER or RULE_ACTION_NAMES.",
    )
    SMS_CONTACT_EVENT = (
        "The event is about a message that was already started.",
        "The event is about a related SMS contact, a call that got a message, or a delivery. It is only counted.",
        "Nothing to do.",
    )


class FailureReason(Reason):
    """The deflection failed: status FAILED, or DEFERRED when the request is on the queue."""

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
        "A flow parameter is unknown or given twice, or a value in the request has the wrong type or is too large.",
        "Read Message; it names the field, the rule and the value's size.",
    )
    INVALID_MESSAGE = (
        "The message or its template is invalid.",
        "The message is too long, the value of a variable is missing, or a WhatsApp message lacks its template.",
        "Read Message; it names the field or the variable. Set the attribute in the flow, or change the message.",
    )
    INVALID_SETTINGS = (
        "The settings are invalid.",
        "Settings, or the messages or routes in SSM, are missing or invalid. Every invocation fails with this reason.",
        "Read Message; it names every invalid setting, or the document's line and field.",
    )
    REQUEST_REFUSED = (
        "Amazon Connect refused the request as invalid.",
        "Amazon Connect refused the request, although it passed every check of this function.",
        "Run make doctor: it checks the SMS flow and the phone number. DryRun and Select show the request.",
    )
    ACCESS_DENIED = (
        "The function is not allowed to make this request.",
        "The function's role lacks a permission, or its credentials are invalid.",
        "Add the number to MoreConnectPhoneNumberArns or the flow to MoreContactFlowArns, and run make doctor.",
    )
    RESOURCE_NOT_FOUND = (
        "The instance, the flow, the number or the contact does not exist.",
        "The instance, the flow, the number or the contact does not exist in this account and Region.",
        "Run make doctor: it checks the ids, and that the flow is published.",
    )
    CONFLICT = (
        "The request conflicts with a resource that already exists in Amazon Connect.",
        "Amazon Connect returned ConflictException; AWS does not document the cause.",
        "Look for an open conversation with this customer in Contact search.",
    )
    THROTTLED = (
        "The request rate exceeds the quota.",
        "The request rate of the account in this Region exceeds the operation's quota.",
        "Request a higher quota for StartOutboundChatContact, and for DescribeContact if you use events.",
        Retry.AT_ONCE,
    )
    QUOTA_EXCEEDED = (
        "The instance has reached its quota of open chats.",
        "The instance has reached its quota of concurrent active chats; idle conversations count.",
        "End idle conversations in the SMS flow, lower CHAT_DURATION_MINUTES, or request a higher quota.",
        Retry.LATER,
    )
    SERVICE_UNAVAILABLE = (
        "AWS failed or could not be reached.",
        "An AWS service failed, could not be reached or sent an incomplete response.",
        "Check the AWS Health Dashboard, and the VPC endpoints if the function runs in a VPC.",
        Retry.AT_ONCE,
    )
    TIMED_OUT = (
        "AWS did not respond in time.",
        "An AWS service did not respond within the time limit. Amazon Connect may still have started the contact.",
        "Raise the timeout of the flow's block and FLOW_TIME_LIMIT_SECONDS. The token prevents a second message.",
        Retry.AT_ONCE,
    )
    CHECK_UNAVAILABLE = (
        "A check before the message failed.",
        "SSM, the opt-out list, the repeat-window table or the contact's state could not be read.",
        "Read Message; it names the check and the error from AWS. Run make doctor: it checks the names and the role.",
        Retry.LATER,
    )
