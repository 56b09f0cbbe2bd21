"""Put a flow's request on the queue when it cannot be sent now."""

import json
from dataclasses import replace
from typing import Any

from deflection.arrived import FlowInvocation
from deflection.aws.deadline import Deadline
from deflection.aws.sqs import Queue
from deflection.errors import DeflectionError
from deflection.failure_policy import Disposition, EventSource, choose_disposition
from deflection.outcome import Deferred, Failed, Outcome
from deflection.request.parameters import parse_parameters
from deflection.settings import Settings


def defer_failure(
    failed: Failed, arrived: FlowInvocation, queue: Queue, settings: Settings, now: float, deadline: Deadline
) -> Outcome:
    """Put a retryable failure on the queue; return Deferred, or the failure if it is not on the queue."""
    disposition = choose_disposition(EventSource.FLOW_INVOCATION, failed, has_queue=True)
    if disposition is not Disposition.DEFER or _is_dry_run(arrived):
        return failed
    detail, identity = _deferral_detail(failed, arrived, settings)
    try:
        queue.send_deferred(detail, identity, now, deadline)
    except DeflectionError as error:
        return replace(failed, deferral_error=error)
    return Deferred(failed.details, failed.error)


def _is_dry_run(arrived: FlowInvocation) -> bool:
    try:
        return parse_parameters(arrived.parameters).DryRun
    except DeflectionError:
        return False


def _deferral_detail(failed: Failed, arrived: FlowInvocation, settings: Settings) -> tuple[dict[str, Any], str]:
    """
    Return the detail of a `Deflection Requested` event, and what identifies the request.

    If the request was built, the worker needs nothing of the contact: the detail has the resolved parameters, the
    client token and the consent attribute.
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
