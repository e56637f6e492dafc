# SPDX-License-Identifier: AGPL-3.0-or-later
"""Identities of providers that open one's account: added, removed, used to confirm who one is."""

from dataclasses import dataclass
from datetime import datetime

from flask import flash, make_response, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from civic.account.browser import wanted_page
from civic.account.flow import CONFIRM, LINK, remember
from civic.account.guard import confirm_first, signed_in_actor
from civic.account.messages import tell_unlinked
from civic.account.provider_failures import failure
from civic.account.providers import begin, go
from civic.account.ways import current_providers, provider_named
from civic.db.session import db
from civic.i18n.setup import current_language
from civic.people.models import Account
from civic.people.providers import linked_identities, unlink
from civic.permissions.actor import Actor
from civic.permissions.decision import Refused
from civic.ports.identity import IdentityProvider, ProviderDown
from civic.web.acts import act


@dataclass(frozen=True)
class Way:
    """A linked identity as my space shows it."""

    id: int
    provider: str
    label: str
    linked_at: datetime
    last_used_at: datetime


def ways_of(actor: Actor) -> list[Way]:
    """The identities that open one's accounts; a provider that is no longer configured keeps its bare name."""
    providers = current_providers()
    return [
        Way(
            one.id,
            one.provider,
            providers[one.provider].label if one.provider in providers else one.provider,
            one.linked_at,
            one.last_used_at,
        )
        for one in linked_identities(db.session(), actor.person_id or 0)
    ]


def providers_of(actor: Actor) -> list[IdentityProvider]:
    """The configured providers that know the actor: with them one can confirm who one is."""
    used = {one.provider for one in linked_identities(db.session(), actor.person_id or 0)}
    return [one for name, one in current_providers().items() if name in used]


def confirm_there(provider: str) -> ResponseReturnValue:
    """Prove again, at the provider, who one is."""
    ours = provider_named(provider)
    signed_in_actor()
    return go(ours, CONFIRM, wanted_page() or url_for("people.security"))


def add(provider: str) -> ResponseReturnValue:
    """What linking means, and the way to the provider.

    The link itself leads there with a state that only this page knows: nobody can send somebody else's browser.
    """
    ours, actor = provider_named(provider), signed_in_actor()
    first = confirm_first(actor)
    if first is not None:
        return first
    wanted = url_for("people.security")
    try:
        flow, url = begin(ours, LINK, wanted)
    except (ProviderDown, Refused) as error:
        return failure(provider, wanted, current_language(), error)
    page = render_template("people/link_identity.html", provider=ours, url=url)
    return remember(make_response(page), flow)


def remove(link_id: int) -> ResponseReturnValue:
    """Let an identity no longer open the account, after a recent confirmation."""
    first = confirm_first(signed_in_actor(), url_for("people.security"))
    if first is not None:
        return first
    with act() as done:
        unlink(done.session, done.actor, link_id, done.at)
        tell_unlinked(done.session, done.session.get_one(Account, done.actor.account_id), at=done.at)
        done.location = url_for("people.security")
    flash(_("This identity no longer opens your account."))
    return done.done()
