"""Prepare a SnapStart snapshot, so that the first call after a restore finds everything loaded and built."""

import json
import time
from dataclasses import replace
from importlib import import_module

from deflection.aws.deadline import Deadline
from deflection.aws.gateway import Application, AwsGateway
from deflection.deflect import deflect
from deflection.events import DEFLECTION_REQUESTED, OWN_SOURCE
from deflection.inbound.parser import parse_event
from deflection.inbound.sqs_record import parse_record, parse_record_event
from deflection.outcome import Outcome

LATE_MODULES = ("deflection.sqs_worker", "deflection.request.routes", "concurrent.futures.thread")
"""What only some events need, and init does not load otherwise."""
NO_ID = "00000000-0000-0000-0000-000000000000"
NUMBER = "+14255550100"
"""A fictional number; the dry run does not send anything."""


def prepare_snapshot(application: Application) -> Outcome:
    """
    Load what only some events need, and deflect a fictional call as a dry run.

    It calls no service, so the snapshot contains no open connection and no thread, and it draws no random number.
    """
    for name in LATE_MODULES:
        import_module(name)
    application.worker.connect()
    if application.queue:
        application.queue.client()
    contact = {
        "ContactId": NO_ID,
        "InstanceARN": application.settings.instance_arn,
        "Channel": application.settings.allowed_channels[0],
        "CustomerEndpoint": {"Address": NUMBER, "Type": "TELEPHONE_NUMBER"},
    }
    parameters = {"DryRun": "true", "Attributes": {application.settings.consent_attribute or "consent": "true"}}
    detail = {"instanceArn": contact["InstanceARN"], "contactId": NO_ID, "parameters": parameters}
    body = json.dumps({"detail-type": DEFLECTION_REQUESTED, "source": OWN_SOURCE, "detail": detail})
    parse_record_event(parse_record({"messageId": NO_ID, "body": body}), 0)
    offline = replace(application, provider=None, switch=None, sms=None, repeat_window=None)
    gateway = AwsGateway(offline, Deadline(time.monotonic() + 1))
    flow_event = {"Details": {"ContactData": contact, "Parameters": parameters}}
    return deflect(parse_event(flow_event), application.settings, gateway, time.time())
