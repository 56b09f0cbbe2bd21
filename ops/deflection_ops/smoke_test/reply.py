"""Ask the operator to answer the first message, and record what the reply shows."""

from collections.abc import Callable, Mapping
from typing import Any

from deflection.follow_up import REPLIED_ATTRIBUTE
from deflection_ops.errors import AwsError
from deflection_ops.finding import Finding, Observation
from deflection_ops.invocation import Answer
from deflection_ops.smoke_test import steps
from deflection_ops.smoke_test.sms_session import SmsSession

REPLY_SECONDS = 60
"""How long to look for the reply after the operator has sent it."""
QUESTION = (
    "Answer the message on that phone now, then press Enter here. The answer enters the queue of the SMS contacts, and "
    "the contact is ended at once. Type no to skip this"
)

type Ask = Callable[[str], str]


def waits_for_reply(session: SmsSession) -> bool:
    """Return whether the SMS contact gets the stack's flow that waits for the first reply without a bot."""
    parameters = session.deployment.parameters
    is_own_flow = parameters.get("DeployFlows") == "false" or parameters.get("ContactFlowId")
    return not is_own_flow and parameters.get("SmsReplySeconds", "0") != "0" and not parameters.get("LexBotAliasArn")


def await_reply(session: SmsSession, first: Answer, ask: Ask) -> Finding | None:
    """Ask for a reply, and check whether the flow noticed it; None if nobody replies."""
    try:
        if ask(QUESTION).lower() == "no":
            return None
    except EOFError:
        return None
    contact_id = first.contact_id
    try:
        seconds = next((each for each in range(REPLY_SECONDS) if _has_replied(session, contact_id)), None)
        if seconds is not None:
            session.record("reply", f"The SMS contact has replied=yes, {seconds} seconds later.", held=True)
            return steps.REPLY.report(Observation(contact_id))
        contact = session.describe_contact(contact_id, bool)
    except AwsError as error:
        return steps.REPLY.not_asked(error)
    if not _messages(contact) and "QueueInfo" not in contact:
        return steps.REPLY.report(steps.REPLY_NOT_RECEIVED.found(contact_id, str(REPLY_SECONDS)))
    session.record("reply", "The SMS contact is past the block that waits, and does not have replied=yes.", held=False)
    return steps.REPLY.report(steps.REPLY_NOT_NOTICED.found(contact_id))


def judge_chat_metrics(session: SmsSession, contact: Mapping[str, Any]) -> None:
    """Record whether the ended SMS contact shows the reply that was received."""
    if "reply" in session.evidence:
        count = _messages(contact)
        session.record("chat metrics", f"CustomerMetrics.MessagesSent is {count}.", held=count > 0)


def _has_replied(session: SmsSession, contact_id: str) -> bool:
    request = {"InstanceId": session.deployment.settings.instance_id, "InitialContactId": contact_id}
    attributes = session.deployment.aws.call("connect", "get_contact_attributes", **request)["Attributes"]
    if attributes.get(REPLIED_ATTRIBUTE) == "yes":
        return True
    session.sleep(1)
    return False


def _messages(contact: Mapping[str, Any]) -> int:
    """Return how many messages the customer has sent; 0 if Amazon Connect does not say."""
    metrics = contact.get("ChatMetrics") or {}
    return int((metrics.get("CustomerMetrics") or {}).get("MessagesSent") or 0)
