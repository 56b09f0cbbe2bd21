"""Measure warm calls, the first calls after init or a restore, and the function's own work."""

import json
import os
import subprocess
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from bench.cold import Samples
from bench.emulator import TRACE_ID, Candidate, Emulator, Machinery

ROOT = Path(__file__).parents[1]
CALLS = 2000
BLOCK = 50
WARM_UP = 100
PROCESSES = 9
WARM = "warm call"
OWN = "own processor time of a warm call"
STATES = {"init": {}, "a restore": {"AWS_LAMBDA_INITIALIZATION_TYPE": "snap-start"}}
"""The environment variables of a process after init, and of one that is prepared as for a snapshot of SnapStart."""
FIRST, REPEATED = "first", "repeated"


def warm(machinery: Machinery, candidates: Sequence[Candidate], event: bytes) -> tuple[Samples, Samples]:
    """Measure the milliseconds of each call, in alternating blocks, and then the peak memory."""
    samples: Samples = {each.name: [] for each in candidates}
    with ExitStack() as stack:
        emulators = {each.name: stack.enter_context(Emulator(machinery, each)) for each in candidates}
        for emulator in emulators.values():
            for _ in range(WARM_UP):
                emulator.invoke(event)
        for _ in range(CALLS // BLOCK):
            for name, emulator in emulators.items():
                samples[name] += [1000 * emulator.invoke(event) for _ in range(BLOCK)]
        return samples, {name: [emulator.peak_megabytes()] for name, emulator in emulators.items()}


def inside(machinery: Machinery, ours: Candidate, event: Path) -> Any:
    """Measure the processor time of a call and of a record, in a process of the artifact; see `bench.inside`."""
    return _run(machinery, ours, "bench.inside", str(event))


def first_calls(machinery: Machinery, ours: Candidate, event: Path) -> dict[str, Samples]:
    """Measure the first call of each kind of event, each in a process of its own, and then repeated calls."""
    samples: dict[str, Samples] = {}
    for _ in range(PROCESSES):
        for state, variables in STATES.items():
            for kind in ("flow call", "flow call with parameters", "queue record"):
                first, repeated = _run(machinery, ours, "bench.first_call", str(event), kind, **variables)
                of_kind = samples.setdefault(f"first {kind} after {state}", {FIRST: [], REPEATED: []})
                of_kind[FIRST].append(first)
                of_kind[REPEATED].append(repeated)
    return samples


def _run(machinery: Machinery, ours: Candidate, module: str, *arguments: str, **variables: str) -> Any:
    environment: Mapping[str, str] = {
        "PATH": os.environ["PATH"],
        "_X_AMZN_TRACE_ID": TRACE_ID,
        "PYTHONPATH": os.pathsep.join([str(ours.artifact), str(ROOT)]),
        "LAMBDA_TASK_ROOT": str(ours.artifact),
        **machinery.environment,
        **variables,
    }
    done = subprocess.run(  # noqa: S603
        [str(machinery.python), "-B", "-m", module, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return json.loads(done.stdout)
