"""Answer Connect operations that are not simulated with an AWS error instead of moto's HTML page."""

import json
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from moto.connect.responses import ConnectResponse
from moto.core.utils import camelcase_to_underscores, get_service_model
from werkzeug.wrappers import Response

from connect_simulator.aws.signed_request import operation_name, signing_name

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


@cache
def supported_operations() -> tuple[str, ...]:
    """Return the simulated operations of Connect: moto's own and those of this package."""
    names = get_service_model("connect").operation_names
    return tuple(name for name in names if hasattr(ConnectResponse, camelcase_to_underscores(name)))


class UnsupportedMiddleware:
    """WSGI middleware that rejects unsupported Connect operations and passes every other request on."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Handle a WSGI request."""
        operation = operation_name(environ)
        if signing_name(environ) != "connect" or operation in supported_operations():
            return self._app(environ, start_response)
        name = operation or f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
        supported = ", ".join(supported_operations())
        message = f"{name} is not simulated. The simulated operations of Amazon Connect are: {supported}."
        headers = {"x-amzn-errortype": "UnknownOperationException"}
        response = Response(json.dumps({"Message": message}), 404, headers, content_type="application/json")
        return response(environ, start_response)
