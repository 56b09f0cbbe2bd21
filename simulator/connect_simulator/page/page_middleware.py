"""Serve the page to a browser: its files, the stack that it shows, and its sessions."""

import json
from collections.abc import Iterable, Iterator
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final, get_args

from werkzeug.wrappers import Request, Response

from connect_simulator.aws.signed_request import access_key_id
from connect_simulator.connect.operations import epoch_seconds
from connect_simulator.faults import FaultKind
from connect_simulator.page.feed import Feed
from connect_simulator.page.flow_graphs import describe_flows
from connect_simulator.page.session_registry import SessionRegistry
from connect_simulator.page.stack import Stack
from connect_simulator.server import origin_guard

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

PREFIX: Final = "/simulator/page/"
TYPES: Final = {"css": "text/css", "html": "text/html", "js": "text/javascript", "svg": "image/svg+xml"}
HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


class PageMiddleware:
    """WSGI middleware that answers the page's requests and passes every other request on.

    S3's `GET /` is signed, so it is not the page. A request that a session's function signed goes to its request log.
    """

    def __init__(self, app: "WSGIApplication", sessions: SessionRegistry) -> None:
        self._app = app
        self._sessions = sessions
        # Only these files are served, by name, so that a path cannot lead to another file.
        assets = (asset for asset in files(__package__).joinpath("assets").iterdir())
        self._files = {asset.name: asset.read_bytes() for asset in assets}

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Handle a WSGI request."""
        path = environ["PATH_INFO"]
        is_page = path == "/" and environ["REQUEST_METHOD"] == "GET" and "HTTP_AUTHORIZATION" not in environ
        if not is_page and not path.startswith(PREFIX):
            session = self._sessions.find(access_key_id(environ))
            if session:
                return session.request_log.record(self._app, environ, start_response)
            return self._app(environ, start_response)
        request = Request(environ)
        response = self._response(request, "index.html" if is_page else path.removeprefix(PREFIX))
        response.headers.extend(HEADERS)
        return response(environ, start_response)

    def _response(self, request: Request, path: str) -> Response:
        if not origin_guard.has_local_host(request):
            return _json({"message": "Use the simulator's IP address, or localhost."}, 403)
        match request.method, path.split("/"):
            case "GET", [name] if name in self._files:
                return Response(self._files[name], content_type=f"{TYPES[name.rpartition('.')[2]]}; charset=utf-8")
            case "GET", ["stack"]:
                return _json(_describe_stack(self._sessions.stack))
            case "GET", ["sessions", name, "feed"]:
                return self._feed(request, name)
            case "POST", ["sessions", *rest]:
                return self._post(request, rest)
            case _:
                return _json({"message": "The resource was not found."}, 404)

    def _post(self, request: Request, rest: list[str]) -> Response:
        if origin_guard.is_cross_origin(request) or request.mimetype != "application/json":
            return _json({"message": "Only the simulator's own page may send commands, in JSON."}, 403)
        try:
            if not rest:
                return _json({"name": self._sessions.start().name}, 201)
            name, command = rest
            self._sessions[name].do(command, json.loads(request.get_data()))
            return _json({}, 202)
        except KeyError:
            return _json({"message": "The session or the command was not found."}, 404)
        except (ValueError, TypeError) as error:
            return _json({"message": str(error), "field": getattr(error, "field", "")}, 400)

    def _feed(self, request: Request, name: str) -> Response:
        try:
            feed = self._sessions[name].feed
        except KeyError:
            return _json({"message": "The session was not found."}, 404)
        last = request.headers.get("Last-Event-ID", request.args.get("last", ""))
        return Response(_events(feed, int(last) + 1 if last.isdecimal() else 0), content_type="text/event-stream")


def _events(feed: Feed, since: int) -> Iterator[str]:
    yield "retry: 1000\n\n"
    for entry in feed.since(since):
        yield f"id: {entry[0]}\ndata: {_text(entry[1])}\n\n" if entry else ": keep-alive\n\n"


def _describe_stack(stack: Stack) -> dict[str, Any]:
    return {
        "flows": describe_flows(stack),
        "variables": dict(stack.variables),
        "faults": get_args(FaultKind),
    }


def _json(value: Any, status: int = 200) -> Response:
    return Response(_text(value), status, content_type="application/json")


def _text(value: Any) -> str:
    return json.dumps(value, default=epoch_seconds)
