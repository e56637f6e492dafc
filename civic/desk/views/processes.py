# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/processes: prepare a process, say who sees it, open and close it."""

from dataclasses import dataclass
from typing import Any, TypeVar

from flask import abort, flash, render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.clock import now
from civic.db.session import db
from civic.desk.acting import enter
from civic.desk.language_fields import other_fields, texts_of
from civic.desk.process_forms import (
    MemberForm,
    ReasonForm,
    VisibilityForm,
    frame_data,
    frame_form,
    new_form,
)
from civic.files.queries import files_taken_away
from civic.files.settings import files_settings
from civic.i18n.texts import plain, text
from civic.items.models import Document
from civic.pages.queries import ProcessCard, quartier_names
from civic.pages.queries import processes as list_processes
from civic.people.models import Person
from civic.registry import current_registry
from civic.spaces.checklist import FRAME_FIELDS, LEGAL_FIELDS, checklist
from civic.spaces.models import Component, Phase, ProcessFrame, Space, SpaceMember, SpaceQuartier
from civic.spaces.services import (
    act_on_process,
    add_members,
    create_process,
    edit_frame,
    process_cycle,
    remove_member,
    renew_preview,
    set_visibility,
)
from civic.spaces.workflow import PROCESS_POLICY
from civic.web.actors import current_actor
from civic.web.acts import Act, Page, act
from civic.web.sending import Saved, form_page
from civic.workflow.declaration import TransitionData
from civic.workflow.engine import available

Part = TypeVar("Part", Phase, Component)


@dataclass(frozen=True)
class OpenProcess:
    """A process someone may edit."""

    session: Session
    space: Space
    frame: ProcessFrame

    @property
    def title(self) -> str:
        """Its title."""
        return text(self.space.item.title)


def open_process(space_id: int) -> OpenProcess:
    """The process, for someone who may edit it: 404 when there is none, Denied otherwise."""
    enter("desk:enter")
    session = db.session()
    frame, space = session.get(ProcessFrame, space_id), session.get(Space, space_id)
    if frame is None or space is None:
        abort(404)
    PROCESS_POLICY.require("process:edit", current_actor(), space.item, now())
    return OpenProcess(session, space, frame)


def home_of(space_id: int, part: str = "") -> str:
    """The process's page at the desk, at one of its parts."""
    return url_for("desk.process", space_id=space_id, _anchor=part or None)


def own_part(shown: OpenProcess, model: type[Part], key: int) -> Part:
    """The phase or module of this very process; 404 for another one's."""
    found = shown.session.get(model, key)
    if found is None or found.space_id != shown.space.id:
        abort(404)
    return found


def processes() -> str:
    """Every process one may read, those under way first."""
    visit = enter("desk:enter")
    cards = list_processes(visit.session, visit.actor, visit.at)
    editable = {
        card.space.id for card in cards if PROCESS_POLICY.allows("process:edit", visit.actor, card.space.item, visit.at)
    }
    return render_template("desk/processes/list.html", cards=cards, editable=editable, visit=visit)


def new_process() -> Page:
    """Begin a process."""
    enter("space:manage")
    form = new_form()

    def save(done: Act) -> Saved:
        space = create_process(done.session, done.actor, form.slug.data, texts_of(form, "title"), done.at)
        return Saved(
            url_for("desk.edit_process", space_id=space.id),
            _("The process is begun. Only you and those who have its link see it; now write its frame."),
        )

    def draw() -> str:
        return render_template("desk/processes/new.html", form=form, others=other_fields(form))

    return form_page(form, save, draw, action="space:manage")


def process(space_id: int) -> str:
    """Everything about one process: what is missing, its phases, parts, news, members, acts."""
    return process_page(open_process(space_id))


def process_page(shown: OpenProcess, member_form: MemberForm | None = None) -> str:
    """The page, with a form that came back."""
    session, space, at = shown.session, shown.space, now()
    actor, modules = current_actor(), current_registry().modules
    members = session.execute(
        select(Person.id, Person.display_name)
        .join(SpaceMember, SpaceMember.person_id == Person.id)
        .where(SpaceMember.space_id == space.id)
        .order_by(Person.id)
    )
    phases = session.scalars(select(Phase).where(Phase.space_id == space.id).order_by(Phase.opens_at)).all()
    visibility = VisibilityForm()
    visibility.visibility.data = space.visibility
    return render_template(
        "desk/processes/process.html",
        shown=shown,
        space=space,
        lines=checklist(shown.frame),
        offers=available(process_cycle(session), actor, space.item, at),
        card=ProcessCard(space, tuple(phases), at),
        phases=phases,
        components=_components(session, space.id),
        documents=session.scalars(
            select(Document).where(Document.item_id == space.id).order_by(Document.published_at.desc())
        ).all(),
        taken=[one for one in files_taken_away(session, space.id) if one.document_id is not None],
        files_kept_days=files_settings(session).kept_days,
        members=sorted(members, key=lambda one: plain(one.display_name)),
        module_titles={name: module.title for name, module in modules.items()},
        verb_titles={verb.name: verb.title for module in modules.values() for verb in module.verbs},
        visibility=visibility,
        member_form=member_form or MemberForm(),
        at=at,
    )


def _components(session: Session, space_id: int) -> list[Component]:
    """The modules placed in the process."""
    query = select(Component).where(Component.space_id == space_id).order_by(Component.position, Component.id)
    return list(session.scalars(query).unique())


def edit_process(space_id: int) -> Page:
    """Write the frame; nothing typed is lost when someone else saved meanwhile."""
    form = _frame_form(open_process(space_id))

    def save(done: Act) -> Saved:
        edit_frame(done.session, done.actor, space_id, frame_data(form), version=form.seen, at=done.at)
        return Saved(home_of(space_id), _("The frame is saved."))

    def draw() -> str:
        return render_template(
            "desk/processes/edit.html",
            shown=open_process(space_id),
            form=form,
            others=other_fields(form),
            needed={*FRAME_FIELDS, *LEGAL_FIELDS, "outcome"},
        )

    return form_page(form, save, draw, version=lambda: open_process(space_id).frame.version)


def _frame_form(shown: OpenProcess) -> Any:
    """The form of the frame."""
    quartiers = [(one.id, text(one.name)) for one in quartier_names(shown.session, now())]
    placed = shown.session.scalars(
        select(SpaceQuartier.quartier_id).where(SpaceQuartier.space_id == shown.space.id)
    ).all()
    return frame_form(shown.space, shown.frame, quartiers, placed)


def move_process(space_id: int, name: str) -> Page:
    """Open, close, open again."""
    shown = open_process(space_id)
    cycle = process_cycle(shown.session)
    if name not in {step.name for step in cycle.workflow.transitions}:
        abort(404)
    transition = cycle.workflow.transition(name)
    form = ReasonForm(version=shown.space.item.version)

    def save(done: Act) -> Saved:
        data = TransitionData(reason=form.reason.data or "")
        act_on_process(done.session, done.actor, space_id, name, at=done.at, version=form.seen, data=data)
        return Saved(home_of(space_id), _("Done: %(act)s.", act=transition.past))

    def draw() -> str:
        return render_template(
            "desk/processes/move.html", shown=open_process(space_id), form=form, transition=transition
        )

    return form_page(form, save, draw, version=lambda: open_process(space_id).space.item.version)


def set_process_visibility(space_id: int) -> Page:
    """Say who sees it."""
    open_process(space_id)
    form = VisibilityForm()
    if not form.sent():
        abort(400)
    with act() as done:
        set_visibility(done.session, done.actor, space_id, form.visibility.data, at=done.at)
        done.location = home_of(space_id, "visibility")
    flash(_("Saved."))
    return done.done()


def renew_process_link(space_id: int) -> Page:
    """A new preview link; the former one stops working."""
    open_process(space_id)
    with act() as done:
        renew_preview(done.session, done.actor, space_id, at=done.at)
        done.location = home_of(space_id, "visibility")
    flash(_("The former link no longer works."))
    return done.done()


def add_process_member(space_id: int) -> Page:
    """Admit someone by e-mail address."""
    open_process(space_id)
    form = MemberForm()

    def save(done: Act) -> Saved:
        count = add_members(done.session, done.actor, space_id, form.email.data or "", at=done.at)
        return Saved(home_of(space_id, "members"), _("Admitted.") if count else _("This person was already admitted."))

    return form_page(form, save, lambda: process_page(open_process(space_id), form))


def remove_process_member(space_id: int, person_id: int) -> Page:
    """End someone's admission."""
    open_process(space_id)
    with act() as done:
        remove_member(done.session, done.actor, space_id, person_id, at=done.at)
        done.location = home_of(space_id, "members")
    flash(_("This person no longer sees the process."))
    return done.done()
