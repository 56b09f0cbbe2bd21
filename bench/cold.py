"""Measure cold starts: from the start of the emulator to the first answer."""

import re
from collections import Counter
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from bench import artifacts
from bench.emulator import Candidate, Emulator, Machinery, NoAnswerError
from bench.processor import shared
from tls_proxy import tls_proxy

TEMPLATE = Path(__file__).parents[1] / "template.yaml"
ROUNDS = 25
SLOW_ROUNDS = 9
LOST_AT_MOST = ROUNDS
QUARTER = 0.25
WHOLE_PROCESSOR_MEGABYTES = 1769
FORMER_MEGABYTES = 1024
"""The MemorySize of earlier versions of the template."""

COLD = "cold start"
COLD_HTTPS = "cold start over HTTPS"
COLD_QUARTER = "cold start, ¼ processor"

type Samples = dict[str, list[float]]


class Lent(NamedTuple):
    """A share of a processor, and the name of the measurements with it."""

    name: str
    share: float


def lent(megabytes: int) -> Lent:
    """
    Return the share of a processor that Lambda gives to a memory size.

    Source: https://docs.aws.amazon.com/lambda/latest/dg/configuration-memory.html
    """
    share = min(1, megabytes / WHOLE_PROCESSOR_MEGABYTES)
    return Lent(f"{COLD}, {100 * share:.0f} % of a processor ({megabytes:,} MB)", share)


def memory_megabytes() -> int:
    """Return the MemorySize of the template."""
    found = re.search(r"^ +MemorySize: (\d+)", TEMPLATE.read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        raise SystemExit("bench: no MemorySize was found in template.yaml.")
    return int(found[1])


def may_share() -> bool:
    """Return whether this process may limit others to a share of a processor."""
    with shared(QUARTER) as enter:
        return bool(enter)


class ColdStarts:
    """
    Measures cold starts of candidates in turn.

    Attributes:
        lost: How many starts the emulator gave up, by candidate; these are repeated.
    """

    def __init__(self, machinery: Machinery, event: bytes) -> None:
        self._machinery = machinery
        self._event = event
        self.lost: Counter[str] = Counter()

    def measure(self, candidates: Sequence[Candidate], rounds: int = ROUNDS, share: float | None = None) -> Samples:
        """Return milliseconds, with a whole processor or a share of one; the first round is discarded."""
        samples: Samples = {each.name: [] for each in candidates}
        for turn in range(rounds + 1):
            for each in _in_turn(candidates, turn):
                milliseconds = self._one(each, share)
                if turn:
                    samples[each.name].append(milliseconds)
        return samples

    def measure_https(self, candidates: Sequence[Candidate]) -> Samples:
        """Return milliseconds with TLS on loopback; each candidate loads its own root certificates and one more."""
        root = artifacts.WORK / "root.pem"
        plain = self._machinery
        with tls_proxy(root, plain.environment["AWS_ENDPOINT_URL"]) as url:
            artifacts.trust(root, candidates)
            self._machinery = replace(plain, environment={**plain.environment, "AWS_ENDPOINT_URL": url})
            samples = self.measure(candidates)
        self._machinery = plain
        return samples

    def describe_lost(self) -> str:
        """Say how many starts were repeated."""
        counts = ", ".join(f"{count} of {name}" for name, count in self.lost.items())
        return f"Starts that the emulator gave up and the bench repeated: {counts or 'none'}."

    def _one(self, candidate: Candidate, share: float | None) -> float:
        while True:  # sometimes the emulator itself gives up on a first call; repeat that start
            limit = shared(share) if share else nullcontext()
            with limit as enter, Emulator(self._machinery, candidate, enter) as emulator, suppress(NoAnswerError):
                return 1000 * emulator.first(self._event)
            self.lost[candidate.name] += 1
            if self.lost.total() > LOST_AT_MOST:
                raise SystemExit(f"bench: the emulator fails too often on this machine. {self.describe_lost()}")


def _in_turn[T](all_of: Sequence[T], turn: int) -> list[T]:
    """Order the candidates so that each of four follows each other equally often in four turns."""
    zigzag = ((place + 1) // 2 * (1 if place % 2 else -1) for place in range(len(all_of)))
    return [all_of[(turn + step) % len(all_of)] for step in zigzag]
