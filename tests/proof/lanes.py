"""
Run proofs in parallel processes that log at DEBUG level, send traces and keep their output.

The output of a proof must contain no personal data, and the template's policies must allow every call to AWS.
"""

import gc
import os
import socket
import sys
import weakref
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache, partial
from importlib import import_module
from itertools import repeat
from multiprocessing import get_context
from multiprocessing.context import ForkServerContext
from pathlib import Path
from queue import SimpleQueue
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

from builders import IN_LAMBDA, LOUD
from connect_simulator import Simulator, demo
from deflection.aws.client import _session
from proof.figures import Measured
from proof.policies import is_allowed_somewhere
from proof.watch import secrets

LAST = b"no more"

SHORT = 40
"""Up to this many runs use one process, because another process costs more than it saves."""

type Share = Callable[[int, int], Measured]
"""Runs something a number of times; the second argument is the random seed."""


@dataclass
class Daemon:
    """An X-Ray daemon that keeps the packets that it receives."""

    port: int
    packets: SimpleQueue[str] = field(default_factory=SimpleQueue)

    def take_packets(self) -> list[str]:
        """Return all packets since the last call; a packet of our own marks the end."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sending:
            sending.sendto(LAST, ("127.0.0.1", self.port))
        return list(iter(partial(self.packets.get, timeout=10), LAST.decode()))


@cache
def daemon() -> Daemon:
    """Start the X-Ray daemon of this process."""
    listening = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    listening.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 8 << 20)
    listening.bind(("127.0.0.1", 0))
    made = Daemon(listening.getsockname()[1])

    def listen() -> None:
        while True:
            made.packets.put(listening.recv(65_536).decode())

    Thread(target=listen, daemon=True).start()
    return made


@cache
def context() -> ForkServerContext:
    """Return a context whose new processes have already loaded the function."""
    made = get_context("forkserver")
    made.set_forkserver_preload(["proof.environment"])
    environment = dict(os.environ)
    os.environ.update(LOUD | IN_LAMBDA | demo.CREDENTIALS)
    os.environ["AWS_XRAY_DAEMON_ADDRESS"] = f"127.0.0.1:{daemon().port}"
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)  # Python 3.13.0 does not pass sys.path to the server
    try:
        starter = made.Process(target=int)  # the first process starts the server, in this environment
        starter.start()
        starter.join()
    finally:
        os.environ.clear()
        os.environ.update(environment)
    return made


def keep(directory: Path) -> None:
    """Redirect the output of this process to a file, and count its calls to AWS."""
    with (directory / str(os.getpid())).open("ab") as file:
        for descriptor in (1, 2):
            os.dup2(file.fileno(), descriptor)
    on_each("before-send", _called)


def on_each(moment: str, do: Callable[..., None]) -> None:
    """Register a hook for an SDK event of every client that the function creates from now on."""
    _session().register(moment, do)


CALLS: Counter[str] = Counter()
"""The calls to AWS that the function made in this process."""


def _called(event_name: str, **_others: Any) -> None:
    CALLS[event_name.removeprefix("before-send.")] += 1


@cache
def kept() -> Path:
    """Return the directory with the output of all processes."""
    directory = TemporaryDirectory()
    weakref.finalize(daemon(), directory.cleanup)
    return Path(directory.name)


@contextmanager
def watched() -> Iterator[None]:
    """Fail if the logs and traces of the block contain personal data."""
    try:
        yield
    finally:
        traced, logged = daemon().take_packets(), 0
        found = secrets(traced)
        for path in kept().iterdir():
            logged += path.stat().st_size
            with path.open(errors="replace") as file:
                found += secrets(file)
            os.truncate(path, 0)
    assert found == [], found[:3]
    assert logged, "the processes wrote no log"
    assert traced, "the processes sent no traces"


def work(share: Share, times: int, processes: int = 2, *, by_wire: bool = False) -> Measured:
    """
    Run a share in several processes and add up the measurements.

    Args:
        share: Runs a part of the proof.
        times: The number of runs of all processes together.
        processes: The number of processes; each has its own seed.
        by_wire: Whether the runs call AWS.
    """
    measured = Measured()
    processes = processes if times > SHORT else 1
    shares = [times // processes + (n < times % processes) for n in range(processes)]
    with watched():
        for part, calls in _pool(processes).map(_shared, repeat(named(share)), shares, range(processes)):
            measured.add(part)
            assert bool(calls) == by_wire, "the calls are not counted"
            assert [call for call in calls if not is_allowed_somewhere(call)] == []
    return measured


@cache
def _pool(processes: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(processes, mp_context=context(), initializer=keep, initargs=(kept(),))


@cache
def simulated() -> Simulator:
    """Start the simulator of this process."""
    simulator = Simulator().start()
    os.environ["AWS_ENDPOINT_URL"] = simulator.url
    gc.collect()
    gc.freeze()  # as in `environment`
    return simulator


def named(function: Callable[..., Any]) -> tuple[str, str]:
    """Return the module and name of a function; pytest imports the module by another name."""
    return f"proof.{function.__module__.rpartition('.')[2]}", function.__qualname__


def found(name: tuple[str, str]) -> Any:
    """Return the function with this module and name."""
    return getattr(import_module(name[0]), name[1])


def _shared(share: tuple[str, str], times: int, seed: int) -> tuple[Measured, Counter[str]]:
    CALLS.clear()
    return found(share)(times, seed), CALLS
