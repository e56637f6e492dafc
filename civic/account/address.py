# SPDX-License-Identifier: AGPL-3.0-or-later
"""Proving another address: to change one's own, or to join a second account."""

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from civic.account.browser import browser_name
from civic.account.forms import ChooseAccountForm, CodeForm, EmailForm
from civic.account.guard import confirm_first, signed_in_actor
from civic.account.messages import send_proof_code, tell_old_address
from civic.account.naming import account_name
from civic.account.providers import OFFERED
from civic.clock import now
from civic.db.session import db, write
from civic.people.accounts import accounts_at, change_email
from civic.people.addresses import normal_email
from civic.people.codes import CHANGE_EMAIL, MERGE, living_code, try_code, use_code, wrong_code
from civic.people.limits import ASK_CODE, TRY_CODE, current_limits
from civic.people.merging import merge_persons
from civic.people.models import Account
from civic.permissions.actor import Actor
from civic.permissions.decision import Missing, Refused
from civic.web.actors import client_address
from civic.web.acts import act
from civic.web.forms import choices

_ADDRESS, _PROVEN = "proof_address", "proof_code"


def email() -> ResponseReturnValue:
    """Ask for the new address and send it a code, after a recent confirmation."""
    actor = signed_in_actor()
    first = confirm_first(actor)
    if first is not None:
        return first
    return _ask(actor, CHANGE_EMAIL, "people/email.html", "people.email_code")


def email_code() -> ResponseReturnValue:
    """The code of the new address; the old one is told."""
    actor = signed_in_actor()
    form, address = CodeForm(), _asked_address(CHANGE_EMAIL)
    if not address:
        return redirect(url_for("people.email"), 303)
    if form.sent():
        try:
            code_id = _typed(CHANGE_EMAIL, address, form.code.data or "")
            with act() as done:
                _own_code(use_code(done.session, code_id, done.at).account_id, done.actor)
                old = change_email(done.session, done.actor, address, done.at)
                account = done.session.get_one(Account, done.actor.account_id)
                if old:
                    tell_old_address(done.session, old=old, new=address, language=account.language, at=done.at)
                done.location = url_for("people.security")
            session.pop(_ADDRESS, None)
            session.pop(OFFERED, None)
            flash(_("Your address is now %(email)s.", email=address))
            return done.done()
        except Refused as error:
            form.refuse(error)
    page = render_template("people/proof_code.html", form=form, email=address, back="people.email", own=actor.email)
    return page, 422 if request.method == "POST" else 200


def merge() -> ResponseReturnValue:
    """Ask for the address of the other account and send it a code, after a recent confirmation."""
    actor = signed_in_actor()
    first = confirm_first(actor)
    if first is not None:
        return first
    return _ask(actor, MERGE, "people/merge.html", "people.merge_code")


def merge_code() -> ResponseReturnValue:
    """The code of the other account's address."""
    signed_in_actor()
    form, address = CodeForm(), _asked_address(MERGE)
    if not address:
        return redirect(url_for("people.merge"), 303)
    if form.sent():
        try:
            session[_PROVEN] = _typed(MERGE, address, form.code.data or "")
            return redirect(url_for("people.merge_choose"), 303)
        except Refused as error:
            form.refuse(error)
    page = render_template("people/proof_code.html", form=form, email=address, back="people.merge", own="")
    return page, 422 if request.method == "POST" else 200


def merge_choose() -> ResponseReturnValue:
    """Which account of the proven address is the same person; the last page before it is done."""
    actor = signed_in_actor()
    form = ChooseAccountForm()
    try:
        proven = living_code(db.session(), int(session.get(_PROVEN, 0)), MERGE, now())
        _own_code(proven.account_id, actor)
    except Refused:
        return redirect(url_for("people.merge"), 303)
    others = [one for one in accounts_at(db.session(), proven.email) if one.person_id != actor.person_id]
    form.account.choices = choices((str(one.id), account_name(one)) for one in others)
    form.account.label.text = _("Which account is yours too?")
    if form.sent():
        try:
            return _merge(proven.id, {str(one.id): one.person_id for one in others}[form.account.data])
        except Refused as error:
            form.refuse(error)
    page = render_template("people/merge_choose.html", form=form, email=proven.email, others=others)
    return page, 422 if request.method == "POST" else 200


def _merge(code_id: int, other_person_id: int) -> ResponseReturnValue:
    """Join the two persons and say what was counted twice."""
    with act() as done:
        _own_code(use_code(done.session, code_id, done.at).account_id, done.actor)
        merged = merge_persons(done.session, done.actor, other_person_id, done.actor.person_id or 0, done.at)
        done.location = url_for("people.account")
    session.pop(_PROVEN, None)
    flash(_("Your two accounts are now one person; both addresses sign in."))
    if merged.double_supports:
        flash(
            ngettext(
                "You supported %(num)s item twice: it is now counted once.",
                "You supported %(num)s items twice: they are now counted once.",
                merged.double_supports,
            ),
            "info",
        )
    return done.done()


def _ask(actor: Actor, purpose: str, template: str, following: str) -> ResponseReturnValue:
    """The page that asks for an address and sends it a code; what it answers never tells whether it is known."""
    form = EmailForm(email=session.get(OFFERED, "") if purpose == CHANGE_EMAIL else "")
    if form.sent():
        try:
            address = _other_address(form.email.data or "", actor, purpose)
            current_limits().require(ASK_CODE, address=client_address(), subject=address)
            browser = browser_name()
            with act() as done:
                send_proof_code(
                    done.session,
                    purpose=purpose,
                    email=address,
                    browser=browser,
                    account_id=done.actor.account_id or 0,
                    at=done.at,
                )
                done.location = url_for(following)
            session[_ADDRESS] = [purpose, address]
            return done.done()
        except Refused as error:
            form.refuse(error)
    return render_template(template, form=form), 422 if request.method == "POST" else 200


def _other_address(typed: str, actor: Actor, purpose: str) -> str:
    """The address typed. Raises Missing when it is not one, or changes nothing."""
    address = normal_email(typed)
    if purpose == CHANGE_EMAIL and address == actor.email:
        raise Missing({"email": _("This is your address already.")})
    return address


def _asked_address(purpose: str) -> str:
    """The address a code was asked for in this browser, for this purpose."""
    asked, address = session.get(_ADDRESS, ("", ""))
    return str(address) if asked == purpose else ""


def _typed(purpose: str, address: str, typed: str) -> int:
    """The code's id, or WrongCode; the wrong try is counted in a write of its own."""
    current_limits().require(TRY_CODE, address=client_address(), subject=address)
    digits = "".join(character for character in typed if character.isdecimal())
    with write() as opened:
        code_id = try_code(opened, purpose=purpose, email=address, browser=browser_name(), code=digits, at=now())
    if code_id is None:
        raise wrong_code()
    current_limits().give_back(TRY_CODE, address=client_address(), subject=address)
    return code_id


def _own_code(account_id: int | None, actor: Actor) -> None:
    """A code serves the account that asked for it. Raises WrongCode for any other (shared computer)."""
    if account_id is None or account_id != actor.account_id:
        raise wrong_code()
