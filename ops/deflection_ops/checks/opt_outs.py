"""Check that STOP adds a customer to the opt-out list that the function reads."""

from collections.abc import Iterator

from deflection_ops.aws import SMS_VOICE
from deflection_ops.checks.sms_numbers import describe_sms_numbers
from deflection_ops.deployment import Deployment
from deflection_ops.errors import NotFoundError
from deflection_ops.finding import Check, Observation, Problem, Verdict

SELF_MANAGED_OPT_OUTS = Problem(
    "SELF_MANAGED_OPT_OUTS",
    "Phone number {subject} has self-managed opt-outs: AWS does not add a customer who replies STOP to an opt-out "
    "list, so the check of OPT_OUT_LIST_NAME does not find them.",
    "Turn off self-managed opt-outs in AWS End User Messaging, or add these customers to the list yourself "
    "(docs/messages.md#the-opt-out-list).",
    Verdict.WARNING,
)
OPT_OUT_LIST_NOT_FOUND = Problem(
    "OPT_OUT_LIST_NOT_FOUND",
    "Opt-out list {subject} does not exist in this account and Region.",
    "Set OptOutListName to a list that exists; `aws pinpoint-sms-voice-v2 describe-opt-out-lists` lists them.",
)
OPT_OUT_LIST_DIFFERS = Problem(
    "OPT_OUT_LIST_DIFFERS",
    "A customer who sends STOP to {subject} is added to the list {detail}, but the function checks another list.",
    "Set OptOutListName to the number's list, or assign that list to the number in AWS End User Messaging.",
    Verdict.WARNING,
)


def _self_managed(deployment: Deployment) -> Iterator[Observation]:
    for arn, number in describe_sms_numbers(deployment):
        if number:
            is_on = number.get("SelfManagedOptOutsEnabled")
            yield SELF_MANAGED_OPT_OUTS.found(arn) if is_on else Observation(arn)


def _opt_out_list(deployment: Deployment) -> Iterator[Observation]:
    name = deployment.settings.opt_out_list_name
    if not name:
        return
    try:
        deployment.aws.read(SMS_VOICE, "describe_opt_out_lists", OptOutListNames=[name])
    except NotFoundError:
        yield OPT_OUT_LIST_NOT_FOUND.found(name)
        return
    yield Observation(name)


def _list_of_number(deployment: Deployment) -> Iterator[Observation]:
    checked = (deployment.settings.opt_out_list_name or "").rpartition("/")[2]
    for arn, number in describe_sms_numbers(deployment) if checked else ():
        if number:
            name = str(number.get("OptOutListName")).rpartition("/")[2]
            yield Observation(arn) if name == checked else OPT_OUT_LIST_DIFFERS.found(arn, name)


CHECKS = (
    Check("STOP", "AWS handles STOP to {subject} and records the opt-out.", (SELF_MANAGED_OPT_OUTS,), _self_managed),
    Check("opt-out list", "Opt-out list {subject} exists.", (OPT_OUT_LIST_NOT_FOUND,), _opt_out_list),
    Check(
        "number's opt-out list",
        "A customer who sends STOP to {subject} is added to the list that the function checks.",
        (OPT_OUT_LIST_DIFFERS,),
        _list_of_number,
    ),
)
