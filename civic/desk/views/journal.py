# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/journal: the whole record of acts, filtered, with what is sealed and what still waits."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from civic.desk.acting import enter
from civic.i18n.setup import current_zone
from civic.journal.heads import current_head
from civic.journal.models import JournalEntry
from civic.journal.names import ACTS, FUNCTIONS, KINDS
from civic.journal.queries import Checked, Filter, checked, entries, kinds_told
from civic.keys import current_keys
from civic.people.models import Account, Person
from civic.registry import current_registry
from civic.web.pagination import keyset, page_of

PAGE = 50


@dataclass(frozen=True)
class Line:
    """An entry as the table shows it."""

    told: Checked
    act: str
    kind: str
    who: str
    function: str
    is_file: bool


def journal() -> str:
    """Entries, the latest first."""
    visit = enter("journal:read")
    session, chosen = visit.session, _chosen(request.args)
    after, before = request.args.get("after", "")[:200], request.args.get("before", "")[:200]
    query = (
        entries(chosen, Person.display_name, Account.title.label("function"))
        .outerjoin(Account, Account.id == JournalEntry.actor_id)
        .outerjoin(Person, Person.id == Account.person_id)
    )
    query, backwards = keyset(query, (JournalEntry.id,), (int,), after=after, before=before)
    rows = session.execute(query.limit(PAGE + 1)).all()
    page = page_of(rows, PAGE, lambda row: (row.id,), backwards=backwards, began=bool(after or before))
    key, kinds = current_keys().journal, _kinds()
    return render_template(
        "desk/journal/index.html",
        page=page,
        lines=[_line(row, key, kinds) for row in page.rows],
        args=request.args,
        kinds=[(kind, kinds.get(kind, kind)) for kind in kinds_told(session)],
        acts=sorted(((name, str(title)) for name, title in _acts().items()), key=lambda pair: pair[1]),
        roles=FUNCTIONS,
        head=current_head(session),
    )


def _line(row: Any, key: bytes, kinds: Mapping[str, str]) -> Line:
    """One row of the table."""
    told = checked(row, key)
    entry = told.entry
    return Line(
        told,
        _acts().get(entry.act, entry.act),
        kinds.get(entry.subject_kind, entry.subject_kind),
        row.display_name or ("" if entry.actor_id is None else _("account %(number)s", number=entry.actor_id)),
        row.function or str(FUNCTIONS.get(entry.role, entry.role)),
        entry.subject_kind in kinds and not entry.subject_kind.startswith("civic."),
    )


def _kinds() -> dict[str, str]:
    """Kinds in words: the resources of every manifest, and the core's own."""
    return {kind: resource.title for kind, resource in current_registry().resources()} | dict(KINDS)


def _acts() -> dict[str, str]:
    """Acts in words; two workflows that share the name of an act share the line of the filter."""
    told = {
        transition.name: transition.past
        for _kind, resource in current_registry().resources()
        for transition in resource.workflow.transitions
    }
    return dict(ACTS) | told


def _chosen(args: "MultiDict[str, str]") -> Filter:
    """Filters of the address; what is not understood is left out."""
    first, last = _day(args.get("from", "")), _day(args.get("to", ""))
    subject = args.get("subject", "")
    return Filter(
        kind=args.get("kind", "").replace("\x00", "")[:60],
        subject_id=int(subject) if subject.isascii() and subject.isdigit() and len(subject) < 10 else None,
        act=args.get("act", "").replace("\x00", "")[:60],
        role=args.get("role", "").replace("\x00", "")[:60],
        start=_midnight(first) if first else None,
        end=_midnight(last + timedelta(days=1)) if last else None,
    )


def _day(text: str) -> date | None:
    """A day of the address; years that no calendar arithmetic survives are left out."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if 1900 <= found.year <= 2999 else None


def _midnight(day: date) -> datetime:
    """The beginning of a day in the town's zone."""
    return datetime.combine(day, time(), current_zone())
