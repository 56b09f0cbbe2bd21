"""Serve the operations of AWS End User Messaging SMS."""

import json
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from werkzeug.wrappers import Response

from connect_simulator.aws.service_model import input_shape, validation_errors
from connect_simulator.aws.signed_request import operation_name, signing_name
from connect_simulator.sms.account import SmsAccount, SmsError
from connect_simulator.sms.sms_operations import OPERATIONS, SERVICE

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class SmsMiddleware:
    """WSGI middleware that answers requests signed for sms-voice and passes every other request on."""

    def __init__(self, app: "WSGIApplication", account: Callable[[], SmsAccount]) -> None:
        self._app = app
        self._account = account

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Handle a WSGI request."""
        if signing_name(environ) != "sms-voice":
            return self._app(environ, start_response)
        try:
            body = json.loads(environ["wsgi.input"].read())
            response = _json(_dispatch(self._account(), operation_name(environ), body))
        except SmsError as error:
            response = _json(_error_body(error), 400)  # The JSON protocol gives every error the status 400.
        return response(environ, start_response)


def _dispatch(account: SmsAccount, operation: str, request: Any) -> dict[str, Any]:
    if operation not in OPERATIONS:
        raise SmsError("UnknownOperationException", f"{operation} is not simulated.")
    for sentence in validation_errors(input_shape(operation, SERVICE), request):
        raise SmsError("ValidationException", sentence)
    return OPERATIONS[operation](account, request)


def _error_body(error: SmsError) -> dict[str, Any]:
    body = {"__type": error.name, "Message": str(error)}
    return body | ({"ResourceType": error.resource_type} if error.resource_type else {})


def _json(value: dict[str, Any], status: int = 200) -> Response:
    return Response(json.dumps(value), status, content_type="application/x-amz-json-1.0")
