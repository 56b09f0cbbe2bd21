"""Print the measurements of the proofs as a table, and write it into docs/reliability.md: `make prove` runs this."""

import argparse
import json
import os
import sys
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from bench import page

MEASURED = page.ROOT / ".cache/proofs.jsonl"
SHOWN_OUTCOMES = 3
"""How many outcomes a row names; it sums the rarer ones."""


def main(argv: Sequence[str] | None = None) -> None:
    """Print the table, and write it if the proofs ran at full length."""
    parser = argparse.ArgumentParser(prog="bench.proofs")
    parser.add_argument("--write", action="store_true", help="write the table into docs/reliability.md")
    arguments = parser.parse_args(argv)
    measured = [json.loads(line) for line in MEASURED.read_text(encoding="utf-8").splitlines()]
    written = f"{table(measured)}\n\n{_summary(measured)}"
    sys.stdout.write(f"{written}\n")
    if arguments.write:
        page.write_parts(page.PAGE, {"proofs": written})


def table(measured: Iterable[Mapping[str, Any]]) -> str:
    """
    Write the proofs in Markdown, grouped by their promise; the proofs of one fault become one row.

    Args:
        measured: The lines that `proof.figures` recorded.
    """
    rows: dict[tuple[str, str], list[Mapping[str, Any]]] = {}
    for each in measured:
        rows.setdefault((each["promise"], each["fault"]), []).append(each)
    order = list(dict.fromkeys(promise for promise, _ in rows))
    lines = ["| Promise | Fault | Times | Result | Proof |", "|---|---|---|---|---|"]
    by_promise = sorted(rows, key=lambda row: order.index(row[0]))
    for promise, faults in groupby(by_promise, key=lambda row: row[0]):
        shown = promise
        for row in faults:
            lines.append(f"| {shown} | {row[1]} | {' | '.join(_cells(rows[row]))} |")
            shown = ""
    return "\n".join(lines)


def _cells(measured: Sequence[Mapping[str, Any]]) -> tuple[str, str, str]:
    """Return the number of runs, their result, and the link to the proof."""
    came_to: Counter[str] = Counter()
    struck: Counter[str] = Counter()
    most: dict[str, float] = {}
    for each in measured:
        came_to.update(each["came_to"])
        struck.update(each["struck"])
        for what, value in each["most"].items():
            most[what] = max(value, most.get(what, 0))
    result = [f"{count:,} {name}" for name, count in came_to.most_common(SHOWN_OUTCOMES)]
    others = came_to.total() - sum(count for _, count in came_to.most_common(SHOWN_OUTCOMES))
    result += [f"{others:,} others"] if others else []
    result += [f"at most {value:,.3g} {what}" for what, value in most.items()]
    if len(struck) > 1:
        result.append(f"{len(struck)} faults, each at least {min(struck.values()):,} times")
    proof = measured[0]["proof"]
    return f"{sum(each['times'] for each in measured):,}", "; ".join(result), f"[{proof}](../tests/proof/{proof})"


def _summary(measured: Iterable[Mapping[str, Any]]) -> str:
    minutes = sum(each["seconds"] for each in measured) / 60
    return f"Measured {datetime.now(UTC):%Y-%m-%d} in {minutes:.0f} minutes on {os.cpu_count()} processors."


if __name__ == "__main__":
    main()
