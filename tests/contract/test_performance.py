"""`docs/performance.md` has what the samples beside it come to, and the README no other numbers than its table."""

import json
import math
import re
import statistics
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from contract.test_readme import README, TEMPLATE, table

DOCS = Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "performance.md").read_text()
TABLE = table("what", PAGE.partition("<!-- end -->")[0])
US = "this function"
NOT_SAMPLED = ("artifact, zipped", "peak memory", "processor for each of", "sent a second")
MEMORY_MEGABYTES = TEMPLATE["Resources"]["DeflectionFunction"]["Properties"]["MemorySize"]


@pytest.fixture(scope="module")
def samples() -> Any:
    """Milliseconds, by measure and candidate."""
    return json.loads((DOCS / "performance.json").read_text())


def row(what: str, against: str) -> list[str]:
    [found] = (cells for cells in TABLE if (cells[0], cells[2]) == (what, against))
    return found


def measure(what: str) -> str:
    """What a row's samples are kept as."""
    return re.sub(", (median|p99)$", "", what)


def shown(values: Sequence[float], cell: str) -> str:
    """Samples as the page has them, with as many decimal places as this cell."""
    places = len(cell.partition(" ")[0].partition(".")[2])
    p99 = sorted(values)[math.ceil(0.99 * len(values)) - 1]
    return f"{' / '.join(f'{value:.{places}f}' for value in (min(values), statistics.median(values), p99))} ms"


def middle(cell: str) -> float:
    """The median, or the only number, of a cell."""
    numbers = [float(number) for number in re.findall(r"[\d.]+", cell)]
    return numbers[len(numbers) // 2]


def test_the_page_has_what_the_samples_come_to(samples: Any) -> None:
    for what, ours, against, theirs, *_ in TABLE:
        if not what.startswith(NOT_SAMPLED):
            by_candidate = samples[measure(what)]
            assert ours == shown(by_candidate[US], ours)
            assert theirs == (shown(by_candidate[against], theirs) if against else "")


def test_every_sample_is_in_the_table(samples: Any) -> None:
    listed = {(measure(what), name) for what, _, against, *_ in TABLE for name in (US, against)}

    assert {(what, name) for what, by_candidate in samples.items() for name in by_candidate} <= listed


def test_the_page_says_how_many_samples_there_are(samples: Any) -> None:
    cold, slow, warm = (len(samples[what][US]) for what in ("cold start", "cold start, ¼ processor", "warm call"))

    assert f"With {cold} cold starts of each ({slow} with a quarter of a processor)" in PAGE
    assert f"Warm calls are {warm:,} of each" in PAGE


def test_the_share_of_a_processor_that_the_template_lends_is_measured() -> None:
    assert [what for what, *_ in TABLE if what.endswith(f"of a processor ({MEMORY_MEGABYTES:,} MB)")] != []


def test_the_page_names_the_templates_memory() -> None:
    assert f"`MemorySize` is {MEMORY_MEGABYTES:,} MB" in PAGE


def test_the_readmes_numbers_are_those_of_the_table() -> None:
    [said] = re.findall(
        r"It starts in ([\d.]+) of the time of a ten-line function that plain `sam build` packages,"
        r" answers a warm call in (\d+) ms .* and uploads (\d+) MB in place of (\d+)",
        README,
    )
    _, zipped, _, plain, *_ = row("artifact, zipped", "plain `sam build`")

    assert said == (
        row("cold start", "ten lines")[4],
        f"{middle(row('warm call, median', 'ten lines')[1]):.0f}",
        f"{middle(zipped):.0f}",
        f"{middle(plain):.0f}",
    )
