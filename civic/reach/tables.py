# SPDX-License-Identifier: AGPL-3.0-or-later
"""The two published tables of a process, by quartier and by age, beside the town's figures.

Whatever is said further on, shares, advice, the file, is drawn from these tables alone, never from the counts: what is
hidden here is hidden everywhere.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from civic.i18n.texts import text
from civic.reach.bands import BANDS
from civic.reach.census import Census
from civic.reach.counting import Group
from civic.reach.suppression import SMALLEST, Cell, Protected, Shown, protect
from civic.territory.models import Quartier

ELSEWHERE, UNKNOWN = "elsewhere", "unknown"
APART = (ELSEWHERE, UNKNOWN)
"""Lines that are compared with nothing and have no share, and stand there only where they are not empty."""


@dataclass(frozen=True)
class Row:
    """A line of a table."""

    key: str
    """Slug of the quartier, key of the band, or one of APART."""
    label: str
    cell: Cell
    base: int | None
    """Persons its share is counted among; None for a line apart, and where nothing may be said."""
    inhabitants: int | None
    population: int
    """Inhabitants of all lines together, which theirs is a share of; 0 where the town's figures are not known."""

    @property
    def share(self) -> int | None:
        """Percent of the persons counted."""
        return percent(self.cell.count, self.base)

    @property
    def inhabitants_share(self) -> int | None:
        """Percent of the inhabitants."""
        return percent(self.inhabitants, self.population)

    @property
    def at_most(self) -> int | None:
        """The most persons there can be, from what is published; None where that is not known."""
        return SMALLEST - 1 if self.cell.shown is Shown.FEW else self.cell.count


@dataclass(frozen=True)
class Table:
    """A table as it is published."""

    rows: tuple[Row, ...]
    total: int
    together: int
    hidden: tuple[str, ...]
    """Labels of the lines that add up to `together`."""
    base: int | None
    """Persons all its shares are counted among; None where no line has a share."""
    few_apart: bool
    """Whether lines apart of fewer than SMALLEST persons stay in the base."""


def percent(part: int | None, whole: int | None) -> int | None:
    """A share in whole percents; None of nothing."""
    return round(100 * part / whole) if part is not None and whole else None


def quartier_table(
    groups: Iterable[Group], quartiers: Sequence[Quartier], concerned: set[int], census: Census | None
) -> Table:
    """Persons by quartier of today; those the process is not about are one line, those that ended are not known."""
    present = {one.id for one in quartiers}
    scope = [one for one in quartiers if one.id in concerned]
    counts: dict[Hashable, int] = {one.id: 0 for one in scope}
    counts |= {ELSEWHERE: 0} if len(scope) < len(quartiers) else {}
    counts[UNKNOWN] = 0
    for group in groups:
        known: Hashable = ELSEWHERE if group.quartier_id in present else UNKNOWN
        counts[group.quartier_id if group.quartier_id in counts else known] += group.persons
    _leave_out_empty(counts)
    names: dict[Hashable, tuple[str, str]] = {one.id: (one.slug, text(one.name)) for one in scope}
    names |= {ELSEWHERE: (ELSEWHERE, _("Other quartiers")), UNKNOWN: (UNKNOWN, _("Quartier not known"))}
    living = census.by_quartier() if census is not None else {}
    inhabitants: Mapping[Hashable, int] = {one.id: living[one.id] for one in scope if one.id in living}
    return _table(protect(counts, APART), names, inhabitants)


def age_table(groups: Iterable[Group], concerned: set[int], census: Census | None) -> Table:
    """Persons by age band, beside the inhabitants of the quartiers the process is about."""
    counts: dict[Hashable, int] = dict.fromkeys((*(band.key for band in BANDS), UNKNOWN), 0)
    for group in groups:
        counts[group.band or UNKNOWN] += group.persons
    _leave_out_empty(counts)
    names: dict[Hashable, tuple[str, str]] = {band.key: (band.key, str(band.label)) for band in BANDS}
    names[UNKNOWN] = (UNKNOWN, _("Age not known"))
    living = census.by_band(concerned) if census is not None else {}
    inhabitants: Mapping[Hashable, int] = {band.key: living[band.key] for band in BANDS if band.key in living}
    return _table(protect(counts, APART), names, inhabitants)


def _leave_out_empty(counts: dict[Hashable, int]) -> None:
    """Where everyone's quartier or age is known, there is no line to hide, nor one to guard it with."""
    for key in APART:
        if not counts.get(key, 1):
            del counts[key]


def _table(
    found: Protected[Hashable], names: Mapping[Hashable, tuple[str, str]], living: Mapping[Hashable, int]
) -> Table:
    """The lines in words, with their shares."""
    base, population = _base(found), sum(living.values())
    rows = tuple(
        Row(
            *names[key],
            cell,
            None if key in APART else base,
            None if key in APART else living.get(key),
            population,
        )
        for key, cell in found.cells.items()
    )
    return Table(
        rows,
        found.total,
        found.together,
        tuple(names[key][1] for key in found.hidden),
        base if any(row.share is not None for row in rows) else None,
        any(key in APART and cell.shown is Shown.FEW for key, cell in found.cells.items()),
    )


def _base(found: Protected[Hashable]) -> int | None:
    """How many persons shares are counted among: those who have a line of their own.

    A line apart of fewer than SMALLEST stays in: it changes little, and taking it out would tell it. None where a
    larger one is hidden.
    """
    base = found.total
    for key in APART:
        cell = found.cells.get(key)
        if cell is None or cell.shown is Shown.FEW:
            continue
        if cell.count is None:
            return None
        base -= cell.count
    return base
