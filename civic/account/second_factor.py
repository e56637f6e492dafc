# SPDX-License-Identifier: AGPL-3.0-or-later
"""The second factor of staff: enrolling a telephone, then typing its code."""

from flask import redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from civic.account.browser import wanted_page
from civic.account.forms import SecondFactorForm
from civic.account.guard import signed_in_actor
from civic.db.session import db
from civic.keys import current_keys
from civic.people.limits import TRY_SECOND_FACTOR, current_limits
from civic.people.sealing import decrypt, encrypt
from civic.people.second_factor import confirm, enrol, enrolment_uri, is_enrolled, new_secret, qr_svg
from civic.permissions.actor import Actor
from civic.permissions.decision import Refused
from civic.web.actors import client_address
from civic.web.acts import act
from civic.web.portal import portal_settings

_ENROLLING = "enrolling"
_PURPOSE = "second factor being enrolled"


def second_factor() -> ResponseReturnValue:
    """The six digits of the telephone, once per session."""
    actor = signed_in_actor()
    if actor.second_factor or not actor.is_staff:
        return redirect(_afterwards(), 303)
    if not is_enrolled(db.session(), actor):
        return redirect(url_for("people.enrol", next=wanted_page() or None), 303)
    form = SecondFactorForm()
    if form.sent():
        try:
            _count_try(actor)
            with act() as done:
                confirm(done.session, done.actor, form.code.data or "", done.at)
                done.location = _afterwards()
            _give_try_back(actor)
            return done.done()
        except Refused as error:
            form.refuse(error)
    return render_template("people/second_factor.html", form=form), 422 if request.method == "POST" else 200


def enrol_second_factor() -> ResponseReturnValue:
    """Show the secret as a drawing and as text; keep it once the telephone has proven that it has it."""
    actor = signed_in_actor()
    if not actor.is_staff or is_enrolled(db.session(), actor):
        return redirect(_afterwards(), 303)
    secret, form = _secret(actor), SecondFactorForm()
    if form.sent():
        try:
            _count_try(actor)
            with act() as done:
                enrol(done.session, done.actor, secret, form.code.data or "", done.at)
                done.location = _afterwards()
            session.pop(_ENROLLING, None)
            _give_try_back(actor)
            return done.done()
        except Refused as error:
            form.refuse(error)
    uri = enrolment_uri(secret, actor.email, portal_settings().town_name)
    drawn = Markup(qr_svg(uri))  # noqa: S704 - drawn here from black and white squares
    blocks = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
    page = render_template("people/enrol.html", form=form, drawn=drawn, secret=blocks, uri=uri)
    return page, 422 if request.method == "POST" else 200


def _secret(actor: Actor) -> str:
    """The secret being enrolled: the same while the page is reloaded, sealed in the cookie for this account."""
    key, owner = current_keys().session, str(actor.account_id)
    held = session.get(_ENROLLING)
    if isinstance(held, dict) and held.get("account") == owner:
        return decrypt(key, _PURPOSE, owner, bytes.fromhex(held["secret"])).decode()
    secret = new_secret()
    session[_ENROLLING] = {"account": owner, "secret": encrypt(key, _PURPOSE, owner, secret.encode()).hex()}
    return secret


def _count_try(actor: Actor) -> None:
    """Six tries in a quarter of an hour for one account: 1 chance in 50,000."""
    current_limits().require(TRY_SECOND_FACTOR, address=client_address(), subject=str(actor.account_id))


def _give_try_back(actor: Actor) -> None:
    """A right code is no try at guessing; no code is taken twice, so a right one cannot make room for wrong ones."""
    current_limits().give_back(TRY_SECOND_FACTOR, address=client_address(), subject=str(actor.account_id))


def _afterwards() -> str:
    """The page that asked for the second factor, or the desk."""
    return wanted_page() or url_for("desk.queue")
