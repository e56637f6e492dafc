# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/journal: the whole record of acts, filtered, with what is sealed and what still waits."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from operator import itemgetter
from typing import Any

from flask import render_template, request
from flask_babel import gettext as _
from sqlalchemy import and_
from werkzeug.datastructures import MultiDict

from civic.desk.acting import enter
from civic.desk.journal_details import Names, names_in
from civic.desk.journal_details import told as told_details
from civic.i18n.setup import current_zone
from civic.items.channels import CHANNELS
from civic.items.models import Item
from civic.journal.heads import current_head
from civic.journal.models import JournalEntry
from civic.journal.names import ACTS, FUNCTIONS, KINDS
from civic.journal.queries import Checked, Filter, checked, entries, kinds_told
from civic.keys import current_keys
from civic.people.models import Account, Person
from civic.registry import current_registry
from civic.web.incoming import typed_number
from civic.web.pagination import keyset, page_of

PAGE = 50


class Words:
    """Kinds and acts in words: from the workflow of every manifest, and the core's own."""

    def __init__(self) -> None:
        resources = list(current_registry().resources())
        self.kinds = {kind: str(resource.title) for kind, resource in resources} | {k: str(v) for k, v in KINDS.items()}
        self._told = {
            (kind, transition.name): str(transition.past)
            for kind, resource in resources
            for transition in resource.workflow.transitions
        }
        self._states = {
            (kind, state.name): str(state.label) for kind, resource in resources for state in resource.workflow.states
        }

    def act(self, kind: str, name: str) -> str:
        """An act of a kind; the journal's own word for one that nobody declares any more."""
        return self._told.get((kind, name)) or str(ACTS.get(name, name))

    def state(self, kind: str, name: str | None) -> str:
        """A state of a kind; the journal's own word for one that nobody declares any more."""
        return self._states.get((kind, name or ""), name or "")

    def choices(self) -> list[tuple[str, str]]:
        """Acts for the filter; where two kinds tell one act otherwise, both are named."""
        found = {name: {str(title)} for name, title in ACTS.items()}
        for (_kind, name), title in self._told.items():
            found.setdefault(name, set()).add(title)
        return sorted(((name, " / ".join(sorted(titles))) for name, titles in found.items()), key=itemgetter(1))


@dataclass(frozen=True)
class Line:
    """An entry as the table shows it."""

    told: Checked
    act: str
    left: str
    reached: str
    details: str
    about: str
    item_id: int | None
    who: str
    function: str
    channel: str
    """How it came, when a helper entered it for someone; empty otherwise."""


def journal() -> str:
    """Entries, the latest first."""
    visit = enter("journal:read")
    session, chosen = visit.session, _chosen(request.args)
    after, before = request.args.get("after", "")[:200], request.args.get("before", "")[:200]
    is_item = and_(Item.id == JournalEntry.subject_id, Item.kind == JournalEntry.subject_kind)
    query = (
        entries(chosen, Person.display_name, Account.title.label("function"), Item.number)
        .outerjoin(Account, Account.id == JournalEntry.actor_id)
        .outerjoin(Person, Person.id == Account.person_id)
        .outerjoin(Item, is_item)
    )
    query, backwards = keyset(query, (JournalEntry.id,), (int,), after=after, before=before)
    rows = session.execute(query.limit(PAGE + 1)).all()
    page = page_of(rows, PAGE, lambda row: (row.id,), backwards=backwards, began=bool(after or before))
    key, words = current_keys().journal, Words()
    told = [checked(row, key) for row in page.rows]
    names = names_in(session, current_registry(), (one.entry.details for one in told))
    return render_template(
        "desk/journal/index.html",
        page=page,
        lines=[_line(row, one, words, names) for row, one in zip(page.rows, told, strict=True)],
        args=request.args,
        kinds=[(kind, words.kinds.get(kind, kind)) for kind in kinds_told(session)],
        acts=words.choices(),
        roles=FUNCTIONS,
        head=current_head(session),
    )


def _line(row: Any, told: Checked, words: Words, names: Names) -> Line:
    """One row of the table."""
    entry = told.entry
    kind = words.kinds.get(entry.subject_kind, entry.subject_kind)
    return Line(
        told,
        words.act(entry.subject_kind, entry.act),
        words.state(entry.subject_kind, entry.from_state),
        words.state(entry.subject_kind, entry.to_state),
        told_details(entry.act, entry.details, names),
        _("%(kind)s, no. %(number)s", kind=kind, number=row.number)
        if row.number
        else f"{kind} {entry.subject_id or ''}".rstrip(),
        entry.subject_id if row.number else None,
        row.display_name or ("" if entry.actor_id is None else _("account %(number)s", number=entry.actor_id)),
        row.function or str(FUNCTIONS.get(entry.role, "")),
        str(CHANNELS.get(entry.channel, "")),
    )


def _chosen(args: "MultiDict[str, str]") -> Filter:
    """Filters of the address; what is not understood is left out."""
    first, last = _day(args.get("from", "")), _day(args.get("to", ""))
    return Filter(
        kind=args.get("kind", "").replace("\x00", "")[:60],
        subject_id=typed_number(args.get("subject", "")),
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
