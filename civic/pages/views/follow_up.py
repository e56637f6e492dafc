# SPDX-License-Identifier: AGPL-3.0-or-later
"""/follow-up: what a receipt's code opens, without an account; its square leads here with the code."""

from flask import Response, make_response, render_template, request
from flask_babel import gettext as _
from flask_babel import lazy_gettext as lazy
from wtforms import StringField
from wtforms.validators import InputRequired

from civic.counter.codes import typed
from civic.counter.follow import Followed, act_with_code, follow_act
from civic.db.session import db
from civic.people.limits import FOLLOW_UP, TooMany, current_limits
from civic.registry import current_registry
from civic.web.actors import client_address
from civic.web.forms import CivicForm, one_line, strip
from civic.web.incoming import typed_file_number


class FollowForm(CivicForm):
    """What stands on the receipt."""

    code = StringField(
        lazy("Tracking code"),
        description=lazy("Ten letters and figures, in two groups. Capitals and blanks do not matter."),
        filters=[strip],
        validators=[InputRequired(lazy("Write the code of the receipt.")), one_line],
    )
    number = StringField(lazy("Number of the file"), filters=[strip], validators=[one_line])


def follow_up() -> Response:
    """The form, or what the code opens. Tries are limited, and nothing is kept by browsers or indexed."""
    form = FollowForm(code=request.args.get("code", "")[:40])
    followed, status = None, 200
    if form.sent() or (request.method == "GET" and request.args.get("code")):
        followed, status = _found(form)
    elif request.method == "POST":
        status = 422
    answer = make_response(render_template("pages/follow_up.html", form=form, followed=followed), status)
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _found(form: FollowForm) -> tuple[Followed | None, int]:
    """What the code opens, and the status of the answer; a wrong one says so, whatever was wrong."""
    number = typed_file_number(form.number.data or "")
    try:
        subject = "" if number is None else f"no {number}"
        current_limits().require(FOLLOW_UP, address=client_address(), subject=subject)
    except TooMany as error:
        form.refuse(error)
        return None, 429
    session, code = db.session(), typed(form.code.data or "")
    act = act_with_code(session, code, number)
    if act is None:
        message = _(
            "No receipt has this code with this number. Read it again; the counter can print the receipt again."
        )
        form.code.errors = [*form.code.errors, message]
        return None, 422
    return follow_act(session, current_registry(), act), 200
