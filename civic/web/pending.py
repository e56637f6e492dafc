# SPDX-License-Identifier: AGPL-3.0-or-later
"""Coming back: an anonymous form is kept while its author signs in, and the page comes back filled in.

Usage, in a view whose form is open to visitors but whose act needs an account:

    def new() -> ResponseReturnValue:
        form = ProposalForm()
        if request.method == "POST" and not current_actor().signed_in:
            return send_to_sign_in()              # keeps request.form, goes to /sign-in?next=this page
        if form.sent():
            try:
                with act() as done:
                    proposal = create_proposal(done.session, done.actor, …, at=done.at)
                    forget_pending(done.session)  # in the act: what was kept goes with it
                    done.location = url_for(…)
                return done.done()
            except Refused as error:
                form.refuse(error)
        give_back(form)                           # on GET only: fills the form in when something was kept for this page
        return render_template("…", form=form), 422 if request.method == "POST" else 200

A poll keeps the poll's id and nothing of the choice: pass `send_to_sign_in({})`.
"""

from collections.abc import Mapping, Sequence

from flask import Response, after_this_request, current_app, redirect, request, url_for
from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from civic.clock import now
from civic.config import Config
from civic.db.session import db, write
from civic.people.limits import KEEP_PENDING, current_limits
from civic.people.pending import KEPT, drop_pending, keep_pending, pending_data
from civic.web.actors import client_address
from civic.web.forms import CivicForm

COOKIE = "civic_pending"
_NOT_KEPT = {"csrf_token", "once"}


def send_to_sign_in(data: Mapping[str, Sequence[str]] | None = None) -> BaseResponse:
    """Keep what was typed (the posted form by default) and go to sign-in, which comes back to this very page.

    Raises TooMany when one address fills the table: 300 forms in an hour.
    """
    typed = dict(request.form.lists()) if data is None else data
    typed = {name: values for name, values in typed.items() if name not in _NOT_KEPT}
    response = redirect(url_for("people.sign_in", next=here()), 303)
    if typed:
        current_limits().require(KEEP_PENDING, address=client_address(), subject="")
        with write() as session:
            token = keep_pending(session, request.path, typed, now())
        config: Config = current_app.extensions["civic.config"]
        response.set_cookie(
            COOKIE, token, max_age=KEPT, httponly=True, samesite="Lax", secure=config.is_secure, path="/"
        )
    return response


def pending_form_data(path: str | None = None) -> MultiDict[str, str] | None:
    """What this browser's owner typed on a page (this one by default) before signing in, or None."""
    token = request.cookies.get(COOKIE, "")
    if not token:
        return None
    found = pending_data(db.session(), token, path or request.path, now())
    return None if found is None else MultiDict([(name, value) for name, values in found.items() for value in values])


def give_back(form: CivicForm) -> bool:
    """On GET, fill the form with what was typed on this page before signing in; True when there was something."""
    kept = pending_form_data() if request.method == "GET" else None
    if kept is None:
        return False
    form.process(kept)
    return True


def forget_pending(session: Session) -> None:
    """Inside the act that was waited for: remove what was kept, and its cookie with the response."""
    token = request.cookies.get(COOKIE, "")
    if token:
        drop_pending(session, token)
        after_this_request(_without_cookie)


def _without_cookie(response: Response) -> Response:
    """The response with the cookie removed."""
    response.delete_cookie(COOKIE, path="/")
    return response


def here() -> str:
    """Address of this page in its language, relative to the site, to come back to."""
    return f"{request.script_root}{request.full_path.rstrip('?')}"
