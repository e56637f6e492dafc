# SPDX-License-Identifier: AGPL-3.0-or-later
"""/desk/counter/sheets/…: a sheet of signatures typed by keyboard, each line saved on its own."""

import re
import secrets
from dataclasses import dataclass, field
from typing import Any

from flask import abort, flash, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from civic.adapters.geocoding import current_geocoder
from civic.clock import now
from civic.counter.kinds import SUPPORT
from civic.counter.models import CounterSheet
from civic.counter.paper import SIGNED
from civic.counter.places import quartier_named
from civic.counter.queries import files_of, lines_of
from civic.counter.sheets import SheetLine, end_sheet, enter_line, open_sheet, outcome_words, state_of
from civic.db.session import db, write
from civic.desk.acting import Visit, day_of, enter
from civic.desk.counter.forms import SheetForm
from civic.desk.counter.holding import ENTER
from civic.desk.counter.receipts import sheet_slips
from civic.desk.people_queries import quartier_choices
from civic.permissions.decision import Denied, Missing, Refused
from civic.web.actors import reload_actor
from civic.web.acts import Act, Page, act
from civic.web.forms import strip
from civic.web.sending import Saved, form_page

ROWS = 20
LONGEST = 100
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,64}")
FIELDS = ("surname", "first_names", "born", "place", "signed")


@dataclass
class Row:
    """A line that was not saved: what was typed, and what is wrong with it."""

    token: str
    values: dict[str, str] = field(default_factory=dict)
    message: str = ""
    faults: dict[str, str] = field(default_factory=dict)


def new_sheet() -> Page:
    """The head of a sheet: which files, how it came, where the paper is."""
    enter(ENTER)
    form = SheetForm()

    def save(done: Act) -> Saved:
        sheet = open_sheet(done.session, done.actor, form.asked(), form.came((SUPPORT,), SIGNED), done.at)
        return Saved(url_for("counter.sheet", sheet_id=sheet.id), _("Type one line per person."))

    return form_page(form, save, lambda: render_template("desk/counter/new_sheet.html", form=form), action=ENTER)


def sheet(sheet_id: int) -> Page:
    """The lines; without script the whole sheet is sent, and each line is saved on its own."""
    visit, _sheet = _open(sheet_id)
    if request.method == "GET":
        return _draw(visit, sheet_id, [])
    left, counted = [], 0
    for row in _typed():
        try:
            _save(sheet_id, row)
            counted += 1
        except Denied:
            raise
        except Refused as error:
            _refuse(row, error)
            left.append(row)
    if counted:
        flash(ngettext("%(num)s line is saved.", "%(num)s lines are saved.", counted), "success")
    if left:
        return _draw(_open(sheet_id)[0], sheet_id, left), 422
    return redirect(url_for("counter.sheet", sheet_id=sheet_id), 303)


def line(sheet_id: int) -> Response:
    """One line, sent by the page's script until it is answered; what became of it stands in the answer."""
    _open(sheet_id)
    row = Row(_token(request.form.get("token", "")), {name: _value(name, "") for name in FIELDS})
    try:
        outcome = _save(sheet_id, row)
    except Missing as error:
        _refuse(row, error)
        return jsonify(state="invalid", words=row.message, fields=row.faults)
    except Refused as error:
        return jsonify(state="refused", words=str(error.refusals[0]), fields={})
    return jsonify(state=state_of(outcome), words=outcome_words(outcome))


def receipts(sheet_id: int, line_id: int | None = None) -> Page:
    """What the persons of the sheet are given, for the printer: everyone's slip, or that of one line."""
    visit, found = _open(sheet_id)
    return sheet_slips(visit, found, line_id)


def end(sheet_id: int) -> Response:
    """End the sheet: back to the first page."""
    with act() as done:
        end_sheet(done.session, done.actor, sheet_id, done.at)
        done.location = url_for("counter.start")
    flash(_("The sheet is ended. Put the paper back where you said it is kept."), "success")
    answer = done.done()
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _open(sheet_id: int) -> tuple[Visit, CounterSheet]:
    """The helper's own sheet; 404 for another's, 410 once it is ended."""
    visit = enter(ENTER)
    found = visit.session.get(CounterSheet, sheet_id)
    if found is None or found.helper_id != visit.actor.account_id:
        abort(404)
    if found.closed_at is not None:
        abort(410)
    return visit, found


def _save(sheet_id: int, row: Row) -> dict[str, Any]:
    """One line in a write of its own."""
    with write() as session:
        at, values = now(), row.values
        place = quartier_named(session, current_geocoder(session), values["place"], day_of(at))
        typed = SheetLine(
            row.token, values["surname"], values["first_names"], values["born"], place, bool(values["signed"])
        )
        return enter_line(session, reload_actor(session), sheet_id, typed, at)


def _refuse(row: Row, error: Refused) -> None:
    """Keep what is wrong beside the line; the services call the date of birth by its own name."""
    if isinstance(error, Missing):
        row.faults = {("born" if name == "birth_date" else name): str(said) for name, said in error.fields.items()}
    row.message = " ".join(row.faults.values()) or str(error.refusals[0])


def _typed() -> list[Row]:
    """The lines in which something was typed."""
    rows = []
    for place in range(ROWS * 2):
        values = {name: _value(name, f"-{place}") for name in FIELDS}
        if any(values[name] for name in FIELDS):
            rows.append(Row(_token(request.form.get(f"token-{place}", "")), values))
    return rows


def _value(name: str, suffix: str) -> str:
    """What was typed in one field of one line, on one line, no longer than a name can be."""
    return " ".join(strip(request.form.get(f"{name}{suffix}", "")).split())[:LONGEST]


def _token(sent: str) -> str:
    """The line's token; one that is no token is replaced, and the line then counts as new."""
    return sent if TOKEN.fullmatch(sent) else secrets.token_urlsafe(24)


def _draw(visit: Visit, sheet_id: int, left: list[Row]) -> str:
    """The page: what was saved, what is to be corrected, empty lines to go on."""
    session = db.session()
    shown = session.get_one(CounterSheet, sheet_id)
    empty = [Row(secrets.token_urlsafe(24), dict.fromkeys(FIELDS, "")) for _place in range(ROWS - len(left))]
    saved = [
        {"line": row, "name": f"{row.family_name or ''} {row.given_name or ''}", "state": state_of(row.outcome), "words": outcome_words(row.outcome)}
        for row in lines_of(session, sheet_id)
    ]  # fmt: skip
    return render_template(
        "desk/counter/sheet.html",
        sheet=shown,
        files=files_of(session, shown),
        saved=saved,
        rows=[*left, *empty],
        quartiers=[name for _id, name in quartier_choices(session, visit.today)],
    )
