"""Accept requests from programs and from the simulator's own page, and reject those of other web pages.

A web page of another site can send requests to 127.0.0.1. With DNS rebinding it can even read the responses. Such a
request has the site's name in `Origin` or in `Host`. A program may send any `Host`.
"""

import json
from collections.abc import Iterable
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BROWSER_HEADERS: Final = ("Accept-Language", "Origin", "Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site")
"""Headers that browsers send and programs do not. A page can change the first one but not remove it.

Only the first one is in every request: browsers send `Sec-Fetch-*` to trustworthy addresses only, and a rebound name is
not trustworthy.
Source: https://www.w3.org/TR/fetch-metadata/
"""
RESERVED_SUFFIXES: Final = (".internal", ".localhost")
"""Names that nobody can register: ICANN reserves .internal (host.docker.internal), RFC 6761 reserves .localhost."""


class OriginGuardMiddleware:
    """WSGI middleware that rejects requests of other web pages and passes every other request on."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """Handle a WSGI request."""
        request = Request(environ)
        if is_cross_origin(request) or (_is_browser(request) and not has_local_host(request)):
            body = json.dumps({"message": "Only the simulator's own page may send requests from a browser."})
            return Response(body, 403, content_type="application/json")(environ, start_response)
        return self._app(environ, start_response)


def has_local_host(request: Request) -> bool:
    """Check that Host is an IP address, a name without a dot, or a name with a reserved suffix."""
    return _is_local(request.headers.get("Host", ""))


def is_cross_origin(request: Request) -> bool:
    """Check whether another site's page sent the request; a program sends no Origin."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    host = request.headers.get("Host", "")
    return origin != f"http://{host}" or not _is_local(host)


def _is_browser(request: Request) -> bool:
    agent = request.headers.get("User-Agent", "")
    return agent.startswith("Mozilla/") or any(name in request.headers for name in BROWSER_HEADERS)


def _is_local(netloc: str) -> bool:
    try:
        host = urlsplit(f"//{netloc}").hostname or "."
        return "." not in host or host.endswith(RESERVED_SUFFIXES) or bool(ip_address(host))
    except ValueError:
        return False
