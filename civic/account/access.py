# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who gets in: sessions, password, confirmation of who one is."""

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.account.browser import browser_name, enter, open_here, remember_address, wanted_page
from civic.account.forms import ConfirmPasswordForm, PasswordForm
from civic.account.guard import confirm_first, signed_in_actor
from civic.account.identities import providers_of, ways_of
from civic.account.messages import send_sign_in_code
from civic.account.ways import current_providers
from civic.clock import now
from civic.db.session import db
from civic.people.accounts import own_account
from civic.people.limits import ASK_CODE, TRY_PASSWORD, current_limits
from civic.people.models import Account
from civic.people.passwords import is_own_password, remove_password, set_password
from civic.people.second_factor import is_enrolled
from civic.people.sessions import end_other_sessions, end_session, open_sessions
from civic.permissions.decision import Missing, Refused
from civic.web.actors import client_address
from civic.web.acts import act


def sessions() -> ResponseReturnValue:
    """Where one is signed in."""
    actor = signed_in_actor()
    found = open_sessions(db.session(), actor.account_id or 0, now())
    return render_template("people/sessions.html", found=found, present=actor.session_id)


def end_one(session_id: int) -> ResponseReturnValue:
    """End one of one's sessions."""
    signed_in_actor()
    with act() as done:
        end_session(done.session, done.actor, session_id, done.at)
        done.location = url_for("people.sessions")
    flash(_("This session is over."))
    return done.done()


def end_others() -> ResponseReturnValue:
    """End all one's sessions but this one."""
    signed_in_actor()
    with act() as done:
        end_other_sessions(done.session, done.actor, done.at)
        done.location = url_for("people.sessions")
    flash(_("You are signed out everywhere else."))
    return done.done()


def security() -> ResponseReturnValue:
    """Address, password and second factor on one page."""
    actor = signed_in_actor()
    account = db.session().get_one(Account, actor.account_id)
    ways = ways_of(actor)
    return render_template(
        "people/security.html",
        account=account,
        has_second_factor=is_enrolled(db.session(), actor),
        ways=ways,
        others=[one for one in current_providers().values() if one.name not in {way.provider for way in ways}],
    )


def password() -> ResponseReturnValue:
    """Set or change the password, after a recent confirmation; it goes with an address."""
    actor = signed_in_actor()
    if not actor.email:
        flash(_("A password goes with an e-mail address: add one first."), "info")
        return redirect(url_for("people.email"), 303)
    first = confirm_first(actor)
    if first is not None:
        return first
    form = PasswordForm()
    if form.sent():
        try:
            with act() as done:
                set_password(done.session, done.actor, form.password.data or "")
                end_other_sessions(done.session, done.actor, done.at)
                done.location = url_for("people.security")
            flash(_("Your password is set. You are signed out everywhere else."))
            return done.done()
        except Refused as error:
            form.refuse(error)
    return render_template("people/password.html", form=form), 422 if request.method == "POST" else 200


def drop_password() -> ResponseReturnValue:
    """Go back to codes only, after a recent confirmation."""
    first = confirm_first(signed_in_actor(), url_for("people.security"))
    if first is not None:
        return first
    with act() as done:
        remove_password(done.session, done.actor)
        done.location = url_for("people.security")
    flash(_("Your password is removed: you sign in with a code."))
    return done.done()


def confirm() -> ResponseReturnValue:
    """Prove again who one is: with the password here, or with a code on its own page."""
    actor = signed_in_actor()
    account = db.session().get_one(Account, actor.account_id)
    form = ConfirmPasswordForm() if account.password_hash else None
    if form is not None and form.sent():
        try:
            current_limits().require(TRY_PASSWORD, address=client_address(), subject=actor.email)
            with act() as done:
                if not is_own_password(done.session, done.actor, form.password.data or ""):
                    raise Missing({"password": _("This is not your password. Try again, or use a code.")})
                token = open_here(done, own_account(done.session, done.actor))
                enter(done.session, token)
                done.location = wanted_page() or url_for("people.security")
            current_limits().give_back(TRY_PASSWORD, address=client_address(), subject=actor.email)
            return done.done()
        except Refused as error:
            form.refuse(error)
    page = render_template("people/confirm.html", form=form, wanted=wanted_page(), providers=providers_of(actor))
    return page, 422 if request.method == "POST" else 200


def confirm_by_code() -> ResponseReturnValue:
    """Send a code to one's own address; typing it opens a new session, which is the confirmation."""
    actor = signed_in_actor()
    wanted = wanted_page() or url_for("people.security")
    if not actor.email:
        return redirect(url_for("people.confirm", next=wanted), 303)
    try:
        current_limits().require(ASK_CODE, address=client_address(), subject=actor.email)
    except Refused as error:
        flash(str(error.refusals[0]), "error")
        return redirect(url_for("people.confirm", next=wanted), 303)
    browser = browser_name()
    with act() as done:
        send_sign_in_code(
            done.session,
            email=done.actor.email,
            browser=browser,
            wanted=wanted,
            at=done.at,
            account_id=done.actor.account_id,
        )
        done.location = url_for("people.code", next=wanted)
    remember_address(actor.email)
    return done.done()
