"""Simulate a clock that skips the time of sleeps."""

import time

from builders import one_after_the_other
from deflection.aws.deadline import Clock


class SkippingTime:
    """A clock on which work takes real time, and a sleep only moves the time."""

    def __init__(self, skew: float = 0) -> None:
        self.skipped = 0.0
        self.skew = skew

    def sleep(self, seconds: float) -> None:
        self.skipped += seconds

    @property
    def clock(self) -> Clock:
        """Return the clock for the code under test, wrong by `skew` seconds."""
        return Clock(
            now=lambda: time.time() + self.skipped + self.skew,
            elapsed=lambda: time.monotonic() + self.skipped,
            sleep=self.sleep,
            run=one_after_the_other,
        )
