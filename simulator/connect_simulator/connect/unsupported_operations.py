"""The operations of Connect that nobody simulates: they are answered as by AWS, not with moto's page in HTML."""

import json
from collections.abc import Iterable
from functools import cache
from typing import TYPE_CHECKING

from moto.connect.responses import ConnectResponse
from moto.core.utils import camelcase_to_underscores, get_service_model
from werkzeug.wrappers import Response

from connect_simulator.aws.signed_request import operation_of, service_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


@cache
def supported() -> tuple[str, ...]:
    """The operations of Connect that are simulated: moto's own and those that were added to it."""
    names = get_service_model("connect").operation_names
    return tuple(name for name in names if hasattr(ConnectResponse, camelcase_to_underscores(name)))


class UnsupportedMiddleware:
    """Answers what is signed for Connect and is not simulated, and passes everything else on."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """The WSGI protocol."""
        operation = operation_of(environ)
        if service_of(environ) != "connect" or operation in supported():
            return self._app(environ, start_response)
        name = operation or f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}"
        message = f"{name} is not simulated. These operations of Amazon Connect are: {', '.join(supported())}."
        headers = {"x-amzn-errortype": "UnknownOperationException"}
        answer = Response(json.dumps({"Message": message}), 404, headers, content_type="application/json")
        return answer(environ, start_response)
