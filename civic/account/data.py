# SPDX-License-Identifier: AGPL-3.0-or-later
"""My data: read it, take it away, erase it."""

import json

from flask import Response, flash, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.account.browser import leave
from civic.account.export import personal_data
from civic.account.forms import EraseForm
from civic.account.guard import confirm_first, signed_in_actor
from civic.clock import now
from civic.db.session import db
from civic.erasure import erasers_of
from civic.people.erasure import erase_person
from civic.permissions.decision import Refused
from civic.registry import current_registry
from civic.web.acts import act


def data() -> ResponseReturnValue:
    """What is kept and why, with the export and the way to erase."""
    signed_in_actor()
    return render_template("people/data.html")


def download() -> ResponseReturnValue:
    """Everything about oneself as a JSON file."""
    actor = signed_in_actor()
    found = personal_data(db.session(), current_registry(), actor.person_id or 0, now())
    text = json.dumps(found, ensure_ascii=False, indent=2)
    response = Response(f"{text}\n", mimetype="application/json")
    response.headers["Content-Disposition"] = 'attachment; filename="my-data.json"'
    return response


def erase() -> ResponseReturnValue:
    """Erase one's account for good, after a recent confirmation."""
    actor = signed_in_actor()
    first = confirm_first(actor)
    if first is not None:
        return first
    form = EraseForm()
    if form.sent():
        try:
            with act() as done:
                erasers = erasers_of(current_registry())
                erase_person(done.session, done.actor, done.actor.person_id or 0, erasers, at=done.at)
                done.location = url_for("pages.home")
            leave()
            flash(_("Your account and your data are erased."))
            return done.done()
        except Refused as error:
            form.refuse(error)
    return render_template("people/erase.html", form=form), 422 if request.method == "POST" else 200
