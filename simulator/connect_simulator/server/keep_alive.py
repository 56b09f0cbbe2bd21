"""Serve a WSGI application over HTTP/1.1 with persistent connections, as AWS does.

Werkzeug's own handler closes the connection after every response, because it cannot know whether the application read
the whole request body. This handler reads the body first.
"""

import io
import socket
from collections.abc import Iterable
from contextlib import closing, nullcontext, suppress
from typing import TYPE_CHECKING, Any

from moto.moto_server.werkzeug_app import MotoRequestHandler
from werkzeug.datastructures import Headers
from werkzeug.serving import ThreadedWSGIServer
from werkzeug.test import run_wsgi_app
from werkzeug.wsgi import ClosingIterator

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication, WSGIEnvironment


class KeepAliveServer(ThreadedWSGIServer):
    """A server with a thread for each connection; closing the server closes the connections, too."""

    def __init__(self, host: str, port: int, app: "WSGIApplication", listening: int) -> None:
        self._connections: set[Any] = set()
        super().__init__(host, port, app, KeepAliveHandler, fd=listening)

    def serve_forever(self, poll_interval: float = 0.02) -> None:
        """Serve until shutdown, which is checked every `poll_interval` seconds."""
        super().serve_forever(poll_interval)

    def process_request(self, request: Any, client_address: Any) -> None:
        """Keep the connection, so that `server_close` can close it."""
        self._connections.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        """Close the connection and remove it from the list."""
        self._connections.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print the traceback, then respond with the status 500."""
        super().handle_error(request, client_address)
        with suppress(OSError):
            request.sendall(b"HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")

    def server_close(self) -> None:
        """Close the listening socket and all persistent connections."""
        super().server_close()
        for connection in tuple(self._connections):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


class KeepAliveHandler(MotoRequestHandler):
    """Handler for the requests of one connection; it does not write an access log.

    Server-sent events are sent as soon as the application yields them, until it stops or the caller disconnects.
    """

    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def run_wsgi(self) -> None:
        """Run the application for one request."""
        environ = self.make_environ()
        try:
            body = _read_body(environ)
            environ["wsgi.input"] = io.BytesIO(body)
            environ["CONTENT_LENGTH"] = str(len(body))
            chunks, status, headers = run_wsgi_app(self.server.app, environ)
            self._send(chunks, status, headers)
        except ConnectionError:
            self.close_connection = True

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Write no access log; `World.requests` has the requests."""

    def _send(self, chunks: Iterable[bytes], status: str, headers: Headers) -> None:
        code, _, reason = status.partition(" ")
        if headers.get("Content-Type", "").startswith("text/event-stream"):
            headers["Connection"] = "close"
        elif "Content-Length" not in headers:
            chunks = [b"".join(chunks)]
            headers["Content-Length"] = str(len(chunks[0]))
        self.send_response(int(code), reason)
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        with closing(chunks) if isinstance(chunks, ClosingIterator) else nullcontext():
            for chunk in chunks:
                self.wfile.write(chunk)


def _read_body(environ: "WSGIEnvironment") -> bytes:
    source = environ["wsgi.input"]
    if environ.pop("wsgi.input_terminated", False):
        del environ["HTTP_TRANSFER_ENCODING"]
        return bytes(source.read())
    return bytes(source.read(int(environ.get("CONTENT_LENGTH") or 0)))
