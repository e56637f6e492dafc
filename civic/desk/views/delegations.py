# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/delegations: dated delegations of signature."""

from datetime import timedelta

from flask import abort, render_template, url_for
from flask_babel import gettext as _

from civic.clock import now
from civic.db.session import db
from civic.desk import people_queries as queries
from civic.desk.acting import Visit, day_of, enter
from civic.desk.people_forms import DelegationForm, EndDelegationForm
from civic.people.delegations import end_delegation, record_delegation
from civic.people.models import Delegation
from civic.people.staff import names_of
from civic.web.acts import Act, Page
from civic.web.forms import choices
from civic.web.sending import Saved, form_page

MANAGE = "people:manage_delegations"
DAY = timedelta(days=1)
"""Dates are stored as the first day after; people name the last one."""


def delegations() -> Page:
    """Who may sign in whose place, and the form of a new delegation."""
    form = _form(enter(MANAGE))

    def save(done: Act) -> Saved:
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
        return Saved(url_for("desk.delegations"), _("The delegation is recorded."))

    return form_page(form, save, lambda: _page(form), action=MANAGE)


def _page(form: DelegationForm) -> str:
    """The delegations with the form under them."""
    granted = queries.delegations(db.session())
    names = names_of(
        db.session(), {account for one in granted for account in (one.official_id, one.deputy_id)}, titled=True
    )
    return render_template(
        "desk/people/delegations.html", form=form, granted=granted, names=names, today=day_of(now()), day_step=DAY
    )


def end(delegation_id: int) -> Page:
    """End a delegation after a day, or withdraw one that has not begun."""
    visit = enter(MANAGE)
    if visit.session.get(Delegation, delegation_id) is None:
        abort(404)
    form = EndDelegationForm(last_day=visit.today)

    def save(done: Act) -> Saved:
        assert form.last_day.data is not None
        today = day_of(done.at)
        end_delegation(done.session, done.actor, delegation_id, last_day=form.last_day.data, today=today, at=done.at)
        return Saved(url_for("desk.delegations"), _("Recorded."))

    def draw() -> str:
        granted = db.session().get_one(Delegation, delegation_id)
        names = names_of(db.session(), {granted.official_id, granted.deputy_id}, titled=True)
        return render_template(
            "desk/people/end_delegation.html", form=form, granted=granted, names=names, today=visit.today
        )

    return form_page(form, save, draw, action=MANAGE)


def _form(visit: Visit) -> DelegationForm:
    """The form with the elected officials."""
    form = DelegationForm(from_on=visit.today)
    officials = queries.colleague_choices(visit.session, "official")
    form.official_id.choices = form.deputy_id.choices = choices([(0, _("Choose")), *officials])
    return form
