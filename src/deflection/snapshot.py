"""Prepare a SnapStart snapshot, so that the first call after a restore finds everything loaded and built."""

import json
import time
from dataclasses import replace
from importlib import import_module

from deflection.aws.client import rehearse
from deflection.aws.connect import ConnectClient
from deflection.aws.deadline import Deadline
from deflection.aws.gateway import Application, AwsGateway
from deflection.deflect import deflect
from deflection.events import DEFLECTION_REQUESTED, OWN_SOURCE
from deflection.inbound.parser import parse_event
from deflection.inbound.sqs_record import parse_record, parse_record_event
from deflection.outcome import SMS, Outcome

LATE_MODULES = (
    "concurrent.futures.thread",
    "deflection.request.message_catalog",
    "deflection.request.routes",
    "deflection.sqs_worker",
    "encodings.idna",
)
"""Modules that init does not load otherwise, because only some events or the first connection need them."""
WITHOUT_RULES = {"allowed_countries": (), "consent_attribute": None, "subtypes": (SMS,)}
"""Changes to the settings that let the dry run pass every rule."""
NO_ID = "00000000-0000-0000-0000-000000000000"
NUMBER = "+14255550100"
"""A fictional number; the dry run does not send anything."""


def prepare_snapshot(application: Application) -> Outcome:
    """
    Load the modules that only some events need, and deflect a fictional call as a dry run.

    It opens no connection and starts no thread, so the snapshot contains neither.
    """
    for name in LATE_MODULES:
        import_module(name)
    for client in (application.connect, application.worker.connect()):
        _rehearse_connect(client)
    if application.queue:
        application.queue.client()
    settings = application.settings.model_copy(update=WITHOUT_RULES)
    contact = {
        "ContactId": NO_ID,
        "InstanceARN": settings.instance_arn,
        "Channel": settings.allowed_channels[0],
        "CustomerEndpoint": {"Address": NUMBER, "Type": "TELEPHONE_NUMBER"},
    }
    parameters = {"DryRun": "true", "Attributes": {"prepared": "true"}}
    detail = {"instanceArn": settings.instance_arn, "contactId": NO_ID, "parameters": parameters}
    body = json.dumps({"detail-type": DEFLECTION_REQUESTED, "source": OWN_SOURCE, "detail": detail})
    parse_record_event(parse_record({"messageId": NO_ID, "body": body}), 0)
    offline = replace(application, provider=None, switch=None, sms=None, repeat_window=None)
    gateway = AwsGateway(offline, Deadline(time.monotonic() + 1))
    flow_event = {"Details": {"ContactData": contact, "Parameters": parameters}}
    return deflect(parse_event(flow_event), settings, gateway, time.time())


def _rehearse_connect(client: ConnectClient) -> None:
    ids = {"InstanceId": NO_ID, "ContactId": NO_ID}
    rehearse(client, lambda: client.describe_contact(**ids), b'{"Contact": {}}')
    start = {"InstanceId": NO_ID, "ClientToken": NO_ID}
    rehearse(client, lambda: client.start_outbound_chat_contact(**start), json.dumps({"ContactId": NO_ID}).encode())
