# SPDX-License-Identifier: AGPL-3.0-or-later
"""After the message: the code typed, the link followed, the account of a shared address chosen."""

from collections.abc import Sequence

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from civic.account.browser import (
    after_sign_in,
    browser_name,
    enter,
    open_here,
    proven_code,
    remember_proven,
    remembered_address,
    wanted_page,
)
from civic.account.forms import ChooseAccountForm, SignInCodeForm, UnderAgeForm
from civic.account.naming import account_name
from civic.account.twice import enter_again
from civic.clock import now
from civic.db.session import db, write
from civic.i18n.setup import current_language
from civic.people.accounts import accounts_at, confirm_address, create_account
from civic.people.codes import (
    SIGN_IN,
    code_of_link,
    linked_code,
    living_code,
    try_code,
    typed_code,
    use_code,
    wrong_code,
)
from civic.people.limits import TRY_CODE, current_limits
from civic.people.minors import minor_age, say_under_age
from civic.people.models import Account, SignInCode
from civic.permissions.decision import Refused
from civic.web.actors import client_address
from civic.web.acts import Act, Replayed, act
from civic.web.forms import CivicForm, choices
from civic.web.portal import portal_settings

ANOTHER = "another"
"""The choice of making an account for someone else at a shared address."""


def code() -> ResponseReturnValue:
    """The six digits, in the browser that asked for them."""
    email = remembered_address()
    if not email:
        return redirect(url_for("people.sign_in", next=wanted_page() or None), 303)
    form = SignInCodeForm()
    form.ask_age(minor_age(db.session()))
    if form.sent():
        try:
            current_limits().require(TRY_CODE, address=client_address(), subject=email)
            return _proven(_typed(email, form.code.data or ""), another=form.another.data, under_age=form.is_under_age)
        except (Refused, Replayed) as error:
            code = typed_code(
                db.session(), purpose=SIGN_IN, email=email, browser=browser_name(), code=_digits(form.code.data or "")
            )
            again = _again_or_refused(form, error, code)
            if again is not None:
                return again
    page = render_template("people/code.html", form=form, email=email, wanted=wanted_page())
    return page, 422 if request.method == "POST" else 200


def _typed(email: str, typed: str) -> int:
    """The code's id, or WrongCode; the wrong try is counted in a write of its own, whatever happens next."""
    with write() as session:
        code_id = try_code(session, purpose=SIGN_IN, email=email, browser=browser_name(), code=_digits(typed), at=now())
    if code_id is None:
        raise wrong_code()
    current_limits().give_back(TRY_CODE, address=client_address(), subject=email)
    return code_id


def _digits(typed: str) -> str:
    """The digits of a code, however they were spaced."""
    return "".join(character for character in typed if character.isdecimal())


def _again_or_refused(form: CivicForm, error: Refused | Replayed, code: SignInCode | None) -> Response | None:
    """Where the first sending of this very form went; None when there was none, and the form says why not."""
    again = enter_again(code)
    if again is None and isinstance(error, Replayed):
        raise error
    if again is None and isinstance(error, Refused):
        form.refuse(error)
    return again


def link(token: str) -> ResponseReturnValue:
    """The link of the message. GET changes nothing: programs that check mail follow links; a person presses."""
    found = code_of_link(db.session(), token, SIGN_IN, now())
    if found is None:
        spent = linked_code(db.session(), token, SIGN_IN) if request.method == "POST" else None
        again = enter_again(spent)
        return again or (render_template("people/link_over.html", wanted=wanted_page()), 410)
    form = UnderAgeForm()
    form.ask_age(minor_age(db.session()))
    if request.method == "POST":
        try:
            return _proven(found.id, another=False, under_age=form.is_under_age)
        except (Refused, Replayed) as error:
            again = _again_or_refused(form, error, linked_code(db.session(), token, SIGN_IN))
            if again is not None:
                return again
    return render_template("people/link.html", email=found.email, form=form), 422 if request.method == "POST" else 200


def choose() -> ResponseReturnValue:
    """Which account of a shared address, or a new one."""
    code_id, form = proven_code(), ChooseAccountForm()
    form.ask_age(minor_age(db.session()))
    try:
        proven = living_code(db.session(), code_id, SIGN_IN, now())
    except Refused:
        spent = db.session().get(SignInCode, code_id) if request.method == "POST" else None
        again = enter_again(spent)
        return again or redirect(url_for("people.sign_in", next=wanted_page() or None), 303)
    known = [(str(account.id), account_name(account)) for account in accounts_at(db.session(), proven.email)]
    someone_else = (ANOTHER, _("Someone else: make another account at this address"))
    form.account.choices = choices([*known, someone_else])
    if form.sent():
        try:
            return _enter(code_id, form.account.data, under_age=form.is_under_age)
        except (Refused, Replayed) as error:
            again = _again_or_refused(form, error, db.session().get(SignInCode, code_id))
            if again is not None:
                return again
    page = render_template("people/choose.html", form=form, email=proven.email)
    return page, 422 if request.method == "POST" else 200


def _proven(code_id: int, *, another: bool, under_age: bool) -> ResponseReturnValue:
    """Enter at once when there is one account or none; otherwise ask which one."""
    row = living_code(db.session(), code_id, SIGN_IN, now())
    if row.account_id is not None:
        return _enter(code_id, str(row.account_id), under_age=under_age)
    known = accounts_at(db.session(), row.email)
    if len(known) > 1 or (another and known):
        remember_proven(code_id)
        return redirect(url_for("people.choose", next=wanted_page() or None), 303)
    return _enter(code_id, str(known[0].id) if known else ANOTHER, under_age=under_age)


def _enter(code_id: int, chosen: str, *, under_age: bool) -> ResponseReturnValue:
    """Spend the code and open the session of the chosen account, made now when it is a new one.

    Whoever is under the age goes on to say the month of birth; of a new account it is kept at once.
    """
    with act() as done:
        account = _account(done, use_code(done.session, code_id, done.at), chosen)
        token = open_here(done, account)
        done.actor = enter(done.session, token) or done.actor
        done.location = after_sign_in(done.actor, wanted_page())
        if under_age:
            done.location = url_for("people.authorisation")
            if chosen == ANOTHER:
                say_under_age(done.session, done.actor, done.at)
    return done.done()


def _account(done: Act, proven: SignInCode, chosen: str) -> Account:
    """The account chosen among those of the proven address. Raises WrongCode for any other."""
    known: Sequence[Account] = accounts_at(done.session, proven.email)
    if chosen == ANOTHER:
        return create_account(
            done.session,
            email=proven.email,
            language=current_language(),
            at=done.at,
            shows_names=portal_settings().shows_names,
        )
    account = next((account for account in known if str(account.id) == chosen), None)
    if account is None:
        raise wrong_code()
    confirm_address(done.session, account, done.at)
    return account
