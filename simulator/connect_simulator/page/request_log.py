"""The requests that a session's function sent to Amazon Connect, and the outcome of each, including rejections."""

import json
from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final

from connect_simulator.aws.signed_request import operation_name

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

OPERATION: Final = "StartOutboundChatContact"
CONNECTION_LOST: Final = "no response: the connection was lost"
ACCEPTED: Final = "accepted"


class RequestLog:
    """The requests of one session with their outcomes."""

    def __init__(self) -> None:
        self._entries: SimpleQueue[tuple[str, str]] = SimpleQueue()

    def record(
        self, app: "WSGIApplication", environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """Run the WSGI application, and record the request if it starts a chat contact."""
        if operation_name(environ) != OPERATION:
            return app(environ, start_response)
        request = environ["wsgi.input"].read().decode()
        environ["wsgi.input"].seek(0)

        def start(status: str, headers: list[tuple[str, str]], *more: Any) -> Callable[[bytes], object]:
            self._entries.put((request, _outcome(status, headers)))
            return start_response(status, headers, *more)

        try:
            return app(environ, start)
        except ConnectionError:
            self._entries.put((request, CONNECTION_LOST))
            raise

    def new_entries(self) -> list[dict[str, Any]]:
        """Return the entries since the last call of this method; equal entries are returned once, with their count."""
        counts: dict[tuple[str, str], int] = {}
        try:
            while True:
                entry = self._entries.get_nowait()
                counts[entry] = counts.get(entry, 0) + 1
        except Empty:
            return [
                {"request": json.loads(request), "outcome": outcome, "count": count}
                for (request, outcome), count in counts.items()
            ]


def _outcome(status: str, headers: list[tuple[str, str]]) -> str:
    code = status.partition(" ")[0]
    names = [value for name, value in headers if name.lower() == "x-amzn-errortype"]
    return ACCEPTED if code == "200" else " ".join(["rejected:", code, *names])
