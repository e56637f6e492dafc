# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/roll: importing the electoral roll or the town's own list, in two steps: read the file, then put it in place."""

from flask import Request, abort, flash, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from civic.db.session import db
from civic.desk import people_queries as queries
from civic.desk.acting import enter
from civic.desk.people_forms import RollForm
from civic.people.roll_file import HEADINGS, Fault
from civic.people.rolls import RollRefused, apply_roll, drop_prepared, prepare_roll, prepared_roll
from civic.people.verification import ELECTORAL, LIST_NAMES
from civic.permissions.decision import Refused
from civic.web.acts import Page, permitted
from civic.web.forms import choices

IMPORT = "people:import"
LARGEST = 64 * 1024 * 1024
"""Bytes of an imported list: 200,000 lines with long names stay under it."""

FAULTS_SHOWN = 1000


def let_lists_in(incoming: Request, endpoint: str | None) -> None:
    """Let a whole roll through the limit on the size of requests, on its own page and for a known browser only."""
    if endpoint == "desk.roll" and incoming.cookies:
        incoming.max_content_length = LARGEST


def roll() -> Page:
    """Choose a file: it is read whole, and nothing changes before the next page."""
    visit = enter(IMPORT)
    form = RollForm(list_name=ELECTORAL)
    form.list_name.choices = choices(LIST_NAMES.items())
    faults: list[Fault] = []
    if form.sent():
        name = str(form.list_name.data)
        quartiers = queries.quartier_names(visit.session, visit.today)
        try:
            with permitted(IMPORT) as done:
                prepare_roll(done.session, done.actor, name, form.file.data.stream, quartiers, at=done.at)
                done.location = url_for("desk.roll_check", list_name=name)
            return done.done()
        except RollRefused as error:
            faults = error.faults
        except Refused as error:
            form.refuse(error)
    page = render_template(
        "desk/people/roll.html",
        form=form,
        faults=faults[:FAULTS_SHOWN],
        fault_count=len(faults),
        sizes=queries.list_sizes(db.session()),
        lists=LIST_NAMES,
        headings=HEADINGS,
    )
    return (page, 422) if request.method == "POST" else page


def roll_check(list_name: str) -> Page:
    """What the file holds beside what is in force; put it in place, or forget it."""
    visit = enter(IMPORT)
    if list_name not in LIST_NAMES:
        abort(404)
    if request.method == "POST":
        return _settle(list_name)
    prepared = prepared_roll(visit.session, visit.actor, list_name)
    return render_template("desk/people/roll_check.html", prepared=prepared, name=LIST_NAMES[list_name])


def _settle(list_name: str) -> Response:
    """Put the prepared list in place, or forget it."""
    with permitted(IMPORT) as done:
        done.location = url_for("desk.roll")
        if request.form.get("choice") == "drop":
            drop_prepared(done.session, done.actor, list_name)
            message = _("The file is forgotten; the list in force has not changed.")
        else:
            lines = apply_roll(done.session, done.actor, list_name, at=done.at)
            message = _("%(count)s lines are in force.", count=lines)
    flash(message)
    return done.done()
