# SPDX-License-Identifier: AGPL-3.0-or-later
"""The list of processes and a process's page."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Response, abort, make_response, redirect, render_template, request, url_for
from markupsafe import Markup
from sqlalchemy import select
from sqlalchemy.orm import Session, lazyload
from werkzeug.wrappers import Response as BaseResponse

from civic.clock import now
from civic.db.session import db
from civic.files.queries import documents_of
from civic.pages import queries
from civic.pages.phases import phase_line
from civic.pages.words import days_left
from civic.permissions.actor import Actor
from civic.registry import current_registry
from civic.settings.store import portal_state
from civic.spaces.access import is_member, may_see
from civic.spaces.checklist import FRAME_FIELDS, LEGAL_FIELDS, LEVELS
from civic.spaces.models import Component, OldSlug, Phase, ProcessFrame, Space, SpaceQuartier
from civic.spaces.workflow import PROCESS_POLICY
from civic.territory.models import Quartier
from civic.web.actors import current_actor
from civic.web.slots import fill

TOKEN = "preview"  # noqa: S105 - the name of a parameter


def processes() -> str:
    """/processes: all of them, those that are open first."""
    session, at = db.session(), now()
    cards = queries.processes(session, current_actor(), at)
    return render_template(
        "pages/processes.html",
        cards=[card for card in cards if card.space.item.state != "closed"],
        closed=[card for card in cards if card.space.item.state == "closed"],
        running=sum(card.is_running for card in cards),
        days_left=days_left,
    )


@dataclass(frozen=True)
class Placed:
    """A component on the page: what its module shows there; empty while the module is off."""

    component: Component
    blocks: list[Markup]


def process(slug: str) -> BaseResponse | str:
    """/processes/<slug>: a former address redirects; what one may not see does not exist."""
    found = seen_process(slug, "pages.process")
    if isinstance(found, BaseResponse):
        return found
    session, actor, at = db.session(), current_actor(), now()
    context = _context(session, actor, found.space, found.frame, at)
    return found.kept(render_template("pages/process.html", **context, token=found.token))


@dataclass(frozen=True)
class SeenProcess:
    """A process that the visitor may see."""

    space: Space
    frame: ProcessFrame
    token: str
    """The preview link's, where it was reached by it."""

    def kept(self, page: str | Response) -> Response:
        """The page; one reached by a preview link is kept in no cache and no search engine."""
        response: Response = make_response(page)
        if self.token:
            response.headers["Cache-Control"] = "no-store"
            response.headers["X-Robots-Tag"] = "noindex"
        return response


def seen_process(slug: str, endpoint: str) -> SeenProcess | BaseResponse:
    """The process of this address, or the way from a former address to `endpoint`; 404 where one may see nothing."""
    session, actor = db.session(), current_actor()
    token = request.args.get(TOKEN, "")
    query = select(Space, ProcessFrame).join(ProcessFrame, ProcessFrame.space_id == Space.id)
    found = session.execute(query.where(Space.slug == slug, Space.kind == "process")).one_or_none()
    if found is None:
        return _moved(session, slug, endpoint)
    space, frame = found
    if not may_see(actor, space, is_member=is_member(session, actor, space), token=token):
        abort(404)
    return SeenProcess(space, frame, token)


def _moved(session: Session, slug: str, endpoint: str) -> BaseResponse:
    """Where the process is now, or 404."""
    owner = session.get(OldSlug, slug)
    space = session.get(Space, owner.space_id) if owner is not None else None
    if space is None:
        abort(404)
    token = request.args.get(TOKEN)
    return redirect(url_for(endpoint, slug=space.slug, preview=token), 301)


def _context(session: Session, actor: Actor, space: Space, frame: ProcessFrame, at: datetime) -> dict[str, Any]:
    """What the page shows: frame, phases, documents, quartiers and components, one query each."""
    dated = select(Phase).where(Phase.space_id == space.id).order_by(Phase.opens_at, Phase.id)
    phases = session.scalars(dated.options(lazyload(Phase.verbs))).all()
    documents = documents_of(session, space.id)
    card = queries.ProcessCard(space, tuple(phases), at)
    return {
        "space": space,
        "frame": frame,
        "card": card,
        "left": days_left(card),
        "line": phase_line(card),
        "documents": [(one, files) for one, files in documents if one.nature == "document"],
        "news": [(one, files) for one, files in documents if one.nature == "news"],
        "quartiers": [] if space.whole_town else _quartiers(session, space.id),
        "placed": _placed(session, space, at),
        "frame_fields": FRAME_FIELDS,
        "legal_fields": LEGAL_FIELDS,
        "level": LEVELS.get(frame.level, ""),
        "may_edit": PROCESS_POLICY.allows("process:edit", actor, space.item, at),
    }


def _quartiers(session: Session, space_id: int) -> list[Any]:
    """Slug and name of the quartiers it is about."""
    query = select(Quartier.slug, Quartier.name).join(SpaceQuartier, SpaceQuartier.quartier_id == Quartier.id)
    return list(session.execute(query.where(SpaceQuartier.space_id == space_id).order_by(Quartier.slug)))


def _placed(session: Session, space: Space, at: datetime) -> list[Placed]:
    """The components of modules that are on, with what they show."""
    on = portal_state(session).modules_on & set(current_registry().modules)
    components = session.scalars(
        select(Component).where(Component.space_id == space.id).order_by(Component.position, Component.id)
    )
    return [
        Placed(component, fill(session, "process.main", component, at, module=component.module))
        for component in components.unique()
        if component.module in on
    ]
