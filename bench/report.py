"""Format the results as Markdown tables and an SVG chart."""

import math
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

WIDTH, LEFT, RIGHT, ROW = 760, 310, 90, 30


class Row(NamedTuple):
    """A measurement of this function beside another's, and the goal for their ratio.

    Attributes:
        what: The name of the measurement.
        ours: The values of this function.
        against: The name of the other function; empty without a comparison.
        theirs: The values of the other function.
        unit: The unit of both.
        goal: The highest ratio of ours to theirs; None without a goal.
        take: The statistic to compare: `median` or `p99`.
    """

    what: str
    ours: Sequence[float]
    against: str
    theirs: Sequence[float]
    unit: str
    goal: float | None
    take: str = "median"

    def markdown(self) -> str:
        """Format the row, with the ratio of the two in the statistic named by `take`."""
        ratio = STATISTICS[self.take](self.ours) / STATISTICS[self.take](self.theirs) if self.theirs else None
        cells = [
            self.what,
            _three(self.ours, self.unit),
            self.against,
            _three(self.theirs, self.unit) if self.theirs else "",
            "" if ratio is None else f"{ratio:.2f}",
            "none" if self.goal is None else f"≤ {self.goal:.2f}",
            "" if ratio is None or self.goal is None else _verdict(met=ratio <= self.goal),
        ]
        return f"| {' | '.join(cells)} |"


def percentile_99(values: Sequence[float]) -> float:
    """Return the smallest value that 99 of 100 values do not exceed."""
    return sorted(values)[math.ceil(0.99 * len(values)) - 1]


STATISTICS: Mapping[str, Callable[[Sequence[float]], float]] = {"median": statistics.median, "p99": percentile_99}


def linear(drained: Sequence[Mapping[str, float]], few: int, goal: float) -> Row:
    """Compare the processor time per record of the longest queue and of a short one."""
    cost = {each["records"]: [each["cpu_milliseconds_a_record"]] for each in drained}
    many = max(cost)
    return Row(f"processor for each of {many:,} records", cost[many], f"of {few:,} records", cost[few], "ms", goal)


def table(rows: Iterable[Row]) -> str:
    """Write the comparisons in Markdown."""
    lines = [
        "| what | this function: min / median / p99 | against | min / median / p99 | ratio | goal | |",
        "|---|---|---|---|---|---|---|",
        *(row.markdown() for row in rows),
    ]
    return "\n".join(lines)


def growth(measured: Iterable[Mapping[str, float]]) -> str:
    """Write the processor time of a record, by the length of the queue, in Markdown."""
    lines = ["| records | processor for each |", "|---|---|"]
    lines += [f"| {each['records']:,} | {each['cpu_milliseconds_a_record']:.2f} ms |" for each in measured]
    return "\n".join(lines)


def steps(shares: Mapping[str, float], milliseconds: float) -> str:
    """Format the share of each step in one deflection, in Markdown."""
    lines = [f"| step | share of {milliseconds:.2f} ms |", "|---|---|"]
    lines += [f"| {step} | {share:.0%} |" for step, share in sorted(shares.items(), key=lambda each: -each[1])]
    return "\n".join(lines)


def chart(title: str, unit: str, bars: Sequence[tuple[str, float]]) -> str:
    """Draw horizontal bars as SVG, readable on light and dark backgrounds."""
    longest = max(value for _, value in bars)
    height = 40 + ROW * len(bars)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" font-family="sans-serif"',
        ' font-size="13">',
        f"<title>{title}</title>",
        "<style>text{fill:#24292f}@media(prefers-color-scheme:dark){text{fill:#e6edf3}}</style>",
        f'<text x="0" y="18" font-weight="bold">{title}</text>',
    ]
    for index, (name, value) in enumerate(bars):
        y = 32 + ROW * index
        length = (WIDTH - LEFT - RIGHT) * value / longest
        color = "#2da44e" if name.startswith("this function") else "#8c959f"
        parts += [
            f'<text x="{LEFT - 10}" y="{y + 15}" text-anchor="end">{name}</text>',
            f'<rect x="{LEFT}" y="{y}" width="{length:.0f}" height="20" rx="3" fill="{color}"/>',
            f'<text x="{LEFT + length + 8:.0f}" y="{y + 15}">{value:,.0f} {unit}</text>',
        ]
    return "\n".join([*parts, "</svg>", ""])


def _verdict(*, met: bool) -> str:
    return "met" if met else "**not met**"


def _three(values: Sequence[float], unit: str) -> str:
    digits = 2 if max(values) < 10 else 1 if max(values) < 100 else 0
    shown = values if len(values) == 1 else (min(values), statistics.median(values), percentile_99(values))
    return f"{' / '.join(f'{value:.{digits}f}' for value in shown)} {unit}"
