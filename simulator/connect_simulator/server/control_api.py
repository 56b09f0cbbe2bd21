"""The simulator's own endpoints, under /simulator/, for other processes than the one that it runs in."""

import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final, Protocol

from werkzeug.wrappers import Request, Response

from connect_simulator.aws.operation_index import check_operation
from connect_simulator.connect.operations import epoch_seconds
from connect_simulator.connect.world import World
from connect_simulator.faults.fault import Fault, Faults

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX: Final = "/simulator/"


class Controlled(Protocol):
    """What the endpoints work on: the simulator."""

    faults: Faults

    @property
    def world(self) -> World:
        """What the endpoints read and write."""

    def reset(self) -> None:
        """Forgets everything."""


class ControlMiddleware:
    """Answers what is under /simulator/ and passes everything else on."""

    def __init__(self, app: "WSGIApplication", simulator: Controlled) -> None:
        self._app = app
        self._simulator = simulator

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """The WSGI protocol."""
        if not environ["PATH_INFO"].startswith(PREFIX):
            return self._app(environ, start_response)
        return self._answer(Request(environ))(environ, start_response)

    def _answer(self, request: Request) -> Response:
        endpoint = ENDPOINTS.get((request.method, request.path.removeprefix(PREFIX)))
        if endpoint is None:
            known = [f"{method} {PREFIX}{name}" for method, name in ENDPOINTS]
            return _json({"message": "There is no such endpoint.", "endpoints": known}, 404)
        try:
            body = json.loads(request.get_data() or "null")
            return _json(endpoint(self._simulator, body))
        except (ValueError, TypeError, AttributeError) as error:
            return _json({"message": str(error)}, 400)


def _contacts(simulator: Controlled, _: Any) -> Any:
    return list(simulator.world.contacts.values())


def _requests(simulator: Controlled, _: Any) -> Any:
    return [asdict(request) for request in simulator.world.requests]


def _put_contact(simulator: Controlled, contact: Any) -> Any:
    simulator.world.put_contact(contact)
    return {"Id": contact["Id"]}


def _add_faults(simulator: Controlled, faults: Any) -> Any:
    new = [Fault(**fault) for fault in (faults if isinstance(faults, list) else [faults])]
    for fault in new:
        check_operation(fault.operation)
    simulator.faults.add(*new)
    return [asdict(fault) for fault in new]


def _clear_faults(simulator: Controlled, _: Any) -> Any:
    simulator.faults.clear()
    return {}


def _reset(simulator: Controlled, _: Any) -> Any:
    simulator.reset()
    return {}


def _json(value: Any, status: int = 200) -> Response:
    return Response(json.dumps(value, default=epoch_seconds), status, content_type="application/json")


ENDPOINTS: Final[dict[tuple[str, str], Callable[[Controlled, Any], Any]]] = {
    ("GET", "contacts"): _contacts,
    ("GET", "requests"): _requests,
    ("POST", "contacts"): _put_contact,
    ("POST", "faults"): _add_faults,
    ("DELETE", "faults"): _clear_faults,
    ("POST", "reset"): _reset,
}
