# SPDX-License-Identifier: AGPL-3.0-or-later
"""Taking away what someone else sent, and telling them why (regulation (EU) 2022/2065, article 17)."""

from datetime import datetime

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from civic.files.models import StoredFile
from civic.files.services import remove_file
from civic.items.models import Item
from civic.notifications.mail import address_of, send
from civic.people.models import Account
from civic.permissions.actor import Actor
from civic.permissions.core import CORE_POLICY
from civic.permissions.decision import Missing


def moderate_file(session: Session, actor: Actor, item: Item, file: StoredFile, reason: str, at: datetime) -> None:
    """Remove a file with a reason, which the journal keeps and whoever sent the file reads.

    Raises Denied, or Missing without a reason.
    """
    CORE_POLICY.require("file:moderate", actor, item, at)
    if not reason.strip():
        raise Missing({"reason": str(_("Write the reason: whoever sent the file will read it."))})
    if file.removed_at is not None:
        return
    remove_file(session, actor, item, file, at, reason=reason.strip())
    accounts = select(Account).where(Account.person_id == (file.owner_id or 0), Account.closed_at.is_(None))
    for account in {one.email: one for one in session.scalars(accounts.order_by(Account.id)) if one.email}.values():
        page = address_of("pages.number", account.language, number=item.number)
        told = {"name": file.name, "reason": reason.strip(), "page": page}
        send(session, to=account.email, template="file_removed", language=account.language, at=at, context=told)
