# SPDX-License-Identifier: AGPL-3.0-or-later
"""Deadlines in the town's zone: "until the 3rd" ends at the midnight that follows; working days skip holidays."""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from civic.workflow.declaration import Deadline


def due(start: datetime, deadline: Deadline, zone: ZoneInfo) -> datetime:
    """The moment, in UTC, at which a state entered at `start` is overdue."""
    day = start.astimezone(zone).date()
    if deadline.working:
        left = deadline.days
        while left:
            day += timedelta(days=1)
            left -= is_working(day, zone.key)
    else:
        day += timedelta(days=deadline.days)
    return datetime.combine(day + timedelta(days=1), time.min, zone).astimezone(UTC)


ABOLITION_DAYS = {
    "America/Cayenne": (6, 10),
    "America/Guadeloupe": (5, 27),
    "America/Marigot": (5, 28),
    "America/Martinique": (5, 22),
    "America/St_Barthelemy": (10, 9),
    "Indian/Mayotte": (4, 27),
    "Indian/Reunion": (12, 20),
}
"""The holiday that commemorates the abolition of slavery, month and day, by the zone it is kept in
(Code du travail L3422-2; loi 83-550)."""


def is_working(day: date, zone: str = "Europe/Paris") -> bool:
    """Monday to Friday, public holidays of the zone excepted."""
    return day.weekday() < 5 and day not in holidays(day.year, zone)


@lru_cache(maxsize=64)
def holidays(year: int, zone: str = "Europe/Paris") -> frozenset[date]:
    """The eleven public holidays (Code du travail L3133-1), and overseas the one that is kept there."""
    fixed = {
        date(year, month, day) for month, day in ((1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25))
    }
    if zone in ABOLITION_DAYS:
        fixed.add(date(year, *ABOLITION_DAYS[zone]))
    easter = easter_sunday(year)
    return frozenset(fixed | {easter + timedelta(days=offset) for offset in (1, 39, 50)})


def easter_sunday(year: int) -> date:
    """Gregorian Easter, by the anonymous computus (Meeus, Astronomical Algorithms, chapter 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    d, e = divmod(b, 4)
    g = (8 * b + 13) // 25
    h = (19 * a + b - d - g + 15) % 30
    i, k = divmod(c, 4)
    ell = (32 + 2 * e + 2 * i - h - k) % 7
    m = (a + 11 * h + 22 * ell) // 451
    month, day = divmod(h + ell - 7 * m + 114, 31)
    return date(year, month, day + 1)
