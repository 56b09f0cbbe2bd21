"""
`make bench` measures the function and the ten-line one in turn, and writes what came out into docs/performance.md.

The candidates alternate, so that what else the machine does meets all of them, and in an order that changes, so that
none always follows the same one. The first round of each is thrown away.
"""

import argparse
import json
import os
import platform
import re
import statistics
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, nullcontext, suppress
from pathlib import Path
from typing import Any, NamedTuple

from bench import artifacts, page, report
from bench.emulator import TRACE_ID, Candidate, Emulator, Machinery, NoAnswerError
from bench.processor import shared
from connect_simulator import demo

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "template.yaml"
EVENT = ROOT / "events/flow_voice.json"
QUEUE = "https://sqs.us-east-1.amazonaws.com/111122223333/deflections.fifo"

COLD_ROUNDS = 25
SLOW_ROUNDS = 9
LOST_AT_MOST = COLD_ROUNDS
LOAD_AT_MOST = 0.5
"""For each processor."""
QUARTER = 0.25
WHOLE_PROCESSOR_MEGABYTES = 1769
LINEAR_FROM = 100
WARM_CALLS = 2000
WARM_BLOCK = 50
WARM_UP = 100

COLD = "cold start"
QUARTERED = "cold start, ¼ processor"
WARM = "warm call"
OWN = "own processor time of a warm call"

type Samples = dict[str, list[float]]


class Lent(NamedTuple):
    """A share of a processor, and what starts with it are called."""

    name: str
    share: float


def main() -> None:
    """Builds, measures, prints and writes."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--sam", required=True, help="the sam command")
    parser.add_argument("--python", required=True, help="Python 3.13 with awslambdaric")
    parser.add_argument("--busy", action="store_true", help="measure although the machine has other work")
    arguments = parser.parse_args()
    load = os.getloadavg()[0]
    if load > LOAD_AT_MOST * (os.cpu_count() or 1) and not arguments.busy:
        raise SystemExit(f"bench: this machine has other work (load {load:.2f}); wait, or: make bench ARGS=--busy")
    python = Path(arguments.python).absolute()
    began = time.monotonic()
    _say("building the artifacts")
    candidates = ours, plain, ahead, empty = artifacts.build(arguments.sam, python)
    emulator = artifacts.emulator_of(arguments.sam, {"aarch64": "arm64"}.get(platform.machine(), platform.machine()))
    event = EVENT.read_bytes()
    lost: Counter[str] = Counter()
    samples: dict[str, Samples] = {}
    with _connect() as url:
        environment = demo.ENVIRONMENT | demo.CREDENTIALS | {"AWS_ENDPOINT_URL": url}
        environment |= {"QUEUE_URL": QUEUE, "DEAD_LETTER_QUEUE_URL": QUEUE}
        machinery = Machinery(emulator, python, environment)
        _say("cold starts")
        samples[COLD] = _cold(machinery, candidates, event, COLD_ROUNDS, lost)
        with shared(QUARTER) as enter:
            may_share = bool(enter)
        lent = _lent()
        if may_share:
            _say("cold starts with a quarter of a processor")
            samples[QUARTERED] = _cold(machinery, candidates, event, SLOW_ROUNDS, lost, QUARTER)
            _say("cold starts with what MemorySize lends")
            samples[lent.name] = _cold(machinery, (ours,), event, COLD_ROUNDS, lost, lent.share)
        _say("warm calls")
        samples[WARM], peaks = _warm(machinery, (ours, plain), event)
        _say("the function's own work")
        inside = _inside(python, ours, environment)
    samples[OWN] = {ours.name: inside["one_call"]["milliseconds"]}
    # The tables are made of what is kept, so that they can be made again.
    samples = {what: _rounded(each, 2 if what == OWN else 1) for what, each in samples.items()}

    def row(what: str, against: str, goal: float | None, measure: str = "", take: str = "median") -> report.Row:
        measured = samples[measure or what]
        return report.Row(what, measured[ours.name], against, measured.get(against, []), "ms", goal, take)

    megabytes = {each.name: [artifacts.zipped_megabytes(each)] for each in (ours, plain)}
    rows = [
        *(
            row(what, against.name, goal)
            for what in (COLD, QUARTERED)
            if what in samples
            for against, goal in ((plain, 0.50), (ahead, 1.00), (empty, None))
        ),
        *([row(lent.name, "", None)] if may_share else []),
        row(f"{WARM}, median", plain.name, 1.25, WARM),
        row(f"{WARM}, p99", plain.name, 1.25, WARM, "p99"),
        row(OWN, "", None),
        report.Row("artifact, zipped", megabytes[ours.name], "plain `sam build`", megabytes[plain.name], "MB", 0.40),
        report.Row("peak memory", peaks[ours.name], plain.name, peaks[plain.name], "MB", 1.25),
        report.linear(inside["growth"], LINEAR_FROM, 1.10),
    ]
    parts = {
        "table": report.table(rows, inside["growth"]),
        "growth": report.growth(inside["growth"]),
        "steps": report.steps(inside["one_call"]["steps"], statistics.median(samples[OWN][ours.name])),
        "machine": f"{page.machine(python, arguments.sam, time.monotonic() - began, load)} {_told(lost)}",
    }
    for text in parts.values():
        sys.stdout.write(f"\n{text}\n")
    page.write(parts, samples)
    _say(f"written to {', '.join(str(path.relative_to(ROOT)) for path in (page.PAGE, page.CHART, page.SAMPLES))}")


def _cold(
    machinery: Machinery,
    candidates: Sequence[Candidate],
    event: bytes,
    rounds: int,
    lost: Counter[str],
    share: float | None = None,
) -> Samples:
    """Milliseconds from the start to the first answer, with a whole processor or a share of one."""
    samples: Samples = {each.name: [] for each in candidates}
    for turn in range(rounds + 1):
        for each in _in_turn(candidates, turn):
            seconds = None
            while seconds is None:  # now and then the emulator itself gives up on a first call, and that is no start
                limit = shared(share) if share else nullcontext()
                with limit as enter, Emulator(machinery, each, enter) as emulator, suppress(NoAnswerError):
                    seconds = emulator.first(event)
                if seconds is None:
                    lost[each.name] += 1
                    if lost.total() > LOST_AT_MOST:
                        raise SystemExit(f"bench: the emulator does not do its work here. {_told(lost)}")
            if turn:
                samples[each.name].append(1000 * seconds)
    return samples


def _in_turn[T](all_of: Sequence[T], turn: int) -> list[T]:
    """In the order of this turn: of four, in four turns, each follows each other one equally often."""
    zigzag = ((place + 1) // 2 * (1 if place % 2 else -1) for place in range(len(all_of)))
    return [all_of[(turn + step) % len(all_of)] for step in zigzag]


def _warm(machinery: Machinery, candidates: Sequence[Candidate], event: bytes) -> tuple[Samples, Samples]:
    """Milliseconds of each call, block by block in turn, and each runtime's peak memory afterwards."""
    samples: Samples = {each.name: [] for each in candidates}
    with ExitStack() as stack:
        emulators = {each.name: stack.enter_context(Emulator(machinery, each)) for each in candidates}
        for emulator in emulators.values():
            for _ in range(WARM_UP):
                emulator.invoke(event)
        for _ in range(WARM_CALLS // WARM_BLOCK):
            for name, emulator in emulators.items():
                samples[name] += [1000 * emulator.invoke(event) for _ in range(WARM_BLOCK)]
        return samples, {name: [emulator.peak_megabytes()] for name, emulator in emulators.items()}


def _inside(python: Path, ours: Candidate, environment: dict[str, str]) -> Any:
    paths = {"PYTHONPATH": str(ours.artifact), "LAMBDA_TASK_ROOT": str(ours.artifact)}
    done = subprocess.run(  # noqa: S603
        [str(python), "-B", str(ROOT / "bench/inside.py"), str(EVENT)],
        env={"PATH": os.environ["PATH"], "_X_AMZN_TRACE_ID": TRACE_ID, **environment, **paths},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        check=True,
    )
    return json.loads(done.stdout)


@contextmanager
def _connect() -> Iterator[str]:
    """The URL of a simulated Amazon Connect in a process of its own."""
    command = [sys.executable, "-m", "connect_simulator", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:  # noqa: S603
        try:
            found = re.search(r"http://[^ ]+", process.stdout.readline() if process.stdout else "")
            if not found:
                raise SystemExit("The simulator did not start.")
            yield found[0]
        finally:
            process.terminate()


def _told(lost: Counter[str]) -> str:
    counts = ", ".join(f"{count} of {name}" for name, count in lost.items())
    return f"Starts that the emulator itself gave up, and that were made again: {counts or 'none'}."


def _lent() -> Lent:
    """What the template's `MemorySize` lends: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html."""
    found = re.search(r"^ +MemorySize: (\d+)", TEMPLATE.read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        raise SystemExit("bench: template.yaml has no MemorySize.")
    megabytes = int(found[1])
    share = min(1, megabytes / WHOLE_PROCESSOR_MEGABYTES)
    return Lent(f"{COLD}, {100 * share:.0f} % of a processor ({megabytes:,} MB)", share)


def _rounded(samples: Samples, digits: int) -> Samples:
    return {name: [round(value, digits) for value in values] for name, values in samples.items()}


def _say(what: str) -> None:
    sys.stderr.write(f"bench: {what}\n")


if __name__ == "__main__":
    main()
