"""Define the behavior of AWS that is not documented, and judge it by the evidence of a smoke test."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Judgement(StrEnum):
    """The result for an assumption."""

    HELD = "held"
    FAILED = "failed"
    NOT_TRIED = "not tried"


@dataclass(frozen=True)
class Assumption:
    """
    Behavior of AWS that the project expects or guards against.

    Attributes:
        says: The assumption in words.
        to_try: How to try it when the smoke test does not.
    """

    says: str
    to_try: str


@dataclass(frozen=True)
class JudgedAssumption:
    """An assumption with its result and the evidence, or how to try it."""

    says: str
    judgement: Judgement
    evidence: str


type Evidence = Mapping[str, tuple[Judgement, str]]
"""The result and the evidence, by the name of the assumption."""

DESCRIBE_AFTER_START = "Run the smoke test again after a message was started, with connect:DescribeContact."
BY_CLI = "with `aws connect start-outbound-chat-contact`; the function refuses it before it calls Connect."

ASSUMPTIONS: Mapping[str, Assumption] = {
    "token": Assumption(
        "A repeated request with the same client token does not start a second contact.",
        "Run the smoke test again after a message was started.",
    ),
    "other request": Assumption(
        "A known client token returns its contact even if the other members of the request differ.",
        "Invoke twice for one call with different messages and the same ClientToken.",
    ),
    "rate": Assumption(
        "Refused and repeated requests count against the quota of StartOutboundChatContact.",
        "Repeat a request faster than the quota, and note when the function returns THROTTLED.",
    ),
    "chain": Assumption(
        "The SMS contact starts a contact chain of its own, with the initiation method API.",
        DESCRIBE_AFTER_START,
    ),
    "system endpoint": Assumption(
        "The system endpoint of the SMS contact is the phone-number ARN of the request.",
        DESCRIBE_AFTER_START,
    ),
    "ended": Assumption(
        "Amazon Connect accepts a contact that has ended as RelatedContactId.",
        "Run the smoke test with RELATED= the id of a call that has ended.",
    ),
    "attributes": Assumption(
        "RelatedContactId does not copy the attributes of the related contact to the SMS contact.",
        "Run the smoke test with RELATED= the id of a call that has ended and has attributes.",
    ),
    "flow ARN": Assumption(
        "ContactFlowId may be an ARN.",
        "Deploy with the flow's ARN as ContactFlowId and run the smoke test.",
    ),
    "conflict": Assumption(
        "A second contact between the same two numbers is refused with CONFLICT while the first is open.",
        "Run the smoke test with RELATED= the id of a call that has ended; the first message is still open then.",
    ),
    "unlisted": Assumption(
        "For a number that is not on the opt-out list, AWS returns an empty list or an error about the number.",
        "Run the smoke test with the permission sms-voice:DescribeOptedOutNumbers.",
    ),
    "association": Assumption(
        "A function can be associated with the instance by the ARN of its alias.",
        "Deploy, and look for the alias in the list of the flow designer.",
    ),
    "destination": Assumption(
        "The two-way destination of a number that is connected to Amazon Connect contains the word connect.",
        "Run the smoke test with the permission sms-voice:DescribePhoneNumbers.",
    ),
    "opted out": Assumption(
        "For a number that has sent STOP, Connect starts the contact and AWS does not send the message.",
        "Answer STOP, run the smoke test with OptOutListName empty, then answer START.",
    ),
    "withheld": Assumption(
        "Connect describes a withheld number as a word, as a SIP address or without an endpoint.",
        "Call with a withheld number; the log line must have the reason CUSTOMER_NUMBER_MISSING.",
    ),
    "landline": Assumption(
        "In some countries, only the carrier can distinguish a landline from a mobile phone.",
        "Deploy with CarrierLookup=true and call from a landline; AWS charges for each lookup.",
    ),
    "longer": Assumption(
        "A message of more than 1,024 characters is refused, not split.",
        f"Send such a message {BY_CLI}",
    ),
    "both messages": Assumption(
        "A request with a message and a template is refused.",
        f"Send both {BY_CLI}",
    ),
    "attribute names": Assumption(
        "The names of attributes count toward the 32,768 bytes, as their values do.",
        f"Send long names {BY_CLI}",
    ),
    "unknown member": Assumption(
        "A request with a member that the API does not have is refused.",
        "An SDK cannot send such a request, so the function does not depend on it.",
    ),
    "WhatsApp": Assumption(
        "WhatsApp needs a template for the first message, has the limits of SMS, and fails after the contact starts.",
        "Deploy with a WhatsApp number and a template (docs/messages.md), and call from a phone without WhatsApp.",
    ),
    "number's kind": Assumption(
        "Connect refuses an SMS from a WhatsApp number, or the reverse, at once and as invalid.",
        "Send from such a number with `aws connect start-outbound-chat-contact`; `make doctor` reports such a number.",
    ),
    "reply": Assumption(
        "The Wait block continues with the customer's first reply to an outbound SMS.",
        "Run the smoke test at a terminal, for a stack with its own SMS flow, and answer the first message.",
    ),
    "unset": Assumption(
        "In the Check contact attributes block, an attribute that is not set does not equal any value.",
        "Call the deployed voice flow and press no key; the call must go on to the queue.",
    ),
    "detail type": Assumption(
        "Contact events have the detail type Amazon Connect Contact Event or Connect Customer Contact Event.",
        "Run the smoke test for a stack with CountOutcomes=true.",
    ),
    "tags": Assumption(
        "The tag that a flow sets with TagContact is in the contact's later events.",
        "Run the smoke test for a stack with CountOutcomes=true and DeployFlows=with-test-cases.",
    ),
    "deliveries": Assumption(
        "The SMS of a contact emits a delivery event with the number that sends it.",
        "Run the smoke test for a stack with DeliveryEventNumbers= that number, and look for Delivered in 72 hours.",
    ),
    "chat metrics": Assumption(
        "ChatMetrics has the customer's messages when the SMS contact ends.",
        "Run the smoke test at a terminal, for a stack with its own SMS flow, and answer the first message.",
    ),
    "simulated": Assumption(
        "The function's event of a simulated call has the segment attribute connect:ValidationTestType.",
        "Run the smoke test for a stack with DeployFlows=with-test-cases.",
    ),
    "price": Assumption(
        "Amazon Connect charges for an SMS contact in addition to its message parts.",
        "Look at the bill a day later, in Cost Explorer under Amazon Connect and End User Messaging.",
    ),
}
"""All assumptions by name."""


def judge_all(evidence: Evidence) -> Iterator[JudgedAssumption]:
    """Yield every assumption with its result, in the order of the table."""
    for name, assumption in ASSUMPTIONS.items():
        judgement, seen = evidence.get(name, (Judgement.NOT_TRIED, assumption.to_try))
        yield JudgedAssumption(assumption.says, judgement, seen)


def judge(*, held: bool) -> Judgement:
    """Return the result for an assumption that was tried."""
    return Judgement.HELD if held else Judgement.FAILED
