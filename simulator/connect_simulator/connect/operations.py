"""The operations that moto's Connect lacks, added to it; so they work in `mock_aws` and in every moto server."""

import json
from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import Any, Final
from urllib.parse import unquote

from moto.connect import urls
from moto.connect.models import ConnectBackend
from moto.connect.responses import ConnectResponse

from connect_simulator.aws.signed_request import access_key_in
from connect_simulator.connect.errors import ConnectError
from connect_simulator.connect.world import World

PATHS: Final[tuple[str, ...]] = (
    "{0}/contact/outbound-chat$",
    "{0}/contacts/(?P<InstanceId>.+)/(?P<ContactId>[^/]+)$",
    "{0}/contact/stop$",
    "{0}/contact-flows/(?P<InstanceId>[^/]+)/(?P<ContactFlowId>.+)$",
    "{0}/phone-number/(?P<PhoneNumberId>.+)$",
    "{0}/instance/(?P<InstanceId>[^/]+)/lambda-functions$",
    "{0}/queues/(?P<InstanceId>[^/]+)/(?P<QueueId>.+)$",
)

Answer = tuple[int, dict[str, str], str]

_creation: Final = Lock()
_instance_of_moto: Final[Callable[[ConnectResponse], str]] = ConnectResponse.describe_instance


def world_for(backend: ConnectBackend) -> World:
    """The world of one account and Region; kept on moto's backend, so that moto's own reset drops it."""
    with _creation:
        known: World = backend.__dict__.setdefault("simulated_world", World())
    return known


def start_outbound_chat_contact(self: ConnectResponse) -> Answer:
    """PUT /contact/outbound-chat."""
    try:
        request = json.loads(self.body)
    except ValueError:
        raise ConnectError("InvalidRequestException", "The request is not JSON.") from None
    access_key = access_key_in(self.headers.get("Authorization", ""))
    return _json({"ContactId": world_for(self.connect_backend).start_outbound_chat_contact(request, access_key)})


def describe_contact(self: ConnectResponse) -> Answer:
    """GET /contacts/{InstanceId}/{ContactId}."""
    instance_id, contact_id = (unquote(self._get_param(name)) for name in ("InstanceId", "ContactId"))
    return _json({"Contact": world_for(self.connect_backend).describe_contact(instance_id, contact_id)})


def stop_contact(self: ConnectResponse) -> Answer:
    """POST /contact/stop."""
    request = json.loads(self.body)
    world_for(self.connect_backend).stop_contact(request["InstanceId"], request["ContactId"])
    return _json({})


def describe_contact_flow(self: ConnectResponse) -> Answer:
    """GET /contact-flows/{InstanceId}/{ContactFlowId}."""
    known = world_for(self.connect_backend)
    known.instance_arn(unquote(self._get_param("InstanceId")))
    flow = known.instance_config.describe_flow(known.flows, unquote(self._get_param("ContactFlowId")))
    return _json({"ContactFlow": flow})


def describe_phone_number(self: ConnectResponse) -> Answer:
    """GET /phone-number/{PhoneNumberId}."""
    known, name = world_for(self.connect_backend), unquote(self._get_param("PhoneNumberId"))
    number = known.instance_config.describe_phone_number(known.phone_numbers, name, min(known.instances))
    return _json({"ClaimedPhoneNumberSummary": number})


def describe_queue(self: ConnectResponse) -> Answer:
    """GET /queues/{InstanceId}/{QueueId}."""
    known = world_for(self.connect_backend)
    known.instance_arn(unquote(self._get_param("InstanceId")))
    queue = known.instance_config.describe_queue(known.queues, unquote(self._get_param("QueueId")))
    return _json({"Queue": queue})


def list_lambda_functions(self: ConnectResponse) -> Answer:
    """GET /instance/{InstanceId}/lambda-functions."""
    known = world_for(self.connect_backend)
    known.instance_arn(unquote(self._get_param("InstanceId")))
    return _json({"LambdaFunctions": known.instance_config.functions})


def describe_instance(self: ConnectResponse) -> Answer | str:
    """GET /instance/{InstanceId}; of an instance that was made in moto, moto's own answer."""
    known = world_for(self.connect_backend)
    try:
        arn = known.instance_arn(unquote(self._get_param("InstanceId")))
    except ConnectError:
        return _instance_of_moto(self)
    return _json({"Instance": known.instance_config.describe_instance(arn)})


def epoch_seconds(moment: datetime) -> float:
    """A timestamp as rest-json carries it."""
    return moment.timestamp()


OPERATIONS: Final[tuple[Callable[[ConnectResponse], Answer | str], ...]] = (
    start_outbound_chat_contact,
    describe_contact,
    stop_contact,
    describe_contact_flow,
    describe_phone_number,
    describe_queue,
    list_lambda_functions,
    describe_instance,
)


def add_operations_to_moto() -> None:
    """Moto looks operations up by their names in snake case, and their paths when the first mock or server starts."""
    for operation in OPERATIONS:
        setattr(ConnectResponse, operation.__name__, operation)
    for path in PATHS:
        urls.url_paths[path] = ConnectResponse.dispatch


def _json(value: dict[str, Any]) -> Answer:
    return 200, {"Content-Type": "application/json"}, json.dumps(value, default=epoch_seconds)
