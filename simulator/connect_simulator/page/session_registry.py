"""The sessions that there are."""

from threading import Lock
from uuid import uuid4

from connect_simulator.lambda_runtime.execution_environments import ExecutionEnvironments
from connect_simulator.page.session import Session
from connect_simulator.page.stack import Stack
from connect_simulator.server.simulator import Simulator


class SessionRegistry:
    """Each by its name; when there are too many, the one ends that was used least recently."""

    def __init__(self, simulator: Simulator, stack: Stack, functions: ExecutionEnvironments, most: int = 32) -> None:
        self.stack = stack
        self._simulator = simulator
        self._functions = functions
        self._most = most
        self._open: dict[str, Session] = {}
        self._lock = Lock()

    def begin(self) -> Session:
        """A new one, whose name nobody can guess."""
        name = uuid4().hex
        session = Session(name, self._simulator, self.stack, self._functions)
        with self._lock:
            self._open[name] = session
            if len(self._open) > self._most:
                self._open.pop(next(iter(self._open))).close()
        session.do("choose", {})
        return session

    def __getitem__(self, name: str) -> Session:
        """The session of that name; KeyError when it has ended."""
        with self._lock:
            session = self._open[name] = self._open.pop(name)
        return session

    def find(self, name: str) -> Session | None:
        """The session of that name, if it is there; that is no use of it."""
        return self._open.get(name)

    def close(self) -> None:
        """Ends all of them, and the function's processes."""
        with self._lock:
            for session in self._open.values():
                session.close()
            self._open.clear()
        self._functions.close()
