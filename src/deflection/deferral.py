"""Put a flow's request on the queue when it cannot be sent now."""

import json
from dataclasses import replace
from typing import Any

from deflection.aws.deadline import Deadline
from deflection.aws.sqs import Queue
from deflection.errors import DeflectionError
from deflection.events import EventSource, FlowInvocation
from deflection.failure_policy import Disposition, choose_disposition
from deflection.outcome import Deferred, Failed, Outcome
from deflection.request.parameters import parse_parameters
from deflection.settings import Settings


def defer_failure(
    failed: Failed, incoming: FlowInvocation, queue: Queue, settings: Settings, now: float, deadline: Deadline
) -> Outcome:
    """Put a failed request on the queue if a retry can help; return Deferred, or the failure if it was not queued."""
    disposition = choose_disposition(EventSource.FLOW_INVOCATION, failed, has_queue=True)
    if disposition is not Disposition.DEFER or _is_dry_run(incoming):
        return failed
    detail, identity = _deferral_detail(failed, incoming, settings)
    try:
        queue.send_deferred(detail, identity, now, deadline)
    except DeflectionError as error:
        return replace(failed, deferral_error=error)
    return Deferred(failed.details, failed.error)


def _is_dry_run(incoming: FlowInvocation) -> bool:
    try:
        return parse_parameters(incoming.parameters).DryRun
    except DeflectionError:
        return False


def _deferral_detail(failed: Failed, incoming: FlowInvocation, settings: Settings) -> tuple[dict[str, Any], str]:
    """
    Return the detail of a `Deflection Requested` event, and a string that identifies the request.

    If the request was built, the worker does not need the contact: the detail has the resolved parameters, the client
    token and the consent attribute.
    """
    contact, request = incoming.contact, failed.request
    detail: dict[str, Any]
    if request is None:
        detail = {
            "instanceArn": settings.instance_arn,
            "contactId": contact.id,
            "queueName": contact.queue_name,
            "language": contact.language,
            "dialled": contact.system_endpoint.address if contact.system_endpoint else "",
            "parameters": dict(incoming.parameters),
        }
        return detail, json.dumps([contact.id, detail["parameters"]], sort_keys=True)
    name = settings.consent_attribute
    consent = {name: contact.attributes[name]} if name and name in contact.attributes else {}
    parameters = {"RelatedContactId": "NONE", **request}
    detail = {
        "instanceArn": settings.instance_arn,
        "attributes": consent,
        "resolved": True,
        "language": failed.details.language,
        "route": failed.details.route,
        "parameters": parameters,
    }
    return detail, request["ClientToken"]
