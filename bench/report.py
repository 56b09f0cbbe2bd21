"""What was measured as a table and as a chart, each beside its goal."""

import math
import statistics
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

WIDTH, LEFT, RIGHT, ROW = 760, 250, 90, 30
RATE_TOLERANCE = 0.05


class Row(NamedTuple):
    """A measure: what, against what, both in its unit, and the ratio that is the goal."""

    what: str
    ours: Sequence[float]
    against: str
    theirs: Sequence[float]
    unit: str
    goal: float
    take: str = "median"

    @property
    def ratio(self) -> float:
        """Ours to theirs, of the statistic that is compared."""
        return STATISTICS[self.take](self.ours) / STATISTICS[self.take](self.theirs)


def percentile_99(values: Sequence[float]) -> float:
    """The least value that 99 of 100 do not exceed."""
    return sorted(values)[math.ceil(0.99 * len(values)) - 1]


STATISTICS: Mapping[str, Callable[[Sequence[float]], float]] = {"median": statistics.median, "p99": percentile_99}


def table(rows: Iterable[Row], told: Mapping[str, Sequence[float]], drained: Sequence[Mapping[str, float]]) -> str:
    """
    The measures in Markdown.

    Args:
        rows: What is compared.
        told: What has no goal, in milliseconds.
        drained: How queues of growing length were drained.
    """
    lines = [
        "| what | this function: min / median / p99 | against | min / median / p99 | ratio | goal | |",
        "|---|---|---|---|---|---|---|",
    ]
    for row in rows:
        met = "met" if row.ratio <= row.goal else "**not met**"
        ours, theirs = (_three(values, row.unit) for values in (row.ours, row.theirs))
        lines.append(f"| {row.what} | {ours} | {row.against} | {theirs} | {row.ratio:.2f} | ≤ {row.goal:.2f} | {met} |")
    lines += [f"| {what} | {_three(values, 'ms')} | | | | none | |" for what, values in told.items()]
    rates = [each["per_second"] / each["pace"] for each in drained]
    worst = max(rates, key=lambda rate: abs(rate - 1))
    is_met = abs(worst - 1) <= RATE_TOLERANCE and not any(each["throttled"] for each in drained)
    met = "met" if is_met else "**not met**"
    longest = drained[-1]
    lines.append(
        f"| sent a second from a full queue, {drained[0]['records']:,} to {longest['records']:,} records"
        f" | {longest['per_second']:.3f} | `QUEUE_SENDS_PER_SECOND` | {longest['pace']:g} | {worst:.3f}"
        f" | 1 ± {RATE_TOLERANCE:g}, none throttled | {met} |"
    )
    return "\n".join(lines)


def growth(measured: Iterable[Mapping[str, float]]) -> str:
    """How a full queue is drained, in Markdown."""
    lines = [
        "| records | sent a second | `QUEUE_SENDS_PER_SECOND` | throttled | processor for each |",
        "|---|---|---|---|---|",
    ]
    for each in measured:
        cpu, rate = each["cpu_milliseconds_a_record"], each["per_second"]
        lines.append(f"| {each['records']:,} | {rate:.3f} | {each['pace']:g} | {each['throttled']} | {cpu:.2f} ms |")
    return "\n".join(lines)


def steps(shares: Mapping[str, float], milliseconds: float) -> str:
    """Where the time of one deflection goes, in Markdown."""
    lines = [f"| step | share of {milliseconds:.2f} ms |", "|---|---|"]
    lines += [f"| {step} | {share:.0%} |" for step, share in sorted(shares.items(), key=lambda each: -each[1])]
    return "\n".join(lines)


def chart(title: str, unit: str, bars: Sequence[tuple[str, float]]) -> str:
    """Horizontal bars as SVG, readable on light and on dark."""
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
    if len(values) == 1:
        return f"{values[0]:.1f} {unit}"
    digits = 1 if max(values) < 100 else 0
    shown = (min(values), statistics.median(values), percentile_99(values))
    digits = 2 if max(values) < 10 else digits
    return f"{' / '.join(f'{value:.{digits}f}' for value in shown)} {unit}"
