"""Decide whether it is within quiet hours in the customer's time zone."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from typing import Self
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


@dataclass(frozen=True)
class QuietHours:
    """The time from one time of day to another, which may be on the next day."""

    start: time
    end: time

    @classmethod
    def parse(cls, text: str) -> Self:
        """
        Parse quiet hours such as `21:00-08:00`.

        Raises:
            ValueError: The value does not have this form, or both times are the same.
        """
        if not re.fullmatch(r"[0-9]{2}:[0-9]{2} *- *[0-9]{2}:[0-9]{2}", text):
            raise ValueError("it must be two times of day, such as 21:00-08:00")
        start, _, end = text.partition("-")
        hours = cls(time.fromisoformat(start.strip()), time.fromisoformat(end.strip()))
        if hours.start == hours.end:
            raise ValueError("the two times must differ")
        return hours

    def contains(self, now: float, zones: Iterable[str]) -> bool:
        """
        Return whether a time is within quiet hours in any of these time zones; an unknown zone counts as quiet.

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
