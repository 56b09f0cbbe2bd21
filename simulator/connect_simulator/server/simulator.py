"""The simulator's server: origin guard, control endpoints, faults, the added services, then moto."""

import socket
from collections.abc import Callable, Iterable
from functools import cache
from importlib import import_module
from ipaddress import ip_address
from threading import Thread
from types import TracebackType
from typing import TYPE_CHECKING, Self

from moto.connect.models import connect_backends
from moto.moto_api._internal.models import moto_api_backend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import Client

from connect_simulator import demo
from connect_simulator.aws.signed_request import signing_name
from connect_simulator.connect.message_templates import TemplateMiddleware
from connect_simulator.connect.operations import world_for
from connect_simulator.connect.unsupported_operations import UnsupportedMiddleware
from connect_simulator.connect.world import World
from connect_simulator.faults.fault import Faults
from connect_simulator.faults.fault_middleware import FaultMiddleware
from connect_simulator.lambda_runtime.invoke_middleware import Handler, InvokeMiddleware
from connect_simulator.server.control_api import ControlMiddleware
from connect_simulator.server.keep_alive import KeepAliveServer
from connect_simulator.server.origin_guard import OriginGuardMiddleware
from connect_simulator.sms.sms_middleware import SmsMiddleware

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    type Middleware = Callable[[WSGIApplication], WSGIApplication]


class Simulator:
    """A server in a thread of its own that runs until `stop`, or until the `with` block ends.

    Port 0 selects a free port.

    Attributes:
        faults: The faults that calls meet.
        functions: Handlers for Lambda's Invoke, by function name.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0, seed: int = 0) -> None:
        self.faults = Faults(seed)
        self.functions: dict[str, Handler] = {}
        self._host = host
        self._port = port
        self._middleware: Middleware = lambda app: app
        self._server: KeepAliveServer | None = None
        self._thread: Thread | None = None

    @property
    def world(self) -> World:
        """The state of Connect in the demo's account, which all invented credentials belong to."""
        return world_for(connect_backends[demo.ACCOUNT][demo.REGION])

    @property
    def url(self) -> str:
        """The simulator's URL on this machine."""
        if self._server is None:
            raise RuntimeError("The simulator has not started; call start() first.")
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._host, self._host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self._server.port}"

    @property
    def is_public(self) -> bool:
        """Whether other machines can reach the simulator."""
        if self._server is None:
            raise RuntimeError("The simulator has not started; call start() first.")
        return not ip_address(self._server.socket.getsockname()[0]).is_loopback

    def add_middleware(self, middleware: "Middleware") -> None:
        """Put a middleware in front of everything, even the origin guard, at the next start."""
        self._middleware = middleware

    def start(self) -> Self:
        """Start listening; the first call is as fast as the next ones."""
        moto = DomainDispatcherApplication(create_backend_app)
        _warm_up(moto)
        connect = UnsupportedMiddleware(_adapt_moto(moto, self))
        messaging = TemplateMiddleware(SmsMiddleware(connect, lambda: self.world.sms), lambda: self.world.templates)
        services = InvokeMiddleware(messaging, self.functions)
        guarded = OriginGuardMiddleware(ControlMiddleware(FaultMiddleware(services, self.faults), self))
        app = self._middleware(guarded)
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        with socket.create_server((self._host, self._port), family=family, backlog=128) as listening:
            self._server = KeepAliveServer(self._host, self._port, app, listening.fileno())
        self._thread = Thread(target=self._server.serve_forever, name="connect-simulator", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Stop the server, close all connections and clear the faults; the state of all services stays."""
        if self._server is not None and self._thread is not None:
            self.faults.clear()
            self._server.shutdown()
            self._thread.join()
            self._server = self._thread = None

    def reset(self) -> None:
        """Remove the world, the state of all moto services, the function handlers and the faults."""
        self.faults.clear()
        self.functions.clear()
        moto_api_backend.reset()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _adapt_moto(app: "WSGIApplication", simulator: Simulator) -> "WSGIApplication":
    """Adapt moto to this server.

    All credentials belong to the account of the demo instance, `sam deploy` can create its change sets, and the flows
    of test cases invoke the server's functions.
    """

    def serve(environ: "WSGIEnvironment", start_response: "StartResponse") -> "Iterable[bytes]":
        match signing_name(environ):
            case "cloudformation":
                _correct_change_sets()
            case "connect":
                simulator.world.test_cases.functions = simulator.functions
        return app(environ | {"HTTP_X_MOTO_ACCOUNT_ID": demo.ACCOUNT}, start_response)

    return serve


@cache
def _correct_change_sets() -> None:
    """Correct moto's change sets at the first request for a stack: loading moto's stacks takes four seconds."""
    import_module("connect_simulator.connect.change_sets").correct_change_sets()


def _warm_up(app: DomainDispatcherApplication) -> None:
    """Send a call without effect, so that moto loads the service model and its routes (about 0.3 s)."""
    signed = {"Authorization": f"AWS4-HMAC-SHA256 Credential=test/20260101/{demo.REGION}/connect/aws4_request"}
    Client(app).put("/contact/outbound-chat", json={}, headers=signed)
