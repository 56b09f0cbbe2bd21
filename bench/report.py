"""Format the results as Markdown tables and an SVG chart."""

import math
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

WIDTH, LEFT, RIGHT, ROW = 760, 310, 90, 30
LEAST_SHARE = 0.05
"""The least share of a call that a step must have to get a row."""


class Row(NamedTuple):
    """A measurement of this function beside another's, and its goal.

    Attributes:
        what: The name of the measurement.
        ours: The values of this function.
        against: The name of the other function; empty without a comparison.
        theirs: The values of the other function.
        unit: The unit of both.
        goal: The highest ratio of ours to theirs, or without a comparison the highest value.
        take: The statistic to compare: `median` or `p99`.
        why: If the goal is not met: where the time goes, why, and the next idea.
    """

    what: str
    ours: Sequence[float]
    against: str
    theirs: Sequence[float]
    unit: str
    goal: float
    take: str = "median"
    why: str = ""

    @property
    def ours_value(self) -> float:
        """Return the statistic of this function."""
        return STATISTICS[self.take](self.ours)

    @property
    def ratio(self) -> float | None:
        """Return the ratio of both statistics; None without a comparison."""
        return self.ours_value / STATISTICS[self.take](self.theirs) if self.theirs else None

    @property
    def is_met(self) -> bool:
        """Return whether the goal is met."""
        return round(self.ours_value if self.ratio is None else self.ratio, 2) <= self.goal

    def markdown(self) -> str:
        """Format the row."""
        unit = "" if self.theirs else f" {self.unit}"
        cells = [
            self.what,
            _three(self.ours, self.unit),
            self.against,
            _three(self.theirs, self.unit) if self.theirs else "",
            "" if self.ratio is None else f"{self.ratio:.2f}",
            f"≤ {self.goal:.2f}{unit}",
            "met" if self.is_met else "**not met**",
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


def missed(rows: Sequence[Row]) -> str:
    """Say in Markdown which goals are not met, and why."""
    whats: dict[str, dict[str, None]] = {}
    for row in rows:
        if not row.is_met:
            whats.setdefault(row.why, {})[row.what] = None
    return "\n".join(f"- *{'; '.join(names)}*: {why}" for why, names in whats.items()) or "Every goal is met."


def growth(measured: Iterable[Mapping[str, float]]) -> str:
    """Write the processor time of a record, by the length of the queue, in Markdown."""
    lines = ["| records | processor for each |", "|---|---|"]
    lines += [f"| {each['records']:,} | {each['cpu_milliseconds_a_record']:.2f} ms |" for each in measured]
    return "\n".join(lines)


def steps(shares: Mapping[str, float], milliseconds: float) -> str:
    """Format the share of each longer step in one deflection, in Markdown."""
    lines = [f"| step | share of {milliseconds:.2f} ms |", "|---|---|"]
    longer = {step: share for step, share in shares.items() if share >= LEAST_SHARE}
    lines += [f"| {step} | {share:.0%} |" for step, share in sorted(longer.items(), key=lambda each: -each[1])]
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


def _three(values: Sequence[float], unit: str) -> str:
    digits = 2 if max(values) < 10 else 1 if max(values) < 100 else 0
    shown = values if len(values) == 1 else (min(values), statistics.median(values), percentile_99(values))
    return f"{' / '.join(f'{value:.{digits}f}' for value in shown)} {unit}"
