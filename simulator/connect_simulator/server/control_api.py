"""The simulator's own endpoints under /simulator/, for other processes."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final, Protocol

from werkzeug.wrappers import Request, Response

from connect_simulator import demo
from connect_simulator.aws.operation_index import require_operation
from connect_simulator.connect.operations import epoch_seconds
from connect_simulator.connect.world import World
from connect_simulator.faults import Fault, Faults

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX: Final = "/simulator/"


class Controllable(Protocol):
    """The part of the simulator that the endpoints use."""

    faults: Faults

    @property
    def world(self) -> World:
        """The state of Connect."""

    def reset(self) -> None:
        """Remove all state."""


class ControlMiddleware:
    """WSGI middleware that answers requests under /simulator/ and passes every other request on."""

    def __init__(self, app: "WSGIApplication", simulator: Controllable) -> None:
        self._app = app
        self._simulator = simulator

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Handle a WSGI request."""
        if not environ["PATH_INFO"].startswith(PREFIX):
            return self._app(environ, start_response)
        return self._response(Request(environ))(environ, start_response)

    def _response(self, request: Request) -> Response:
        endpoint = ENDPOINTS.get((request.method, request.path.removeprefix(PREFIX)))
        if endpoint is None:
            endpoints = [f"{method} {PREFIX}{name}" for method, name in ENDPOINTS]
            return _json({"message": "The endpoint was not found.", "endpoints": endpoints}, 404)
        try:
            body = json.loads(request.get_data() or "null")
            return _json(endpoint(self._simulator, body))
        except (ValueError, TypeError, AttributeError) as error:
            return _json({"message": str(error)}, 400)


def _list_contacts(simulator: Controllable, _: Any) -> Any:
    return list(simulator.world.contacts.values())


def _list_requests(simulator: Controllable, _: Any) -> Any:
    return [asdict(request) for request in simulator.world.requests]


def _put_contact(simulator: Controllable, contact: Any) -> Any:
    simulator.world.put_contact(contact)
    return {"Id": contact["Id"]}


def _reply(simulator: Controllable, body: Any) -> Any:
    steps = simulator.world.conversations.reply(body.get("ContactId"), body.get("Text") or "")
    return [step.action for step in steps]


def _list_queues(simulator: Controllable, _: Any) -> Any:
    return {arn: asdict(queue) for arn, queue in simulator.world.center.queues.items()}


def _update_queue(simulator: Controllable, body: Any) -> Any:
    members = dict(body or {})
    found = simulator.world.center.find_queue(members.pop("queue", demo.QUEUE_ARN))
    if found is None:
        raise ValueError("queue must be the ARN or id of a queue.")
    arn, queue = found
    queue.update(members)
    return {arn: asdict(queue)}


def _list_callbacks(simulator: Controllable, _: Any) -> Any:
    return [asdict(callback) for callback in simulator.world.center.callbacks]


def _add_faults(simulator: Controllable, faults: Any) -> Any:
    new = [Fault(**fault) for fault in (faults if isinstance(faults, list) else [faults])]
    for fault in new:
        require_operation(fault.operation)
    simulator.faults.add(*new)
    return [asdict(fault) for fault in new]


def _clear_faults(simulator: Controllable, _: Any) -> Any:
    simulator.faults.clear()
    return {}


def _reset(simulator: Controllable, _: Any) -> Any:
    simulator.reset()
    return {}


def _json(value: Any, status: int = 200) -> Response:
    return Response(json.dumps(value, default=epoch_seconds), status, content_type="application/json")


ENDPOINTS: Final[dict[tuple[str, str], Callable[[Controllable, Any], Any]]] = {
    ("GET", "contacts"): _list_contacts,
    ("GET", "requests"): _list_requests,
    ("POST", "contacts"): _put_contact,
    ("POST", "replies"): _reply,
    ("GET", "queues"): _list_queues,
    ("POST", "queues"): _update_queue,
    ("GET", "callbacks"): _list_callbacks,
    ("POST", "faults"): _add_faults,
    ("DELETE", "faults"): _clear_faults,
    ("POST", "reset"): _reset,
}
