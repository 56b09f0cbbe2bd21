"""Add the missing Connect operations to moto, so that they work in `mock_aws` and in every moto server."""

import json
from collections.abc import Callable
from datetime import datetime
from threading import Lock
from typing import Any, Final
from urllib.parse import unquote

from moto.connect import urls
from moto.connect.models import ConnectBackend
from moto.connect.responses import ConnectResponse

from connect_simulator.aws.signed_request import access_key_id_in
from connect_simulator.connect import lists
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
    "{0}/queues-summary/(?P<InstanceId>[^/]+)$",
    "{0}/contact-flow-modules/(?P<InstanceId>[^/]+)/(?P<ContactFlowModuleId>.+)$",
    "{0}/contact/attributes/(?P<InstanceId>[^/]+)/(?P<InitialContactId>[^/]+)$",
)

type MotoResponse = tuple[int, dict[str, str], str]
type Operations = tuple[Callable[[ConnectResponse], MotoResponse | str], ...]

_creation_lock: Final = Lock()
_describe_moto_instance: Final[Callable[[ConnectResponse], str]] = ConnectResponse.describe_instance


def world_for(backend: ConnectBackend) -> World:
    """Return the world of one account and Region; moto's backend holds it, so moto's reset removes it."""
    with _creation_lock:
        world: World = backend.__dict__.setdefault("simulated_world", World())
    return world


def start_outbound_chat_contact(self: ConnectResponse) -> MotoResponse:
    """Handle PUT /contact/outbound-chat."""
    try:
        request = json.loads(self.body)
    except ValueError:
        raise ConnectError("InvalidRequestException", "The request must be JSON.") from None
    access_key = access_key_id_in(self.headers.get("Authorization", ""))
    return json_response(
        {"ContactId": world_for(self.connect_backend).start_outbound_chat_contact(request, access_key)}
    )


def describe_contact(self: ConnectResponse) -> MotoResponse:
    """Handle GET /contacts/{InstanceId}/{ContactId}."""
    instance_id, contact_id = (unquote(self._get_param(name)) for name in ("InstanceId", "ContactId"))
    return json_response({"Contact": world_for(self.connect_backend).describe_contact(instance_id, contact_id)})


def get_contact_attributes(self: ConnectResponse) -> MotoResponse:
    """Handle GET /contact/attributes/{InstanceId}/{InitialContactId}."""
    instance_id, contact_id = (unquote(self._get_param(name)) for name in ("InstanceId", "InitialContactId"))
    contact = world_for(self.connect_backend).describe_contact(instance_id, contact_id)
    return json_response({"Attributes": contact.get("Attributes", {})})


def stop_contact(self: ConnectResponse) -> MotoResponse:
    """Handle POST /contact/stop."""
    request = json.loads(self.body)
    world_for(self.connect_backend).stop_contact(request["InstanceId"], request["ContactId"])
    return json_response({})


def describe_contact_flow(self: ConnectResponse) -> MotoResponse:
    """Handle GET /contact-flows/{InstanceId}/{ContactFlowId}."""
    world = _world_of_instance(self)
    flow = world.instance_config.describe_flow(world.flows, unquote(self._get_param("ContactFlowId")))
    return json_response({"ContactFlow": flow})


def describe_contact_flow_module(self: ConnectResponse) -> MotoResponse:
    """Handle GET /contact-flow-modules/{InstanceId}/{ContactFlowModuleId}."""
    config = _world_of_instance(self).instance_config
    return json_response({"ContactFlowModule": config.describe_module(unquote(self._get_param("ContactFlowModuleId")))})


def describe_phone_number(self: ConnectResponse) -> MotoResponse:
    """Handle GET /phone-number/{PhoneNumberId}."""
    name = unquote(self._get_param("PhoneNumberId"))
    return json_response({"ClaimedPhoneNumberSummary": world_for(self.connect_backend).describe_phone_number(name)})


def describe_queue(self: ConnectResponse) -> MotoResponse:
    """Handle GET /queues/{InstanceId}/{QueueId}."""
    world = _world_of_instance(self)
    queue = world.instance_config.describe_queue(world.queues, unquote(self._get_param("QueueId")))
    return json_response({"Queue": queue})


def list_lambda_functions(self: ConnectResponse) -> MotoResponse:
    """Handle GET /instance/{InstanceId}/lambda-functions."""
    world = _world_of_instance(self)
    return json_response({"LambdaFunctions": world.instance_config.functions})


def describe_instance(self: ConnectResponse) -> MotoResponse | str:
    """Handle GET /instance/{InstanceId}; moto answers for an instance that was created in moto."""
    world = world_for(self.connect_backend)
    try:
        arn = world.instance_arn(unquote(self._get_param("InstanceId")))
    except ConnectError:
        return _describe_moto_instance(self)
    return json_response({"Instance": world.instance_config.describe_instance(arn)})


def list_instances(self: ConnectResponse) -> MotoResponse:
    """Handle GET /instance; instances that were created in moto come last."""
    backend = self.connect_backend
    created = [instance.to_summary_dict() for instance in backend.instances.values()]
    summaries = lists.list_instances(world_for(backend), backend.region_name) + created
    return page_response("ListInstances", "InstanceSummaryList", summaries, query_of(self))


def list_phone_numbers_v2(self: ConnectResponse) -> MotoResponse:
    """Handle POST /phone-number/list."""
    request = json.loads(self.body)
    summaries = lists.list_phone_numbers(world_for(self.connect_backend), request)
    return page_response("ListPhoneNumbersV2", "ListPhoneNumbersSummaryList", summaries, request)


def list_queues(self: ConnectResponse) -> MotoResponse:
    """Handle GET /queues-summary/{InstanceId}."""
    types = self.querystring.get("queueTypes", [])
    summaries = lists.list_queues(world_for(self.connect_backend), unquote(self._get_param("InstanceId")), types)
    return page_response("ListQueues", "QueueSummaryList", summaries, query_of(self))


def epoch_seconds(moment: datetime) -> float:
    """Return a timestamp as the rest-json protocol writes it."""
    return moment.timestamp()


OPERATIONS: Final[Operations] = (
    start_outbound_chat_contact,
    describe_contact,
    get_contact_attributes,
    stop_contact,
    describe_contact_flow,
    describe_contact_flow_module,
    describe_phone_number,
    describe_queue,
    list_lambda_functions,
    describe_instance,
    list_instances,
    list_phone_numbers_v2,
    list_queues,
)


def add_operations_to_moto(operations: Operations = OPERATIONS, paths: tuple[str, ...] = PATHS) -> None:
    """Register operations with moto.

    Moto finds an operation by its name in snake case, and reads the paths when the first mock or server starts.
    """
    for operation in operations:
        setattr(ConnectResponse, operation.__name__, operation)
    for path in paths:
        urls.url_paths[path] = ConnectResponse.dispatch


def _world_of_instance(self: ConnectResponse) -> World:
    """Return the world of a request after checking that the instance in its path exists."""
    world = world_for(self.connect_backend)
    world.instance_arn(unquote(self._get_param("InstanceId")))
    return world


def query_of(self: ConnectResponse) -> dict[str, Any]:
    """Return the page that a request asks for."""
    return {"NextToken": self._get_param("nextToken"), "MaxResults": self._get_int_param("maxResults")}


def page_response(operation: str, name: str, summaries: lists.Summaries, request: dict[str, Any]) -> MotoResponse:
    """Return the response with a page of a list."""
    found, token = lists.page(operation, summaries, request.get("NextToken"), request.get("MaxResults"))
    return json_response({name: found, **({"NextToken": token} if token else {})})


def json_response(value: dict[str, Any]) -> MotoResponse:
    """Return the response with these members."""
    return 200, {"Content-Type": "application/json"}, json.dumps(value, default=epoch_seconds)
