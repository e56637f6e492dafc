# SPDX-License-Identifier: AGPL-3.0-or-later
"""Errors are for the person reading them: what happened, what to do, nothing lost."""

import logging
from collections.abc import Mapping

from flask import Flask, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

from civic.db.session import db
from civic.i18n.setup import current_language
from civic.permissions.decision import Denied, Refused
from civic.web.actors import current_actor, request_id
from civic.web.acts import go_to, sent_before

logger = logging.getLogger(__name__)


def init_errors(app: Flask) -> None:
    """One template for every error."""

    @app.errorhandler(SecurityError)
    def _other_name(error: SecurityError) -> Response:
        # A page would need addresses, and there are none under a name that is not the portal's.
        sentence = _("The portal does not answer to this name. Its public address is the setting base_url.")
        return Response(f"{sentence}\n", 400, mimetype="text/plain")

    @app.errorhandler(HTTPException)
    def _http(error: HTTPException) -> tuple[str, int] | HTTPException:
        if error.code is None or error.code < 400:
            return error
        title, message = _words(error.code)
        return _page(error.code, title, message)

    @app.errorhandler(CSRFError)
    def _csrf(error: CSRFError) -> Response | tuple[str, int]:
        return _done_already() or _page(
            400,
            _("This page had been open too long"),
            _("Go back, reload the page, and send again: what you typed is still there."),
        )

    @app.errorhandler(Denied)
    def _denied(error: Denied) -> Response | tuple[str, int]:
        db.session.rollback()
        remedy = error.refusals[0].remedy
        if not current_actor().signed_in:
            return redirect(url_for("people.sign_in", next=_here()), 303)
        if remedy == "second_factor":
            return redirect(url_for("people.second_factor", next=_here()), 303)
        return _page(403, _("This page is not open to you"), _sentences(error), _way_out(error))

    @app.errorhandler(Refused)
    def _refused(error: Refused) -> tuple[str, int]:
        db.session.rollback()
        return _page(409, _("This was not done"), _sentences(error), _way_out(error))

    @app.errorhandler(Exception)
    def _broken(error: Exception) -> tuple[str, int]:
        logger.exception("request %s failed: %s %s", request_id(), request.method, request.path)
        db.session.rollback()
        title, message = _words(500)
        sentence = _("%(message)s Reference: %(reference)s.", message=message, reference=request_id())
        return render_template(
            "errors/bare.html", title=title, sentence=sentence, locale=current_language(), home_url="/"
        ), 500


def _done_already() -> Response | None:
    """Where this very form went when it signed someone in: that changed the token of a second sending, which is done."""
    before = sent_before(db.session())
    if before is None or before.account_id is None or before.account_id != current_actor().account_id:
        return None
    return go_to(before.location)


def _here() -> str:
    """Where to come back, as a path of this site: the page itself in its language, or the page the form was on."""
    if request.method == "GET":
        return f"{request.script_root}{request.full_path.rstrip('?')}"
    return (request.referrer or "").removeprefix(request.host_url.rstrip("/")) or "/"


def _sentences(error: Refused) -> str:
    """Why not, in words: the exception's own text holds codes, for logs."""
    return " ".join(str(refusal) for refusal in error.refusals)


def _way_out(error: Refused) -> dict[str, str]:
    """The act that opens the way, for the error page: where one proves that one lives here, and the like."""
    if any(refusal.remedy == "residence" for refusal in error.refusals):
        return {"act_label": _("Prove that I live here"), "act_url": url_for("people.residence")}
    if any(refusal.remedy == "authorisation" for refusal in error.refusals):
        return {"act_label": _("Parental authorisation"), "act_url": url_for("people.authorisation")}
    if any(refusal.remedy == "account" for refusal in error.refusals):
        return {"act_label": _("Add an e-mail address"), "act_url": url_for("people.email")}
    return {}


def _page(code: int, title: str, sentence: str, way_out: Mapping[str, str] | None = None) -> tuple[str, int]:
    """The error page."""
    return render_template("errors/error.html", code=code, title=title, sentence=sentence, **(way_out or {})), code


def _words(code: int) -> tuple[str, str]:
    """Title and sentence for a status."""
    words = {
        400: (_("This request could not be understood"), _("Go back and send the form again.")),
        403: (_("This page is not open to you"), _("Sign in with another account, or ask the town.")),
        404: (
            _("This page does not exist"),
            _("It may have moved. Search from the home page, or with the number of the file."),
        ),
        405: (_("This address only receives forms"), _("Go back to the page you came from.")),
        409: (_("This was not done"), _("Someone acted before you. Go back and look at what is new.")),
        410: (_("This page is no longer there"), _("Its content was removed.")),
        413: (_("This is too large"), _("Send a shorter text or a smaller file.")),
        429: (_("Too many tries"), _("Wait a few minutes, then try again.")),
        500: (
            _("Something broke on our side"),
            _("Nothing was recorded. Try again in a moment; if it happens again, write to the town."),
        ),
    }
    return words.get(code, words[400 if code < 500 else 500])
