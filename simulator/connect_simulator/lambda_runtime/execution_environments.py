"""Lambda's execution environments: processes that have the handler, as many at once as it takes.

A process has the settings as its environment variables, as Lambda would give them; so each set of them has its own.
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

from connect_simulator.flows import NoAnswerError
from connect_simulator.lambda_runtime import sdk_environment, worker

MOST_IDLE: Final = 4
LOADING_SECONDS: Final = 60

Variables = Mapping[str, str]


class ExecutionEnvironments:
    """Keeps a few processes that have nothing to do, for the next invocation with the same variables."""

    def __init__(self, handler: str) -> None:
        self._handler = handler
        self._idle: list[_Process] = []
        self._busy: set[_Process] = set()
        self._lock = Lock()
        self._closed = False

    def prepare(self, variables: Variables) -> None:
        """Loads the handler, so that the next invocation does not wait for it."""
        with self._lock:
            if not self._closed and not any(process.variables == variables for process in self._idle):
                self._idle.append(_Process(self._handler, dict(variables)))
        self._end_oldest()

    def invoke(self, variables: Variables, event: Any, seconds: float) -> dict[str, Any]:
        """
        What came of an event: `answer` or `raised`, the `log`, and the `milliseconds` that the function took.

        Raises:
            NoAnswerError: Nothing came within that time, or the handler cannot be loaded.
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
        """Ends all processes, and with them the invocations that are under way."""
        with self._lock:
            self._closed = True
            for process in (*self._idle, *self._busy):
                process.end()
            self._idle.clear()

    def _take(self, variables: Variables) -> "_Process":
        with self._lock:
            if self._closed:
                raise NoAnswerError
            for process in [each for each in self._idle if not each.lives]:
                self._idle.remove(process)
                process.end()
            found = next((process for process in self._idle if process.variables == variables), None)
            if found:
                self._idle.remove(found)
            process = found or _Process(self._handler, dict(variables))
            self._busy.add(process)
            return process

    def _end_oldest(self) -> None:
        with self._lock:
            while self._idle and (self._closed or len(self._idle) > MOST_IDLE):
                self._idle.pop(0).end()


class _Process:
    def __init__(self, handler: str, variables: dict[str, str]) -> None:
        self.variables = variables
        self._lines: SimpleQueue[str] = SimpleQueue()
        self._is_loaded = False
        kept = {name: os.environ[name] for name in ("HOME", "PATH") if name in os.environ}
        path = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), "PYTHONUTF8": "1"}
        self._process = subprocess.Popen(  # noqa: S603 (the interpreter and a file of this package)
            [sys.executable, "-P", str(Path(worker.__file__)), handler],
            env=kept | path | sdk_environment.NO_FILES | variables,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
            start_new_session=True,  # Ctrl-C is for the simulator, which ends it.
        )
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    @property
    def lives(self) -> bool:
        return self._process.poll() is None

    def invoke(self, event: Any, seconds: float) -> dict[str, Any]:
        try:
            if not self._is_loaded:
                self._line(LOADING_SECONDS)
                time.sleep(worker.AHEAD_SECONDS)
                self._is_loaded = True
            began = time.monotonic()
            self._input.write(f"{json.dumps(event)}\n")
            self._input.flush()
            line = self._line(seconds)
            milliseconds = round(1000 * (time.monotonic() - began))
            told: dict[str, Any] = json.loads(line)
        except (Empty, OSError, ValueError):
            self.end()
            raise NoAnswerError from None
        return told | {"milliseconds": milliseconds}

    def end(self) -> None:
        self._process.kill()
        self._process.wait()
        self._reader.join()
        with suppress(OSError):
            self._input.close()

    @property
    def _input(self) -> Any:
        return self._process.stdin

    def _line(self, seconds: float) -> str:
        return self._lines.get(timeout=seconds)

    def _read(self) -> None:
        with cast("IO[str]", self._process.stdout) as output:
            for line in output:
                self._lines.put(line)
        self._lines.put("")  # It has ended; an empty line is no JSON.
