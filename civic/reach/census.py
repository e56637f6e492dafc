# SPDX-License-Identifier: AGPL-3.0-or-later
"""The town's figures as they stand: imported whole or not at all, read for comparison."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from civic.i18n.setup import current_zone
from civic.i18n.texts import text
from civic.journal.entries import record
from civic.permissions.actor import Actor
from civic.permissions.core import CORE_POLICY
from civic.permissions.decision import Missing
from civic.reach.census_file import folded, read_figures
from civic.reach.models import TownFigure, TownFigures
from civic.territory.models import Quartier
from civic.territory.services import quartiers_on

EARLIEST = 1900
LONGEST_SOURCE = 200


@dataclass(frozen=True)
class Census:
    """Inhabitants by quartier and band, with their source."""

    source: str
    year: int
    imported_at: datetime
    cells: dict[tuple[int, str], int]

    def by_quartier(self) -> dict[int, int]:
        """Inhabitants of each quartier."""
        found: dict[int, int] = {}
        for (quartier, _band), inhabitants in self.cells.items():
            found[quartier] = found.get(quartier, 0) + inhabitants
        return found

    def by_band(self, quartiers: Collection[int]) -> dict[str, int]:
        """Inhabitants of each age band in these quartiers."""
        found: dict[str, int] = {}
        for (quartier, band), inhabitants in self.cells.items():
            if quartier in quartiers:
                found[band] = found.get(band, 0) + inhabitants
        return found


def import_figures(
    session: Session, actor: Actor, content: bytes, *, source: str, year: int, at: datetime
) -> TownFigures:
    """Put the file's figures in place of the former ones.

    All or nothing: raises ImportRefused with pairs (line, sentence), Missing for the source or the year, Denied without
    `territory:manage`.
    """
    if actor.channel != "system":
        CORE_POLICY.require("territory:manage", actor, None, at)
    _check(source, year, at)
    today = at.astimezone(current_zone()).date()
    read = read_figures(content, _names(quartiers_on(session, today)))
    session.execute(delete(TownFigure))
    session.execute(delete(TownFigures))
    lines = [TownFigure(quartier_id=quartier, band=band, inhabitants=count) for (quartier, band), count in read.items()]
    figures = TownFigures(source=source, year=year, imported_at=at, lines=lines)
    session.add(figures)
    session.flush()
    details = {"source": source, "year": year, "inhabitants": sum(read.values())}
    record(session, actor, "import_figures", kind="civic.town_figures", subject_id=figures.id, at=at, details=details)
    return figures


def town_census(session: Session) -> Census | None:
    """The figures in force; None before the first import. Two queries."""
    figures = session.scalar(select(TownFigures).order_by(TownFigures.id.desc()).limit(1))
    if figures is None:
        return None
    cells = {(line.quartier_id, line.band): line.inhabitants for line in figures.lines}
    return Census(figures.source, figures.year, figures.imported_at, cells)


def _check(source: str, year: int, at: datetime) -> None:
    """Raise Missing unless one can tell where the figures come from."""
    errors = {}
    if not source or len(source) > LONGEST_SOURCE:
        errors["source"] = _("Say who published these figures, in %(count)s characters at most.", count=LONGEST_SOURCE)
    if not EARLIEST <= year <= at.year:
        errors["year"] = _("Write the year the figures are about.")
    if errors:
        raise Missing(errors)


def _names(quartiers: list[Quartier]) -> dict[str, int]:
    """The id of each quartier by its names and by its slug, as a file may call it."""
    found: dict[str, int] = {}
    for one in quartiers:
        for name in (text(one.name), *one.name.values(), one.slug):
            found.setdefault(folded(name), one.id)
    return found
