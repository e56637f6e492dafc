# SPDX-License-Identifier: AGPL-3.0-or-later
"""Who may open the pages of my space."""

from flask import redirect, request, url_for
from werkzeug.wrappers import Response

from civic.clock import now
from civic.db.session import db
from civic.people.sessions import is_recent
from civic.permissions.actor import Actor
from civic.permissions.core import CORE_POLICY
from civic.web.actors import current_actor
from civic.web.pending import here


def signed_in_actor() -> Actor:
    """The actor of my space. Raises Denied for a visitor, who is sent to sign in and comes back."""
    actor = current_actor()
    CORE_POLICY.require("account:own", actor, actor, now())
    return actor


def confirm_first(actor: Actor, back: str = "") -> Response | None:
    """Where to go when the actor must first prove again who they are; None when that is recent.

    `back` is the page to come back to, where an address only takes forms. A form sent too late comes back empty after the confirmation: what changes access is never done from what was kept.
    """
    if is_recent(db.session(), actor, now()):
        return None
    back = back or (here() if request.method == "GET" else url_for(request.endpoint or "people.security"))
    return redirect(url_for("people.confirm", next=back), 303)
