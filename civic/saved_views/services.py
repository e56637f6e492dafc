# SPDX-License-Identifier: AGPL-3.0-or-later
"""Keeping, renaming and removing views of the desk. Whoever owns one changes it; clerks share theirs with all staff."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from civic.db.session import lock
from civic.people.models import Account
from civic.permissions.actor import Actor
from civic.permissions.core import CORE_POLICY
from civic.permissions.decision import Denied, Missing, Refusal, Refused
from civic.saved_views.models import LONGEST_FILTERS, SavedView

PAGES = ("queue", "register", "board")
MOST = 30
"""Views of one person: a list that is longer is no longer read."""
SHARE = "view:share"


def save_view(
    session: Session, actor: Actor, page: str, filters: str, name: str, *, shared: bool, at: datetime
) -> SavedView:
    """Keep the filters of a page under a name. `filters` is a query string that the desk wrote.

    Raises Missing for a name that is already one's own, Refused beyond MOST, Denied for sharing without the right.
    """
    assert actor.account_id is not None
    lock(session, Account, actor.account_id)  # one person's views are counted and named one act at a time
    own = select(func.count()).select_from(SavedView).where(SavedView.owner_id == actor.account_id)
    if (session.scalar(own) or 0) >= MOST:
        raise Refused(
            Refusal("too_many", _("You keep %(count)s views, the most there may be. Remove one.", count=MOST))
        )
    if len(filters) > LONGEST_FILTERS:
        raise Refused(Refusal("too_long", _("The words searched are too long to be kept. Shorten them.")))
    _check(session, actor, name, shared, at)
    view = SavedView(owner_id=actor.account_id, name=name, page=page, filters=filters, shared=shared, created_at=at)
    session.add(view)
    session.flush()
    return view


def rename_view(session: Session, actor: Actor, view_id: int, name: str, *, shared: bool, at: datetime) -> None:
    """Give a view of one's own another name, share it or keep it to oneself. Raises what `save_view` does."""
    assert actor.account_id is not None
    lock(session, Account, actor.account_id)
    view = own_view(session, actor, view_id)
    _check(session, actor, name, shared and not view.shared, at, but=view_id)
    view.name, view.shared = name, shared


def remove_view(session: Session, actor: Actor, view_id: int, at: datetime) -> None:
    """Remove a view: one's own, or, for clerks, one that is shared. Raises Denied."""
    view = session.get(SavedView, view_id)
    if view is not None and not may_remove(actor, view.owner_id, view.shared, at):
        raise Denied(NOT_YOURS)
    if view is not None:
        session.delete(view)


def own_view(session: Session, actor: Actor, view_id: int) -> SavedView:
    """A view of the actor's own. Raises Denied for someone else's."""
    view = session.get(SavedView, view_id)
    if view is None or view.owner_id != actor.account_id:
        raise Denied(NOT_YOURS)
    return view


def may_remove(actor: Actor, owner_id: int, shared: bool, at: datetime) -> bool:
    """Whether the actor may take a view away."""
    return owner_id == actor.account_id or (shared and CORE_POLICY.allows(SHARE, actor, None, at))


NOT_YOURS = Refusal("not_yours", _("This view is a colleague’s: make your own."))


def _check(session: Session, actor: Actor, name: str, sharing: bool, at: datetime, but: int = 0) -> None:
    """The name is not another of one's own; sharing is open to the actor."""
    if sharing:
        CORE_POLICY.require(SHARE, actor, None, at)
    same = select(SavedView.id).where(
        SavedView.owner_id == actor.account_id, SavedView.name == name, SavedView.id != but
    )
    if session.scalar(same) is not None:
        raise Missing({"name": str(_("You have a view of that name already."))})
