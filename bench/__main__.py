"""
Measure the function and the ten-line one; write the tables into the pages.

The candidates alternate, so other work of the machine affects all of them. Their order changes from round to round, so
no candidate always follows the same one. The first round of each candidate is discarded.
"""

import argparse
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench import artifacts, calls, cold, goals, page, report
from bench.calls import OWN, WARM
from bench.cold import COLD, COLD_HTTPS, COLD_QUARTER, ColdStarts, Samples
from bench.emulator import Machinery
from connect_simulator import demo

ROOT = Path(__file__).parents[1]
EVENT = ROOT / "events/flow_voice.json"
QUEUE = "https://sqs.us-east-1.amazonaws.com/111122223333/deflections"
PATIENT = {"FLOW_TIME_LIMIT_SECONDS": "8"}
"""A machine with other work may need more than the 3 seconds that a flow waits by default."""

LOAD_AT_MOST = 0.5
"""Load average per processor."""


def main() -> None:
    """Build the candidates, measure them, and print and write the results."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--sam", required=True, help="the sam command")
    parser.add_argument("--python", required=True, help="Python 3.13 with awslambdaric")
    parser.add_argument("--busy", action="store_true", help="measure even if the machine is busy")
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    if load > LOAD_AT_MOST * (os.cpu_count() or 1) and not arguments.busy:
        raise SystemExit(f"bench: the machine is busy (load {load:.2f}). Wait, or run: make bench ARGS=--busy")
    python = Path(arguments.python).absolute()
    began = time.monotonic()
    _say("building the artifacts")
    candidates = ours, plain, ahead, _ = artifacts.build(arguments.sam, python)
    emulator = artifacts.emulator_of(arguments.sam, {"aarch64": "arm64"}.get(platform.machine(), platform.machine()))
    event = EVENT.read_bytes()
    samples: dict[str, Samples] = {}
    with _connect() as url:
        environment = demo.ENVIRONMENT | demo.CREDENTIALS | {"AWS_ENDPOINT_URL": url, **PATIENT}
        environment |= {"QUEUE_URL": QUEUE, "DEAD_LETTER_QUEUE_URL": QUEUE}
        machinery = Machinery(emulator, python, environment)
        starts = ColdStarts(machinery, event)
        _say("cold starts")
        samples[COLD] = starts.measure(candidates)
        _say("cold starts over HTTPS")
        samples[COLD_HTTPS] = starts.measure_https((ours, plain, ahead))
        memory = [cold.lent(cold.memory_megabytes()), cold.lent(cold.FORMER_MEGABYTES)] if cold.may_share() else []
        if memory:
            _say("cold starts with a quarter of a processor")
            samples[COLD_QUARTER] = starts.measure(candidates, cold.SLOW_ROUNDS, cold.QUARTER)
            _say("cold starts with the share of a processor of MemorySize, now and formerly")
            samples |= {each.name: starts.measure((ours,), share=each.share) for each in memory}
        _say("warm calls")
        samples[WARM], peaks = calls.warm(machinery, (ours, plain), event)
        _say("first calls")
        samples |= calls.first_calls(machinery, ours, EVENT)
        _say("the function's own processor time")
        inside = calls.inside(machinery, ours, EVENT)
    samples[OWN] = {ours.name: inside["one_call"]["milliseconds"]}
    # Compute the tables from the rounded samples that are kept, so that they can be computed again.
    samples = {what: _rounded(each, 2 if what == OWN else 1) for what, each in samples.items()}
    megabytes = {each.name: [artifacts.zipped_megabytes(each)] for each in (ours, plain)}
    rows = [*goals.rows(samples, candidates, memory, {"artifact": megabytes, "peak": peaks}, inside["growth"])]
    described = page.machine(python, arguments.sam, time.monotonic() - began, load)
    parts = {
        "table": report.table(rows),
        "missed": report.missed(rows),
        "growth": report.growth(inside["growth"]),
        "steps": report.steps(inside["one_call"]["steps"], statistics.median(samples[OWN][ours.name])),
        "machine": f"{described} {starts.describe_lost()}",
        "readme": goals.in_short(rows),
    }
    for text in parts.values():
        sys.stdout.write(f"\n{text}\n")
    page.write(parts, samples)
    _say(f"wrote {', '.join(str(path.relative_to(ROOT)) for path in page.WRITTEN)}")


@contextmanager
def _connect() -> Iterator[str]:
    """Run a simulated Amazon Connect in its own process and give its URL."""
    command = [sys.executable, "-m", "connect_simulator", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:  # noqa: S603
        try:
            found = re.search(r"http://[^ ]+", process.stdout.readline() if process.stdout else "")
            if not found:
                raise SystemExit("bench: the simulator did not start. Run `make simulator` to see why.")
            yield found[0]
        finally:
            process.terminate()


def _rounded(samples: Samples, digits: int) -> Samples:
    return {name: [round(value, digits) for value in values] for name, values in samples.items()}


def _say(what: str) -> None:
    sys.stderr.write(f"bench: {what}\n")


if __name__ == "__main__":
    main()
