"""The rows of the table: what is measured, against what, its goal, and why a goal may not be met."""

from collections.abc import Iterator, Mapping, Sequence

from bench import report
from bench.calls import FIRST, OWN, REPEATED, WARM
from bench.cold import COLD, COLD_HTTPS, COLD_QUARTER, Lent, Samples
from bench.emulator import Candidate
from bench.report import Row

LINEAR_FROM = 100

WHY_COLD = (
    "Of the instructions of a start, Python's own modules and the SDK take about half, as in the ten lines. The next "
    "ones are pydantic (a fifth), phonenumbers and the X-Ray SDK (5 % each). Own validation in place of pydantic "
    "would save 60 ms for about 300 lines, so it stays. Next: Python 3.14, whose annotations are lazy; pydantic's core "
    "schema has 605 that Python 3.13 compiles at every start."
)
WHY_WARM = (
    "Telemetry is most of what this function does beyond the ten lines: the X-Ray segments, the log line and the "
    "counts, which the ten lines do not have. Next: write the counts without Powertools, which checks each one again."
)
WHY_FIRST = (
    "The first call opens the connection, starts its thread and runs each line of code for the first time. A rehearsal "
    "in init would make the first call shorter and the cold start, which the caller feels, longer by the same. With "
    "SnapStart it takes place before the snapshot. Next: nothing without a longer cold start."
)
GOALS: Mapping[str, tuple[float, float]] = {COLD: (0.52, 1.06), COLD_HTTPS: (0.50, 1.06), COLD_QUARTER: (0.50, 1.00)}
"""The highest ratio to the ten lines, and to the ten lines that are compiled ahead."""


def rows(
    samples: Mapping[str, Samples],
    candidates: Sequence[Candidate],
    memory: Sequence[Lent],
    sizes: Mapping[str, Mapping[str, list[float]]],
    growth: Sequence[Mapping[str, float]],
) -> Iterator[Row]:
    """
    Return the rows.

    Args:
        samples: Milliseconds by measurement and candidate.
        candidates: This function, the ten lines, the same compiled ahead, and an empty handler.
        memory: What the template lends now and what it lent before; empty if shares cannot be measured.
        sizes: Megabytes of the artifact and of the peak memory by candidate.
        growth: The processor time of a record by the length of the queue.
    """
    ours, plain, ahead, empty = (each.name for each in candidates)
    for what, (of_plain, of_ahead) in GOALS.items():
        for against, goal in ((plain, of_plain), (ahead, of_ahead), (empty, None)):
            measured: Mapping[str, list[float]] = samples.get(what, {})
            if against in measured:
                yield Row(what, measured[ours], against, measured[against], "ms", goal, why=WHY_COLD)
    if memory:
        now, before = memory
        label = f"the same, {before.name.partition(', ')[2]}"
        yield Row(now.name, samples[now.name][ours], label, samples[before.name][ours], "ms", 0.62, why=WHY_COLD)
    for take in ("median", "p99"):
        name = f"{WARM}, {take}"
        yield Row(name, samples[WARM][ours], plain, samples[WARM][plain], "ms", 1.25, take, WHY_WARM)
    yield Row(OWN, samples[OWN][ours], "", [], "ms", 0.60, why=WHY_WARM)
    for what, first in samples.items():
        if FIRST in first:
            yield Row(what, first[FIRST], "repeated calls", first[REPEATED], "ms", 1.5, why=WHY_FIRST)
    artifact, peak = sizes["artifact"], sizes["peak"]
    yield Row("artifact, zipped", artifact[ours], "plain `sam build`", artifact[plain], "MB", 0.40)
    yield Row("peak memory", peak[ours], plain, peak[plain], "MB", 1.00)
    yield report.linear(growth, LINEAR_FROM, 1.10)


def in_short(table: Sequence[Row]) -> str:
    """Return the sentence for the README: a cold and a warm call against the ten lines."""
    cold = next(row for row in table if row.what == COLD_HTTPS)
    warm = next(row for row in table if row.what == f"{WARM}, median")
    return (
        f"A cold start over HTTPS takes {cold.ours_value:.0f} ms on the machine of `make bench`, "
        f"{cold.ratio:.2f} times as long as ten lines with boto3. A warm call takes {warm.ours_value:.1f} ms, "
        f"{warm.ratio:.2f} times as long as theirs, with every check, log line, trace and metric."
    )
