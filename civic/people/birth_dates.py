# SPDX-License-Identifier: AGPL-3.0-or-later
"""Dates of birth in any usual writing, and how near two of them are."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = {
    name: month
    for month, names in enumerate(
        (
            "janvier janv jan january",
            "fevrier fevr fev feb february",
            "mars mar march",
            "avril avr apr april",
            "mai may",
            "juin jun june",
            "juillet juil jul july",
            "aout aug august",
            "septembre sept sep september",
            "octobre oct october",
            "novembre nov november",
            "decembre dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_MARKS = str.maketrans("éèûôà./,", "eeuoa---")
_BEFORE = re.compile(r"^(ne|nee|ne\(e\)|born)?\s*(le|on)?\s+")
_AFTER = re.compile(r"[t ]\d{1,2}:\d{2}.*$")
_PATTERNS = tuple(
    re.compile(pattern)
    for pattern in (
        r"(?P<y>\d{4})-(?P<m>\d{1,2})-(?P<d>\d{1,2})",
        r"(?P<y>\d{4})(?P<m>\d{2})(?P<d>\d{2})",
        r"(?P<d>\d{1,2})(?:er)?-(?P<m>\d{1,2}|[a-z]+)-(?P<y>\d{4})",
        r"(?P<m>\d{1,2}|[a-z]+)-(?P<y>\d{4})",
        r"(?P<y>\d{4})-(?P<m>\d{1,2})",
        r"(?P<y>\d{4})",
    )
)

SAME = "same"
MISSING = "date_missing"
YEAR_ONLY = "year_only"
ONE_DIGIT = "one_digit"
EXCHANGED = "day_and_month"
OTHER = "other_date"


@dataclass(frozen=True)
class Birth:
    """A date of birth as far as it is known: a civil register writes 00 for a day or a month nobody knows."""

    year: int
    month: int = 0
    day: int = 0

    @property
    def is_whole(self) -> bool:
        """Whether day and month are known."""
        return bool(self.month and self.day)

    @property
    def may_be_the_year_alone(self) -> bool:
        """No day, or the first of January, which stands for "born in" on many papers."""
        return not self.is_whole or (self.month, self.day) == (1, 1)

    @property
    def digits(self) -> str:
        """YYYYMMDD."""
        return f"{self.year:04}{self.month:02}{self.day:02}"


def read_birth(written: str | date | None) -> Birth | None:
    """The date, or None when nothing that can be read is there (a year of two figures says too little)."""
    if isinstance(written, date):
        return Birth(written.year, written.month, written.day)
    text = unicodedata.normalize("NFKC", written or "").casefold().translate(_MARKS).strip()
    plain = _BEFORE.sub("", text)
    plain = "-".join(part for part in re.split(r"[\s-]+", _AFTER.sub("", plain)) if part)
    found = next((match for pattern in _PATTERNS if (match := pattern.fullmatch(plain))), None)
    return _checked(found.groupdict()) if found else None


def _checked(parts: dict[str, str]) -> Birth | None:
    """The parts as a date, or None for one that no calendar has."""
    month = parts.get("m", "0")
    number = int(month) if month.isdigit() else MONTHS.get(month, 99)
    birth = Birth(int(parts["y"]), number, int(parts.get("d", "0")))
    if not birth.month:
        return Birth(birth.year)
    try:
        date(birth.year, birth.month, birth.day or 1)
    except ValueError:
        return None
    return birth


def compare_births(first: Birth | None, second: Birth | None) -> str:
    """SAME, OTHER, or why a person has to look: one of the names above."""
    if first is None or second is None:
        return MISSING
    if first == second:
        return SAME if first.is_whole else YEAR_ONLY
    if first.year == second.year and (first.may_be_the_year_alone or second.may_be_the_year_alone):
        months = {one.month for one in (first, second) if one.month and (one.month, one.day) != (1, 1)}
        return YEAR_ONLY if len(months) < 2 else OTHER
    if not (first.is_whole and second.is_whole):
        return OTHER
    if (first.year, first.month, first.day) == (second.year, second.day, second.month):
        return EXCHANGED
    differing = sum(one != other for one, other in zip(first.digits, second.digits, strict=True))
    return ONE_DIGIT if differing == 1 else OTHER


def near(day: date) -> Iterator[date]:
    """Every other day that `compare_births` does not call OTHER: one digit away, exchanged, or the year alone."""
    digits = Birth(day.year, day.month, day.day).digits
    found = {_day(digits[:place] + digit + digits[place + 1 :]) for place in range(8) for digit in "0123456789"}
    found.add(_day(digits[:4] + digits[6:] + digits[4:6]))
    first = date(day.year, 1, 1)
    whole_year = (first + timedelta(count) for count in range(366))
    found |= {one for one in whole_year if one.year == day.year} if day == first else {first}
    yield from sorted(one for one in found if one and one != day)


def _day(digits: str) -> date | None:
    """The date of YYYYMMDD, or None when there is no such day."""
    try:
        return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        return None
