"""The operations that moto's Connect lacks, added to it; so they work in `mock_aws` and in every moto server."""

import json
from datetime import datetime
from threading import Lock
from typing import Any, Final
from urllib.parse import unquote

from moto.connect import urls
from moto.connect.models import ConnectBackend
from moto.connect.responses import ConnectResponse

from connect_simulator.errors import ConnectError
from connect_simulator.world import World

PATHS: Final[tuple[str, ...]] = (
    "{0}/contact/outbound-chat$",
    "{0}/contacts/(?P<InstanceId>.+)/(?P<ContactId>[^/]+)$",
)

Answer = tuple[int, dict[str, str], str]

_creation: Final = Lock()


def world(backend: ConnectBackend) -> World:
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
    return _json({"ContactId": world(self.connect_backend).start_outbound_chat_contact(request)})


def describe_contact(self: ConnectResponse) -> Answer:
    """GET /contacts/{InstanceId}/{ContactId}."""
    instance_id, contact_id = (unquote(self._get_param(name)) for name in ("InstanceId", "ContactId"))
    return _json({"Contact": world(self.connect_backend).describe_contact(instance_id, contact_id)})


def epoch_seconds(moment: datetime) -> float:
    """A timestamp as rest-json carries it."""
    return moment.timestamp()


def add_operations_to_moto() -> None:
    """Moto looks operations up by their names in snake case, and their paths when the first mock or server starts."""
    for operation in (start_outbound_chat_contact, describe_contact):
        setattr(ConnectResponse, operation.__name__, operation)
    for path in PATHS:
        urls.url_paths[path] = ConnectResponse.dispatch


def _json(value: dict[str, Any]) -> Answer:
    return 200, {"Content-Type": "application/json"}, json.dumps(value, default=epoch_seconds)
