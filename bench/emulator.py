"""Run a built function in Lambda's runtime interface emulator, without Docker."""

import http.client
import json
import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

PATH = "/2015-03-31/functions/function/invocations"
LONGEST_START_SECONDS = 60
TRACED = Path(__file__).parent / "runtime"
TRACE_ID = "Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled=1"


@dataclass(frozen=True)
class Candidate:
    """A function to measure: its name in the tables, its artifact and its handler."""

    name: str
    artifact: Path
    handler: str


@dataclass(frozen=True)
class Machinery:
    """The emulator's binary, the runtime's Python, and every function's environment."""

    emulator: Path
    python: Path
    environment: Mapping[str, str]


class NoAnswerError(Exception):
    """The emulator sent an empty answer, which a function never does."""


class Emulator:
    """One Lambda execution environment: the context starts it cold, and ends it."""

    def __init__(self, machinery: Machinery, candidate: Candidate, enter: Callable[[], None] | None = None) -> None:
        self._machinery = machinery
        self._candidate = candidate
        self._enter = enter

    def __enter__(self) -> Self:
        address, runtime = (f"127.0.0.1:{port}" for port in _free_ports())
        root = str(self._candidate.artifact)
        environment = {
            "PATH": os.environ["PATH"],
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "PYTHONPATH": os.pathsep.join([root, str(TRACED)]),
            "TRACED_HANDLER": self._candidate.handler,
            "TRACE_ID": TRACE_ID,
            "PYTHONDONTWRITEBYTECODE": "1",  # as in Lambda, where the code folder is read-only
            "LAMBDA_TASK_ROOT": root,
            "AWS_LAMBDA_FUNCTION_NAME": "deflection",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
            "AWS_LAMBDA_FUNCTION_TIMEOUT": str(LONGEST_START_SECONDS),
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            **self._machinery.environment,
        }
        command = [str(self._machinery.emulator), "--runtime-interface-emulator-address", address]
        command += ["--runtime-api-address", runtime, "--log-level", "error"]
        command += [str(self._machinery.python), "-m", "awslambdaric", "traced.lambda_handler"]
        self.began = time.perf_counter()
        self._process = subprocess.Popen(  # noqa: S603
            command,
            cwd=root,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=self._enter,  # noqa: PLW1509
        )
        self._connection = http.client.HTTPConnection(address, timeout=LONGEST_START_SECONDS)
        self._reach()
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._process.send_signal(signal.SIGSTOP)  # it must not start another runtime now
        runtimes = self._runtimes()  # each leads its own process group
        for pid in (*runtimes, self._process.pid):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self._process.wait()
        while any(_runs(pid) for pid in runtimes):  # a process that is still ending would disturb the next measurement
            time.sleep(0.001)

    def invoke(self, event: bytes) -> float:
        """
        Return the seconds until the answer.

        Raises:
            NoAnswerError: The emulator sent nothing.
            RuntimeError: The function started no contact.
        """
        began = time.perf_counter()
        self._connection.request("POST", PATH, event)
        answer = self._connection.getresponse().read()
        seconds = time.perf_counter() - began
        if not answer:
            raise NoAnswerError
        parsed: Any = json.loads(answer) if answer.startswith(b"{") else None
        if not parsed or not parsed.get("ContactId"):
            raise RuntimeError(f"{self._candidate.name} answered {answer[:500]!r}")
        return seconds

    def first(self, event: bytes) -> float:
        """Return the seconds from the emulator's start to the first answer."""
        self.invoke(event)
        return time.perf_counter() - self.began

    def peak_megabytes(self) -> float:
        """Return the peak resident memory of the runtime's process."""
        (runtime,) = self._runtimes()
        status = Path(f"/proc/{runtime}/status").read_text(encoding="utf-8").splitlines()
        (line,) = (line for line in status if line.startswith("VmHWM"))
        return int(line.split()[1]) / 1024

    def _runtimes(self) -> set[int]:
        children = Path(f"/proc/{self._process.pid}/task").glob("*/children")
        return {int(pid) for path in children for pid in path.read_text(encoding="utf-8").split()}

    def _reach(self) -> None:
        while self._process.poll() is None:
            try:
                self._connection.connect()
            except ConnectionRefusedError:
                time.sleep(0.001)
            else:
                return
        raise RuntimeError(f"The emulator exited with code {self._process.returncode}.")


def _runs(pid: int) -> bool:
    """Return whether a process exists and is not a zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}


def _free_ports() -> list[int]:
    with socket.create_server(("127.0.0.1", 0)) as one, socket.create_server(("127.0.0.1", 0)) as other:
        return [one.getsockname()[1], other.getsockname()[1]]
