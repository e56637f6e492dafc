# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/items/<id>: one file at the desk, its transitions with their reasons when refused, who is in charge."""

from dataclasses import dataclass
from datetime import datetime

from flask import abort, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.answers.queries import answers_of
from civic.answers.workflow import ANSWER
from civic.clock import now
from civic.comments.models import Comment
from civic.comments.services import hide_comment as hide
from civic.db.session import db
from civic.desk import queries
from civic.desk.forms import ActForm, AssignForm, HideForm
from civic.files.queries import files_taken_away
from civic.files.settings import files_settings
from civic.i18n.setup import current_language
from civic.i18n.texts import pick
from civic.items.assignment import assign as assign_item
from civic.items.models import Item
from civic.journal.models import JournalEntry, JournalText
from civic.journal.names import ACTS
from civic.module import Resource
from civic.organisations.models import Organisation
from civic.people.models import Account, Person
from civic.people.staff import signature
from civic.permissions.actor import Actor
from civic.permissions.core import CORE_POLICY
from civic.permissions.predicates import NOT_AUTHOR
from civic.registry import current_registry
from civic.settings.store import portal_state
from civic.settings.workflows import lifecycle
from civic.web.actors import current_actor
from civic.web.acts import Act, Page
from civic.web.forms import choices
from civic.web.sending import Saved, form_page
from civic.workflow.declaration import Transition
from civic.workflow.engine import Lifecycle, Offer, available, perform


@dataclass(frozen=True)
class DeskFile:
    """An item with what its module declares about it."""

    item: Item
    resource: Resource
    cycle: Lifecycle


def open_file(item_id: int, at: datetime) -> DeskFile:
    """The file, when the actor may read it; 404 when it does not exist or its module is gone or off."""
    session = db.session()
    item = session.get(Item, item_id)
    if item is None or item.number is None or item.kind.partition(".")[0] not in portal_state(session).modules_on:
        abort(404)
    resource = current_registry().resource(item.kind)
    if resource is None:
        abort(404)
    CORE_POLICY.require("item:read", current_actor(), item, at)
    return DeskFile(item, resource, lifecycle(session, resource.workflow, resource.policy))


def item(item_id: int) -> str:
    """The file: text, transitions, answers, journal, comments."""
    at = now()
    return _page(open_file(item_id, at), at)


def act_on(item_id: int, name: str) -> Page:
    """A transition: its form when it asks for something, then the act."""
    at = now()
    file = open_file(item_id, at)
    transition = transition_of(file, name)
    form = ActForm(version=file.item.version)
    form.keep(transition, [(d.id, pick(d.name, current_language())) for d in queries.departments(db.session())])
    if request.method == "GET" and "department_id" in form:
        form["department_id"].data = file.item.department_id or 0

    def save(done: Act) -> Saved:
        subject = done.session.get_one(Item, item_id)
        CORE_POLICY.require("item:read", done.actor, subject, done.at)
        cycle = lifecycle(done.session, file.resource.workflow, file.resource.policy)
        perform(done.session, cycle, done.actor, subject, name, at=done.at, version=form.seen, data=form.data_of())
        return Saved(url_for("desk.item", item_id=item_id), _("Done: %(act)s.", act=transition.past))

    def draw() -> str:
        return render_template("desk/act.html", file=open_file(item_id, at), transition=transition, form=form)

    return form_page(form, save, draw, version=lambda: open_file(item_id, at).item.version)


def assign(item_id: int) -> Page:
    """Put a department and a colleague in charge."""
    at = now()
    form = assign_form(open_file(item_id, at))

    def save(done: Act) -> Saved:
        assign_item(
            done.session,
            done.actor,
            item_id,
            department_id=form.department_id.data or None,
            assignee_id=form.assignee_id.data or None,
            version=form.seen,
            at=done.at,
        )
        return Saved(url_for("desk.item", item_id=item_id), _("Saved."))

    def draw() -> str:
        return _page(open_file(item_id, at), at, form)

    return form_page(form, save, draw, version=lambda: open_file(item_id, at).item.version)


def hide_comment(item_id: int, comment_id: int) -> Page:
    """Hide a comment, with the public reason."""
    at = now()
    CORE_POLICY.require("comment:moderate", current_actor(), open_file(item_id, at).item, at)
    form = HideForm()

    def save(done: Act) -> Saved:
        hide(done.session, done.actor, _comment(done.session, item_id, comment_id), form.reason.data or "", done.at)
        return Saved(
            url_for("desk.item", item_id=item_id, _anchor="comments"), _("The comment is hidden, with its reason.")
        )

    def draw() -> str:
        shown = _comment(db.session(), item_id, comment_id)
        return render_template("desk/hide_comment.html", file=open_file(item_id, at), comment=shown, form=form)

    return form_page(form, save, draw)


def _comment(session: Session, item_id: int, comment_id: int) -> Comment:
    """A comment of this very file; 404 for another one's."""
    found = session.get(Comment, comment_id)
    if found is None or found.item_id != item_id:
        abort(404)
    return found


def assign_form(file: DeskFile) -> AssignForm:
    """The form of who is in charge, filled in with who is."""
    session, item_ = db.session(), file.item
    form = AssignForm(version=item_.version, department_id=item_.department_id or 0, assignee_id=item_.assignee_id or 0)
    departments = [(d.id, pick(d.name, current_language())) for d in queries.departments(session)]
    form.department_id.choices = choices([(0, _("Nobody yet")), *departments])
    colleagues = [(one.account_id, signature(one.name, one.title)) for one in queries.colleagues(session, item_, now())]
    form.assignee_id.choices = choices([(0, _("Nobody in particular")), *colleagues])
    return form


def transition_of(file: DeskFile, name: str) -> Transition:
    """The transition of that name; 404 when the workflow has none."""
    try:
        return file.cycle.workflow.transition(name)
    except KeyError:
        abort(404)


def _page(file: DeskFile, at: datetime, form: AssignForm | None = None) -> str:
    """The object page."""
    session, actor = db.session(), current_actor()
    may_assign = CORE_POLICY.allows("item:assign", actor, file.item, at)
    author = session.get(Person, file.item.author_id) if file.item.author_id else None
    organisation = session.get(Organisation, file.item.organisation_id) if file.item.organisation_id else None
    may_restore = CORE_POLICY.allows("file:moderate", actor, file.item, at)
    return render_template(
        "desk/item.html",
        file=file,
        at=at,
        author=author,
        organisation=organisation,
        body=file.resource.body(session, file.item) if file.resource.body else "",
        offers=_offers(file, actor, at),
        verdicts=[t for t in file.cycle.workflow.leaving(file.item.state) if t.through_answer],
        answers=answers_of(session, file.item.id),
        answer_states={state.name: state for state in ANSWER.states},
        entries=_entries(file.item),
        act_names=_act_names(file),
        comments=queries.recent_comments(session, file.item.id),
        signature=signature,
        taken=files_taken_away(session, file.item.id) if may_restore else (),
        files_kept_days=files_settings(session).kept_days,
        may_moderate=CORE_POLICY.allows("comment:moderate", actor, file.item, at),
        assign_form=(form or assign_form(file)) if may_assign else None,
    )


def _offers(file: DeskFile, actor: Actor, at: datetime) -> list[Offer]:
    """What stands open or refused to the town: neither the acts of an answer nor those of the author alone."""
    return [
        offer
        for offer in available(file.cycle, actor, file.item, at)
        if not offer.transition.through_answer and NOT_AUTHOR not in {refusal.code for refusal in offer.refusals}
    ]


def _act_names(file: DeskFile) -> dict[str, str]:
    """How each act is told: the core's own acts in the journal's words, the others by the workflow."""
    names = {transition.name: transition.past for transition in file.cycle.workflow.transitions}
    return {**ACTS, **names, "assign": _("Put in other hands")}


def _entries(subject: Item) -> list[object]:
    """The file's journal with names and reasons, newest first, in one query."""
    return list(
        db.session()
        .execute(
            select(
                JournalEntry.at,
                JournalEntry.act,
                JournalEntry.role,
                JournalEntry.from_state,
                JournalEntry.to_state,
                JournalText.text,
                Person.display_name,
                Account.title,
            )
            .outerjoin(JournalText, JournalText.entry_uid == JournalEntry.uid)
            .outerjoin(Account, Account.id == JournalEntry.actor_id)
            .outerjoin(Person, Person.id == Account.person_id)
            .where(JournalEntry.subject_kind == subject.kind, JournalEntry.subject_id == subject.id)
            .order_by(JournalEntry.id.desc())
            .limit(100)
        )
        .all()
    )
