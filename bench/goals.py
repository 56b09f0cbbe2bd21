"""Define the rows of the table: each measurement, its comparison and its goal, and why a goal may not be met."""

from collections.abc import Iterator, Mapping, Sequence

from bench import report
from bench.calls import FIRST, OWN, REPEATED, WARM
from bench.cold import COLD, COLD_HTTPS, COLD_QUARTER, Lent, Samples
from bench.emulator import Candidate
from bench.report import Row

LINEAR_FROM = 100

WHY_COLD = (
    "Python's own modules and the SDK take about half of the instructions of a start, as in the ten lines. Pydantic "
    "takes a fifth, phonenumbers and the X-Ray SDK 5 % each. Our own validation would save 60 ms but need about 300 "
    "lines, so pydantic stays. Next: Python 3.14, which evaluates annotations only when they are used; Python 3.13 "
    "compiles the 605 annotations of pydantic's core schema at every start."
)
WHY_WARM = (
    "Telemetry takes most of the additional time: the X-Ray segments, the log line and the metrics, which the ten "
    "lines do not have. Next: write the metrics without Powertools, which checks each one again."
)
WHY_FIRST = (
    "The first call opens the connection, starts its thread and runs each line of code for the first time. A rehearsal "
    "in init would shorten the first call and lengthen the cold start, which the caller notices, by the same time. "
    "With SnapStart, the rehearsal takes place before the snapshot. Next: none, because each idea would lengthen the "
    "cold start."
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
        memory: The template's memory now and before; empty if shares of a processor cannot be measured.
        sizes: Megabytes of the artifact and of the peak memory by candidate.
        growth: The processor time of a record by the length of the queue.
    """
    ours, plain, ahead, _ = (each.name for each in candidates)
    for what, (of_plain, of_ahead) in GOALS.items():
        for against, goal in ((plain, of_plain), (ahead, of_ahead)):
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
        f"{cold.ratio:.2f} times as long as that of ten lines with boto3. A warm call, with every check, log line, "
        f"trace and metric, takes {warm.ours_value:.1f} ms, {warm.ratio:.2f} times as long as theirs."
    )
