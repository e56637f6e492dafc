# SPDX-License-Identifier: AGPL-3.0-or-later
"""Addresses of signing in and of my space."""

from datetime import timedelta

from flask import Blueprint, Flask, Response
from flask.blueprints import BlueprintSetupState

from civic.account import (
    access,
    address,
    authorisation,
    codes,
    data,
    identities,
    letter_code,
    organisations,
    profile,
    provider_failures,
    providers,
    residence,
    second_factor,
    sign_in,
    space,
)
from civic.account.ways import EXTENSION, make_providers
from civic.config import Config
from civic.people.limits import init_limits

bp = Blueprint("people", __name__)

FORM, POST = ["GET", "POST"], ["POST"]
bp.add_url_rule("/sign-in", "sign_in", sign_in.sign_in, methods=FORM)
bp.add_url_rule("/sign-in/password", "sign_in_with_password", sign_in.sign_in_with_password, methods=FORM)
bp.add_url_rule("/sign-in/code", "code", codes.code, methods=FORM)
bp.add_url_rule("/sign-in/link/<token>", "link", codes.link, methods=FORM)
bp.add_url_rule("/sign-in/account", "choose", codes.choose, methods=FORM)
bp.add_url_rule("/sign-in/second-factor", "second_factor", second_factor.second_factor, methods=FORM)
bp.add_url_rule("/sign-in/second-factor/new", "enrol", second_factor.enrol_second_factor, methods=FORM)
bp.add_url_rule("/sign-in/with/<provider>", "provider", providers.start)
bp.add_url_rule("/sign-in/with/<provider>/back", "provider_back", providers.back)
bp.add_url_rule("/sign-in/with/<provider>/failed/<why>", "provider_failed", provider_failures.failed)
bp.add_url_rule("/sign-out", "sign_out", sign_in.sign_out, methods=POST)
bp.add_url_rule("/account", "account", space.account)
bp.add_url_rule("/account/acts/<what>", "acts", space.acts)
bp.add_url_rule("/account/profile", "profile", profile.profile, methods=FORM)
bp.add_url_rule("/account/residence", "residence", residence.residence, methods=FORM)
bp.add_url_rule("/account/residence/withdraw", "withdraw_proof", residence.withdraw, methods=POST)
bp.add_url_rule("/account/organisations", "organisations", organisations.organisations, methods=FORM)
bp.add_url_rule(
    "/account/organisations/<int:organisation_id>", "organisation", organisations.organisation, methods=FORM
)
bp.add_url_rule(
    "/account/organisations/<int:organisation_id>/withdraw",
    "withdraw_organisation",
    organisations.withdraw,
    methods=POST,
)
bp.add_url_rule("/account/invitations/<int:member_id>/accept", "accept_invitation", organisations.accept, methods=POST)
bp.add_url_rule(
    "/account/invitations/<int:member_id>/decline", "decline_invitation", organisations.decline, methods=POST
)
bp.add_url_rule("/account/speakers/<int:member_id>/end", "end_speaker", organisations.end, methods=POST)
bp.add_url_rule("/account/authorisation", "authorisation", authorisation.authorisation, methods=FORM)
bp.add_url_rule("/account/letter-code", "letter_code", letter_code.letter_code, methods=FORM)
bp.add_url_rule("/account/sessions", "sessions", access.sessions)
bp.add_url_rule("/account/sessions/<int:session_id>/end", "end_session", access.end_one, methods=POST)
bp.add_url_rule("/account/sessions/end-others", "end_other_sessions", access.end_others, methods=POST)
bp.add_url_rule("/account/security", "security", access.security)
bp.add_url_rule("/account/password", "password", access.password, methods=FORM)
bp.add_url_rule("/account/password/remove", "remove_password", access.drop_password, methods=POST)
bp.add_url_rule("/account/confirm", "confirm", access.confirm, methods=FORM)
bp.add_url_rule("/account/confirm/code", "confirm_by_code", access.confirm_by_code, methods=POST)
bp.add_url_rule("/account/confirm/with/<provider>", "confirm_there", identities.confirm_there)
bp.add_url_rule("/account/identities/<provider>/new", "link_identity", identities.add)
bp.add_url_rule("/account/identities/<int:link_id>/remove", "unlink_identity", identities.remove, methods=POST)
bp.add_url_rule("/account/email", "email", address.email, methods=FORM)
bp.add_url_rule("/account/email/code", "email_code", address.email_code, methods=FORM)
bp.add_url_rule("/account/merge", "merge", address.merge, methods=FORM)
bp.add_url_rule("/account/merge/code", "merge_code", address.merge_code, methods=FORM)
bp.add_url_rule("/account/merge/account", "merge_choose", address.merge_choose, methods=FORM)
bp.add_url_rule("/account/data", "data", data.data)
bp.add_url_rule("/account/my-data.json", "download", data.download)
bp.add_url_rule("/account/erase", "erase", data.erase, methods=FORM)


@bp.after_request
def _personal(response: Response) -> Response:
    """Nothing of these pages is kept by a cache."""
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.record_once
def _prepare(state: BlueprintSetupState) -> None:
    """Counters of tries; providers; a cookie that lives as long as the longest session, which the server ends earlier."""
    assert isinstance(state.app, Flask)
    init_limits(state.app)
    config: Config = state.app.extensions["civic.config"]
    state.app.extensions[EXTENSION] = make_providers(config)
    state.app.permanent_session_lifetime = timedelta(days=365)
    state.app.config["SESSION_REFRESH_EACH_REQUEST"] = False
