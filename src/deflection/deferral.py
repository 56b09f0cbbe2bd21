"""Put onto the queue what a flow cannot send now."""

import json
from dataclasses import replace
from typing import Any

from deflection.arrived import FlowInvocation
from deflection.aws.deadline import Deadline
from deflection.aws.sqs import Queue
from deflection.errors import DeflectionError
from deflection.failure_policy import Disposition, EventSource, choose_disposition
from deflection.outcome import Deferred, Failed, Outcome
from deflection.request.parameters import parse_parameters as read_parameters
from deflection.settings import Settings


def defer_failure(
    failed: Failed, arrived: FlowInvocation, queue: Queue, settings: Settings, now: float, deadline: Deadline
) -> Outcome:
    """What a flow is told of a failure: that it is on the queue, or the failure itself."""
    if choose_disposition(EventSource.FLOW_INVOCATION, failed, has_queue=True) is not Disposition.DEFER or _is_dry_run(
        arrived
    ):
        return failed
    detail, identity = _deferral_detail(failed, arrived, settings)
    try:
        queue.send_deferred(detail, identity, now, deadline)
    except DeflectionError as error:
        return replace(failed, deferral_error=error)
    return Deferred(failed.details, failed.error)


def _is_dry_run(arrived: FlowInvocation) -> bool:
    try:
        return read_parameters(arrived.parameters).DryRun
    except DeflectionError:
        return False


def _deferral_detail(failed: Failed, arrived: FlowInvocation, settings: Settings) -> tuple[dict[str, Any], str]:
    """
    The wish with all that was found out, and what it is known by.

    When it came as far as a request, nothing of the contact needs to be looked up again: the parameters are resolved,
    the client token is given, and so is the attribute by which the customer agreed.
    """
    contact, request = arrived.contact, failed.request
    detail: dict[str, Any]
    if request is None:
        detail = {
            "instanceArn": settings.instance_arn,
            "contactId": contact.id,
            "queueName": contact.queue_name,
            "language": contact.language,
            "dialled": contact.system_endpoint.address if contact.system_endpoint else "",
            "parameters": dict(arrived.parameters),
        }
        return detail, json.dumps([contact.id, detail["parameters"]], sort_keys=True)
    name = settings.consent_attribute
    consent = {name: contact.attributes[name]} if name and name in contact.attributes else {}
    parameters = {"RelatedContactId": "NONE", **request}
    detail = {"instanceArn": settings.instance_arn, "attributes": consent, "resolved": True, "parameters": parameters}
    return detail, request["ClientToken"]
