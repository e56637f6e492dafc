# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/summary: whether one wants the weekly mail about late files, and what it would say today."""

from flask import render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import BooleanField

from civic.delays.summary import choice_of, choose, is_wanted, late_files
from civic.desk.acting import enter
from civic.web.acts import Act, Page
from civic.web.forms import CivicForm
from civic.web.sending import Saved, form_page

ENTER = "desk:handover"


class SummaryForm(CivicForm):
    """Yes or no."""

    wanted = BooleanField(lazy("Send me a mail on Mondays when files of mine are late"))


def summary() -> Page:
    """The choice; one's own alone."""
    visit = enter(ENTER)
    wanted = is_wanted(visit.actor, choice_of(visit.session, visit.actor))
    form = SummaryForm() if request.method == "POST" else SummaryForm(wanted=wanted)

    def save(done: Act) -> Saved:
        choose(done.session, done.actor, bool(form.wanted.data))
        told = _("You will be told on Mondays.") if form.wanted.data else _("You will not be told any more.")
        return Saved(url_for("desk.summary"), told)

    def draw() -> str:
        late = late_files(visit.session, visit.actor, visit.at)
        return render_template("desk/summary.html", form=form, late=late.total)

    return form_page(form, save, draw, action=ENTER)
