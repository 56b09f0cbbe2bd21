"""The simulator as a server: the guard, then control endpoints, then faults, then what moto lacks, then moto."""

import socket
from collections.abc import Callable
from ipaddress import ip_address
from threading import Thread
from types import TracebackType
from typing import TYPE_CHECKING, Self

from moto.connect.models import connect_backends
from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.moto_api._internal.models import moto_api_backend
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.test import Client

from connect_simulator import demo
from connect_simulator.connect.message_templates import TemplateMiddleware
from connect_simulator.connect.operations import world_for
from connect_simulator.connect.unsupported_operations import UnsupportedMiddleware
from connect_simulator.connect.world import World
from connect_simulator.faults.fault import Faults
from connect_simulator.faults.fault_middleware import FaultMiddleware
from connect_simulator.lambda_runtime.invoke_middleware import FunctionMiddleware, Handler
from connect_simulator.server.control_api import ControlMiddleware
from connect_simulator.server.keep_alive import KeepAliveServer
from connect_simulator.server.origin_guard import OriginGuardMiddleware
from connect_simulator.sms.sms_operations import SmsMiddleware

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIApplication

    type Middleware = Callable[[WSGIApplication], WSGIApplication]


class Simulator:
    """Serves from a thread of its own, until the context ends or `stop` is called; port 0 takes a free one.

    `functions` holds handlers by the name of their function: Invoke gives them the event.
    """

    def __init__(self, host: str = "127.0.0.1", port: int = 0, seed: int = 0) -> None:
        self.faults = Faults(seed)
        self.functions: dict[str, Handler] = {}
        self._host = host
        self._port = port
        self._in_front: Middleware = lambda app: app
        self._server: KeepAliveServer | None = None
        self._thread: Thread | None = None

    @property
    def world(self) -> World:
        """What Connect knows, for callers with moto's default account, which is that of any made-up credentials."""
        return world_for(connect_backends[DEFAULT_ACCOUNT_ID][demo.REGION])

    @property
    def url(self) -> str:
        """Where it can be reached from this machine."""
        if self._server is None:
            raise RuntimeError("The simulator is not started.")
        host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(self._host, self._host)
        return f"http://{f'[{host}]' if ':' in host else host}:{self._server.port}"

    @property
    def is_open(self) -> bool:
        """Whether other machines can reach it."""
        if self._server is None:
            raise RuntimeError("The simulator is not started.")
        return not ip_address(self._server.socket.getsockname()[0]).is_loopback

    def put_in_front(self, middleware: "Middleware") -> None:
        """What answers before anything else, the guard too, from the next start on."""
        self._in_front = middleware

    def start(self) -> Self:
        """Listens when it returns, and answers the first call as fast as the others."""
        moto = DomainDispatcherApplication(create_backend_app)
        _warm_up(moto)
        connect = UnsupportedMiddleware(moto)
        texting = TemplateMiddleware(SmsMiddleware(connect, lambda: self.world.sms), lambda: self.world.templates)
        services = FunctionMiddleware(texting, self.functions)
        guarded = OriginGuardMiddleware(ControlMiddleware(FaultMiddleware(services, self.faults), self))
        app = self._in_front(guarded)
        family = socket.AF_INET6 if ":" in self._host else socket.AF_INET
        with socket.create_server((self._host, self._port), family=family, backlog=128) as listening:
            self._server = KeepAliveServer(self._host, self._port, app, listening.fileno())
        self._thread = Thread(target=self._server.serve_forever, name="connect-simulator", daemon=True)
        self._thread.start()
        return self

    def stop(self) -> None:
        """Ends the server, every connection to it and the faults; what moto and the world hold stays."""
        if self._server is not None and self._thread is not None:
            self.faults.clear()
            self._server.shutdown()
            self._thread.join()
            self._server = self._thread = None

    def reset(self) -> None:
        """Forgets everything: the world, all of moto's services, the handlers of functions, and the faults."""
        self.faults.clear()
        self.functions.clear()
        moto_api_backend.reset()

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _warm_up(app: DomainDispatcherApplication) -> None:
    """A call that changes nothing makes moto load the service model and build its routes, which takes 0.3 s."""
    signed = {"Authorization": f"AWS4-HMAC-SHA256 Credential=test/20260101/{demo.REGION}/connect/aws4_request"}
    Client(app).put("/contact/outbound-chat", json={}, headers=signed)
