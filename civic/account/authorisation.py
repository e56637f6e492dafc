# SPDX-License-Identifier: AGPL-3.0-or-later
"""/account/authorisation: saying that one is under the age, printing what a parent signs, seeing where it stands."""

from flask import render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import format_date
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import IntegerField, SelectField
from wtforms.validators import InputRequired

from civic.account.guard import signed_in_actor
from civic.clock import now
from civic.db.session import db
from civic.people.minors import minor_age, minor_at, month_is_asked, reached_on, say_age
from civic.people.models import Person
from civic.web.acts import Act
from civic.web.forms import CivicForm, choices
from civic.web.sending import Saved, form_page


class AgeForm(CivicForm):
    """Month and year of birth: neither is kept, only the day on which the age is reached."""

    month = SelectField(lazy("Month of birth"), [InputRequired(lazy("Choose the month."))], coerce=int)
    year = IntegerField(lazy("Year of birth"), [InputRequired(lazy("Write a year such as 2013."))])


def authorisation() -> ResponseReturnValue:
    """What is asked of the person now: their age, a signed paper, or nothing."""
    actor = signed_in_actor()
    form = AgeForm()
    form.month.choices = choices([(0, _("Choose")), *_months()])

    def save(done: Act) -> Saved:
        minor = say_age(done.session, done.actor, form.year.data or 0, form.month.data or 0, done.at)
        message = _("It is noted. Print this page and have it signed.") if minor else _("You need no authorisation.")
        return Saved(url_for("people.authorisation"), message)

    def draw() -> str:
        session = db.session()
        minor = minor_at(session, actor.person_id or 0, now())
        return render_template(
            "people/authorisation.html",
            form=form,
            person=session.get_one(Person, actor.person_id),
            age=minor_age(session),
            minor=minor,
            of_age_on=reached_on(session, minor.of_age_on, minor.age) if minor is not None else None,
            is_month_asked=minor is not None and month_is_asked(minor),
        )

    return form_page(form, save, draw)


def _months() -> list[tuple[int, str]]:
    """The months in words."""
    first = now().date().replace(month=1, day=1)
    return [(month, format_date(first.replace(month=month), "LLLL")) for month in range(1, 13)]
