"""Who may ask: programs on this machine, and the simulator's own page, but no other page that a browser has open.

A page of somebody else's can send requests to 127.0.0.1, and by rebinding a name of its own to that address even read
the answers. Such requests carry its name: in `Host`, or in `Origin`.
"""

from ipaddress import ip_address
from urllib.parse import urlsplit

from werkzeug.wrappers import Request


def has_own_host(request: Request) -> bool:
    """Whether it was sent to an address or to localhost, not to a name, which may be anybody's."""
    return _is_address(request.headers.get("Host", ""))


def is_foreign(request: Request) -> bool:
    """Whether a page sent it that the simulator did not serve; a program that is no browser names no origin."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    sent_to = request.headers.get("Host", "")
    return origin != f"http://{sent_to}" or not _is_address(sent_to)


def _is_address(netloc: str) -> bool:
    try:
        host = urlsplit(f"//{netloc}").hostname or ""
        return host == "localhost" or bool(ip_address(host))
    except ValueError:
        return False
