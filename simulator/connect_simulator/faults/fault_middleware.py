"""Lets faults happen to the calls on their way to moto and back."""

import json
import socket
import struct
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import TYPE_CHECKING, Final

from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Response

from connect_simulator.aws.signed_request import access_key_of, operation_of, service_of
from connect_simulator.faults.fault import Fault, Faults

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# CommonErrors.html of the Connect API reference for the last two, the service model for the others.
ERRORS: Final[dict[str, tuple[int, str, str]]] = {
    "throttling": (429, "ThrottlingException", "Rate exceeded"),
    "quota": (429, "LimitExceededException", "The quota is used up."),
    "access_denied": (403, "AccessDeniedException", "The caller is not authorized to perform this operation."),
    "not_found": (404, "ResourceNotFoundException", "The resource was not found."),
    "conflict": (409, "ConflictException", "The resource is in use."),
    "invalid_request": (400, "InvalidRequestException", "The request is not valid."),
    "internal": (500, "InternalServiceException", "The service failed."),
    "expired_token": (403, "ExpiredTokenException", "The security token included in the request is expired"),
    "wrong_clock": (403, "InvalidSignatureException", "Signature expired: the request is not current."),
}


BODIES: Final[dict[str, bytes]] = {
    "empty_body": b"",
    "other_object": b'{"Unexpected": true}',
    "other_type": b"[]",
}
"""Bodies with the status 200 that answer no operation."""

SIGNATURE_LASTS: Final = timedelta(minutes=5)


class FaultMiddleware:
    """A WSGI application around another one."""

    def __init__(self, app: "WSGIApplication", faults: Faults) -> None:
        self._app = app
        self._faults = faults

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """The WSGI protocol."""
        cleared = self._faults.cleared
        fault = self._faults.take(operation_of(environ), access_key_of(environ))
        if fault is None:
            answer = self._app if _is_current(environ) else _error(Fault("*", "wrong_clock"), environ)
            return answer(environ, start_response)
        match fault.kind:
            case "delay":
                if cleared.wait(fault.seconds):
                    raise _reset_connection(environ)
                return self._app(environ, start_response)
            case "unavailable_html":
                page = "<html><body><h1>503 Service Unavailable</h1></body></html>"
                return Response(page, 503, content_type="text/html")(environ, start_response)
            case "proxy_page":
                page = "<!DOCTYPE html><title>502 Não foi possível</title>"
                return Response(page.encode("latin-1"), 502, content_type="text/html")(environ, start_response)
            case "empty_body" | "other_object" | "other_type":
                return Response(BODIES[fault.kind], 200, content_type="application/json")(environ, start_response)
            case "reset_before":
                raise _reset_connection(environ)
            case "reset_after" | "cut_off" | "trickle":
                return self._spoil_answer(fault, cleared, environ, start_response)
            case _:
                return _error(fault, environ)(environ, start_response)

    def _spoil_answer(
        self, fault: Fault, cleared: Event, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        chunks, status, headers = run_wsgi_app(self._app, environ, buffered=True)
        if fault.kind == "reset_after":
            raise _reset_connection(environ)
        body = b"".join(chunks)
        headers["Content-Length"] = str(len(body))
        start_response(status, headers.to_wsgi_list())
        return _half(body) if fault.kind == "cut_off" else _slowly(body, fault.seconds, cleared, environ)


def _is_current(environ: "WSGIEnvironment") -> bool:
    """
    Whether a request was signed within the last five minutes, or the next; one that is not signed is.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
    """
    signed = environ.get("HTTP_X_AMZ_DATE")
    if not signed:
        return True
    age = datetime.now(UTC) - datetime.strptime(signed, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return abs(age) <= SIGNATURE_LASTS


def _error(fault: Fault, environ: "WSGIEnvironment") -> Response:
    status, name, message = ERRORS[fault.kind]
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        told = f"<ErrorResponse><Error><Code>{name}</Code><Message>{message}</Message></Error></ErrorResponse>"
        return Response(told, status, content_type="text/xml")
    body = {"Message": message} if service_of(environ) == "connect" else {"__type": name, "message": message}
    return Response(json.dumps(body), status, {"x-amzn-errortype": name}, content_type="application/json")


def _reset_connection(environ: "WSGIEnvironment") -> ConnectionResetError:
    """Ends the connection with a TCP RST: closed at once, with nothing to linger for."""
    connection: socket.socket = environ["werkzeug.socket"]
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    socket.close(connection.detach())
    return ConnectionResetError()


def _half(body: bytes) -> Iterator[bytes]:
    yield body[: len(body) // 2]
    raise ConnectionAbortedError


def _slowly(body: bytes, seconds: float, cleared: Event, environ: "WSGIEnvironment") -> Iterator[bytes]:
    for byte in body:
        if cleared.wait(seconds / len(body)):
            raise _reset_connection(environ)
        yield bytes([byte])
