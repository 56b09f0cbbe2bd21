"""`docs/reliability.md` has a row for every long proof, and a command for every row."""

import re
from pathlib import Path

from contract.test_readme import table

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "reliability.md").read_text()
ROWS = table("Promise", PAGE)
TESTS = [*(ROOT / "tests" / "proof").glob("test_*.py"), *(ROOT / "tests").glob("*/test_*chain.py")]

COMMAND = re.compile(r"`make (prove ONLY=\w+( SCALE=\d+)?|test)`|with each of them")


def long_proofs() -> set[str]:
    """The tests that `make prove` runs, as `file::name`."""
    marked = re.compile(r"^((?:@pytest\.mark\.(?:[^\n]|\n[ \])])+\n)+)def (test_\w+)", re.MULTILINE)
    return {
        f"{path.stem}::{name}"
        for path in TESTS
        for decorators, name in marked.findall(path.read_text())
        if "sizes(" in decorators or "mark.proof" in decorators
    }


def commands() -> set[str]:
    return set(re.findall(r"make prove ONLY=(\w+)", "\n".join(row[-1] for row in ROWS)))


def test_every_long_proof_has_a_row() -> None:
    assert len(long_proofs()) >= 9
    assert [proof for proof in long_proofs() if not any(only in proof for only in commands())] == []


def test_every_row_can_be_repeated() -> None:
    tests = "\n".join(f"{path.stem}::{path.read_text()}" for path in TESTS)

    assert [row for row in ROWS if not COMMAND.search(row[-1])] == []
    assert [only for only in commands() if not re.search(rf"(^|def )test_\w*{only}", tests, re.MULTILINE)] == []
