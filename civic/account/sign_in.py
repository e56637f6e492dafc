# SPDX-License-Identifier: AGPL-3.0-or-later
"""Signing in: an address and its code, or a password; signing out."""

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.account.browser import (
    after_sign_in,
    browser_name,
    enter,
    leave,
    open_here,
    remember_address,
    safe_path,
    wanted_page,
)
from civic.account.forms import EmailForm, PasswordSignInForm
from civic.account.messages import send_sign_in_code
from civic.account.providers import sign_out_there
from civic.account.ways import current_providers
from civic.db.session import db
from civic.people.addresses import normal_email
from civic.people.limits import ASK_CODE, TRY_PASSWORD, current_limits
from civic.people.linked import take_id_token
from civic.people.minors import minor_age
from civic.people.passwords import account_by_password
from civic.people.sessions import end_session
from civic.permissions.decision import Missing, Refused
from civic.web.actors import client_address, current_actor
from civic.web.acts import act


def sign_in() -> ResponseReturnValue:
    """Ask for an address and send it a code: the answer is the same for every address."""
    wanted = wanted_page()
    if request.method == "GET" and current_actor().signed_in:
        return redirect(wanted or url_for("people.account"), 303)
    form = EmailForm()
    if form.sent():
        try:
            email = normal_email(form.email.data or "")
            current_limits().require(ASK_CODE, address=client_address(), subject=email)
            browser = browser_name()
            with act() as done:
                send_sign_in_code(done.session, email=email, browser=browser, wanted=wanted, at=done.at)
                done.location = url_for("people.code", next=wanted or None)
            remember_address(email)
            return done.done()
        except Refused as error:
            form.refuse(error)
    return _page(form, PasswordSignInForm(prefix="with-"))


def sign_in_with_password() -> ResponseReturnValue:
    """Sign in with address and password; a wrong one and an unknown address get the same answer in the same time."""
    if request.method == "GET":
        return redirect(url_for("people.sign_in", next=wanted_page() or None))
    form = PasswordSignInForm(prefix="with-")
    if form.sent():
        try:
            email = normal_email(form.email.data or "")
            current_limits().require(TRY_PASSWORD, address=client_address(), subject=email)
            with act() as done:
                account = account_by_password(done.session, email, form.password.data or "")
                if account is None:
                    raise Missing({"password": _("Address and password do not go together. Try again, or use a code.")})
                token = open_here(done, account)
                actor = enter(done.session, token)
                done.location = after_sign_in(actor, wanted_page())
            current_limits().give_back(TRY_PASSWORD, address=client_address(), subject=email)
            return done.done()
        except Refused as error:
            form.refuse(error)
    return _page(EmailForm(), form, password_open=True)


def sign_out() -> ResponseReturnValue:
    """End the session on the server and empty the cookie; then, at the provider it was opened through, there too."""
    there = None
    with act() as done:
        if done.actor.session_id is not None:
            there = take_id_token(done.session, done.actor.session_id)
            end_session(done.session, done.actor, done.actor.session_id, done.at)
        done.location = safe_path(request.form.get("next", "")) or url_for("pages.home")
    leave()
    page = sign_out_there(*there) if there is not None else None
    return page or done.done()


def _page(form: EmailForm, password_form: PasswordSignInForm, *, password_open: bool = False) -> ResponseReturnValue:
    """Both ways on one page; the one that failed stands open."""
    page = render_template(
        "people/sign_in.html",
        form=form,
        password_form=password_form,
        password_open=password_open,
        wanted=wanted_page(),
        providers=list(current_providers().values()),
        minor_age=minor_age(db.session()),
    )
    return page, 422 if request.method == "POST" else 200
