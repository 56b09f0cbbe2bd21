"""Which service and which operation an HTTP request to AWS is for, whichever protocol the service speaks."""

import re
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs

from botocore.exceptions import UnknownServiceError
from moto.core.request import Request
from moto.core.routing import get_service_router
from werkzeug.exceptions import NotFound

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


SIGNED_AS: Final = {"wisdom": "qconnect"}
"""The service of a signing name, where they differ and the path tells the operation."""


def operation_of(environ: "WSGIEnvironment") -> str:
    """The operation's name in the service model; empty if it has none."""
    if target := environ.get("HTTP_X_AMZ_TARGET"):
        return str(target).rpartition(".")[2]
    if environ.get("CONTENT_TYPE", "").startswith("application/x-www-form-urlencoded"):
        form: dict[str, list[str]] = parse_qs(environ["wsgi.input"].read().decode())
        environ["wsgi.input"].seek(0)
        return form.get("Action", [""])[0]
    service = service_of(environ)
    try:
        router = get_service_router(SIGNED_AS.get(service, service))
        operation, _ = router.match(Request(environ, populate_request=False))
    except (NotFound, NotImplementedError, UnknownServiceError):
        return ""
    return str(operation.name)


def service_of(environ: "WSGIEnvironment") -> str:
    """The service's signing name: Credential=<key>/<date>/<Region>/<service>/aws4_request; empty if unsigned."""
    signed = re.search(r"Credential=[^,]*/([^/,]+)/aws4_request", environ.get("HTTP_AUTHORIZATION", ""))
    return signed[1] if signed else ""


def access_key_of(environ: "WSGIEnvironment") -> str:
    """The access key id that the request is signed with; empty if unsigned."""
    return access_key_in(environ.get("HTTP_AUTHORIZATION", ""))


def access_key_in(authorization: str) -> str:
    """The access key id of the header Authorization; empty if there is none."""
    signed = re.search(r"Credential=([^/,]+)/", authorization)
    return signed[1] if signed else ""
