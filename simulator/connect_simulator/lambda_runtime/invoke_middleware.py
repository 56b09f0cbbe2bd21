"""Lambda's Invoke, for functions whose handlers run in this process; moto's own would start a container."""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from werkzeug.wrappers import Response

from connect_simulator.aws.signed_request import service_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

Handler = Callable[[Any], Any]


class FunctionMiddleware:
    """Answers Invoke of a function that has a handler, by its name or ARN, and passes everything else on."""

    def __init__(self, app: "WSGIApplication", handlers: Mapping[str, Handler]) -> None:
        self._app = app
        self._handlers = handlers

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """The WSGI protocol."""
        handler = self._handlers.get(_function_name(environ))
        if handler is None:
            return self._app(environ, start_response)
        return _answer(handler, json.loads(environ["wsgi.input"].read() or "null"))(environ, start_response)


def _function_name(environ: "WSGIEnvironment") -> str:
    """The name of the function that is invoked; empty when none is."""
    path = re.fullmatch(r"/2015-03-31/functions/(.+)/invocations", unquote(environ["PATH_INFO"]))
    if path is None or service_of(environ) != "lambda":
        return ""
    return path[1].rpartition(":function:")[2].partition(":")[0]


def _answer(handler: Handler, event: Any) -> Response:
    try:
        return Response(json.dumps(handler(event)), content_type="application/json")
    except Exception as error:  # noqa: BLE001 (Lambda, too, tells its caller the type and the text)
        told = {"errorMessage": str(error), "errorType": type(error).__name__}
        return Response(
            json.dumps(told), headers={"X-Amz-Function-Error": "Unhandled"}, content_type="application/json"
        )
