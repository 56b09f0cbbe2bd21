"""What Amazon Connect was found to accept when a flow is created: a table of the action types that our flows use.

AWS's pages are wrong in places, so a row follows exports of the console and what CreateContactFlow accepted on live
instances; `Wait`, for example, takes TimeLimitSeconds, and refuses the TimeoutSeconds of its page by name.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

INBOUND, QUEUE, MODULE = "CONTACT_FLOW", "CUSTOMER_QUEUE", "MODULE"
ANYWHERE = frozenset({INBOUND, QUEUE, MODULE})
INBOUND_OR_MODULE = frozenset({INBOUND, MODULE})
CATCH_ALL, NO_CONDITION = "NoMatchingError", "NoMatchingCondition"
NUMBER_OPERATORS = frozenset(
    {"NumberGreaterThan", "NumberGreaterOrEqualTo", "NumberLessThan", "NumberLessOrEqualTo"},
)

ANY = r"(?s:.+)"
REFERENCE = (
    r"\$\.(Attributes|Channel|CustomerEndpoint|External|FlowAttributes|Metrics|Modules|SegmentAttributes"
    r"|StoredCustomerInput)([.\[].+)?"
)
"""A JSONPath with a root that exists."""
ARN_OR_REFERENCE = r"arn:aws[\w-]*:.+|\$\..+"
THREE_DAYS = r"(?:[1-9]\d{0,4}|1\d{5}|2[0-4]\d{4}|25[0-8]\d{3}|259[01]\d\d|259200)"
SEVEN_DAYS = r"(?:[1-9]\d{0,4}|[1-5]\d{5}|60[0-3]\d{3}|604[0-7]\d\d|604800)"
EVENTS = "CustomerQueue|CustomerRemaining|CustomerHold|CustomerWhisper|AgentHold|AgentWhisper|DefaultAgentUI"


@dataclass(frozen=True)
class Accepted:
    """The parameters and branches that an action of one type may have.

    Attributes:
        types: The types of flow that may have it.
        required: The required parameters, each with a pattern of its value.
        optional: The optional parameters, likewise.
        errors: The error types that need a branch.
        optional_errors: The other error types that may have one.
        operators: The operators of its conditions; empty if it may not have any.
        operands: A pattern of the operands.
        all_operands: Operands that each need a condition.
        needs_conditions: Whether at least one condition is required.
        follows: The error whose branch NextAction repeats; empty if NextAction is free.
        ends: Whether the flow ends with it.
    """

    types: frozenset[str]
    required: Mapping[str, str] = field(default_factory=dict)
    optional: Mapping[str, str] = field(default_factory=dict)
    errors: frozenset[str] = frozenset({CATCH_ALL})
    optional_errors: frozenset[str] = frozenset()
    operators: frozenset[str] = frozenset()
    operands: str = ANY
    all_operands: frozenset[str] = frozenset()
    needs_conditions: bool = True
    follows: str = ""
    ends: bool = False


EQUALS = frozenset({"Equals"})
KEY_ERRORS = frozenset({"InputTimeLimitExceeded", NO_CONDITION, CATCH_ALL})

ACCEPTED: Mapping[str, Accepted] = {
    "UpdateContactTextToSpeechVoice": Accepted(
        ANYWHERE, {"TextToSpeechVoice": r"[A-Z][a-z]+", "TextToSpeechEngine": "Standard|Neural|Generative"}
    ),
    "UpdateContactData": Accepted(ANYWHERE, {"LanguageCode": r"[a-z]{2}-[A-Z]{2}", "TargetContact": "Current"}),
    "UpdateContactEventHooks": Accepted(ANYWHERE, {"EventHooks": rf"{{'({EVENTS})': '{ARN_OR_REFERENCE}'}}"}),
    "UpdateContactTargetQueue": Accepted(INBOUND_OR_MODULE, {"QueueId": ARN_OR_REFERENCE}),
    "UpdateContactAttributes": Accepted(ANYWHERE, {"Attributes": ANY, "TargetContact": "Current"}),
    "TagContact": Accepted(ANYWHERE, {"Tags": r"\{('[\w.-]+': '[^']+'(, )?)+\}"}),
    "UpdateFlowAttributes": Accepted(ANYWHERE, {"FlowAttributes": r"\{('\w+': \{'Value': '[^']*'\}(, )?)+\}"}),
    "Compare": Accepted(
        ANYWHERE,
        {"ComparisonValue": REFERENCE},
        errors=frozenset({NO_CONDITION}),
        operators=EQUALS | NUMBER_OPERATORS,
        operands=r"(?!\$)[\w.-]+",
        follows=NO_CONDITION,
    ),
    "GetMetricData": Accepted(ANYWHERE, optional={"QueueId": ARN_OR_REFERENCE, "QueueChannel": "Voice|Chat"}),
    "CheckHoursOfOperation": Accepted(
        ANYWHERE,
        optional={"HoursOfOperationId": ARN_OR_REFERENCE},
        operators=EQUALS,
        operands="True|False",
        all_operands=frozenset({"True", "False"}),
        follows=CATCH_ALL,
    ),
    "Wait": Accepted(
        frozenset({INBOUND, QUEUE}),
        {"TimeLimitSeconds": SEVEN_DAYS, "Events": r"\['CustomerReturned'\]"},
        operators=EQUALS,
        operands="WaitCompleted|CustomerReturned",
        all_operands=frozenset({"WaitCompleted", "CustomerReturned"}),
        follows=CATCH_ALL,
    ),
    "MessageParticipant": Accepted(ANYWHERE, {"Text": ANY}),
    "MessageParticipantIteratively": Accepted(frozenset({QUEUE}), {"Messages": ANY}),
    "MessageParticipantIteratively, interrupted": Accepted(
        frozenset({QUEUE}),
        {"Messages": ANY, "InterruptFrequencySeconds": r"[1-9]\d*"},
        operators=EQUALS,
        operands="MessagesInterrupted",
        all_operands=frozenset({"MessagesInterrupted"}),
    ),
    "GetParticipantInput, a key": Accepted(
        ANYWHERE,
        {"Text": ANY, "StoreInput": "False", "InputTimeLimitSeconds": r"[1-9]\d?|1[0-7]\d|180"},
        errors=KEY_ERRORS,
        operators=EQUALS,
        operands="[0-9*#]",
        follows=NO_CONDITION,
    ),
    "GetParticipantInput, stored": Accepted(
        ANYWHERE,
        {
            "Text": ANY,
            "StoreInput": "True",
            "InputTimeLimitSeconds": r"[1-9]\d?|1[0-7]\d|180",
            "InputValidation": r"\{'CustomValidation': \{'MaximumLength': '\d+'\}\}",
        },
        {"DTMFConfiguration": r"\{'DisableCancelKey': '(True|False)'\}"},
    ),
    "ConnectParticipantWithLexBot": Accepted(
        ANYWHERE,
        {"Text": ANY, "LexV2Bot": ANY, "LexTimeoutSeconds": rf"\{{'Text': '{SEVEN_DAYS}'\}}"},
        errors=KEY_ERRORS,
        operators=EQUALS,
        needs_conditions=False,
    ),
    "InvokeLambdaFunction": Accepted(
        ANYWHERE,
        {
            "LambdaFunctionARN": ARN_OR_REFERENCE,
            "InvocationTimeLimitSeconds": "[1-8]",
            "InvocationType": "SYNCHRONOUS",
            "ResponseValidation": r"\{'ResponseType': '(STRING_MAP|JSON)'\}",
        },
        {"LambdaInvocationAttributes": ANY},
    ),
    "InvokeFlowModule": Accepted(
        INBOUND_OR_MODULE,
        {"FlowModuleId": r"[0-9a-f-]{36}(:\$LATEST)?|\$\..+"},
        {"Input": r"\{('\w+': '.+'(, )?)+\}"},
        optional_errors=frozenset({NO_CONDITION}),  # A module need not return results.
        operators=EQUALS,
        needs_conditions=False,
    ),
    "EndFlowModuleExecution": Accepted(
        frozenset({MODULE}), optional={"Result": r"\w+", "ResultData": ANY}, errors=frozenset(), ends=True
    ),
    "UpdateContactCallbackNumber": Accepted(
        ANYWHERE,
        {"CallbackNumber": REFERENCE},
        errors=frozenset({"InvalidCallbackNumber", "CallbackNumberNotDialable"}),
    ),
    "CreateCallbackContact": Accepted(
        ANYWHERE,
        {
            "InitialCallDelaySeconds": THREE_DAYS,
            "MaximumConnectionAttempts": r"[1-9]\d*",
            "RetryDelaySeconds": THREE_DAYS,
        },
        {"QueueId": ARN_OR_REFERENCE},
    ),
    "TransferContactToQueue": Accepted(INBOUND_OR_MODULE, errors=frozenset({"QueueAtCapacity", CATCH_ALL})),
    "DisconnectParticipant": Accepted(ANYWHERE, errors=frozenset(), ends=True),
    "EndFlowExecution": Accepted(frozenset({QUEUE, MODULE}), errors=frozenset(), ends=True),
}
