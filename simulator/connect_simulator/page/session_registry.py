"""The open sessions, by name."""

from threading import Lock
from uuid import uuid4

from connect_simulator.lambda_runtime.execution_environments import ExecutionEnvironments
from connect_simulator.page.session import Session
from connect_simulator.page.stack import Stack
from connect_simulator.server import Simulator


class SessionRegistry:
    """All open sessions; above `max_sessions`, the least recently used one ends."""

    def __init__(
        self, simulator: Simulator, stack: Stack, environments: ExecutionEnvironments, max_sessions: int = 32
    ) -> None:
        self.stack = stack
        self._simulator = simulator
        self._environments = environments
        self._max_sessions = max_sessions
        self._open: dict[str, Session] = {}
        self._lock = Lock()

    def start(self) -> Session:
        """Start a session with a name that nobody can guess."""
        name = uuid4().hex
        session = Session(name, self._simulator, self.stack, self._environments)
        with self._lock:
            self._open[name] = session
            if len(self._open) > self._max_sessions:
                self._open.pop(next(iter(self._open))).close()
        session.do("choose", {})
        return session

    def __getitem__(self, name: str) -> Session:
        """Return the session and mark it as used; raise KeyError if it has ended."""
        with self._lock:
            session = self._open[name] = self._open.pop(name)
        return session

    def find(self, access_key: str) -> Session | None:
        """Return the session whose story has this access key id, without marking it as used."""
        return self._open.get(access_key.partition("-")[0])

    def close(self) -> None:
        """End all sessions and the function's processes."""
        with self._lock:
            for session in self._open.values():
                session.close()
            self._open.clear()
        self._environments.close()
