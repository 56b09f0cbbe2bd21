"""Write the results: the page's tables, its chart, and the samples behind them."""

import json
import os
import platform
import re
import statistics
import subprocess
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from bench import report

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs/reliability.md"
CHART = ROOT / "docs/performance.svg"
SAMPLES = ROOT / "docs/performance.json"
QUEUE_PAGE = ROOT / "docs/events.md"
README = ROOT / "README.md"
WRITTEN = (PAGE, README, CHART, SAMPLES)

type Samples = Mapping[str, Sequence[float]]


def write(parts: Mapping[str, str], samples: Mapping[str, Samples]) -> None:
    """
    Write the parts of the page and of the README, the samples and the chart of the cold starts.

    Args:
        parts: Markdown by the name of its place.
        samples: Milliseconds, by measure and candidate.
    """
    for path in (PAGE, README):
        write_parts(path, parts)
    lines = (f"{_json(what)}: {_json(by_candidate)}" for what, by_candidate in samples.items())
    SAMPLES.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    bars = [
        (f"{name}{what.removeprefix('cold start')}", statistics.median(values))
        for what, by_candidate in samples.items()
        if what.startswith("cold start")
        for name, values in by_candidate.items()
    ]
    CHART.write_text(report.chart("From start to the first answer, median", "ms", bars), encoding="utf-8")


def write_parts(page: Path, parts: Mapping[str, str]) -> None:
    """Write Markdown between the markers of a page, by the names of its places; skip a place that it does not have."""
    text = page.read_text(encoding="utf-8")
    for name, part in parts.items():
        before, mark, rest = text.partition(f"<!-- bench: {name} -->\n")
        if mark:
            text = f"{before}{mark}\n{part}\n\n<!-- end -->{rest.partition('<!-- end -->')[2]}"
    page.write_text(text, encoding="utf-8")


def machine(python: Path, sam: str, seconds: float, load: float) -> str:
    """Describe the date, the machine, its load before, and the software versions."""
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text(encoding="utf-8"))
    runtime, sam_version = (
        subprocess.run([command, "--version"], capture_output=True, text=True, check=True).stdout.strip()  # noqa: S603
        for command in (str(python), sam)
    )
    packages = ", ".join(f"{name} {version(name)}" for name in ("boto3", "aws-lambda-powertools", "pydantic"))
    return (
        f"Measured {datetime.now(UTC):%Y-%m-%d} in {seconds / 60:.0f} minutes on {os.cpu_count()} processors"
        f" ({cpu[1] if cpu else platform.machine()}), {platform.system()} {platform.release()},"
        f" whose load was {load:.2f} before; {runtime}, {sam_version}, {packages}."
    )


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
