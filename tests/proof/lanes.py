"""
Environments of the function, side by side: processes that are loud and traced, with all that they write kept.

Whatever a proof does in them, nothing of the customer may be in what was written, and no call to AWS may be made that
the template's policies do not allow.
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
"""So many are done in one process, which costs less than to begin others."""

type Share = Callable[[int, int], Measured]
"""Does something so many times, by a seed."""


@dataclass
class Daemon:
    """A daemon of X-Ray that keeps what it is sent."""

    port: int
    packets: SimpleQueue[str] = field(default_factory=SimpleQueue)

    def taken(self) -> list[str]:
        """What was sent since the last time, all of it: a packet of our own comes behind."""
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sending:
            sending.sendto(LAST, ("127.0.0.1", self.port))
        return list(iter(partial(self.packets.get, timeout=10), LAST.decode()))


@cache
def daemon() -> Daemon:
    """The one daemon of this process, listening."""
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
    """Makes processes in which the function is loaded already."""
    made = get_context("forkserver")
    made.set_forkserver_preload(["proof.environment"])
    environment = dict(os.environ)
    os.environ.update(LOUD | IN_LAMBDA | demo.CREDENTIALS)
    os.environ["AWS_XRAY_DAEMON_ADDRESS"] = f"127.0.0.1:{daemon().port}"
    os.environ["PYTHONPATH"] = os.pathsep.join(sys.path)  # a server of Python 3.13.0 is not told of it otherwise
    try:
        starter = made.Process(target=int)  # the first process starts the server, in this environment
        starter.start()
        starter.join()
    finally:
        os.environ.clear()
        os.environ.update(environment)
    return made


def keep(directory: Path) -> None:
    """Has this process write to a file whatever it writes, and makes its calls to AWS known."""
    with (directory / str(os.getpid())).open("ab") as file:
        for descriptor in (1, 2):
            os.dup2(file.fileno(), descriptor)
    on_each("before-send", _called)


def on_each(moment: str, do: Callable[..., None]) -> None:
    """Does something at a moment of each call to AWS, by the clients that the function makes from now on."""
    _session().register(moment, do)


CALLS: Counter[str] = Counter()
"""The calls to AWS that the function made in this process."""


def _called(event_name: str, **_others: Any) -> None:
    CALLS[event_name.removeprefix("before-send.")] += 1


@cache
def kept() -> Path:
    """The directory of what all processes write."""
    directory = TemporaryDirectory()
    weakref.finalize(daemon(), directory.cleanup)
    return Path(directory.name)


@contextmanager
def watched() -> Iterator[None]:
    """In what is logged and traced meanwhile, by processes that keep it, there may be nothing of the customer."""
    try:
        yield
    finally:
        traced, logged = daemon().taken(), 0
        found = secrets(traced)
        for path in kept().iterdir():
            logged += path.stat().st_size
            with path.open(errors="replace") as file:
                found += secrets(file)
            os.truncate(path, 0)
    assert found == [], found[:3]
    assert logged, "there is a log to look at"
    assert traced, "there are traces to look at"


def work(share: Share, times: int, processes: int = 2, *, by_wire: bool = False) -> Measured:
    """What came of it, done so many times in all, each process with its share and seed; by wire, if AWS is asked."""
    measured = Measured()
    processes = processes if times > SHORT else 1
    shares = [times // processes + (n < times % processes) for n in range(processes)]
    with watched():
        for part, calls in _pool(processes).map(_shared, repeat(named(share)), shares, range(processes)):
            measured.add(part)
            assert bool(calls) == by_wire, "what is called is watched"
            assert [call for call in calls if not is_allowed_somewhere(call)] == []
    return measured


@cache
def _pool(processes: int) -> ProcessPoolExecutor:
    return ProcessPoolExecutor(processes, mp_context=context(), initializer=keep, initargs=(kept(),))


@cache
def simulated() -> Simulator:
    """The simulator of this process."""
    simulator = Simulator().start()
    os.environ["AWS_ENDPOINT_URL"] = simulator.url
    gc.collect()
    gc.freeze()  # as in `environment`
    return simulator


def named(function: Callable[..., Any]) -> tuple[str, str]:
    """A function of a module here, by its name; pytest has a name of its own for the module."""
    return f"proof.{function.__module__.rpartition('.')[2]}", function.__qualname__


def found(name: tuple[str, str]) -> Any:
    """The function that was named."""
    return getattr(import_module(name[0]), name[1])


def _shared(share: tuple[str, str], times: int, seed: int) -> tuple[Measured, Counter[str]]:
    CALLS.clear()
    return found(share)(times, seed), CALLS
