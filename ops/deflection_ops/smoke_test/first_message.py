"""Run the steps about the first message."""

from collections.abc import Mapping
from typing import Any

from deflection.outcome import Status
from deflection.request.limits import SUBTYPE_KEY
from deflection_ops.aws import SMS_VOICE
from deflection_ops.errors import AwsError, NotFoundError
from deflection_ops.finding import Finding, Observation
from deflection_ops.invocation import Answer, DryRun, invoke, plan_dry_run
from deflection_ops.smoke_test import steps
from deflection_ops.smoke_test.sms_session import SmsSession

MARK = {"deflectionSmoke": "first"}
"""The attribute of the first SMS contact; it shows whether attributes are copied to another contact."""
PARAMETERS: Mapping[str, Any] = {"RelatedContactId": "NONE", "Attributes": MARK}
"""The flow parameters of the first message."""


def dry_run(session: SmsSession) -> Finding:
    """Invoke the function without sending; skip the carrier lookup, because its charge is not confirmed yet."""
    deployment, number = session.deployment, session.to.address
    planned = plan_dry_run(deployment) if deployment.settings.carrier_lookup else DryRun(number)
    try:
        answer = invoke(deployment, {"DryRun": "true"}, planned.number)
    except AwsError as error:
        return steps.DRY_RUN.not_asked(error)
    is_ok = planned.is_as_expected(answer)
    return steps.DRY_RUN.report(
        Observation(answer.code) if is_ok else steps.DRY_RUN_FAILED.found(answer.code, str(answer))
    )


def check_opt_out(session: SmsSession) -> Finding:
    """Look up the number on the opt-out list; AWS sends nothing to a number on it."""
    deployment = session.deployment
    name = deployment.settings.opt_out_list_name or "Default"
    request = {"OptOutListName": name, "OptedOutNumbers": [session.to.address]}
    try:
        answer = deployment.aws.call(SMS_VOICE, "describe_opted_out_numbers", **request)
    except AwsError as error:
        if not (isinstance(error, NotFoundError) and error.resource_type == "opted-out-number"):
            return steps.OPT_OUT.not_asked(error)
        session.record("unlisted", f"For the list {name}, AWS answered {error.aws_code}.", held=True)
        return steps.OPT_OUT.report(Observation(name))
    if answer["OptedOutNumbers"]:
        return steps.OPT_OUT.report(steps.NUMBER_OPTED_OUT.found(name))
    session.record("unlisted", f"For the list {name}, AWS answered an empty list.", held=True)
    return steps.OPT_OUT.report(Observation(name))


def repeat(session: SmsSession, call: str, first: Answer) -> Finding:
    """Invoke the function again for the same call; it must return the same contact."""
    try:
        again = session.send(call, **PARAMETERS)
    except AwsError as error:
        return steps.REPEAT.not_asked(error)
    if again.status != Status.STARTED:
        return steps.REPEAT.report(steps.REPEAT_NOT_TRIED.found(first.contact_id, str(again)))
    is_same = again.contact_id == first.contact_id
    session.record("token", f"The repeated invocation returned {again.contact_id}.", held=is_same)
    return steps.REPEAT.report(
        Observation(first.contact_id) if is_same else steps.REPEAT_DIFFERS.found(first.contact_id, again.contact_id)
    )


def compare_contact(session: SmsSession, first: Answer) -> Finding:
    """Compare the SMS contact with the request."""
    contact_id = first.contact_id
    try:
        contact = session.describe_contact(contact_id, lambda contact: bool(contact.get("SegmentAttributes")))
    except AwsError as error:
        return steps.CONTACT.not_asked(error)
    chain = (contact.get("InitialContactId") or contact_id, contact.get("InitiationMethod"))
    evidence = f"InitialContactId is {chain[0]} and InitiationMethod is {chain[1]}."
    session.record("chain", evidence, held=chain == (contact_id, "API"))
    endpoint = (contact.get("SystemEndpoint") or {}).get("Type")
    session.record("system endpoint", f"Its type is {endpoint}.", held=endpoint == "CONNECT_PHONENUMBER_ARN")
    [mark] = MARK
    seen = {
        "Channel": contact.get("Channel"),
        "connect:Subtype": (contact.get("SegmentAttributes") or {}).get(SUBTYPE_KEY, {}).get("ValueString"),
        "RelatedContactId": contact.get("RelatedContactId") or None,
        mark: (contact.get("Attributes") or {}).get(mark),
    }
    expected = {"Channel": "CHAT", "connect:Subtype": first.subtype, "RelatedContactId": None, **MARK}
    differences = [f"{name} is {value}" for name, value in seen.items() if value != expected[name]]
    return steps.CONTACT.report(
        steps.CONTACT_DIFFERS.found(contact_id, " and ".join(differences)) if differences else Observation(contact_id)
    )
