# SPDX-License-Identifier: AGPL-3.0-or-later
"""Proposals as open data: one definition for the export of a list and for the data set."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from flask_babel import lazy_pgettext
from sqlalchemy import Row
from sqlalchemy.orm import Session

from civic.clock import now
from civic.i18n.texts import pick
from civic.items.tags import tags_of
from civic.permissions.actor import VISITOR

from .filters import Asked
from .queries import exported, options

BATCH = 500


COLUMNS: dict[str, Any] = {
    "number": lazy_pgettext("proposals", "Public number, unique in the town."),
    "title": lazy_pgettext("proposals", "Title, in the language it was written in."),
    "summary": lazy_pgettext("proposals", "Beginning of the text."),
    "language": lazy_pgettext("proposals", "Language of title and text."),
    "state": lazy_pgettext("proposals", "Where it stands: submitted, incomplete, studied, deciding, accepted, accepted_partly, declined, planned, in_progress, done, given_up, withdrawn."),
    "state_since": lazy_pgettext("proposals", "Day it reached that state."),
    "due": lazy_pgettext("proposals", "Moment at which that state should have ended; when incomplete, it is its author who is expected."),
    "submitted": lazy_pgettext("proposals", "Day it was submitted."),
    "quartier": lazy_pgettext("proposals", "Quartier, by its short name."),
    "place": lazy_pgettext("proposals", "Place, in words."),
    "lon": lazy_pgettext("proposals", "Longitude, WGS84."),
    "lat": lazy_pgettext("proposals", "Latitude, WGS84."),
    "tags": lazy_pgettext("proposals", "Themes, by their short names."),
    "process": lazy_pgettext("proposals", "Process it stands in, empty for none."),
    "department": lazy_pgettext("proposals", "Department in charge."),
    "supports": lazy_pgettext("proposals", "Supports, one per person."),
    "comments": lazy_pgettext("proposals", "Comments shown."),
    "planned_for": lazy_pgettext("proposals", "When the town plans it, in words."),
    "answered": lazy_pgettext("proposals", "Day the answer was signed."),
    "signed_by": lazy_pgettext("proposals", "Who signed it."),
    "cost_eur": lazy_pgettext("proposals", "Cost said in the answer, in euros."),
    "decision": lazy_pgettext("proposals", "Number of the decision."),
    "organisation": lazy_pgettext("proposals", "Organisation in whose name it is written, empty for a resident."),
}  # fmt: skip
"""No personal data of residents: authors are not named, nor those who speak for an organisation."""


def export_rows(session: Session, found: Iterable[Row[Any]]) -> Iterator[Sequence[Any]]:
    """The values of each row, themes read by batches."""
    batch: list[Row[Any]] = []
    for row in found:
        batch.append(row)
        if len(batch) == BATCH:
            yield from _values(session, batch)
            batch = []
    yield from _values(session, batch)


def _values(session: Session, batch: list[Row[Any]]) -> Iterator[Sequence[Any]]:
    """One batch."""
    themes = tags_of(session, [row.id for row in batch]) if batch else {}
    for row in batch:
        yield (
            row.number,
            pick(row.title, row.language),
            row.summary,
            row.language,
            row.state,
            _day(row.state_at),
            row.due_at.isoformat() if row.due_at else "",
            _day(row.published_at),
            row.quartier or "",
            row.place,
            row.lon,
            row.lat,
            " ".join(tag.slug for tag in themes.get(row.id, [])),
            row.space if row.space_kind == "process" else "",
            pick(row.department, "fr"),
            row.support_count,
            row.comment_count,
            row.planned_for,
            _day(row.signed_at),
            row.signer_name or "",
            row.cost_eur,
            row.decision_reference or "",
            row.organisation or "",
        )


def _day(moment: Any) -> str:
    """A day, or nothing."""
    return moment.date().isoformat() if moment else ""


def dataset_rows(session: Session) -> Iterator[Sequence[Any]]:
    """Every public proposal, for the open data set."""
    known = options(session, VISITOR)
    return export_rows(session, exported(session, VISITOR, Asked(), known, now()))
