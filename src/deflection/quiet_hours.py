"""The hours in which nobody is texted unasked, where the customer is."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@dataclass(frozen=True)
class QuietHours:
    """From one time of the day until another, which may be of the next day."""

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Quiet hours as they are written: `21:00-08:00`.

        Raises:
            ValueError: They are not, or are no hours at all.
        """
        if not re.fullmatch(r"[0-9]{2}:[0-9]{2} *- *[0-9]{2}:[0-9]{2}", text):
            raise ValueError("not two times of the day")
        start, _, end = text.partition("-")
        hours = cls(time.fromisoformat(start.strip()), time.fromisoformat(end.strip()))
        if hours.start == hours.end:
            raise ValueError("no hours at all")
        return hours

    def contains(self, now: float, zones: Iterable[str]) -> bool:
        """
        Whether it is quiet in any of these time zones; in one that is not known it always is.

        Args:
            now: Seconds since 1970.
            zones: Names of the IANA time zone database.
        """
        return any(self._contains_in(zone, now) for zone in zones)

    def _contains_in(self, zone: str, now: float) -> bool:
        try:
            local = datetime.fromtimestamp(now, ZoneInfo(zone)).time()
        except ZoneInfoNotFoundError:
            return True
        if self.start < self.end:
            return self.start <= local < self.end
        return local >= self.start or local < self.end
