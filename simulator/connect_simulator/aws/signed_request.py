"""Find the service, operation and access key id of an HTTP request to AWS, for every AWS protocol."""

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from botocore.exceptions import UnknownServiceError
from moto.core.request import Request
from moto.core.routing import get_service_router
from werkzeug.exceptions import NotFound

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


MODEL_NAMES: Final = {"wisdom": "qconnect"}
"""The service model by the signing name, where the two differ and the path names the operation."""


def operation_name(environ: "WSGIEnvironment") -> str:
    """Return the operation's name in the service model, or an empty string if there is no such operation."""
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return str(target).rpartition(".")[2]
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        form: dict[str, list[str]] = parse_qs(environ["wsgi.input"].read().decode())
        environ["wsgi.input"].seek(0)
        return form.get("Action", [""])[0]
    service = signing_name(environ)
    try:
        router = get_service_router(MODEL_NAMES.get(service, service))
        operation, _ = router.match(Request(environ, populate_request=False))
    except (NotFound, NotImplementedError, UnknownServiceError):
        return ""
    return str(operation.name)


def signing_name(environ: "WSGIEnvironment") -> str:
    """Return the service's signing name, or an empty string for an unsigned request.

    The header has the form `Credential=<key>/<date>/<Region>/<service>/aws4_request`.
    """
    signed = re.search(r"Credential=[^,]*/([^/,]+)/aws4_request", environ.get("HTTP_AUTHORIZATION", ""))
    return signed[1] if signed else ""


def access_key_id(environ: "WSGIEnvironment") -> str:
    """Return the access key id that signed the request, or an empty string for an unsigned request."""
    return access_key_id_in(environ.get("HTTP_AUTHORIZATION", ""))


def access_key_id_in(authorization: str) -> str:
    """Return the access key id in an Authorization header, or an empty string."""
    signed = re.search(r"Credential=([^/,]+)/", authorization)
    return signed[1] if signed else ""
