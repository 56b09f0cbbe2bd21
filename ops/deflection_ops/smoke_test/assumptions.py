"""What AWS does not document, and what the first hour on a real account can say of it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Judgement(StrEnum):
    """What became of an assumption."""

    HELD = "held"
    DID_NOT = "did not"
    NOT_TRIED = "not tried"


@dataclass(frozen=True)
class Assumption:
    """
    Something that this software takes for granted, or guards against, without AWS saying so.

    Attributes:
        says: What is assumed.
        marked: The words by which it is marked in README.md (Limits and assumptions), in the docs or in the simulator.
        to_try: How it can be tried, when the first hour does not.
    """

    says: str
    marked: tuple[str, ...]
    to_try: str


@dataclass(frozen=True)
class Judged:
    """An assumption with what became of it, and what that was seen by."""

    says: str
    judgement: Judgement
    evidence: str


type Evidence = Mapping[str, tuple[Judgement, str]]
"""What was seen of the assumptions, under their names."""

ASSUMPTIONS: Mapping[str, Assumption] = {
    "token": Assumption(
        "A repetition with the same client token starts no second contact.",
        ("Connect remembers a token for 7 days",),
        "Ask again once a text was started.",
    ),
    "other request": Assumption(
        "A known client token answers with its contact even if the rest of the request differs.",
        ("Assumption: a token answers with its contact even if the rest of the request differs.",),
        "Invoke twice in one call with different texts and the same ClientToken.",
    ),
    "rate": Assumption(
        "Refused and repeated requests count against the quota of StartOutboundChatContact.",
        ("Assumption: refused and repeated requests count against the rate, too.",),
        "Repeat a request faster than the quota, and look when THROTTLED comes.",
    ),
    "chain": Assumption(
        "The SMS contact begins a chain of its own, and is initiated by API.",
        ("Assumption: a deflected contact begins a chain of its own, and is initiated by API.",),
        "Ask again once a text was started, with permission for connect:DescribeContact.",
    ),
    "system endpoint": Assumption(
        "The SMS contact's system endpoint is the phone-number ARN as it was given.",
        ("Assumption: the system endpoint is the source endpoint as it was given, not the number behind the ARN.",),
        "Ask again once a text was started, with permission for connect:DescribeContact.",
    ),
    "ended": Assumption(
        "Amazon Connect takes a contact that has ended as RelatedContactId.",
        ("Ended calls", "has ended as `RelatedContactId` is not verified", "Assumption: a related contact may be"),
        "Ask again with RELATED= the id of a call that has ended.",
    ),
    "attributes": Assumption(
        "RelatedContactId does not copy the related contact's attributes to the SMS contact.",
        ("Attributes", "Assumption: only the attributes of the request; those of the related contact are not copied."),
        "Ask again with RELATED= the id of a call that has ended and has attributes.",
    ),
    "flow ARN": Assumption(
        "ContactFlowId may be an ARN.",
        ("A flow's ARN",),
        "Deploy with the flow's ARN as ContactFlowId, and ask again.",
    ),
    "conflict": Assumption(
        "An open conversation between the same two numbers comes to CONFLICT.",
        ("Conflicts",),
        "Ask again with RELATED= the id of a call that has ended: then the first text is still open.",
    ),
    "subtype condition": Assumption(
        "The condition connect:Subtype fits the resources of the role's policy.",
        ("`connect:Subtype` in the policy",),
        "Deploy with EnforceSubtypeCondition=true, and ask again.",
    ),
    "unlisted": Assumption(
        "A number that is on no opt-out list is left out of the answer, or an error about the number.",
        ("Numbers on no opt-out list", "Assumption: a valid number that is on no list is left out of the answer"),
        "Ask again once the dry run is ok, with permission for sms-voice:DescribeOptedOutNumbers.",
    ),
    "association": Assumption(
        "A function is associated with the instance by the ARN of its alias.",
        (),
        "Deploy, and look whether the flow designer lists the alias.",
    ),
    "destination": Assumption(
        "A number that texts with Amazon Connect names connect as the destination of its two-way messages.",
        ("Assumption: this is how a number that texts with Connect names its destination.",),
        "Ask again with permission for sms-voice:DescribePhoneNumbers.",
    ),
    "opted out": Assumption(
        "A contact for a number that has sent STOP is started, and its text is not sent.",
        ("Opted-out numbers",),
        "Answer STOP, and ask again with OptOutListName empty; then START.",
    ),
    "withheld": Assumption(
        "A withheld number comes as a word, as a SIP address or as no endpoint.",
        ("Withheld numbers",),
        "Call with the number withheld: the log line must have CUSTOMER_NUMBER_MISSING.",
    ),
    "landline": Assumption(
        "Only the carrier tells landlines where numbers do not.",
        ("Landlines", "Assumption: a number that nobody described is a mobile phone."),
        "Deploy with CarrierLookup=true, and call from a landline; each lookup is paid for.",
    ),
    "longer": Assumption(
        "A text of more than 1,024 characters is refused, not split.",
        ("Longer texts", "Assumption: longer texts are refused, not split into several messages."),
        "`aws connect start-outbound-chat-contact` with such a text; the function refuses it before.",
    ),
    "both messages": Assumption(
        "A request with a text and a template is refused.",
        ("Assumption: a request with both messages is refused; the API names no order between them.",),
        "`aws connect start-outbound-chat-contact` with both; the function refuses it before.",
    ),
    "attribute names": Assumption(
        "The names of attributes count against the 32,768 bytes as well as the values.",
        ("Assumption: the names count as well as the values.",),
        "`aws connect start-outbound-chat-contact` with long names; the function refuses it before.",
    ),
    "unknown member": Assumption(
        "A request with a member that the API does not have is refused.",
        ("Assumption: a member that the model does not have is refused; boto3 never sends one.",),
        "No SDK sends one, so nothing depends on it.",
    ),
    "WhatsApp": Assumption(
        "WhatsApp refuses a first text without a template, has the limits of SMS, and fails after the contact started.",
        ("WhatsApp", "Assumption: WhatsApp has the limits of SMS"),
        "Deploy with a WhatsApp number and a template (docs/messages.md), and call from a phone without WhatsApp.",
    ),
    "number's kind": Assumption(
        "A number of another kind than the text, of WhatsApp for an SMS or the other way round, is refused at once.",
        ("Assumption: such a request is refused at once, and as invalid.",),
        "`aws connect start-outbound-chat-contact` with such a number; `make doctor` tells of it before.",
    ),
    "unset": Assumption(
        "In a flow's Check contact attributes block what is not set equals nothing.",
        ("Assumption: what is not set equals nothing.",),
        "Call the deployed voice flow without pressing a key: the call must go on to the queue.",
    ),
    "detail type": Assumption(
        "Contact events come as Amazon Connect Contact Event or as Connect Customer Contact Event.",
        ("Amazon Connect Contact Event",),
        "Deploy with CountAnswers=true, end a text conversation, and look for EndedUnanswered or Answered.",
    ),
    "price": Assumption(
        "Amazon Connect charges an SMS contact beside the message parts.",
        (),
        "Look at the bill a day later, in Cost Explorer under Amazon Connect and End User Messaging.",
    ),
}


def judged(evidence: Evidence) -> Iterator[Judged]:
    """All assumptions, in their order, with what was seen of them."""
    for name, assumption in ASSUMPTIONS.items():
        judgement, seen = evidence.get(name, (Judgement.NOT_TRIED, assumption.to_try))
        yield Judged(assumption.says, judgement, seen)


def held(*, is_so: bool) -> Judgement:
    """The judgement of something that was seen."""
    return Judgement.HELD if is_so else Judgement.DID_NOT
