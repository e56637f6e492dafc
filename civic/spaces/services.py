# SPDX-License-Identifier: AGPL-3.0-or-later
"""What a town does with a process: begin it, write its frame, say who sees it, open and close it."""

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from civic.db.session import lock
from civic.db.types import PerLanguage
from civic.i18n.texts import written
from civic.items.models import Item
from civic.journal.entries import record
from civic.people.models import Account
from civic.permissions.actor import SYSTEM, Actor
from civic.permissions.core import CORE_POLICY
from civic.permissions.decision import Missing, Refusal, StaleVersion
from civic.settings.store import next_generation
from civic.settings.workflows import lifecycle
from civic.spaces.access import VISIBILITIES
from civic.spaces.checklist import FRAME_FIELDS, LEGAL_FIELDS, LEVELS
from civic.spaces.models import Component, OldSlug, ProcessFrame, Space, SpaceMember, SpaceQuartier
from civic.spaces.workflow import PROCESS, PROCESS_KIND, PROCESS_POLICY
from civic.workflow.declaration import TransitionData
from civic.workflow.engine import Lifecycle, perform, start

ROOT_SLUG = "root"
ROOT_KIND = "civic.root"
FRAME_TEXTS = ("presentation", *FRAME_FIELDS, *LEGAL_FIELDS, "outcome")
"""Fields of the frame that hold a text per language."""

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class FrameData:
    """What a clerk writes about a process; `texts` maps the names of FRAME_TEXTS to per-language texts."""

    slug: str
    title: PerLanguage
    summary: PerLanguage = field(default_factory=dict)
    texts: Mapping[str, PerLanguage] = field(default_factory=dict)
    level: str = ""
    contact: str = ""
    quartier_ids: tuple[int, ...] = ()
    """Empty: the whole town."""


def process_cycle(session: Session) -> Lifecycle:
    """The life of processes with what the town set for it."""
    return lifecycle(session, PROCESS, PROCESS_POLICY)


def ensure_root(session: Session, at: datetime) -> Space:
    """The implicit space of what stands on its own, made when there is none; its item is never listed."""
    known = session.scalar(select(Space).where(Space.kind == "root"))
    if known is not None:
        return known
    cycle = Lifecycle(ROOT_KIND, PROCESS, PROCESS_POLICY)
    return _begin(
        session, cycle, SYSTEM, Item(kind=ROOT_KIND, title={}, created_at=at), "root", ROOT_SLUG, "public", at
    )


def ensure_standing(session: Session, module: str, title: PerLanguage, at: datetime) -> Component:
    """The component by which a module stands on its own in the root space, made when there is none."""
    root = ensure_root(session, at)
    known = session.scalar(select(Component).where(Component.space_id == root.id, Component.module == module))
    if known is not None:
        return known
    component = Component(space_id=root.id, module=module, slug=module, title=title, space=root)
    session.add(component)
    session.flush()
    return component


def create_process(session: Session, actor: Actor, slug: str, title: PerLanguage, at: datetime) -> Space:
    """Begin a process, seen by its managers and by its preview link. Raises Denied, or Missing naming the field."""
    CORE_POLICY.require("space:manage", actor, None, at)
    _check_names(session, None, slug, title)
    item = Item(kind=PROCESS_KIND, title=written(title), created_at=at)
    space = _begin(session, process_cycle(session), actor, item, "process", slug, "preview", at)
    space.preview_token = secrets.token_urlsafe(24)
    session.add(ProcessFrame(space_id=space.id))
    session.flush()
    return space


def _begin(
    session: Session, cycle: Lifecycle, actor: Actor, item: Item, kind: str, slug: str, visibility: str, at: datetime
) -> Space:
    """An item and its space, which stands in itself."""
    start(session, cycle, actor, item, at)
    item.space_id = item.id
    space = Space(id=item.id, kind=kind, slug=slug, visibility=visibility, item=item)
    session.add(space)
    next_generation(session)
    return space


def manage(
    session: Session, actor: Actor, space_id: int, version: int | None, at: datetime
) -> tuple[Space, ProcessFrame]:
    """The process and its frame, locked, for someone who may edit it; raises its version.

    Raises Denied, or StaleVersion when it changed since the form was shown (`version` is the frame's).
    """
    frame = lock(session, ProcessFrame, space_id)
    space = session.get(Space, space_id)
    if frame is None or space is None:
        raise Missing({"process": str(_("This process does not exist."))})
    PROCESS_POLICY.require("process:edit", actor, space.item, at)
    if version is not None and version != frame.version:
        raise StaleVersion(
            Refusal(
                "stale", _("Someone changed this process while you were writing. Read what is new, then save again.")
            )
        )
    frame.version += 1
    next_generation(session)  # what processes keep about spaces is old
    return space, frame


def edit_frame(
    session: Session, actor: Actor, space_id: int, data: FrameData, *, version: int | None, at: datetime
) -> Space:
    """Write the frame; a new address keeps the former one, which redirects. Raises as `manage`, or Missing."""
    space, frame = manage(session, actor, space_id, version, at)
    _check_names(session, space_id, data.slug, data.title)
    if data.level and data.level not in LEVELS:
        raise Missing({"level": str(_("Choose one of the values offered."))})
    if data.slug != space.slug:
        _keep_old_slug(session, space, data.slug)
    space.item.title = written(data.title)
    space.item.version += 1
    space.summary = written(data.summary)
    changed = [name for name in FRAME_TEXTS if written(data.texts.get(name, {})) != (getattr(frame, name) or {})]
    for name in FRAME_TEXTS:
        setattr(frame, name, written(data.texts.get(name, {})))
    frame.level, frame.contact = data.level, data.contact
    _place(session, space, data.quartier_ids)
    record(session, actor, "edit", kind=PROCESS_KIND, subject_id=space_id, at=at, details={"fields": changed})
    session.flush()
    return space


def _keep_old_slug(session: Session, space: Space, slug: str) -> None:
    """The former address redirects for ever; one taken back stops redirecting."""
    session.execute(delete(OldSlug).where(OldSlug.slug == slug, OldSlug.space_id == space.id))
    session.add(OldSlug(slug=space.slug, space_id=space.id))
    space.slug = slug


def _place(session: Session, space: Space, quartier_ids: tuple[int, ...]) -> None:
    """The quartiers it is about; none means the whole town."""
    session.execute(delete(SpaceQuartier).where(SpaceQuartier.space_id == space.id))
    session.add_all(SpaceQuartier(space_id=space.id, quartier_id=one) for one in sorted(set(quartier_ids)))
    space.whole_town = not quartier_ids
    space.item.quartier_id = quartier_ids[0] if len(quartier_ids) == 1 else None


def set_visibility(session: Session, actor: Actor, space_id: int, visibility: str, *, at: datetime) -> Space:
    """Say who sees it (S46). Kept for members or staff, its preview link stops working."""
    space, _frame = manage(session, actor, space_id, None, at)
    if visibility not in VISIBILITIES:
        raise Missing({"visibility": str(_("Choose one of the values offered."))})
    space.visibility = visibility
    space.preview_token = "" if visibility in {"members", "staff"} else space.preview_token or secrets.token_urlsafe(24)
    space.item.visible = visibility == "public" and PROCESS.state(space.item.state).public
    record(
        session,
        actor,
        "set_visibility",
        kind=PROCESS_KIND,
        subject_id=space_id,
        at=at,
        details={"visibility": visibility},
    )
    session.flush()
    return space


def renew_preview(session: Session, actor: Actor, space_id: int, *, at: datetime) -> Space:
    """Give a new preview link; the former one stops working."""
    space, _frame = manage(session, actor, space_id, None, at)
    space.preview_token = secrets.token_urlsafe(24)
    record(session, actor, "renew_preview", kind=PROCESS_KIND, subject_id=space_id, at=at)
    return space


def act_on_process(
    session: Session,
    actor: Actor,
    space_id: int,
    act: str,
    *,
    at: datetime,
    version: int | None = None,
    data: TransitionData | None = None,
) -> Space:
    """Open, close or open again, through the workflow. Raises what `perform` raises."""
    space = session.get(Space, space_id)
    if space is None or space.kind != "process":
        raise Missing({"process": str(_("This process does not exist."))})
    perform(session, process_cycle(session), actor, space.item, act, at=at, version=version, data=data)
    next_generation(session)
    return space


def add_members(session: Session, actor: Actor, space_id: int, email: str, *, at: datetime) -> int:
    """Admit whoever signs in with this address (a family may share it); how many were new. Raises Missing if unknown."""
    manage(session, actor, space_id, None, at)
    address = email.strip().lower()
    accounts = select(Account.person_id).where(Account.email == address, Account.closed_at.is_(None))
    persons = set(session.scalars(accounts)) if address else set()
    if not persons:
        raise Missing({"email": str(_("Nobody has signed in with this address yet: ask the person to sign in once."))})
    known = set(session.scalars(select(SpaceMember.person_id).where(SpaceMember.space_id == space_id)))
    session.add_all(SpaceMember(space_id=space_id, person_id=person) for person in sorted(persons - known))
    record(
        session,
        actor,
        "add_member",
        kind=PROCESS_KIND,
        subject_id=space_id,
        at=at,
        details={"persons": sorted(persons - known)},
    )
    return len(persons - known)


def remove_member(session: Session, actor: Actor, space_id: int, person_id: int, *, at: datetime) -> None:
    """End someone's admission; removing twice does nothing more."""
    manage(session, actor, space_id, None, at)
    session.execute(delete(SpaceMember).where(SpaceMember.space_id == space_id, SpaceMember.person_id == person_id))
    details = {"person": person_id}
    record(session, actor, "remove_member", kind=PROCESS_KIND, subject_id=space_id, at=at, details=details)


def _check_names(session: Session, space_id: int | None, slug: str, title: PerLanguage) -> None:
    """Raise Missing when the title is empty or the address is malformed or taken, now or formerly, by another space."""
    errors: dict[str, str] = {}
    if not title.get("fr", "").strip():
        errors["title"] = str(_("Write the title in French."))
    if not _SLUG.fullmatch(slug) or len(slug) > 60:
        errors["slug"] = str(_("Write small letters without accents, digits and hyphens, 60 at most."))
    else:
        now = session.scalar(select(Space.id).where(Space.slug == slug))
        formerly = session.scalar(select(OldSlug.space_id).where(OldSlug.slug == slug))
        if any(owner not in (None, space_id) for owner in (now, formerly)):
            errors["slug"] = str(_("Another process has or had this address. Choose another one."))
    if errors:
        raise Missing(errors)
