# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/letters/codes: codes for the lines of a list, or for one person, by post or handed over; revoking one."""

from functools import partial

from flask import flash, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from flask_babel import ngettext
from werkzeug.wrappers import Response
from wtforms import SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from civic.desk import people_queries as queries
from civic.desk.acting import Visit, enter
from civic.desk.fields import REQUIRED, within
from civic.desk.people_forms import IdentityForm
from civic.letters.handing import hand_code
from civic.letters.issuing import LONGEST_ADDRESS, MOST_LINES, Issued, issue_for_list, issue_one, revoke_code
from civic.letters.settings import letters_settings
from civic.people.roll_file import HEADINGS, Fault
from civic.people.rolls import RollRefused
from civic.permissions.decision import Denied, Refused
from civic.web.acts import Page, go_to, permitted
from civic.web.forms import CivicForm, choices, one_line, strip
from civic.web.uploads import SentFile, takes_files

CODE = "letter:code"
LARGEST = 8 * 1024 * 1024
FAULTS_SHOWN = 1000


class CodeListForm(CivicForm):
    """A list with addresses."""

    file = SentFile(lazy("CSV file"), [InputRequired(lazy("Choose a file first."))])


class CodeForm(IdentityForm):
    """One person and where they live."""

    usage_name = StringField(
        lazy("Name in use"),
        description=lazy("Married name, when there is one."),
        filters=[strip],
        validators=[Optional(), within(100), one_line],
    )
    address = TextAreaField(lazy("Postal address"), filters=[strip], validators=[REQUIRED, Length(max=LONGEST_ADDRESS)])
    quartier_id = SelectField(lazy("Quartier of the address"), coerce=int)


@partial(takes_files, largest=LARGEST)
def codes() -> Page:
    """Issue codes for a whole list: all or nothing, every wrong line told."""
    visit = enter(CODE)
    form = CodeListForm()
    faults: list[Fault] = []
    if form.sent():
        quartiers = queries.quartier_names(visit.session, visit.today)
        try:
            with permitted(CODE) as done:
                issued = issue_for_list(done.session, done.actor, form.file.data.stream, quartiers, at=done.at)
                done.location = _where(issued)
            _tell(issued)
            return done.done()
        except RollRefused as error:
            faults = error.faults
        except Refused as error:
            form.refuse(error)
    return _draw(form, _one_form(visit), faults)


def code() -> Page:
    """Issue a code for one person."""
    form = _one_form(enter(CODE))
    if form.sent():
        try:
            with permitted(CODE) as done:
                issued = issue_one(
                    done.session,
                    done.actor,
                    surname=form.surname.data or "",
                    first_names=form.first_names.data or "",
                    birth_date=form.birth_date.data,
                    usage_name=form.usage_name.data or "",
                    address=form.address.data or "",
                    quartier_id=form.quartier_id.data or None,
                    at=done.at,
                )
                done.location = _where(issued)
            _tell(issued)
            return done.done()
        except Refused as error:
            form.refuse(error)
    return _draw(CodeListForm(), form, [])


def hand(person_id: int) -> Response:
    """A code for someone who is present, to print and hand over; their page says why there is none."""
    try:
        with permitted(CODE) as done:
            batch_id = hand_code(done.session, done.actor, person_id, done.at)
            done.location = url_for("desk.letter_batch", batch_id=batch_id)
    except Denied:
        raise
    except Refused as error:
        flash(str(error.refusals[0]), "warning")
        return go_to(url_for("desk.person", person_id=person_id))
    flash(_("A code is issued: print it and hand it over."))
    return done.done()


def revoke(code_id: int) -> Response:
    """One code serves no more."""
    with permitted(CODE) as done:
        revoked = revoke_code(done.session, done.actor, code_id, done.at)
        done.location = url_for("desk.letter_batch", batch_id=revoked.batch_id)
    flash(_("The code serves no more: a new one can be issued."))
    return done.done()


def _one_form(visit: Visit) -> CodeForm:
    """The form for one person."""
    form = CodeForm(quartier_id=0)
    form.quartier_id.choices = choices([(0, _("Not said")), *queries.quartier_choices(visit.session, visit.today)])
    return form


def _draw(form: CodeListForm, one: CodeForm, faults: list[Fault]) -> Page:
    """Both ways on one page."""
    page = render_template(
        "desk/letters/codes.html",
        form=form,
        one=one,
        faults=faults[:FAULTS_SHOWN],
        fault_count=len(faults),
        headings=HEADINGS,
        most=MOST_LINES,
        days=letters_settings(enter(CODE).session).code_days,
    )
    return (page, 422) if request.method == "POST" else page


def _where(issued: Issued) -> str:
    """The batch to print, or the list of batches when there are several or none."""
    if len(issued.batches) == 1:
        return url_for("desk.letter_batch", batch_id=issued.batches[0])
    return url_for("desk.letters")


def _tell(issued: Issued) -> None:
    """How many codes, and for how many people nothing was done."""
    flash(ngettext("%(num)s code is issued.", "%(num)s codes are issued.", issued.count))
    if issued.already:
        message = ngettext(
            "%(num)s person has a code that still serves, and gets no other.",
            "%(num)s people have a code that still serves, and get no other.",
            issued.already,
        )
        flash(message, "info")
