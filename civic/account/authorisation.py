# SPDX-License-Identifier: AGPL-3.0-or-later
"""/account/authorisation: saying that one is under the age, printing what a parent signs, seeing where it stands."""

from flask import flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired

from civic.account.guard import signed_in_actor
from civic.clock import now
from civic.db.session import db
from civic.people.minors import minor_age, minor_of, month_is_asked, say_age
from civic.people.models import Person
from civic.permissions.decision import Denied, Refused
from civic.web.acts import act
from civic.web.forms import CivicForm, choices


class AgeForm(CivicForm):
    """Month and year of birth: neither is kept, only the day on which the age is reached."""

    month = SelectField(lazy("Month of birth"), [InputRequired(lazy("Choose the month."))], coerce=int)
    year = IntegerField(lazy("Year of birth"), [InputRequired(lazy("Write a year such as 2013."))])


def authorisation() -> ResponseReturnValue:
    """What is asked of the person now: their age, a signed paper, or nothing."""
    actor = signed_in_actor()
    form = AgeForm()
    form.month.choices = choices([(0, _("Choose")), *_months()])
    if form.sent():
        try:
            with act() as done:
                minor = say_age(done.session, done.actor, form.year.data or 0, form.month.data or 0, done.at)
                done.location = url_for("people.authorisation")
            flash(_("It is noted. Print this page and have it signed.") if minor else _("You need no authorisation."))
            return done.done()
        except Denied:
            raise
        except Refused as error:
            form.refuse(error)
    session, at = db.session(), now()
    person = session.get_one(Person, actor.person_id)
    minor = minor_of(session, person.id) if actor.is_minor(at) else None
    page = render_template(
        "people/authorisation.html",
        form=form,
        person=person,
        age=minor_age(session),
        minor=minor,
        is_month_asked=minor is not None and month_is_asked(minor),
    )
    return page, 422 if request.method == "POST" else 200


def _months() -> list[tuple[int, str]]:
    """The months in words."""
    first = now().date().replace(month=1, day=1)
    return [(month, format_date(first.replace(month=month), "LLLL")) for month in range(1, 13)]
