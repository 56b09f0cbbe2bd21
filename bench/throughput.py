"""
Measure how fast the function processes the queue; `make bench-queue` writes the table into a page.

Each setting of `QUEUE_SENDS_PER_SECOND` has a standard queue with 1,000 records and a simulated Amazon Connect that
takes 250 ms for each call and enforces its documented quotas. The function runs in as many processes as the template
allows Lambda environments. The settings are measured in parallel, because they mostly wait. At the highest setting a
plain loop is measured beside them, which starts one contact after the other.
"""

import argparse
import asyncio
import sys
from collections.abc import Sequence

from bench import page
from bench.queue_run import DEFERRED, EVENTS, ONE_BY_ONE, WINDOW_SECONDS, Measured, Run
from bench.slow_aws import BURST
from standard_queue import Mapped

SETTINGS = (1, 2, 5, 10, 20)
KINDS = (EVENTS, DEFERRED)


def table(measured: Sequence[Measured]) -> str:
    """Write the measured settings in Markdown."""
    lines = [
        "| `QUEUE_SENDS_PER_SECOND` | records | started a second | of it | most in any 5 s | allowed | throttled | |",
        "|---|---|---|---|---|---|---|---|",
    ]
    lines += [
        f"| {each.setting:g} | {each.kind} | {each.per_second:.2f} | {each.share:.1%}"
        f" | {each.most_in_a_window} | {WINDOW_SECONDS * each.setting + BURST:g} | {each.throttled}"
        f" | {'' if each.kind == ONE_BY_ONE else 'met' if each.is_met else '**not met**'} |"
        for each in measured
    ]
    return "\n".join(lines)


async def measure(settings: Sequence[float], kinds: Sequence[str]) -> list[Measured]:
    """Measure the settings side by side, one kind of records after the other."""
    mapped = Mapped.of_template()
    measured: list[Measured] = []
    for kind in kinds:
        runs = [Run(setting, kind, mapped) for setting in settings]
        if kind == DEFERRED:
            runs.append(Run(max(settings), ONE_BY_ONE, mapped))
        measured += await asyncio.gather(*(run.measure() for run in runs))
    return measured


def main() -> None:
    """Measure, print and write."""
    parser = argparse.ArgumentParser(prog="bench.throughput")
    parser.add_argument("--dry", action="store_true", help="print the table, and write nothing")
    parser.add_argument("--settings", nargs="+", type=float, default=SETTINGS, help="of QUEUE_SENDS_PER_SECOND")
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=KINDS, help="of records")
    arguments = parser.parse_args()
    written = table(asyncio.run(measure(arguments.settings, arguments.kinds)))
    sys.stdout.write(f"{written}\n")
    if not arguments.dry:
        page.write_parts(page.QUEUE_PAGE, {"throughput": written})


if __name__ == "__main__":
    main()
