# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dates as people type them fast: "3/4/1950", "03041950", "3.4.1950", "1950-04-03"."""

import re
from datetime import date

_DAY_FIRST = re.compile(r"(\d{1,2})[\s./-]+(\d{1,2})[\s./-]+(\d{4})")
_PACKED = re.compile(r"(\d{2})(\d{2})(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


def parse_day(text: str) -> date | None:
    """The day, with its year in full; None when it is none. Two figures of a year may mean two people."""
    text = text.strip()
    if not text.isascii():
        return None
    iso = _ISO.fullmatch(text)
    if iso is not None:
        return _day(*map(int, iso.groups()))
    first = _DAY_FIRST.fullmatch(text) or _PACKED.fullmatch(text)
    if first is None:
        return None
    day, month, year = map(int, first.groups())
    return _day(year, month, day)


def _day(year: int, month: int, day: int) -> date | None:
    """The day, if the calendar has it."""
    try:
        return date(year, month, day)
    except ValueError:
        return None
