"""Apply faults to requests on their way to moto and to the responses on their way back."""

import json
import socket
import struct
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Event
from typing import TYPE_CHECKING, Final

from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Response

from connect_simulator.aws.signed_request import access_key_id, operation_name, signing_name
from connect_simulator.faults.fault import Fault, Faults

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

# Sources: CommonErrors.html of the Connect API reference for the last two, the service model for the others.
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

SIGNATURE_LIFETIME: Final = timedelta(minutes=5)


class FaultMiddleware:
    """WSGI middleware that gives each request its fault, or passes it on."""

    def __init__(self, app: "WSGIApplication", faults: Faults) -> None:
        self._app = app
        self._faults = faults

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Handle a WSGI request."""
        cleared = self._faults.cleared
        fault = self._faults.take(operation_name(environ), access_key_id(environ))
        if fault is None:
            respond = self._app if _is_current(environ) else _error(Fault("*", "wrong_clock"), environ)
            return respond(environ, start_response)
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
                return self._damage_response(fault, cleared, environ, start_response)
            case _:
                return _error(fault, environ)(environ, start_response)

    def _damage_response(
        self, fault: Fault, cleared: Event, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        chunks, status, headers = run_wsgi_app(self._app, environ, buffered=True)
        if fault.kind == "reset_after":
            raise _reset_connection(environ)
        body = b"".join(chunks)
        headers["Content-Length"] = str(len(body))
        start_response(status, headers.to_wsgi_list())
        return _first_half(body) if fault.kind == "cut_off" else _slowly(body, fault.seconds, cleared, environ)


def _is_current(environ: "WSGIEnvironment") -> bool:
    """Check that the signature is at most five minutes from now; an unsigned request passes.

    Source: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-troubleshooting.html
    """
    signed = environ.get("HTTP_X_AMZ_DATE")
    if not signed:
        return True
    age = datetime.now(UTC) - datetime.strptime(signed, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    return abs(age) <= SIGNATURE_LIFETIME


def _error(fault: Fault, environ: "WSGIEnvironment") -> Response:
    status, name, message = ERRORS[fault.kind]
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        body = f"<ErrorResponse><Error><Code>{name}</Code><Message>{message}</Message></Error></ErrorResponse>"
        return Response(body, status, content_type="text/xml")
    members = {"Message": message} if signing_name(environ) == "connect" else {"__type": name, "message": message}
    return Response(json.dumps(members), status, {"x-amzn-errortype": name}, content_type="application/json")


def _reset_connection(environ: "WSGIEnvironment") -> ConnectionResetError:
    """Close the connection with a TCP RST."""
    connection: socket.socket = environ["werkzeug.socket"]
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    socket.close(connection.detach())
    return ConnectionResetError()


def _first_half(body: bytes) -> Iterator[bytes]:
    yield body[: len(body) // 2]
    raise ConnectionAbortedError


def _slowly(body: bytes, seconds: float, cleared: Event, environ: "WSGIEnvironment") -> Iterator[bytes]:
    for byte in body:
        if cleared.wait(seconds / len(body)):
            raise _reset_connection(environ)
        yield bytes([byte])
