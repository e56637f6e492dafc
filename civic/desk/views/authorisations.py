# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/authorisations: recording what a minor's parent signed, and taking it back at the parent's wish."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from sqlalchemy.orm import Session
from wtforms import StringField

from civic.db.session import db
from civic.desk.acting import enter
from civic.desk.fields import REQUIRED, within
from civic.desk.minor_queries import minor_coded, minors_page
from civic.people.minor import Minor
from civic.people.minors import (
    LONGEST,
    minor_age,
    reached_on,
    record_authorisation,
    revoke_authorisation,
    typed_code,
)
from civic.people.models import Person
from civic.web.acts import Act, Page
from civic.web.forms import CivicForm, DayField, one_line, strip
from civic.web.sending import Saved, form_page

RECORD = "authorisation:record"


class AuthorisationForm(CivicForm):
    """What stands on the signed paper."""

    guardian = StringField(
        lazy("Surname and first name of the parent"),
        filters=[strip],
        validators=[REQUIRED, within(LONGEST), one_line],
        description=lazy("Whoever holds parental authority. Look at an identity document, or at the copy joined."),
    )
    signed_on = DayField(lazy("Signed on"), validators=[REQUIRED])
    reference = StringField(
        lazy("Where the paper is kept"), filters=[strip], validators=[REQUIRED, within(LONGEST), one_line]
    )


class RevokeForm(CivicForm):
    """Nothing to write: a parent is there, or has written."""


def authorisations() -> Page:
    """Those who wait, or those who are authorised; a code leads straight to its form."""
    visit = enter(RECORD)
    typed = request.args.get("code", "")[:40]
    found = minor_coded(visit.session, typed_code(typed))
    if found is not None:
        return redirect(url_for("desk.authorisation", minor_id=found.id), 303)
    recorded = request.args.get("recorded") == "1"
    after, before = request.args.get("after", ""), request.args.get("before", "")
    page = minors_page(visit.session, recorded=recorded, after=after, before=before)
    return render_template(
        "desk/people/authorisations.html",
        page=page,
        days={row.id: reached_on(visit.session, row.of_age_on, row.age) for row in page.rows},
        recorded=recorded,
        typed=typed,
        age=minor_age(visit.session),
    )


def authorisation(minor_id: int) -> Page:
    """One of them: record the paper that was signed."""
    _known(enter(RECORD).session, minor_id)
    form = AuthorisationForm()

    def save(done: Act) -> Saved:
        assert form.signed_on.data is not None
        record_authorisation(
            done.session,
            done.actor,
            minor_id,
            guardian=form.guardian.data or "",
            signed_on=form.signed_on.data,
            reference=form.reference.data or "",
            at=done.at,
        )
        words = _("Recorded: this person can take part, under their pseudonym.")
        return Saved(url_for("desk.authorisation", minor_id=minor_id), words)

    return form_page(
        form,
        save,
        lambda: render_template("desk/people/authorisation.html", form=form, **_shown(minor_id)),
        action=RECORD,
    )


def revoke(minor_id: int) -> Page:
    """Take the authorisation back, at a parent's wish."""
    found = _known(enter(RECORD).session, minor_id)
    there = url_for("desk.authorisation", minor_id=minor_id)
    if request.method == "GET" and found.recorded_at is None:
        flash(_("No authorisation stands for this person."))
        return redirect(there, 303)
    form = RevokeForm()

    def save(done: Act) -> Saved:
        revoke_authorisation(done.session, done.actor, minor_id, done.at)
        return Saved(there, _("Taken back: nothing more can be done in this person’s name."))

    return form_page(
        form,
        save,
        lambda: render_template("desk/people/revoke_authorisation.html", form=form, **_shown(minor_id)),
        action=RECORD,
    )


def _shown(minor_id: int) -> dict[str, object]:
    """What both pages show."""
    session = db.session()
    minor = _known(session, minor_id)
    return {
        "minor": minor,
        "person": session.get_one(Person, minor.person_id),
        "of_age_on": reached_on(session, minor.of_age_on, minor.age),
    }


def _known(session: Session, minor_id: int) -> Minor:
    """The minor's row, or 404: the age may have been reached."""
    found = session.get(Minor, minor_id)
    if found is None:
        abort(404)
    return found
