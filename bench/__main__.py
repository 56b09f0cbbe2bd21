"""
Measure the function and the ten-line one; write docs/performance.md.

The candidates alternate, so other work of the machine affects all of them. Their order changes from round to round, so
no candidate always follows the same one. The first round of each candidate is discarded.
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
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from bench import artifacts, page, report
from bench.emulator import TRACE_ID, Candidate, Emulator, Machinery, NoAnswerError
from bench.processor import shared
from connect_simulator import demo
from tls_proxy import tls_proxy

ROOT = Path(__file__).parents[1]
TEMPLATE = ROOT / "template.yaml"
EVENT = ROOT / "events/flow_voice.json"
QUEUE = "https://sqs.us-east-1.amazonaws.com/111122223333/deflections"

COLD_ROUNDS = 25
SLOW_ROUNDS = 9
LOST_AT_MOST = COLD_ROUNDS
LOAD_AT_MOST = 0.5
"""Load average per processor."""
QUARTER = 0.25
WHOLE_PROCESSOR_MEGABYTES = 1769
FORMER_MEGABYTES = 1024
"""The MemorySize of earlier versions of the template."""
LINEAR_FROM = 100
WARM_CALLS = 2000
WARM_BLOCK = 50
WARM_UP = 100

COLD = "cold start"
COLD_HTTPS = "cold start over HTTPS"
QUARTERED = "cold start, ¼ processor"
WARM = "warm call"
OWN = "own processor time of a warm call"

type Samples = dict[str, list[float]]


class Lent(NamedTuple):
    """A share of a processor, and the name of the measurements with it."""

    name: str
    share: float


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
        _say("cold starts over HTTPS")
        samples[COLD_HTTPS] = _cold_over_https(machinery, (ours, plain, ahead), event, lost)
        with shared(QUARTER) as enter:
            may_share = bool(enter)
        lent, formerly = _lent(_memory_megabytes()), _lent(FORMER_MEGABYTES)
        if may_share:
            _say("cold starts with a quarter of a processor")
            samples[QUARTERED] = _cold(machinery, candidates, event, SLOW_ROUNDS, lost, QUARTER)
            _say("cold starts with the share of a processor of MemorySize, now and formerly")
            for each in (lent, formerly):
                samples[each.name] = _cold(machinery, (ours,), event, COLD_ROUNDS, lost, each.share)
        _say("warm calls")
        samples[WARM], peaks = _warm(machinery, (ours, plain), event)
        _say("the function's own processor time")
        inside = _inside(python, ours, environment)
    samples[OWN] = {ours.name: inside["one_call"]["milliseconds"]}
    # Compute the tables from the rounded samples that are kept, so that they can be computed again.
    samples = {what: _rounded(each, 2 if what == OWN else 1) for what, each in samples.items()}

    def row(what: str, against: str, goal: float | None, measure: str = "", take: str = "median") -> report.Row:
        measured = samples[measure or what]
        return report.Row(what, measured[ours.name], against, measured.get(against, []), "ms", goal, take)

    megabytes = {each.name: [artifacts.zipped_megabytes(each)] for each in (ours, plain)}
    rows = [
        *(
            row(what, against.name, goal)
            for what, of_plain, of_ahead in ((COLD, 0.52, 1.06), (COLD_HTTPS, 0.50, 1.06), (QUARTERED, 0.50, 1.00))
            if what in samples
            for against, goal in ((plain, of_plain), (ahead, of_ahead), (empty, None))
            if against.name in samples[what]
        ),
        *([_row_of_memory(samples, lent.name, formerly.name)] if may_share else []),
        row(f"{WARM}, median", plain.name, 1.25, WARM),
        row(f"{WARM}, p99", plain.name, 1.25, WARM, "p99"),
        row(OWN, "", None),
        report.Row("artifact, zipped", megabytes[ours.name], "plain `sam build`", megabytes[plain.name], "MB", 0.40),
        report.Row("peak memory", peaks[ours.name], plain.name, peaks[plain.name], "MB", 1.00),
        report.linear(inside["growth"], LINEAR_FROM, 1.10),
    ]
    parts = {
        "table": report.table(rows),
        "growth": report.growth(inside["growth"]),
        "steps": report.steps(inside["one_call"]["steps"], statistics.median(samples[OWN][ours.name])),
        "machine": f"{page.machine(python, arguments.sam, time.monotonic() - began, load)} {_describe(lost)}",
    }
    for text in parts.values():
        sys.stdout.write(f"\n{text}\n")
    page.write(parts, samples)
    _say(f"wrote {', '.join(str(path.relative_to(ROOT)) for path in (page.PAGE, page.CHART, page.SAMPLES))}")


def _cold(
    machinery: Machinery,
    candidates: Sequence[Candidate],
    event: bytes,
    rounds: int,
    lost: Counter[str],
    share: float | None = None,
) -> Samples:
    """Measure milliseconds from the start to the first answer, with a processor or a share."""
    samples: Samples = {each.name: [] for each in candidates}
    for turn in range(rounds + 1):
        for each in _in_turn(candidates, turn):
            seconds = None
            while seconds is None:  # sometimes the emulator itself gives up on a first call; repeat that start
                limit = shared(share) if share else nullcontext()
                with limit as enter, Emulator(machinery, each, enter) as emulator, suppress(NoAnswerError):
                    seconds = emulator.first(event)
                if seconds is None:
                    lost[each.name] += 1
                    if lost.total() > LOST_AT_MOST:
                        raise SystemExit(f"bench: the emulator fails too often on this machine. {_describe(lost)}")
            if turn:
                samples[each.name].append(1000 * seconds)
    return samples


def _cold_over_https(
    machinery: Machinery, candidates: Sequence[Candidate], event: bytes, lost: Counter[str]
) -> Samples:
    """Measure cold starts with TLS on loopback; each candidate loads its own root certificates and one more."""
    root = artifacts.WORK / "root.pem"
    with tls_proxy(root, machinery.environment["AWS_ENDPOINT_URL"]) as url:
        artifacts.trust(root, candidates)
        secure = replace(machinery, environment={**machinery.environment, "AWS_ENDPOINT_URL": url})
        return _cold(secure, candidates, event, COLD_ROUNDS, lost)


def _in_turn[T](all_of: Sequence[T], turn: int) -> list[T]:
    """Order the candidates so that each of four follows each other equally often in four turns."""
    zigzag = ((place + 1) // 2 * (1 if place % 2 else -1) for place in range(len(all_of)))
    return [all_of[(turn + step) % len(all_of)] for step in zigzag]


def _warm(machinery: Machinery, candidates: Sequence[Candidate], event: bytes) -> tuple[Samples, Samples]:
    """Measure the milliseconds of each call, in alternating blocks, and then the peak memory."""
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


def _describe(lost: Counter[str]) -> str:
    counts = ", ".join(f"{count} of {name}" for name, count in lost.items())
    return f"Starts that the emulator gave up and the bench repeated: {counts or 'none'}."


def _row_of_memory(samples: dict[str, Samples], now: str, formerly: str) -> report.Row:
    """Compare this function with itself, with two memory sizes."""
    ((_, ours),), ((_, theirs),) = samples[now].items(), samples[formerly].items()
    return report.Row(now, ours, f"the same, {formerly.partition(', ')[2]}", theirs, "ms", 0.62)


def _memory_megabytes() -> int:
    found = re.search(r"^ +MemorySize: (\d+)", TEMPLATE.read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        raise SystemExit("bench: no MemorySize was found in template.yaml.")
    return int(found[1])


def _lent(megabytes: int) -> Lent:
    """
    Return the share of a processor that Lambda gives to a memory size.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
    """
    share = min(1, megabytes / WHOLE_PROCESSOR_MEGABYTES)
    return Lent(f"{COLD}, {100 * share:.0f} % of a processor ({megabytes:,} MB)", share)


def _rounded(samples: Samples, digits: int) -> Samples:
    return {name: [round(value, digits) for value in values] for name, values in samples.items()}


def _say(what: str) -> None:
    sys.stderr.write(f"bench: {what}\n")


if __name__ == "__main__":
    main()
