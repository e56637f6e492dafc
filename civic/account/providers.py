# SPDX-License-Identifier: AGPL-3.0-or-later
"""To a provider and back: signing in, confirming who one is, adding a way in, signing out.

The answer comes by a link that the provider makes, so this is the one place where a GET changes something: it does so
only for the browser that holds the cookie of that very way, once.
"""

import hashlib
import secrets

from flask import flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from civic.account.browser import after_sign_in, enter, open_here, wanted_page
from civic.account.flow import CONFIRM, LINK, SIGN_IN, Flow, forget, recall, remember
from civic.account.messages import tell_linked
from civic.account.provider_failures import failure, in_language
from civic.account.ways import back_address, current_providers, home_address, provider_named
from civic.db.insertion import insert_once
from civic.i18n.catalogue import current_language, writing_in
from civic.people.limits import TRY_PROVIDER, current_limits
from civic.people.linked import keep_id_token
from civic.people.minors import minor_age
from civic.people.models import Account
from civic.people.providers import confirm_with, enter_with, link_to
from civic.permissions.decision import Refused
from civic.ports.identity import AnswerRefused, IdentityProvider, Proven, ProviderDown
from civic.settings.models import SpentToken
from civic.web.actors import client_address, current_actor
from civic.web.acts import Act, act
from civic.web.portal import portal_settings

OFFERED = "offered_email"
"""In the browser's session: the address the provider gave, proposed in the form that adds one."""


def start(provider: str) -> ResponseReturnValue:
    """Go to the provider to sign in."""
    ours, wanted = provider_named(provider), wanted_page()
    if current_actor().signed_in:
        return redirect(wanted or url_for("people.account"), 303)
    return go(ours, SIGN_IN, wanted)


def go(ours: IdentityProvider, purpose: str, wanted: str) -> Response:
    """Send the browser to the provider, or to the page that says why not."""
    try:
        flow, url = begin(ours, purpose, wanted)
    except (ProviderDown, Refused) as error:
        return failure(ours.name, wanted, current_language(), error)
    return remember(redirect(url, 303), flow)


def begin(ours: IdentityProvider, purpose: str, wanted: str) -> tuple[Flow, str]:
    """A way to the provider, and the address to go to. Raises ProviderDown, TooMany."""
    current_limits().require(TRY_PROVIDER, address=client_address(), subject="")
    begun = ours.begin(back_address(ours.name), afresh=purpose == CONFIRM)
    flow = Flow(
        provider=ours.name,
        purpose=purpose,
        wanted=wanted,
        language=current_language(),
        state=begun.state,
        nonce=begun.nonce,
        verifier=begun.verifier,
        account_id=None if purpose == SIGN_IN else current_actor().account_id,
    )
    return flow, begun.url


def back(provider: str) -> ResponseReturnValue:
    """The provider's answer, for the browser that began this very way."""
    ours, state = provider_named(provider), request.args.get("state", "")
    flow = recall(state)
    if flow is None:
        return _unexpected(provider)
    try:
        proven = _proven(ours, flow)
        with writing_in(flow.language):
            response = _DONE[flow.purpose](ours, flow, proven)
    except (AnswerRefused, ProviderDown, Refused) as error:
        response = failure(provider, flow.wanted, flow.language, error)
    return forget(response, state)


def sign_out_there(provider: str, id_token: str) -> ResponseReturnValue | None:
    """The page that goes on to sign out at the provider; None when it offers nothing of the kind.

    A page that goes on by itself, not a redirect: browsers hold the redirects of a form to the site's own addresses.
    """
    ours = current_providers().get(provider)
    if ours is None:
        return None
    try:
        url = ours.end_url(id_token, home_address(), secrets.token_urlsafe(16))
    except ProviderDown:
        return render_template("people/signed_out.html", provider=ours, url="")
    if not url:
        return None
    return render_template("people/signed_out.html", provider=ours, url=url)


def _proven(ours: IdentityProvider, flow: Flow) -> Proven:
    """Who came back. Raises AnswerRefused, ProviderDown, TooMany."""
    current_limits().require(TRY_PROVIDER, address=client_address(), subject="")
    if flow.provider != ours.name or any(len(values) > 1 for _name, values in request.args.lists()):
        raise AnswerRefused("forged", "the answer came by another way than it left")
    return ours.finish(flow.begun, request.args.to_dict(), back_address(ours.name))


def _unexpected(provider: str) -> Response:
    """An answer to nothing that this browser began: a page loaded again, or somebody else's link."""
    if current_actor().signed_in:
        return redirect(url_for("people.account"), 303)
    return failure(provider, "", current_language(), AnswerRefused("over", "the browser began nothing of the kind"))


def _sign_in(ours: IdentityProvider, flow: Flow, proven: Proven) -> Response:
    """Open the account that the identity opens, made now when it is the first time."""
    with act() as done:
        _once(done, flow)
        shows_names = portal_settings().shows_names
        entered = enter_with(done.session, proven, language=flow.language, shows_names=shows_names, at=done.at)
        if entered.was_known:
            tell_linked(done.session, entered.account, ours.label, at=done.at)
        _open(done, flow, proven, entered.account)
        asked_age = minor_age(done.session) if entered.is_new and proven.birth_date is None else 0
        if entered.is_new and done.actor.needs_parent(done.at):
            done.location = in_language(flow.language, url_for("people.authorisation"))
    if entered.is_new:
        session[OFFERED] = proven.email
    if asked_age:
        flash(_("If you are under %(age)s, say so first: in my space, “Parental authorisation”.", age=asked_age))
    if entered.was_known:
        flash(_("The town knew you already: what you did at the counter or with another account is here too."))
    return done.done()


def _confirm(ours: IdentityProvider, flow: Flow, proven: Proven) -> Response:
    """A new session for the same account, which is the confirmation."""
    with act() as done:
        _once(done, flow)
        _still_theirs(done, flow)
        _open(done, flow, proven, confirm_with(done.session, done.actor, proven, done.at))
    return done.done()


def _link(ours: IdentityProvider, flow: Flow, proven: Proven) -> Response:
    """Let the identity open the account one is signed in with."""
    with act() as done:
        _once(done, flow)
        _still_theirs(done, flow)
        joined = link_to(done.session, done.actor, proven, done.at)
        tell_linked(done.session, done.session.get_one(Account, flow.account_id), ours.label, at=done.at)
        done.location = in_language(flow.language, url_for("people.security"))
    flash(_("You can now sign in with %(label)s.", label=ours.label))
    if joined:
        message = _("The town knew this identity already: both records are one now, and what stood twice counts once.")
        flash(message, "info")
    return done.done()


_DONE = {SIGN_IN: _sign_in, CONFIRM: _confirm, LINK: _link}


def _open(done: Act, flow: Flow, proven: Proven, account: Account) -> None:
    """Open the session, keep what signing out will need, and go where one was."""
    token = open_here(done, account)
    keep_id_token(done.session, token, proven.provider, proven.id_token)
    actor = enter(done.session, token)
    done.actor = actor or done.actor
    location = after_sign_in(actor, flow.wanted)
    done.location = location if location == flow.wanted else in_language(flow.language, location)


def _once(done: Act, flow: Flow) -> None:
    """Spend the way in the act's own transaction. Raises AnswerRefused when it was spent."""
    spent = hashlib.sha256(flow.state.encode()).hexdigest()
    if not insert_once(done.session, SpentToken, token=spent, location="/", at=done.at):
        raise AnswerRefused("over", "this way was used already")


def _still_theirs(done: Act, flow: Flow) -> None:
    """Raise AnswerRefused when another account, or none, is signed in by now."""
    if done.actor.account_id is None or done.actor.account_id != flow.account_id:
        raise AnswerRefused("over", "the session that began this way is over")
