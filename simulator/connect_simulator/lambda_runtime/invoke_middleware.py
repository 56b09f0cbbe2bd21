"""Serve Lambda's Invoke for handlers in this process; moto itself would start a container."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from werkzeug.wrappers import Response

from connect_simulator.aws.signed_request import signing_name

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Handler = Callable[[Any], Any]


class InvokeMiddleware:
    """WSGI middleware that answers Invoke for functions with a handler and passes every other request on."""

    def __init__(self, app: "WSGIApplication", handlers: Mapping[str, Handler]) -> None:
        self._app = app
        self._handlers = handlers

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Handle a WSGI request."""
        handler = self._handlers.get(_function_name(environ))
        if handler is None:
            return self._app(environ, start_response)
        return _response(handler, json.loads(environ["wsgi.input"].read() or "null"))(environ, start_response)


def _function_name(environ: "WSGIEnvironment") -> str:
    """Return the invoked function's name, from its name or ARN; empty for other requests."""
    path = re.fullmatch(r"/2015-03-31/functions/(.+)/invocations", unquote(environ["PATH_INFO"]))
    if path is None or signing_name(environ) != "lambda":
        return ""
    return path[1].rpartition(":function:")[2].partition(":")[0]


def _response(handler: Handler, event: Any) -> Response:
    try:
        return Response(json.dumps(handler(event)), content_type="application/json")
    except Exception as error:  # noqa: BLE001 (Lambda, too, returns the type and the text)
        body = {"errorMessage": str(error), "errorType": type(error).__name__}
        return Response(
            json.dumps(body), headers={"X-Amz-Function-Error": "Unhandled"}, content_type="application/json"
        )
