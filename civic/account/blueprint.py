# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses of signing in and of my space."""

from datetime import timedelta

from flask import Blueprint, Flask, Response
from flask.blueprints import BlueprintSetupState

from civic.account import codes, sign_in
from civic.people.limits import init_limits

bp = Blueprint("people", __name__)

FORM = ["GET", "POST"]
bp.add_url_rule("/sign-in", "sign_in", sign_in.sign_in, methods=FORM)
bp.add_url_rule("/sign-in/password", "sign_in_with_password", sign_in.sign_in_with_password, methods=FORM)
bp.add_url_rule("/sign-in/code", "code", codes.code, methods=FORM)
bp.add_url_rule("/sign-in/link/<token>", "link", codes.link, methods=FORM)
bp.add_url_rule("/sign-in/account", "choose", codes.choose, methods=FORM)
bp.add_url_rule("/sign-out", "sign_out", sign_in.sign_out, methods=["POST"])


@bp.after_request
def _personal(response: Response) -> Response:
    """Nothing of these pages is kept by a cache."""
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.record_once
def _prepare(state: BlueprintSetupState) -> None:
    """Counters of tries; a cookie that lives as long as the longest session, which the server ends earlier."""
    assert isinstance(state.app, Flask)
    init_limits(state.app)
    state.app.permanent_session_lifetime = timedelta(days=365)
    state.app.config["SESSION_REFRESH_EACH_REQUEST"] = False
