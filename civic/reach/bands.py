# SPDX-License-Identifier: AGPL-3.0-or-later
"""The age bands of every figure: the age reached during the year, so that a year of birth is enough."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import lazy_gettext as _
from sqlalchemy import ColumnElement, case

from civic.people.models import Person

OLDEST = 130
"""Beyond this age a year of birth is a mistake, and counts as not known."""


@dataclass(frozen=True)
class Band:
    """Ages from the first to the last, both included; the last one is open where it is OLDEST."""

    key: str
    label: str
    first: int
    last: int


BANDS = (
    Band("0-17", _("Under 18"), 0, 17),
    Band("18-29", _("18 to 29"), 18, 29),
    Band("30-44", _("30 to 44"), 30, 44),
    Band("45-59", _("45 to 59"), 45, 59),
    Band("60-74", _("60 to 74"), 60, 74),
    Band("75+", _("75 and over"), 75, OLDEST),
)
BAND_LABELS: Mapping[str, str] = {band.key: band.label for band in BANDS}


def band_in(year: int) -> ColumnElement[str | None]:
    """SQL: the key of the person's band in that year; NULL where no year of birth is known, or not a possible one."""
    whens = [(Person.birth_year.between(year - band.last, year - band.first), band.key) for band in BANDS]
    return case(*whens, else_=None)
