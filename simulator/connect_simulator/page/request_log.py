"""What Amazon Connect was asked for by a session's function, and how it answered; refusals, too."""

import json
from collections.abc import Callable, Iterable
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Final

from connect_simulator.aws.signed_request import operation_of

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

OPERATION: Final = "StartOutboundChatContact"
CUT: Final = "no answer: the connection was cut"
TAKEN: Final = "taken"


class RequestLog:
    """The requests of one session, each with what was answered."""

    def __init__(self) -> None:
        self._told: SimpleQueue[tuple[str, str]] = SimpleQueue()

    def pass_on(
        self, app: "WSGIApplication", environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        """The WSGI application's answer, which is noted when the request is one for a text."""
        if operation_of(environ) != OPERATION:
            return app(environ, start_response)
        request = environ["wsgi.input"].read().decode()
        environ["wsgi.input"].seek(0)

        def started(status: str, headers: list[tuple[str, str]], *more: Any) -> Callable[[bytes], object]:
            self._told.put((request, _answer(status, headers)))
            return start_response(status, headers, *more)

        try:
            return app(environ, started)
        except ConnectionError:
            self._told.put((request, CUT))
            raise

    def new(self) -> list[dict[str, Any]]:
        """Those since the last time; those that are alike, and were answered alike, once, and how often."""
        times: dict[tuple[str, str], int] = {}
        try:
            while True:
                told = self._told.get_nowait()
                times[told] = times.get(told, 0) + 1
        except Empty:
            return [
                {"request": json.loads(request), "answer": answer, "times": often}
                for (request, answer), often in times.items()
            ]


def _answer(status: str, headers: list[tuple[str, str]]) -> str:
    code = status.partition(" ")[0]
    names = [value for name, value in headers if name.lower() == "x-amzn-errortype"]
    return TAKEN if code == "200" else " ".join(["refused:", code, *names])
