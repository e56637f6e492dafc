# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/delegations: dated delegations of signature."""

from datetime import timedelta

from flask import abort, flash, render_template, request, url_for
from flask_babel import gettext as _

from civic.db.session import db
from civic.desk import people_queries as queries
from civic.desk.acting import Page, Visit, day_of, enter, permitted
from civic.desk.people_forms import DelegationForm, EndDelegationForm
from civic.people.delegations import end_delegation, record_delegation
from civic.people.models import Delegation
from civic.people.staff import names_of
from civic.permissions.decision import Refused

MANAGE = "people:manage_delegations"
DAY = timedelta(days=1)
"""Dates are stored as the first day after; people name the last one."""


def delegations() -> Page:
    """Who may sign in whose place, and the form of a new delegation."""
    visit = enter(MANAGE)
    form = _form(visit)
    if form.sent():
        try:
            with permitted(MANAGE) as done:
                assert form.from_on.data is not None
                record_delegation(
                    done.session,
                    done.actor,
                    official_id=form.official_id.data,
                    deputy_id=form.deputy_id.data,
                    act_reference=form.act_reference.data or "",
                    from_on=form.from_on.data,
                    last_day=form.last_day.data,
                    at=done.at,
                )
                done.location = url_for("desk.delegations")
            flash(_("The delegation is recorded."))
            return done.done()
        except Refused as error:
            form.refuse(error)
    granted = queries.delegations(db.session())
    names = names_of(db.session(), {account for one in granted for account in (one.official_id, one.deputy_id)})
    page = render_template(
        "desk/people/delegations.html", form=form, granted=granted, names=names, today=visit.today, day_step=DAY
    )
    return (page, 422) if request.method == "POST" else page


def end(delegation_id: int) -> Page:
    """End a delegation after a day, or withdraw one that has not begun."""
    visit = enter(MANAGE)
    granted = visit.session.get(Delegation, delegation_id)
    if granted is None:
        abort(404)
    form = EndDelegationForm(last_day=visit.today)
    if form.sent():
        try:
            with permitted(MANAGE) as done:
                assert form.last_day.data is not None
                today = day_of(done.at)
                end_delegation(
                    done.session, done.actor, delegation_id, last_day=form.last_day.data, today=today, at=done.at
                )
                done.location = url_for("desk.delegations")
            flash(_("Recorded."))
            return done.done()
        except Refused as error:
            form.refuse(error)
            granted = db.session().get_one(Delegation, delegation_id)
    names = names_of(db.session(), {granted.official_id, granted.deputy_id})
    page = render_template(
        "desk/people/end_delegation.html", form=form, granted=granted, names=names, today=visit.today
    )
    return (page, 422) if request.method == "POST" else page


def _form(visit: Visit) -> DelegationForm:
    """The form with the elected officials."""
    form = DelegationForm(from_on=visit.today)
    officials = queries.colleague_choices(visit.session, "official")
    form.official_id.choices = form.deputy_id.choices = [(0, _("Choose")), *officials]
    return form
