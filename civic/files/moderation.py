# SPDX-License-Identifier: AGPL-3.0-or-later
"""Taking away what someone else sent, putting it back, and telling them why (regulation (EU) 2022/2065, article 17)."""

from datetime import datetime, timedelta

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.files.models import StoredFile
from civic.files.services import put_back, remove_file
from civic.files.settings import files_settings
from civic.items.models import Item
from civic.notifications.mail import address_of, send_to
from civic.people.models import Account
from civic.permissions.actor import Actor
from civic.permissions.core import CORE_POLICY
from civic.permissions.decision import Missing, Refusal, Refused


def moderate_file(session: Session, actor: Actor, item: Item, file: StoredFile, reason: str, at: datetime) -> None:
    """Remove a file with a reason, which the journal keeps and whoever sent the file reads.

    Raises Denied, or Missing without a reason.
    """
    CORE_POLICY.require("file:moderate", actor, item, at)
    if not reason.strip():
        raise Missing({"reason": str(_("Write the reason: whoever sent the file will read it."))})
    if file.removed_at is not None:
        return
    remove_file(session, actor, item, file, at, reason=reason.strip(), taken=True)
    _tell(session, item, file, "file_removed", reason.strip(), at)


def restore_file(session: Session, actor: Actor, item: Item, file: StoredFile, reason: str, at: datetime) -> None:
    """Put back a file that the town took away, as long as it is kept: with a reason, which the journal keeps.

    Raises Denied, Missing without a reason, or Refused for what was not taken away by the town, or is too late.
    """
    CORE_POLICY.require("file:moderate", actor, item, at)
    if not reason.strip():
        raise Missing({"reason": str(_("Write the reason: whoever sent the file will read it."))})
    is_kept = file.removed_at is not None and file.removed_at > at - timedelta(days=files_settings(session).kept_days)
    if file.taken_by_id is None or not is_kept:
        raise Refused(Refusal("not_taken", _("This file cannot be put back: the town did not take it away, or its delay is over.")))  # fmt: skip
    put_back(session, actor, item, file, at, reason=reason.strip())
    _tell(session, item, file, "file_restored", reason.strip(), at)


def _tell(session: Session, item: Item, file: StoredFile, template: str, reason: str, at: datetime) -> None:
    """Write to whoever sent the file; the town tells itself nothing."""
    accounts = select(Account).where(Account.person_id == (file.owner_id or 0), Account.closed_at.is_(None))
    for account in {one.email: one for one in session.scalars(accounts.order_by(Account.id)) if one.email}.values():
        page = address_of("pages.number", account.language, number=item.number)
        send_to(session, account, template, at=at, name=file.name, reason=reason, page=page)
