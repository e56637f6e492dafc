# SPDX-License-Identifier: AGPL-3.0-or-later
"""The quartiers: the map with its list, and a page for each."""

from datetime import date
from typing import Any

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session, aliased

from civic.clock import now
from civic.db.session import db
from civic.i18n.setup import current_zone
from civic.i18n.texts import text
from civic.items.models import Item
from civic.pages import queries
from civic.pages.parts import figure_parts, things
from civic.pages.rows import States
from civic.pages.words import days_left
from civic.territory.drawing import Shape, frame_of, shape_of
from civic.territory.models import Quartier, QuartierSuccession
from civic.territory.services import quartiers_on
from civic.web.actors import current_actor
from civic.web.slots import fill
from civic.web.templating import number

SHOWN = 10


def quartiers() -> str:
    """/quartiers: today's quartiers."""
    today = now().astimezone(current_zone()).date()
    found = quartiers_on(db.session(), today)
    return render_template("pages/quartiers.html", quartiers=found, **drawing(found, None))


def drawing(found: list[Quartier], current: str | None) -> dict[str, Any]:
    """The map of these quartiers, one of them marked."""
    if not found:
        return {"view_box": "0 0 1 1", "shapes": []}
    frame = frame_of(found)
    return {"view_box": frame.view_box, "shapes": [_shape(frame, one, current) for one in found]}


def _shape(frame: Any, quartier: Quartier, current: str | None) -> Shape:
    """One quartier on the map, with its link and how many live there."""
    note = _("%(count)s inhabitants", count=number(quartier.population)) if quartier.population else ""
    url = url_for("pages.quartier", slug=quartier.slug)
    return shape_of(frame, quartier, text(quartier.name), url=url, current=quartier.slug == current, note=note)


def quartier(slug: str) -> str:
    """/quartiers/<slug>: one quartier, present or past."""
    session, actor, at = db.session(), current_actor(), now()
    today = at.astimezone(current_zone()).date()
    shown = quartiers_on(session, today)
    found = next((one for one in shown if one.slug == slug), None)
    found = found or session.scalar(select(Quartier).where(Quartier.slug == slug))
    if found is None:
        abort(404)
    states, here = States(session), Item.quartier_id == found.id
    counted = queries.figures(session, actor, states, at, here)
    after, before = request.args.get("after", ""), request.args.get("before", "")
    page = queries.recent(session, actor, states, here, size=SHOWN, after=after, before=before)
    return render_template(
        "pages/quartier.html",
        quartier=found,
        is_past=found.valid_until is not None and found.valid_until <= today,
        address=request.args.get("address", "")[:200],
        history=_history(session, found),
        cards=queries.processes(session, actor, at, queries.about_quartier(found.id), queries.open_only()),
        days_left=days_left,
        counted=counted,
        parts=figure_parts(counted),
        things=things(states, counted.total),
        page=page,
        states=states,
        slots=fill(session, "quartier.main", found, at),
        next_url=url_for("pages.quartier", slug=slug, after=page.next) if page.next else None,
        previous_url=url_for("pages.quartier", slug=slug, before=page.previous) if page.previous else None,
        **drawing(shown if found in shown else [*shown, found], slug),
    )


def _history(session: Session, found: Quartier) -> dict[str, list[tuple[date, str, str]]]:
    """What it was made from and what it became: day, name and slug of the other quartiers, in one query."""
    other: Any = aliased(Quartier)
    rows = session.execute(
        select(QuartierSuccession.predecessor_id, QuartierSuccession.on, other.slug, other.name)
        .join(
            other,
            or_(
                (QuartierSuccession.predecessor_id == other.id) & (QuartierSuccession.successor_id == found.id),
                (QuartierSuccession.successor_id == other.id) & (QuartierSuccession.predecessor_id == found.id),
            ),
        )
        .order_by(QuartierSuccession.on, other.slug)
    ).all()
    told: dict[str, list[tuple[date, str, str]]] = {"before": [], "after": []}
    for row in rows:
        told["after" if row.predecessor_id == found.id else "before"].append((row.on, text(row.name), row.slug))
    return told
