"""A time in which pauses take none: the real one, and all that was slept."""

import time

from builders import one_after_the_other
from deflection.aws.deadline import Clock


class SkippingTime:
    """Real work takes its real time; what sleeps is there at once, and the time has moved."""

    def __init__(self, skew: float = 0) -> None:
        self.skipped = 0.0
        self.skew = skew

    def sleep(self, seconds: float) -> None:
        self.skipped += seconds

    @property
    def clock(self) -> Clock:
        """Skewed by some seconds from what everybody else takes for the time."""
        return Clock(
            now=lambda: time.time() + self.skipped + self.skew,
            elapsed=lambda: time.monotonic() + self.skipped,
            sleep=self.sleep,
            run=one_after_the_other,
        )
