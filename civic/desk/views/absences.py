# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/absences: who is away and who stands in; /desk/leave: going on leave and handing one's files over."""

from collections.abc import Sequence
from datetime import timedelta

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from civic.clock import now
from civic.db.session import db
from civic.delays.lateness import is_promise
from civic.desk import people_queries as queries
from civic.desk.acting import Visit, day_of, enter
from civic.desk.handover import Leave, hand_over, heirs, open_drafts, open_files, require_replacement, workers
from civic.desk.people_forms import AbsenceForm, LeaveForm
from civic.items.models import Item
from civic.people.absences import end_absence, record_absence
from civic.people.staff import names_of
from civic.registry import current_registry
from civic.web.acts import Act, Page, permitted
from civic.web.forms import choices, strip
from civic.web.incoming import typed_number
from civic.web.sending import Saved, form_page

MANAGE = "people:manage_delegations"
DAY = timedelta(days=1)
"""Dates are stored as the first day after; people name the last one."""
LEAVE = "desk:handover"
NOTE = 2000
"""Characters of a note on one file."""


def absences() -> Page:
    """Absences to come, and the form for a colleague who could not do it."""
    form = _form(enter(MANAGE))

    def save(done: Act) -> Saved:
        assert form.from_on.data is not None
        assert form.last_day.data is not None
        replacement_id = form.replacement_id.data or None
        record_absence(
            done.session,
            done.actor,
            account_id=form.account_id.data,
            replacement_id=replacement_id,
            from_on=form.from_on.data,
            last_day=form.last_day.data,
            note=form.note.data or "",
            at=done.at,
        )
        if replacement_id is not None:
            resources = list(current_registry().resources())
            require_replacement(done.session, form.account_id.data, replacement_id, resources, done.at)
        return Saved(url_for("desk.absences"), _("The absence is recorded."))

    return form_page(form, save, lambda: _page(form), action=MANAGE)


def _page(form: AbsenceForm) -> str:
    """The absences with the form under them."""
    today = day_of(now())
    known = queries.absences(db.session(), today)
    names = names_of(db.session(), {one for row in known for one in (row.account_id, row.replacement_id) if one})
    return render_template(
        "desk/people/absences.html", form=form, absences=known, names=names, today=today, day_step=DAY
    )


def end(absence_id: int) -> Response:
    """Someone is back."""
    enter(MANAGE)
    with permitted(MANAGE) as done:
        end_absence(done.session, done.actor, absence_id, today=day_of(done.at), at=done.at)
        done.location = url_for("desk.absences")
    flash(_("Recorded."))
    return done.done()


def leave() -> Page:
    """One's own leave: dates, the colleague who takes over, a note on all files or on each."""
    visit = enter(LEAVE)
    assert visit.actor.account_id is not None
    form = LeaveForm(from_on=visit.today)
    resources = list(current_registry().resources())
    unbound = {(kind, one.name) for kind, owned in resources for one in owned.workflow.states if not is_promise(one)}
    account_id = visit.actor.account_id
    others = heirs(visit.session, account_id, resources, visit.at)
    form.to_account_id.choices = choices([(0, _("Nobody: the files stay mine")), *others])

    def save(done: Act) -> Saved:
        given = hand_over(done.session, done.actor, _leave(form), resources, at=done.at)
        return Saved(
            url_for("desk.queue"),
            _("Your leave is recorded; files handed over: %(count)s.", count=given.files + given.drafts),
        )

    def draw() -> str:
        session = db.session()
        files: Sequence[Item] = open_files(session, account_id, resources)
        drafts = len(open_drafts(session, account_id))
        theirs = {item.id for item in files if (item.kind, item.state) in unbound}
        return render_template(
            "desk/people/leave.html", form=form, files=files, theirs=theirs, drafts=drafts, typed=request.form
        )

    return form_page(form, save, draw, action=LEAVE)


def _leave(form: LeaveForm) -> Leave:
    """What was typed; notes of files come as `note-<id>`."""
    assert form.from_on.data is not None
    assert form.last_day.data is not None
    notes = {
        item_id: strip(text)[:NOTE]
        for name, text in request.form.items()
        if name.startswith("note-") and (item_id := typed_number(name.removeprefix("note-"))) is not None
    }
    return Leave(form.from_on.data, form.last_day.data, form.to_account_id.data or None, form.note.data or "", notes)


def _form(visit: Visit) -> AbsenceForm:
    """The form with the colleagues."""
    form = AbsenceForm(from_on=visit.today)
    form.account_id.choices = choices([(0, _("Choose")), *queries.colleague_choices(visit.session)])
    form.replacement_id.choices = choices([(0, _("Nobody")), *workers(visit.session, visit.at)])
    return form
