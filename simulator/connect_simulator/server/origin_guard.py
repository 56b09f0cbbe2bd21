"""Who may ask: programs, and the simulator's own pages, but no other page that a browser has open.

A page of somebody else's can send requests to 127.0.0.1, and by rebinding a name of its own to that address even read
the answers. Such requests carry its name: in `Origin`, or in `Host`, which programs may name as they like.
"""

import json
from collections.abc import Iterable
from ipaddress import ip_address
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from werkzeug.wrappers import Request, Response

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

OF_A_BROWSER: Final = ("Accept-Language", "Origin", "Sec-Fetch-Dest", "Sec-Fetch-Mode", "Sec-Fetch-Site")
"""What browsers send and programs do not; a page can change the first, but not leave it out.

Only the first comes with every request: `Sec-Fetch-*` is for trustworthy addresses, and a rebound name is none.
https://www.w3.org/TR/fetch-metadata/
"""
NOBODYS: Final = (".internal", ".localhost")
"""Names that nobody can register: those of ICANN for private use, such as host.docker.internal, and of RFC 6761."""


class OriginGuardMiddleware:
    """Refuses what another page asks for and passes everything else on."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        """The WSGI protocol."""
        request = Request(environ)
        if is_foreign(request) or (_is_of_a_browser(request) and not has_own_host(request)):
            told = json.dumps({"message": "Another page than the simulator's own may not ask."})
            return Response(told, 403, content_type="application/json")(environ, start_response)
        return self._app(environ, start_response)


def has_own_host(request: Request) -> bool:
    """Whether it was sent to an address, or to a name that cannot be anybody's: one without a dot, or of `NOBODYS`."""
    return _is_own(request.headers.get("Host", ""))


def is_foreign(request: Request) -> bool:
    """Whether a page sent it that the simulator did not serve; a program that is no browser names no origin."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    sent_to = request.headers.get("Host", "")
    return origin != f"http://{sent_to}" or not _is_own(sent_to)


def _is_of_a_browser(request: Request) -> bool:
    agent = request.headers.get("User-Agent", "")
    return agent.startswith("Mozilla/") or any(name in request.headers for name in OF_A_BROWSER)


def _is_own(netloc: str) -> bool:
    try:
        host = urlsplit(f"//{netloc}").hostname or "."
        return "." not in host or host.endswith(NOBODYS) or bool(ip_address(host))
    except ValueError:
        return False
