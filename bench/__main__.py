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
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench import artifacts, report
from bench.emulator import Candidate, Emulator, Machinery, NoAnswerError
from bench.processor import shared
from connect_simulator import demo

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/performance.md"
CHART = ROOT / "docs/performance.svg"
EVENT = ROOT / "events/flow_voice.json"
QUEUE = "https://sqs.us-east-1.amazonaws.com/111122223333/deflections.fifo"

COLD_ROUNDS = 25
SLOW_ROUNDS = 9
LOST_AT_MOST = COLD_ROUNDS
QUARTER = 0.25
WARM_CALLS = 2000
WARM_BLOCK = 50
WARM_UP = 100

type Samples = dict[str, list[float]]


def main() -> None:
    """Builds, measures, prints and writes."""
    parser = argparse.ArgumentParser(prog="bench")
    parser.add_argument("--sam", required=True, help="the sam command")
    parser.add_argument("--python", required=True, help="Python 3.13 with awslambdaric")
    arguments = parser.parse_args()
    python = Path(arguments.python).absolute()
    began = time.monotonic()
    _say("building the artifacts")
    candidates = ours, plain, _, _ = artifacts.build(arguments.sam, python)
    machine = {"aarch64": "arm64"}.get(platform.machine(), platform.machine())
    emulator = artifacts.emulator_of(arguments.sam, machine)
    event = EVENT.read_bytes()
    with _connect() as url:
        environment = demo.ENVIRONMENT | demo.CREDENTIALS | {"AWS_ENDPOINT_URL": url}
        environment |= {"QUEUE_URL": QUEUE, "DEAD_LETTER_QUEUE_URL": QUEUE}
        machinery = Machinery(emulator, python, environment)
        _say("cold starts")
        lost: Counter[str] = Counter()
        cold = _cold(machinery, candidates, event, COLD_ROUNDS, lost)
        with shared(QUARTER) as enter:
            may_share = bool(enter)
        if may_share:
            _say("cold starts with a quarter of a processor")
        slow = _cold(machinery, candidates, event, SLOW_ROUNDS, lost, QUARTER) if may_share else None
        _say("warm calls")
        warm, peaks = _warm(machinery, (ours, plain), event)
        _say("the function's own work")
        inside = _inside(python, ours, environment)
    megabytes = {each.name: [artifacts.zipped_megabytes(each)] for each in (ours, plain)}

    us, ten, ahead, empty = (each.name for each in candidates)
    rows = [
        report.Row("cold start", cold[us], ten, cold[ten], "ms", 0.50),
        report.Row("cold start", cold[us], ahead, cold[ahead], "ms", 1.00),
        report.Row("warm call, median", warm[us], ten, warm[ten], "ms", 1.25),
        report.Row("warm call, p99", warm[us], ten, warm[ten], "ms", 1.25, "p99"),
        report.Row("artifact, zipped", megabytes[us], "plain `sam build`", megabytes[ten], "MB", 0.40),
        report.Row("peak memory", peaks[us], ten, peaks[ten], "MB", 1.25),
    ]
    if slow:
        rows.insert(2, report.Row("cold start, ¼ processor", slow[us], ten, slow[ten], "ms", 0.50))
        rows.insert(3, report.Row("cold start, ¼ processor", slow[us], ahead, slow[ahead], "ms", 1.00))
    one_call = inside["one_call"]
    told = {"cold start of an empty handler": cold[empty]}
    if slow:
        told["the same, ¼ processor"] = slow[empty]
    told["own processor time of a warm call"] = one_call["milliseconds"]
    parts = {
        "table": report.table(rows, told, inside["growth"]),
        "growth": report.growth(inside["growth"]),
        "steps": report.steps(one_call["steps"], statistics.median(one_call["milliseconds"])),
        "machine": f"{_machine(python, arguments.sam, time.monotonic() - began)} {_told(lost)}",
    }
    for text in parts.values():
        sys.stdout.write(f"\n{text}\n")
    bars = [(name, statistics.median(values)) for name, values in cold.items()]
    bars += [(f"{name}, ¼ processor", statistics.median(values)) for name, values in (slow or {}).items()]
    CHART.write_text(report.chart("From start to the first answer, median", "ms", bars), encoding="utf-8")
    _write(parts)
    _say(f"written to {PAGE.relative_to(ROOT)} and {CHART.relative_to(ROOT)}")


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
        env={"PATH": os.environ["PATH"], **environment, **paths},
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


def _machine(python: Path, sam: str, seconds: float) -> str:
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    runtime, sam_version = (
        subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603
        for command in (str(python), sam)
    )
    packages = ", ".join(f"{name} {version(name)}" for name in ("boto3", "aws-lambda-powertools", "pydantic"))
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d} in {seconds / 60:.0f} minutes on {os.cpu_count()} processors"
        f" ({cpu[1] if cpu else platform.machine()}), {platform.system()} {platform.release()},"
        f" load {os.getloadavg()[2]:.1f}; {runtime}, {sam_version}, {packages}."
    )


def _write(parts: dict[str, str]) -> None:
    page = PAGE.read_text(encoding="utf-8")
    for name, text in parts.items():
        before, mark, rest = page.partition(f"<!-- bench: {name} -->\n")
        page = f"{before}{mark}\n{text}\n\n<!-- end -->{rest.partition('<!-- end -->')[2]}"
    PAGE.write_text(page, encoding="utf-8")


def _say(what: str) -> None:
    sys.stderr.write(f"bench: {what}\n")


if __name__ == "__main__":
    main()
