"""Execution environments of Lambda: processes that have loaded the handler, as many at a time as needed.

A process has the settings as environment variables, as in Lambda. A different set of variables needs another process.
"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from queue import Empty, SimpleQueue
from threading import Lock, Thread
from typing import IO, Any, Final, cast

from connect_simulator.flows import FunctionTimeoutError
from connect_simulator.lambda_runtime import sdk_environment, worker

MAX_IDLE: Final = 4
LOADING_SECONDS: Final = 60

Variables = Mapping[str, str]


class ExecutionEnvironments:
    """A pool of processes; a few idle ones stay for the next invocation with the same variables."""

    def __init__(self, handler: str) -> None:
        self._handler = handler
        self._idle: list[_Process] = []
        self._busy: set[_Process] = set()
        self._lock = Lock()
        self._closed = False

    def prepare(self, variables: Variables) -> None:
        """Start a process with these variables, so that the next invocation does not wait for it to load."""
        with self._lock:
            if not self._closed and not any(process.variables == variables for process in self._idle):
                self._idle.append(_Process(self._handler, dict(variables)))
        self._end_oldest()

    def invoke(self, variables: Variables, event: Any, seconds: float) -> dict[str, Any]:
        """Invoke the handler with an event.

        Returns:
            `response` or `error`, the `log`, and the `milliseconds` that the function took.

        Raises:
            FunctionTimeoutError: The function did not respond within `seconds`, or the handler cannot be loaded.
        """
        process = self._take(variables)
        try:
            return process.invoke(event, seconds)
        finally:
            with self._lock:
                self._busy.discard(process)
                self._idle.append(process)
            self._end_oldest()

    def close(self) -> None:
        """End all processes, even during an invocation."""
        with self._lock:
            self._closed = True
            for process in (*self._idle, *self._busy):
                process.end()
            self._idle.clear()

    def _take(self, variables: Variables) -> "_Process":
        with self._lock:
            if self._closed:
                raise FunctionTimeoutError
            for process in [each for each in self._idle if not each.is_alive]:
                self._idle.remove(process)
                process.end()
            idle = next((process for process in self._idle if process.variables == variables), None)
            if idle:
                self._idle.remove(idle)
            process = idle or _Process(self._handler, dict(variables))
            self._busy.add(process)
            return process

    def _end_oldest(self) -> None:
        with self._lock:
            while self._idle and (self._closed or len(self._idle) > MAX_IDLE):
                self._idle.pop(0).end()


class _Process:
    def __init__(self, handler: str, variables: dict[str, str]) -> None:
        self.variables = variables
        self._lines: SimpleQueue[str] = SimpleQueue()
        self._is_loaded = False
        inherited = {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}
        path = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"}
        self._process = subprocess.Popen(  # noqa: S603 (the interpreter and a file of this package)
            [sys.executable, "-P", str(Path(worker.__file__)), handler],
            env=inherited | path | sdk_environment.EMPTY_CONFIG_FILES | variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C stops the simulator, and the simulator ends this process.
        )
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def is_alive(self) -> bool:
        return self._process.poll() is None

    def invoke(self, event: Any, seconds: float) -> dict[str, Any]:
        try:
            if not self._is_loaded:
                self._next_line(LOADING_SECONDS)
                time.sleep(worker.PROVISIONED_SECONDS)
                self._is_loaded = True
            started_at = time.monotonic()
            self._input.write(f"{json.dumps(event)}\n")
            self._input.flush()
            line = self._next_line(seconds)
            milliseconds = round(1000 * (time.monotonic() - started_at))
            result: dict[str, Any] = json.loads(line)
        except (Empty, OSError, ValueError):
            self.end()
            raise FunctionTimeoutError from None
        return result | {"milliseconds": milliseconds}

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        with suppress(OSError):
            self._input.close()

    @property
    def _input(self) -> Any:
        return self._process.stdin

    def _next_line(self, seconds: float) -> str:
        return self._lines.get(timeout=seconds)

    def _read(self) -> None:
        with cast("IO[str]", self._process.stdout) as output:
            for line in output:
                self._lines.put(line)
        self._lines.put("")  # The process has ended: an empty line is not JSON, so the waiting call fails.
