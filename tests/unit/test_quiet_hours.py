from datetime import datetime
from zoneinfo import ZoneInfo

import pytest

from deflection.quiet_hours import QuietHours

NIGHT = QuietHours.parse("21:00-08:00")
LUNCH = QuietHours.parse("12:00 - 13:30")


def at(clock: str, zone: str = "Europe/London") -> float:
    return datetime.fromisoformat(f"2026-11-22T{clock}").replace(tzinfo=ZoneInfo(zone)).timestamp()


@pytest.mark.parametrize(
    ("hours", "clock", "quiet"),
    [
        (NIGHT, "20:59", False),
        (NIGHT, "21:00", True),
        (NIGHT, "00:00", True),
        (NIGHT, "07:59", True),
        (NIGHT, "08:00", False),
        (LUNCH, "11:59", False),
        (LUNCH, "12:00", True),
        (LUNCH, "13:29", True),
        (LUNCH, "13:30", False),
    ],
)
def test_quiet_hours_include_their_start_and_exclude_their_end(hours: QuietHours, clock: str, *, quiet: bool) -> None:
    assert hours.contains(at(clock), ["Europe/London"]) is quiet


def test_quiet_hours_in_any_time_zone_are_enough() -> None:
    assert NIGHT.contains(at("12:00", "Australia/Sydney"), ["Australia/Sydney", "Europe/London"])
    assert not NIGHT.contains(at("12:00", "Australia/Sydney"), ["Australia/Sydney", "Australia/Perth"])


def test_unknown_time_zone_is_within_quiet_hours() -> None:
    assert NIGHT.contains(at("12:00"), ["Etc/Unknown"])


@pytest.mark.parametrize(
    "text", ["", "21:00", "21:00-", "21:00-25:00", "21-08", "21:00+01:00-08:00", "nine to five", "21:00-21:00"]
)
def test_invalid_quiet_hours_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        QuietHours.parse(text)
