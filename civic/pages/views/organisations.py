# SPDX-License-Identifier: AGPL-3.0-or-later
"""/organisations/<slug>: what an organisation is, and what it has said here."""

from typing import Any

from flask import abort, render_template, request, url_for
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.comments.models import Comment
from civic.db.session import db
from civic.items.models import Item
from civic.organisations.models import ACCEPTED, Organisation
from civic.pages import queries
from civic.pages.rows import States
from civic.permissions.actor import Actor
from civic.spaces.access import stands_in_view
from civic.web.actors import current_actor
from civic.web.pagination import Slice, keyset, page_of

SHOWN = 10


def organisation(slug: str) -> str:
    """One organisation, accepted or closed: its number, its purpose, its files and comments."""
    session, actor = db.session(), current_actor()
    found = session.scalar(select(Organisation).where(Organisation.slug == slug))
    if found is None or not found.is_public:
        abort(404)
    states, args = States(session), request.args
    files = queries.recent(
        session,
        actor,
        states,
        Item.organisation_id == found.id,
        size=SHOWN,
        after=args.get("after", ""),
        before=args.get("before", ""),
    )
    said = _said(session, actor, states, found.id, after=args.get("c_after", ""), before=args.get("c_before", ""))
    return render_template(
        "pages/organisation.html",
        organisation=found,
        is_closed=found.state != ACCEPTED,
        states=states,
        files=files,
        files_pages=_addresses(slug, files, ""),
        said=said,
        said_pages=_addresses(slug, said, "c_"),
    )


def _said(
    session: Session, actor: Actor, states: States, organisation_id: int, *, after: str, before: str
) -> Slice[Any]:
    """A page of its comments that stand, on public files the actor sees, the latest first; one query."""
    query: Any = (
        select(Comment.id, Comment.body, Comment.language, Comment.created_at, Item.kind, Item.number, Item.title)
        .join(Item, Item.id == Comment.item_id)
        .where(Comment.organisation_id == organisation_id, Comment.hidden_at.is_(None), Comment.withdrawn_at.is_(None))
        .where(Item.visible, Item.kind.in_(states.kinds), stands_in_view(actor))
    )
    query, backwards = keyset(query, [Comment.id], [int], after=after, before=before)
    rows = session.execute(query.limit(SHOWN + 1)).all()
    return page_of(rows, SHOWN, lambda row: [row.id], backwards=backwards, began=bool(after or before))


def _addresses(slug: str, page: Slice[Any], prefix: str) -> tuple[str | None, str | None]:
    """Previous and next page of one of the two lists."""
    before: dict[str, Any] = {f"{prefix}before": page.previous}
    after: dict[str, Any] = {f"{prefix}after": page.next}
    previous = url_for("pages.organisation", slug=slug, **before) if page.previous else None
    following = url_for("pages.organisation", slug=slug, **after) if page.next else None
    return previous, following
